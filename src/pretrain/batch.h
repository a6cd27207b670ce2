/* batch.h — private to pretraining: a step's problems as micro-batches for the learner. */
#ifndef EQRL_PRETRAIN_BATCH_H
#define EQRL_PRETRAIN_BATCH_H

#include "eqrl/pretrain/pretrain.h"
#include "eqrl/pretrain/source.h"

/* Streams of the seed. */
enum { RNG_PAIR = 1, RNG_POINTS = 2, RNG_HELD_OUT = 3 };

/* Everything one step needs, allocated once. */
struct step_batch {
	int n, per_batch; /* micro-batches, pairs in each */
	int features, context, points, width;
	const struct pair_source *source;
	struct learn_batch *batch; /* (n) pointing into the arrays below */
	float *encoded;		   /* shared with the learner's device */
	float *contexts, *ce;
	uint8_t *tokens, *slot;
	uint64_t *legal;
	int *context_of, *points_of, *len;
	char *scratch; /* of the source, for each worker of the pool that fills */
	int64_t n_tokens;
};

/* threads: of the pools that will fill it. Fails if the learner has no memory to share. */
enum status step_batch_init(struct step_batch *b, const struct pretrain_config *c, int threads,
			    const struct learner_api *api, struct learner *learner);
void step_batch_release(struct step_batch *b);

/* Fills the micro-batches with pairs first … first + n·per_batch - 1 of the stream `purpose`; those of RNG_HELD_OUT are
 * never trained on. All show n_points rows, unless the source is ragged. */
void step_batch_fill(struct step_batch *b, const struct pretrain_config *c, struct pool *pool, uint64_t purpose,
		     uint64_t first, int n_points);

#endif
