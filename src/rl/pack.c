/* pack.c — sequences as micro-batches for the learner; see learning.h. */
#include "eqrl/base/mem.h"
#include "learning.h"

#include <string.h>

/* Sequences of one piece of work: as many as share a matrix product without padding it much, and few enough that 96 chosen
 * ones keep several workers busy. */
enum { MICRO_BATCH = 32 };

/* What the graph starts from: the rows, or the encoder's memory of them when only the decoder learns. */
static void show_context(const struct context *c, bool tune_all, struct learn_batch *out)
{
	if (tune_all) {
		out->points = c->points;
		out->context = c->features;
	} else {
		out->memory = c->memory.latent;
	}
}

static void pack(const struct batch *b, const int *index, int n, struct arena *a, struct learn_batch *out)
{
	const struct samples *s = &b->samples;
	int width = 0;
	uint8_t *tokens, *slot;
	uint64_t *legal;
	float *advantage, *logp;

	for (int k = 0; k < n; k++)
		if (s->len[index[k]] > width)
			width = s->len[index[k]];
	tokens = arena_alloc(a, (size_t)(n * width));
	slot = arena_alloc(a, (size_t)(n * width));
	legal = arena_alloc(a, (size_t)(n * width) * sizeof(*legal));
	advantage = arena_alloc(a, (size_t)(n * width) * sizeof(*advantage));
	logp = arena_alloc(a, (size_t)(n * width) * sizeof(*logp));
	for (int k = 0; k < n; k++) {
		size_t from = (size_t)index[k] * (size_t)s->width, to = (size_t)k * (size_t)width;

		memcpy(tokens + to, s->tokens + from, (size_t)width);
		memcpy(slot + to, s->slot + from, (size_t)width);
		memcpy(legal + to, s->legal + from, (size_t)width * sizeof(*legal));
		memcpy(logp + to, s->logp + from, (size_t)width * sizeof(*logp));
		for (int j = 0; j < s->len[index[k]]; j++)
			advantage[to + (size_t)j] =
				(float)b->advantage[index[k]] + (b->has_credit ? b->credit[from + (size_t)j] : 0);
	}
	*out = (struct learn_batch){
		.n_contexts = 1,
		.n = n,
		.width = width,
		.context_of = arena_alloc(a, (size_t)n * sizeof(int)),
		.tokens = tokens,
		.slot = slot,
		.legal = legal,
		.advantage = advantage,
		.logp_old = logp,
	};
}

void pack_sequences(struct packing *p, const int *index, int n, int spare)
{
	const struct batch *b = p->batch;

	p->packed = arena_alloc(p->arena, (size_t)(n + spare) * sizeof(*p->packed));
	for (int from = 0; from < n;) { /* index ascends, so one context's sequences lie together */
		int to = from;

		while (to < n && to - from < MICRO_BATCH && b->context[index[to]] == b->context[index[from]])
			p->divisor += b->samples.len[index[to++]];
		pack(b, index + from, to - from, p->arena, &p->packed[p->n]);
		p->packed[p->n].n_points = p->contexts->n_points;
		show_context(b->context[index[from]], p->tune_all, &p->packed[p->n++]);
		from = to;
	}
}

void pack_elites(const struct reminder *r, bool tune_all, double share, double divisor, struct arena *a,
		 struct learn_batch *out)
{
	const struct elites *e = r->elites;
	int width = 0, n = 0;
	uint8_t *tokens, *slot;
	uint64_t *legal;
	double total = 0;
	float *ce;

	for (int i = 0; i < e->n; i++)
		if (e->elite[i].len > width)
			width = e->elite[i].len;
	tokens = arena_alloc(a, (size_t)(e->n * width));
	slot = arena_alloc(a, (size_t)(e->n * width));
	legal = arena_alloc(a, (size_t)(e->n * width) * sizeof(*legal));
	ce = arena_alloc(a, (size_t)(e->n * width) * sizeof(*ce));
	for (int i = 0; i < e->n; i++) {
		const struct elite *x = &e->elite[i];

		if (!r->one_mapping && x->context != r->which)
			continue;
		memcpy(tokens + n * width, x->tokens, (size_t)x->len);
		grammar_slots(x->tokens, x->len, slot + n * width);
		grammar_masks(&r->grammar, x->tokens, x->len, legal + n * width);
		for (int j = 0; j < x->len; j++)
			ce[n * width + j] = 1;
		total += x->len;
		n++;
	}
	for (int i = 0; i < n * width; i++)
		ce[i] *= (float)(share * divisor / total);
	*out = (struct learn_batch){
		.n_contexts = 1,
		.n_points = r->contexts->n_points,
		.n = n,
		.width = width,
		.context_of = arena_alloc(a, (size_t)n * sizeof(int)),
		.tokens = tokens,
		.slot = slot,
		.legal = legal,
		.ce = ce,
	};
	show_context(&r->contexts->context[r->which], tune_all, out);
}
