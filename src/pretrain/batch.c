/* batch.c — drawing and encoding a step's problems in parallel; see batch.h. */
#include "batch.h"

#include "eqrl/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* One drawn pair, before it is placed into its micro-batch. */
struct pair {
	int len, n_columns, number;
	uint8_t tokens[VOCAB_MAX_LEN + 1];
};

void step_batch_init(struct step_batch *b, const struct pretrain_config *c)
{
	size_t pairs = (size_t)c->micro_batch * (size_t)c->micro_batches;

	*b = (struct step_batch){.n = c->micro_batches, .per_batch = c->micro_batch};
	b->features = encoding_features(c->encoding);
	b->context = encoding_context(c->encoding);
	b->points = c->net.points;
	b->batch = xcalloc((size_t)b->n, sizeof(*b->batch));
	b->encoded = xaligned(pairs * (size_t)b->points * (size_t)b->features * sizeof(float));
	b->contexts = xaligned(pairs * (size_t)b->context * sizeof(float));
	b->ce = xaligned(pairs * (VOCAB_MAX_LEN + 1) * sizeof(float));
	b->tokens = xaligned(pairs * (VOCAB_MAX_LEN + 1));
	b->legal = xaligned(pairs * (VOCAB_MAX_LEN + 1) * sizeof(uint64_t));
	b->context_of = xcalloc(pairs, sizeof(int));
	b->len = xcalloc(pairs, sizeof(int));
}

void step_batch_release(struct step_batch *b)
{
	free(b->batch);
	free(b->encoded);
	free(b->contexts);
	free(b->ce);
	free(b->tokens);
	free(b->legal);
	free(b->context_of);
	free(b->len);
	*b = (struct step_batch){0};
}

struct fill {
	struct step_batch *b;
	const struct pretrain_config *c;
	uint64_t purpose, first;
	int n_points;
	struct pair *pair;
	struct problem *scratch; /* one per worker */
	float *points, *context; /* by pair number, unsorted */
	atomic_ullong verdicts[PROBLEM_VERDICTS];
};

static void draw_pair(void *context, int i, int worker)
{
	struct fill *f = context;
	struct problem *p = &f->scratch[worker];
	struct rng r = rng_stream(f->c->seed, f->purpose, f->first + (uint64_t)i);
	size_t stride = (size_t)f->b->points * (size_t)f->b->features;
	enum problem_verdict v;

	do { /* one stream per pair: rejected draws only move it on */
		v = problem_draw(&f->c->problem, f->n_points, &r, p);
		atomic_fetch_add(&f->verdicts[v], 1);
	} while (v != PROBLEM_OK);
	f->pair[i] = (struct pair){.len = p->len, .n_columns = p->n_columns, .number = i};
	memcpy(f->pair[i].tokens, p->tokens, (size_t)p->len);
	encode_rows(f->c->encoding, &p->rows, NULL, p->n_columns, f->points + (size_t)i * stride,
		    f->context + (size_t)i * (size_t)f->b->context);
}

static int by_length(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	return p->len != q->len ? p->len - q->len : p->number - q->number;
}

static void place(struct fill *f, int k)
{
	struct step_batch *b = f->b;
	struct learn_batch *m = &b->batch[k];
	const struct pair *pair = f->pair + k * b->per_batch;
	size_t row = (size_t)k * (size_t)b->per_batch, per_point = (size_t)f->n_points * (size_t)b->features;
	int width = pair[b->per_batch - 1].len;
	uint8_t *tokens = b->tokens + row * (VOCAB_MAX_LEN + 1);
	uint64_t *legal = b->legal + row * (VOCAB_MAX_LEN + 1);
	float *ce = b->ce + row * (VOCAB_MAX_LEN + 1);
	float *points = b->encoded + row * (size_t)b->points * (size_t)b->features;

	memset(tokens, TOK_PAD, (size_t)(b->per_batch * width));
	memset(ce, 0, (size_t)(b->per_batch * width) * sizeof(*ce));
	memset(legal, 0, (size_t)(b->per_batch * width) * sizeof(*legal));
	for (int i = 0; i < b->per_batch; i++) {
		const struct pair *p = &pair[i];
		struct grammar g = f->c->problem.grammar;
		int at = i * width;

		g.allowed = (g.allowed & grammar_default(p->n_columns).allowed);
		memcpy(tokens + at, p->tokens, (size_t)p->len);
		grammar_masks(&g, p->tokens, p->len, legal + at);
		for (int t = 0; t < p->len; t++)
			ce[at + t] = 1;
		b->n_tokens += p->len;
		memcpy(points + (size_t)i * per_point,
		       f->points + (size_t)p->number * (size_t)b->points * (size_t)b->features,
		       per_point * sizeof(float));
		memcpy(b->contexts + (row + (size_t)i) * (size_t)b->context,
		       f->context + (size_t)p->number * (size_t)b->context, (size_t)b->context * sizeof(float));
		b->context_of[row + (size_t)i] = i;
	}
	*m = (struct learn_batch){
		.n_contexts = b->per_batch, .n_points = f->n_points, .points = points,
		.context = b->contexts + row * (size_t)b->context, .n = b->per_batch, .width = width,
		.context_of = b->context_of + row, .tokens = tokens, .legal = legal, .ce = ce,
	};
}

void step_batch_fill(struct step_batch *b, const struct pretrain_config *c, struct pool *pool, uint64_t purpose,
		     uint64_t first, int n_points)
{
	int pairs = b->n * b->per_batch;
	struct fill f = {.b = b, .c = c, .purpose = purpose, .first = first, .n_points = n_points};

	f.pair = xcalloc((size_t)pairs, sizeof(*f.pair));
	f.scratch = xcalloc((size_t)pool_threads(pool), sizeof(*f.scratch));
	f.points = xmalloc((size_t)pairs * (size_t)b->points * (size_t)b->features * sizeof(float));
	f.context = xmalloc((size_t)pairs * (size_t)b->context * sizeof(float));
	pool_run(pool, pairs, draw_pair, &f);
	qsort(f.pair, (size_t)pairs, sizeof(*f.pair), by_length);
	b->n_tokens = 0;
	for (int k = 0; k < b->n; k++)
		place(&f, k);
	for (int v = 0; v < PROBLEM_VERDICTS; v++)
		b->verdicts[v] += atomic_load(&f.verdicts[v]);
	free(f.pair);
	free(f.scratch);
	free(f.points);
	free(f.context);
}
