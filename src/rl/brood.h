/* brood.h — private to the trainer: the offspring of one round of evolution on one task.
 *
 * A step has one rollout and as many rounds as the pace allows; each round breeds from what the rounds before
 * have found. */
#ifndef EQRL_RL_BROOD_H
#define EQRL_RL_BROOD_H

#include "eqrl/eval/fit.h"
#include "eqrl/score/score.h"
#include "eqrl/policy/sampler.h"

struct trainer;
struct task;

struct brood {
	int n, capacity;
	int n_completed; /* the first ones: parents with a subtree that the policy wrote, see complete.h */
	int n_written;	 /* what it wrote for them, more than was used */
	struct samples completions;
	struct expr *candidate; /* stripped skeletons */
	struct expr *start;	/* constants for a candidate's first fit, in whatever form; n = 0: none */
	struct score *score;
	struct fitter **fitter; /* one per worker */
	int n_fitters;
};

void brood_init(struct brood *b, int capacity, int workers);
void brood_release(struct brood *b);

/* Round `round` (from 0) of t's next step for a task whose population is not empty: n = capacity offspring, some of
 * them completed by the policy. False: stopped. */
bool brood_draw(struct trainer *t, struct task *k, int round, const volatile int *stop);

#endif
