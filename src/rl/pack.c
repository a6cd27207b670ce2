/* pack.c — chosen sequences as micro-batches for the learner. */
#include "trainer_internal.h"

#include <string.h>

enum { MICRO_BATCH = 32 };

static const struct context *context_at(const struct trainer *t, int i)
{
	for (int k = 0; k < t->contexts.n; k++)
		if (&t->contexts.context[k].memory == t->memory[i])
			return &t->contexts.context[k];
	BUG("a sequence without context");
}

/* What the graph starts from: the rows, or the encoder's memory of them when only the decoder learns. */
static void show_context(const struct trainer *t, const struct context *c, struct learn_batch *out)
{
	if (t->c.tune_all) {
		out->points = c->points;
		out->context = c->features;
	} else {
		out->memory = c->memory.latent;
	}
}

static void pack(struct trainer *t, const int *index, int n, struct arena *a, struct learn_batch *out)
{
	const struct context *c = context_at(t, index[0]);
	int width = 0, from_width = t->samples.width;
	uint8_t *tokens;
	uint64_t *legal;
	float *advantage, *logp;

	for (int k = 0; k < n; k++)
		if (t->samples.len[index[k]] > width)
			width = t->samples.len[index[k]];
	tokens = arena_alloc(a, (size_t)(n * width));
	legal = arena_alloc(a, (size_t)(n * width) * sizeof(*legal));
	advantage = arena_alloc(a, (size_t)(n * width) * sizeof(*advantage));
	logp = arena_alloc(a, (size_t)(n * width) * sizeof(*logp));
	for (int k = 0; k < n; k++) {
		size_t from = (size_t)index[k] * (size_t)from_width, to = (size_t)k * (size_t)width;

		memcpy(tokens + to, t->samples.tokens + from, (size_t)width);
		memcpy(legal + to, t->samples.legal + from, (size_t)width * sizeof(*legal));
		memcpy(logp + to, t->samples.logp + from, (size_t)width * sizeof(*logp));
		for (int j = 0; j < t->samples.len[index[k]]; j++)
			advantage[to + (size_t)j] = (float)t->advantage[index[k]];
	}
	*out = (struct learn_batch){
		.n_contexts = 1, .n_points = t->contexts.n_points, .n = n, .width = width,
		.context_of = arena_alloc(a, (size_t)n * sizeof(int)), .tokens = tokens, .legal = legal,
		.advantage = advantage, .logp_old = logp,
	};
	show_context(t, c, out);
}

struct learn_batch *pack_batches(struct trainer *t, const int *index, int n, struct arena *a, int *n_batches,
				 double *divisor)
{
	struct learn_batch *out = arena_alloc(a, (size_t)(n + 2) * sizeof(*out));
	int count = 0;

	*divisor = 0;
	for (int from = 0; from < n;) { /* index ascends, so one context's sequences lie together */
		int to = from;

		while (to < n && to - from < MICRO_BATCH && t->memory[index[to]] == t->memory[index[from]])
			*divisor += t->samples.len[index[to++]];
		pack(t, index + from, to - from, a, &out[count++]);
		from = to;
	}
	*n_batches = count;
	return out;
}

void pack_elites(struct trainer *t, struct arena *a, double share, double divisor, struct learn_batch *out)
{
	const struct elites *e = &t->elites;
	bool one_mapping = t->d->n_columns <= VOCAB_VARS; /* then every context understands every elite */
	int which = one_mapping ? (int)(t->stats.step % t->contexts.n) : e->elite[0].context, width = 0, n = 0;
	const struct context *c = &t->contexts.context[which];
	uint8_t *tokens;
	uint64_t *legal;
	double total = 0;
	float *ce;

	for (int i = 0; i < e->n; i++)
		if (e->elite[i].len > width)
			width = e->elite[i].len;
	tokens = arena_alloc(a, (size_t)(e->n * width));
	legal = arena_alloc(a, (size_t)(e->n * width) * sizeof(*legal));
	ce = arena_alloc(a, (size_t)(e->n * width) * sizeof(*ce));
	for (int i = 0; i < e->n; i++) {
		if (!one_mapping && e->elite[i].context != which)
			continue;
		memcpy(tokens + n * width, e->elite[i].tokens, (size_t)e->elite[i].len);
		grammar_masks(&t->grammar, e->elite[i].tokens, e->elite[i].len, legal + n * width);
		for (int j = 0; j < e->elite[i].len; j++)
			ce[n * width + j] = 1;
		total += e->elite[i].len;
		n++;
	}
	for (int i = 0; i < n * width; i++)
		ce[i] *= (float)(share * divisor / total);
	*out = (struct learn_batch){
		.n_contexts = 1, .n_points = t->contexts.n_points, .n = n, .width = width,
		.context_of = arena_alloc(a, (size_t)n * sizeof(int)), .tokens = tokens, .legal = legal, .ce = ce,
	};
	show_context(t, c, out);
}
