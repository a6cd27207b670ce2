/* learned_state.h — private to src/rl: what learning left, as a file: parameters, the optimiser's moments, the reference
 * after a refresh, and the caller's numbers. Equal states give equal bytes. */
#ifndef EQRL_RL_LEARNED_STATE_H
#define EQRL_RL_LEARNED_STATE_H

#include "learning.h"

struct learned_state {
	struct learning *learning;
	struct policy *policy;
	uint64_t identity; /* of starting weights and configuration */
	void *fixed;	   /* the caller's numbers, plain data without uninitialised padding */
	size_t size;
};

/* Refused (ST_INTERNAL) after an error that has left learner and policy apart. */
enum status learned_save(const struct learned_state *s, const char *format, const char *path);
/* ST_WEIGHTS for a file of another identity. */
enum status learned_load(const struct learned_state *s, const char *path);

#endif
