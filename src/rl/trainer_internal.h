/* trainer_internal.h — private to src/rl: what the tasks share, for loop, packing and checkpoint. */
#ifndef EQRL_TRAINER_INTERNAL_H
#define EQRL_TRAINER_INTERNAL_H

#include "eqrl/base/mem.h"
#include "eqrl/rl/trainer.h"
#include "brood.h"
#include "rollout.h"
#include "task.h"

struct trainer {
	struct train_config c;
	struct pool *pool;
	const struct learner_api *api;
	struct learner *learner; /* NULL: the policy does not learn */
	struct policy policy;	 /* params NULL with from_prior */
	struct sampler *sampler;
	struct train_stats stats;
	int skipped_in_a_row; /* steps whose gradient was not finite */
	float *reference;     /* of the KL term after a policy refresh, NULL before the first */
	float *best_params;   /* of the policy whose samples earned most, NULL: not measured yet */
	double best_level;    /* what they earned: mean over tasks of the mean reward of their last turn */

	int n_tasks;
	struct task *task;

	struct rollout rollout; /* the current step's, for the task whose turn it is */
	struct brood brood;	/* its current round of evolution */
};

/* What the evaluator's certificates add to the advantages of the chosen sequences' tokens, into the rollout;
 * memory from the arena. Nothing without feedback. */
void credit_tokens(struct trainer *t, const int *index, int n, struct arena *a);

/* Micro-batches of the chosen sequences: each shares one context and is as wide as its longest one; there is
 * room for `spare` more. *divisor: their tokens. Memory from the arena. */
struct learn_batch *pack_batches(struct trainer *t, const int *index, int n, int spare, struct arena *a, int *n_batches,
				 double *divisor);

/* A micro-batch with a task's elites (there are some) as targets of cross-entropy, which weigh as much in the
 * loss as `share` times the sampled sequences. */
void pack_elites(const struct trainer *t, const struct task *k, struct arena *a, double share, double divisor,
		 struct learn_batch *out);

#endif
