/* bench_sets.h — private to bench: the data sets of a folder. */
#ifndef EQRL_BENCH_SETS_H
#define EQRL_BENCH_SETS_H

#include "eqrl/bench/bench.h"

struct bench_sets {
	int n;
	struct bench_set *set;
};

/* Adds those of --real in the order of INDEX.json or of their names. Their files are not opened. */
enum status bench_sets_read(struct bench_sets *b, const char *dir);

struct bench_set *bench_sets_add(struct bench_sets *b, const char *suite, const char *problem);
void bench_set_release(struct bench_set *s);

#endif
