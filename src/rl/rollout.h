/* rollout.h — private to the trainer: what the policy (or the prior) writes in one step on one task. Arrays of n. */
#ifndef EQRL_RL_ROLLOUT_H
#define EQRL_RL_ROLLOUT_H

#include "task.h"

struct trainer;

struct rollout {
	struct task *task;
	int n, capacity;
	struct samples samples;		/* of the policy's candidates */
	const struct context **context; /* what each was written for … */
	const struct memory **memory;	/* … and the encoder's memory of it */
	struct expr *candidate;
	struct score *score;
	double *reward, *advantage;
	bool *first;   /* first of its kind within its group */
	float *credit; /* of tokens, as samples.tokens, for the step's learning; NULL: none */
};

void rollout_init(struct rollout *r, int capacity);
void rollout_release(struct rollout *r);

/* Writes the candidates of t's next step for a task, the first n of the arrays; false: stopped. */
bool rollout_draw(struct trainer *t, struct task *k, int n, const volatile int *stop);

#endif
