/* fresh.h — problems of the generator as data sets, for reinforcement on a stream of them (rl/stream.h). */
#ifndef EQRL_FRESH_H
#define EQRL_FRESH_H

#include "eqrl/pretrain/problem.h"
#include "eqrl/rl/stream.h"

struct fresh_problems {
	struct problem_config problem; /* a census in it is borrowed */
	int rows;
	uint64_t seed; /* of those to train on; those that are held out are the same for every seed */
};

/* f has to outlive the source. */
struct stream_source fresh_source(struct fresh_problems *f);

#endif
