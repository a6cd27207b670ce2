/* turn.h — private to src/rl: what one step may do. Made from configuration and task, and const from then on. */
#ifndef EQRL_RL_TURN_H
#define EQRL_RL_TURN_H

#include "eqrl/expr/grammar.h"
#include "eqrl/rl/trainer.h"

struct task;

struct turn {
	int64_t step;		 /* how many were before it */
	int by, n;		 /* who proposes (BY_…), and how many */
	int64_t number;		 /* batches that it has drawn on this task before */
	double share[PROPOSERS]; /* of the counted effort that each is given at present; 0: it cannot propose now */
	struct grammar grammar;
	struct reward_config reward;
	double temperature;
	int first_context; /* group g is shown context first_context + g */
	uint64_t seed;
	uint64_t first_stream; /* piece i of this step draws from stream first_stream + i; no other step does */
};

struct turn turn_of(const struct train_config *c, const struct task *k, int64_t step);

#endif
