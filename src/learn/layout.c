/* layout.c — see layout.h. */
#include "layout.h"

#include "eqrl/expr/syntax.h"

#include <math.h>
#include <string.h>

/* Tokens of a sequence: through EOS, or up to the padding. */
static int length_of(const uint8_t *tokens, int width)
{
	int n = 0;

	while (n < width && tokens[n] != TOK_PAD)
		if (tokens[n++] == TOK_EOS)
			break;
	return n;
}

static enum status check_batch(const struct learn_batch *b, const struct net_config *net)
{
	if (b->n < 1 || b->width < 1 || b->n_contexts < 1)
		return fail(ST_INTERNAL, "learner: a micro-batch without sequences or contexts");
	if (!b->points == !b->memory || (b->points && (!b->context || (!b->points_of && b->n_points < 1))))
		return fail(ST_INTERNAL, "learner: a micro-batch needs points and context, or memory");
	if (b->advantage && !b->logp_old)
		return fail(ST_INTERNAL, "learner: advantages without the old log-probabilities");
	for (int p = 0; b->points && b->points_of && p < b->n_contexts; p++)
		if (b->points_of[p] < 1)
			return fail(ST_INTERNAL, "learner: context %d shows no points", p);
	for (int r = 0; r < b->n; r++) {
		int n = length_of(b->tokens + (size_t)r * (size_t)b->width, b->width);

		if (n < 1 || n > net->max_len)
			return fail(ST_INTERNAL, "learner: sequence %d has %d tokens, must be 1 to %d", r, n,
				    net->max_len);
		if (b->context_of[r] < 0 || b->context_of[r] >= b->n_contexts)
			return fail(ST_INTERNAL, "learner: sequence %d is of context %d of %d", r, b->context_of[r],
				    b->n_contexts);
	}
	return ST_OK;
}

static void layout_alloc(struct token_layout *l, struct arena *a, const struct learn_batch *b, int multiple)
{
	size_t rows, n = (size_t)b->n, p = (size_t)b->n_contexts;

	l->begin = arena_alloc(a, (n + 1) * sizeof(*l->begin));
	for (int r = 0; r < b->n; r++)
		l->begin[r + 1] = l->begin[r] + length_of(b->tokens + (size_t)r * (size_t)b->width, b->width);
	l->tokens = l->begin[b->n];
	l->rows = (l->tokens + multiple - 1) / multiple * multiple;
	rows = (size_t)l->rows;
	l->input = arena_alloc(a, rows * sizeof(*l->input));
	l->position = arena_alloc(a, rows * sizeof(*l->position));
	l->slot = arena_alloc(a, rows * sizeof(*l->slot));
	l->target = arena_alloc(a, rows * sizeof(*l->target));
	l->legal = arena_alloc(a, rows * (size_t)l->vocab);
	l->alive = arena_alloc(a, rows * sizeof(float));
	l->discount = arena_alloc(a, rows * sizeof(float));
	l->ce = b->ce ? arena_alloc(a, rows * sizeof(float)) : NULL;
	l->advantage = b->advantage ? arena_alloc(a, rows * sizeof(float)) : NULL;
	l->logp_old = b->advantage ? arena_alloc(a, rows * sizeof(float)) : NULL;
	l->self = arena_alloc(a, n * sizeof(*l->self));
	l->cross = arena_alloc(a, n * sizeof(*l->cross));
	l->latent = arena_alloc(a, p * sizeof(*l->latent));
	l->look = arena_alloc(a, p * sizeof(*l->look));
}

/* The weights of one token in the loss. logp_old is not read where it has no meaning (elites carry no advantage), so
 * that no ratio overflows there. */
static void lay_weights(struct token_layout *l, const struct learn_batch *b, size_t at, int row, double discount)
{
	l->alive[row] = 1;
	l->discount[row] = (float)discount;
	if (l->ce)
		l->ce[row] = b->ce[at];
	if (l->advantage && b->advantage[at] != 0) {
		l->advantage[row] = b->advantage[at];
		l->logp_old[row] = b->logp_old[at];
	}
}

static enum status lay_sequence(struct token_layout *l, const struct learn_batch *b, int r, double decay)
{
	int before = TOK_BOS, v = l->vocab;
	double discount = 1;

	for (int t = 0, row = l->begin[r]; row < l->begin[r + 1]; t++, row++) {
		size_t at = (size_t)r * (size_t)b->width + (size_t)t;
		int token = b->tokens[at];
		uint64_t legal = b->legal ? b->legal[at] : ~(uint64_t)0;

		if (token >= v || b->slot[at] >= 2 * v)
			return fail(ST_INTERNAL, "learner: sequence %d, token %d: %d or its slot %d is out of range", r,
				    t, token, b->slot[at]);
		if (!(legal & TOK_BIT(token)))
			return fail(ST_INTERNAL, "learner: sequence %d, token %d is masked out", r, t);
		l->input[row] = before;
		l->position[row] = t;
		l->slot[row] = b->slot[at];
		l->target[row] = token;
		for (int k = 0; k < v; k++)
			l->legal[(size_t)row * (size_t)v + (size_t)k] = (legal >> k) & 1;
		lay_weights(l, b, at, row, discount);
		before = token;
		discount *= decay;
	}
	return ST_OK;
}

static void lay_spans(struct token_layout *l, const struct learn_batch *b, int latents)
{
	for (int r = 0; r < b->n; r++) {
		int row = l->begin[r], n = l->begin[r + 1] - row, k = b->context_of[r] * latents;
		struct ct_span *run = l->n_cross ? &l->cross[l->n_cross - 1] : NULL;

		l->self[l->n_self++] = (struct ct_span){row, n, row, n};
		if (run && run->k == k)
			run->n_q += n;
		else
			l->cross[l->n_cross++] = (struct ct_span){row, n, k, latents};
	}
	for (int p = 0, n; p < b->n_contexts; p++) {
		l->latent[p] = (struct ct_span){p * latents, latents, p * latents, latents};
		n = b->points_of && b->points ? b->points_of[p] : b->n_points;
		l->look[p] = (struct ct_span){p * latents, latents, (int)l->points, n};
		l->points += n;
	}
}

enum status layout_build(struct token_layout *l, struct arena *a, const struct net_config *net,
			 const struct learn_batch *b, double entropy_decay, int rows_multiple)
{
	*l = (struct token_layout){.vocab = net->vocab};
	TRY(check_batch(b, net));
	layout_alloc(l, a, b, rows_multiple);
	for (int r = 0; r < b->n; r++)
		TRY(lay_sequence(l, b, r, entropy_decay));
	memset(l->legal + (size_t)l->tokens * (size_t)l->vocab, 1, (size_t)(l->rows - l->tokens) * (size_t)l->vocab);
	lay_spans(l, b, net->latents);
	return ST_OK;
}
