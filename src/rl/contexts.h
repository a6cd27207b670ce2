/* contexts.h — private to the trainer: what the encoder is shown of a data set.
 *
 * A context is a subset of the fit rows (all of them when they fit and it is the first; otherwise a random
 * subset, with replacement when rows are few: REEL's row subsets) and an assignment of columns to the
 * policy's variable slots (drawn by relevance when there are more than 16). */
#ifndef EQRL_RL_CONTEXTS_H
#define EQRL_RL_CONTEXTS_H

#include "eqrl/data/dataset.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/policy/sampler.h"

struct context {
	int column_of_slot[VOCAB_VARS];
	int n_points;
	float *points, *features; /* (n_points, F), (G) */
	struct memory memory;
};

struct contexts {
	int n, n_points, n_slots;
	int n_groups; /* contexts of a whole batch, one a group */
	bool stale;   /* the policy has changed since: to be refreshed before a sampler looks at it */
	struct context *context;
};

void contexts_init(struct contexts *c, int n, const struct dataset *d, const struct policy *p, uint64_t seed);
/* Runs the encoder (encoder = true) or only the decoder's projections of its memory again. */
void contexts_refresh(struct contexts *c, const struct policy *p, bool encoder);
void contexts_release(struct contexts *c);
void context_release(struct context *c);

#endif
