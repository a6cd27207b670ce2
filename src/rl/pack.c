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
	out->n_contexts = 1;
	out->n_points = c->n_points;
	if (tune_all) {
		out->points = c->points;
		out->context = c->features;
	} else {
		out->memory = c->memory.latent;
	}
}

/* The same for several: what is shown of them lies behind each other. */
static void show_contexts(const struct packing *p, const struct context *const *shown, int n, struct learn_batch *out)
{
	const struct net_config *net = p->net;
	size_t total = 0, latent = (size_t)net->latents * (size_t)net->width;
	float *points, *features, *memory;
	int *points_of = arena_alloc(p->arena, (size_t)n * sizeof(*points_of));

	for (int i = 0; i < n; i++)
		total += (size_t)(points_of[i] = shown[i]->n_points);
	out->n_contexts = n;
	if (!p->tune_all) {
		out->memory = memory = arena_alloc(p->arena, (size_t)n * latent * sizeof(*memory));
		for (int i = 0; i < n; i++)
			memcpy(memory + (size_t)i * latent, shown[i]->memory.latent, latent * sizeof(*memory));
		return;
	}
	out->points_of = points_of;
	out->points = points = arena_alloc(p->arena, total * (size_t)net->features * sizeof(*points));
	out->context = features = arena_alloc(p->arena, (size_t)(n * net->context) * sizeof(*features));
	for (int i = 0; i < n; i++) {
		size_t size = (size_t)points_of[i] * (size_t)net->features;

		memcpy(points, shown[i]->points, size * sizeof(*points));
		memcpy(features + i * net->context, shown[i]->features, (size_t)net->context * sizeof(*features));
		points += size;
	}
}

/* The contexts of sequences index[n], each once. */
static void show_contexts_of(const struct packing *p, const int *index, int n, struct learn_batch *out)
{
	const struct context *shown[MICRO_BATCH];
	int *context_of = arena_alloc(p->arena, (size_t)n * sizeof(*context_of)), last = -1;

	for (int k = 0; k < n; k++) {
		const struct context *c = p->batch->context[index[k]];

		if (last < 0 || shown[last] != c)
			shown[++last] = c;
		context_of[k] = last;
	}
	out->context_of = context_of;
	if (last == 0)
		show_context(shown[0], p->tune_all, out);
	else
		show_contexts(p, shown, last + 1, out);
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
		.n = n,
		.width = width,
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

		while (to < n && to - from < MICRO_BATCH &&
		       (b->mixed || b->context[index[to]] == b->context[index[from]]))
			p->divisor += b->samples.len[index[to++]];
		pack(b, index + from, to - from, p->arena, &p->packed[p->n]);
		show_contexts_of(p, index + from, to - from, &p->packed[p->n++]);
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
