/* batch.c — drawing and encoding a step's problems in parallel; see batch.h. */
#include "batch.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>
#include <string.h>

void step_batch_release(struct step_batch *b)
{
	free(b->batch);
	free(b->contexts);
	free(b->ce);
	free(b->tokens);
	free(b->slot);
	free(b->legal);
	free(b->context_of);
	free(b->points_of);
	free(b->len);
	free(b->scratch);
	*b = (struct step_batch){0};
}

enum status step_batch_init(struct step_batch *b, const struct pretrain_config *c, int threads,
			    const struct learner_api *api, struct learner *learner)
{
	size_t pairs = (size_t)c->micro_batch * (size_t)c->micro_batches, width;

	*b = (struct step_batch){.n = c->micro_batches, .per_batch = c->micro_batch};
	b->features = encoding_features(c->encoding);
	b->context = encoding_context(c->encoding);
	b->points = c->net.points;
	b->source = pretrain_source(c);
	b->width = b->source->max_len + 1;
	width = (size_t)b->width;
	b->batch = xcalloc((size_t)b->n, sizeof(*b->batch));
	b->contexts = xaligned(pairs * (size_t)b->context * sizeof(float));
	b->ce = xaligned(pairs * width * sizeof(float));
	b->tokens = xaligned(pairs * width);
	b->slot = xaligned(pairs * width);
	b->legal = xaligned(pairs * width * sizeof(uint64_t));
	b->context_of = xcalloc(pairs, sizeof(int));
	b->points_of = xcalloc(pairs, sizeof(int));
	b->len = xcalloc(pairs, sizeof(int));
	b->scratch = xcalloc((size_t)threads, b->source->scratch);
	b->encoded = api->shared(learner, pairs * (size_t)b->points * (size_t)b->features * sizeof(float));
	if (b->encoded)
		return ST_OK;
	step_batch_release(b);
	return fail(ST_INTERNAL, "learner: %s", api->error());
}

struct batch_fill {
	struct step_batch *b;
	const struct pretrain_config *c;
	uint64_t purpose, first;
	int n_points;
};

static float *points_of_pair(const struct step_batch *b, int i, int n_points)
{
	return b->encoded + (size_t)i * (size_t)n_points * (size_t)b->features;
}

static void draw_pair(void *context, int i, int worker)
{
	struct batch_fill *f = context;
	struct step_batch *b = f->b;
	struct rng r = rng_stream(f->c->seed, f->purpose, f->first + (uint64_t)i);
	size_t width = (size_t)b->width, at = (size_t)i * width;
	struct pair_place place = {
		.points = points_of_pair(b, i, f->n_points),
		.context = b->contexts + (size_t)i * (size_t)b->context,
		.n_points = f->n_points,
		.tokens = b->tokens + at,
		.slot = b->slot + at,
		.legal = b->legal + at,
	};

	memset(place.tokens, TOK_PAD, width);
	memset(place.slot, 0, width);
	memset(place.legal, 0, width * sizeof(*b->legal));
	memset(b->ce + at, 0, width * sizeof(*b->ce));
	b->source->draw(f->c, f->purpose == RNG_HELD_OUT, &r, b->scratch + (size_t)worker * b->source->scratch, &place);
	for (int t = 0; t < place.len; t++)
		b->ce[at + (size_t)t] = 1;
	b->context_of[i] = i % b->per_batch;
	b->points_of[i] = place.n_points;
	b->len[i] = place.len;
}

/* Moves the points of a micro-batch together, where each pair has a number of its own. */
static void pack_points(const struct batch_fill *f, int first)
{
	struct step_batch *b = f->b;
	float *to = points_of_pair(b, first, f->n_points);

	for (int i = first; i < first + b->per_batch; i++) {
		size_t n = (size_t)b->points_of[i] * (size_t)b->features;

		memmove(to, points_of_pair(b, i, f->n_points), n * sizeof(*to));
		to += n;
	}
}

static void lay_micro_batch(const struct batch_fill *f, int k)
{
	struct step_batch *b = f->b;
	size_t row = (size_t)k * (size_t)b->per_batch, width = (size_t)b->width;

	if (b->source->ragged)
		pack_points(f, (int)row);
	b->batch[k] = (struct learn_batch){
		.n_contexts = b->per_batch,
		.n_points = f->n_points,
		.points_of = b->source->ragged ? b->points_of + row : NULL,
		.points = points_of_pair(b, (int)row, f->n_points),
		.context = b->contexts + row * (size_t)b->context,
		.n = b->per_batch,
		.width = b->width,
		.context_of = b->context_of + row,
		.tokens = b->tokens + row * width,
		.slot = b->slot + row * width,
		.legal = b->legal + row * width,
		.ce = b->ce + row * width,
	};
}

/* Everything that draw_pair() writes. */
static void draw_pairs(struct batch_fill *f, struct pool *pool, int n)
{
	struct step_batch *b = f->b;
	size_t width = (size_t)b->width, points = (size_t)f->n_points * (size_t)b->features;
	const struct rank_output out[] = {
		{b->encoded, points * sizeof(float), NULL},
		{b->contexts, (size_t)b->context * sizeof(float), NULL},
		{b->tokens, width, NULL},
		{b->slot, width, NULL},
		{b->legal, width * sizeof(*b->legal), NULL},
		{b->ce, width * sizeof(*b->ce), NULL},
		{b->context_of, sizeof(int), NULL},
		{b->points_of, sizeof(int), NULL},
		{b->len, sizeof(int), NULL},
	};

	pool_run_shared(pool, n, draw_pair, f, out, COUNT_OF(out));
}

void step_batch_fill(struct step_batch *b, const struct pretrain_config *c, struct pool *pool, uint64_t purpose,
		     uint64_t first, int n_points)
{
	struct batch_fill f = {.b = b, .c = c, .purpose = purpose, .first = first, .n_points = n_points};

	draw_pairs(&f, pool, b->n * b->per_batch);
	for (int k = 0; k < b->n; k++)
		lay_micro_batch(&f, k);
	b->n_tokens = 0;
	for (int i = 0; i < b->n * b->per_batch; i++)
		b->n_tokens += b->len[i];
}
