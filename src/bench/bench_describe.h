/* bench_describe.h — private to bench: the parts of a result that every run has, one that crashed too. */
#ifndef EQRL_BENCH_DESCRIBE_H
#define EQRL_BENCH_DESCRIBE_H

#include "eqrl/bench/bench.h"

/* What was to be run. */
void bench_describe_task(struct bench_result *r, const struct options *o, const struct bench_task *t);

/* A run without an answer. */
void bench_describe_miss(struct bench_result *r, const struct bench_task *t, const char *error);

#endif
