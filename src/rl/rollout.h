/* rollout.h — private to the trainer: the candidates of one step on one task.
 *
 * Arrays of n: what was written (by the policy or the prior) first, then the offspring of evolution.
 * Contexts, rewards and advantages are of the written ones. */
#ifndef EQRL_RL_ROLLOUT_H
#define EQRL_RL_ROLLOUT_H

#include "task.h"

struct trainer;

struct rollout {
	struct task *task;
	int n, n_written, capacity;
	struct samples samples;           /* of the policy's candidates */
	struct samples completions;       /* of the n_completed first offspring: see complete.h */
	int n_completed;
	const struct context **context;   /* what each was written for … */
	const struct memory **memory;     /* … and the encoder's memory of it */
	struct expr *candidate;
	struct score *score;
	double *reward, *advantage;
	double sampled_at;                /* time at which evolution's part began */
	bool *first;                      /* first of its kind within its group */
	float *credit;                    /* of tokens, as samples.tokens, for the step's learning; NULL: none */
};

void rollout_init(struct rollout *r, int capacity);
void rollout_release(struct rollout *r);

/* Samples and breeds the candidates of t's next step for a task; false: stopped. */
bool rollout_draw(struct trainer *t, struct task *k, const volatile int *stop);

#endif
