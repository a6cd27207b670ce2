/* trainer_internal.h — private to src/rl: the trainer's state, shared by loop, packing and checkpoint. */
#ifndef EQRL_TRAINER_INTERNAL_H
#define EQRL_TRAINER_INTERNAL_H

#include "contexts.h"
#include "elites.h"
#include "eqrl/evolve.h"
#include "eqrl/mem.h"
#include "eqrl/trainer.h"

struct trainer {
	struct train_config c;
	const struct dataset *d;
	struct pool *pool;
	const struct learner_api *api;
	struct learner *learner;   /* NULL: the policy does not learn */
	struct policy policy;      /* params NULL with from_prior */
	struct contexts contexts;
	struct grammar grammar;
	struct sampler *sampler;
	struct scorer *scorer;
	struct hof hof;
	struct baseline baseline;
	struct elites elites;
	struct train_stats stats;
	double *history;           /* log_fvu of every step */
	int64_t history_capacity;
	double rounding;           /* share of variance that rounding of the target leaves */

	struct population population;
	double *column_weight;     /* how often evolution tries a column, NULL: equally */

	/* the current step: arrays of n candidates, what was written (by the policy or the prior) first, then
	 * the offspring; rewards and advantages are of the written ones */
	int n, n_written, capacity;
	struct samples samples;
	const struct memory **memory;
	struct expr *candidate;
	struct score *score;
	double *reward, *advantage;
	bool *first;
};

/* Micro-batches of the chosen sequences: each shares one context and is as wide as its longest one; there is
 * room for one more. *divisor: their tokens. Memory from the arena. */
struct learn_batch *pack_batches(struct trainer *t, const int *index, int n, struct arena *a, int *n_batches,
				 double *divisor);

/* One more micro-batch with the elites as targets of cross-entropy, which weigh as much in the loss as
 * `share` times the sampled sequences. */
void pack_elites(struct trainer *t, struct arena *a, double share, double divisor, struct learn_batch *out);

#endif
