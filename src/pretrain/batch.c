/* batch.c — drawing and encoding a step's problems in parallel; see batch.h. */
#include "batch.h"

#include "eqrl/base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = VOCAB_MAX_LEN + 1 };

void step_batch_release(struct step_batch *b)
{
	free(b->batch);
	free(b->contexts);
	free(b->ce);
	free(b->tokens);
	free(b->slot);
	free(b->legal);
	free(b->context_of);
	free(b->scratch);
	*b = (struct step_batch){0};
}

enum status step_batch_init(struct step_batch *b, const struct pretrain_config *c, int threads,
			    const struct learner_api *api, struct learner *learner)
{
	size_t pairs = (size_t)c->micro_batch * (size_t)c->micro_batches;

	*b = (struct step_batch){.n = c->micro_batches, .per_batch = c->micro_batch};
	b->features = encoding_features(c->encoding);
	b->context = encoding_context(c->encoding);
	b->points = c->net.points;
	b->batch = xcalloc((size_t)b->n, sizeof(*b->batch));
	b->contexts = xaligned(pairs * (size_t)b->context * sizeof(float));
	b->ce = xaligned(pairs * WIDTH * sizeof(float));
	b->tokens = xaligned(pairs * WIDTH);
	b->slot = xaligned(pairs * WIDTH);
	b->legal = xaligned(pairs * WIDTH * sizeof(uint64_t));
	b->context_of = xcalloc(pairs, sizeof(int));
	b->scratch = xcalloc((size_t)threads, sizeof(*b->scratch));
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
	atomic_llong tokens;
};

static void write_sequence(struct batch_fill *f, const struct problem *p, int i)
{
	struct step_batch *b = f->b;
	struct grammar g = f->c->problem.grammar;
	size_t at = (size_t)i * WIDTH;

	g.allowed = (g.allowed & grammar_default(p->n_columns).allowed);
	memset(b->tokens + at, TOK_PAD, WIDTH);
	memset(b->ce + at, 0, WIDTH * sizeof(*b->ce));
	memset(b->legal + at, 0, WIDTH * sizeof(*b->legal));
	memcpy(b->tokens + at, p->tokens, (size_t)p->len);
	grammar_slots(p->tokens, p->len, b->slot + at);
	grammar_masks(&g, p->tokens, p->len, b->legal + at);
	for (int t = 0; t < p->len; t++)
		b->ce[at + (size_t)t] = 1;
	b->context_of[i] = i % b->per_batch;
	atomic_fetch_add(&f->tokens, p->len);
}

static void draw_pair(void *context, int i, int worker)
{
	struct batch_fill *f = context;
	struct step_batch *b = f->b;
	struct problem *p = &b->scratch[worker];
	struct rng r = rng_stream(f->c->seed, f->purpose, f->first + (uint64_t)i);

	while (problem_draw(&f->c->problem, f->n_points, &r, p) != PROBLEM_OK)
		; /* one stream per pair: rejected draws only move it on */
	write_sequence(f, p, i);
	encode_rows(f->c->encoding, &p->rows, NULL, p->n_columns,
		    b->encoded + (size_t)i * (size_t)f->n_points * (size_t)b->features,
		    b->contexts + (size_t)i * (size_t)b->context);
}

static void lay_micro_batch(const struct batch_fill *f, int k)
{
	struct step_batch *b = f->b;
	size_t row = (size_t)k * (size_t)b->per_batch;

	b->batch[k] = (struct learn_batch){
		.n_contexts = b->per_batch,
		.n_points = f->n_points,
		.points = b->encoded + row * (size_t)f->n_points * (size_t)b->features,
		.context = b->contexts + row * (size_t)b->context,
		.n = b->per_batch,
		.width = WIDTH,
		.context_of = b->context_of + row,
		.tokens = b->tokens + row * WIDTH,
		.slot = b->slot + row * WIDTH,
		.legal = b->legal + row * WIDTH,
		.ce = b->ce + row * WIDTH,
	};
}

void step_batch_fill(struct step_batch *b, const struct pretrain_config *c, struct pool *pool, uint64_t purpose,
		     uint64_t first, int n_points)
{
	struct batch_fill f = {.b = b, .c = c, .purpose = purpose, .first = first, .n_points = n_points};

	pool_run(pool, b->n * b->per_batch, draw_pair, &f);
	for (int k = 0; k < b->n; k++)
		lay_micro_batch(&f, k);
	b->n_tokens = atomic_load(&f.tokens);
}
