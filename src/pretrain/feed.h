/* feed.h — private to pretraining: batches of successive steps, made while others are worked on.
 *
 * A batch is a pure function of configuration and step, so how far the feed runs ahead changes nothing but
 * the time. */
#ifndef EQRL_PRETRAIN_FEED_H
#define EQRL_PRETRAIN_FEED_H

#include "batch.h"

struct feed;

/* Batches of steps first, first + 1, …. ahead: steps that are made in the background before they are asked
 * for, by as many workers as pool has; 0: none, each is made by feed_take() itself, in pool. c and pool have
 * to outlive the feed, the learner too: it lends memory, here and on the calling thread. */
struct feed_options {
	struct pool *pool;
	int ahead;     /* batches made before they are asked for; 0: none, and no thread of its own */
	int64_t first; /* step */
	const struct learner_api *api;
	struct learner *learner;
};

enum status feed_new(struct feed **out, const struct pretrain_config *c, const struct feed_options *o);
void feed_free(struct feed *f); /* NULL is fine */

/* The next step's batch, the caller's until the next call. */
struct step_batch *feed_take(struct feed *f);

#endif
