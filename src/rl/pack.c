/* pack.c — chosen sequences as micro-batches for the learner. */
#include "trainer_internal.h"

#include <string.h>

enum { MICRO_BATCH = 32 };

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

static void pack(const struct trainer *t, const int *index, int n, struct arena *a, struct learn_batch *out)
{
	const struct rollout *r = &t->rollout;
	int width = 0, from_width = r->samples.width;
	uint8_t *tokens;
	uint64_t *legal;
	float *advantage, *logp;

	for (int k = 0; k < n; k++)
		if (r->samples.len[index[k]] > width)
			width = r->samples.len[index[k]];
	tokens = arena_alloc(a, (size_t)(n * width));
	legal = arena_alloc(a, (size_t)(n * width) * sizeof(*legal));
	advantage = arena_alloc(a, (size_t)(n * width) * sizeof(*advantage));
	logp = arena_alloc(a, (size_t)(n * width) * sizeof(*logp));
	for (int k = 0; k < n; k++) {
		size_t from = (size_t)index[k] * (size_t)from_width, to = (size_t)k * (size_t)width;

		memcpy(tokens + to, r->samples.tokens + from, (size_t)width);
		memcpy(legal + to, r->samples.legal + from, (size_t)width * sizeof(*legal));
		memcpy(logp + to, r->samples.logp + from, (size_t)width * sizeof(*logp));
		for (int j = 0; j < r->samples.len[index[k]]; j++)
			advantage[to + (size_t)j] =
				(float)r->advantage[index[k]] + (r->credit ? r->credit[from + (size_t)j] : 0);
	}
	*out = (struct learn_batch){
		.n_contexts = 1,
		.n_points = r->task->contexts.n_points,
		.n = n,
		.width = width,
		.context_of = arena_alloc(a, (size_t)n * sizeof(int)),
		.tokens = tokens,
		.legal = legal,
		.advantage = advantage,
		.logp_old = logp,
	};
	show_context(t, r->context[index[0]], out);
}

struct learn_batch *pack_batches(struct trainer *t, const int *index, int n, int spare, struct arena *a, int *n_batches,
				 double *divisor)
{
	const struct rollout *r = &t->rollout;
	struct learn_batch *out = arena_alloc(a, (size_t)(n + spare) * sizeof(*out));
	int count = 0;

	*divisor = 0;
	for (int from = 0; from < n;) { /* index ascends, so one context's sequences lie together */
		int to = from;

		while (to < n && to - from < MICRO_BATCH && r->context[index[to]] == r->context[index[from]])
			*divisor += r->samples.len[index[to++]];
		pack(t, index + from, to - from, a, &out[count++]);
		from = to;
	}
	*n_batches = count;
	return out;
}

void pack_elites(const struct trainer *t, const struct task *k, struct arena *a, double share, double divisor,
		 struct learn_batch *out)
{
	const struct elites *e = &k->elites;
	bool one_mapping = k->d->n_columns <= VOCAB_VARS; /* then every context understands every elite */
	int which = one_mapping ? (int)(t->stats.step / t->n_tasks % k->contexts.n) : e->elite[0].context;
	int width = 0, n = 0;
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
		grammar_masks(&k->grammar, e->elite[i].tokens, e->elite[i].len, legal + n * width);
		for (int j = 0; j < e->elite[i].len; j++)
			ce[n * width + j] = 1;
		total += e->elite[i].len;
		n++;
	}
	for (int i = 0; i < n * width; i++)
		ce[i] *= (float)(share * divisor / total);
	*out = (struct learn_batch){
		.n_contexts = 1,
		.n_points = k->contexts.n_points,
		.n = n,
		.width = width,
		.context_of = arena_alloc(a, (size_t)n * sizeof(int)),
		.tokens = tokens,
		.legal = legal,
		.ce = ce,
	};
	show_context(t, &k->contexts.context[which], out);
}
