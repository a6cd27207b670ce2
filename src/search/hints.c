/* hints.c — see hints.h. */
#include "eqrl/search/hints.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/expr/strip.h"

#include <stdlib.h>
#include <string.h>

static bool breaks(int rule, const struct expr *skeleton)
{
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	uint64_t legal[VOCAB_MAX_LEN + 1];
	struct grammar g = grammar_default(VOCAB_VARS);
	int n = vocab_encode(skeleton, NULL, 0, tokens);

	g.allowed = VOCAB_ALL;
	g.max_len = VOCAB_MAX_LEN;
	g.max_consts = EXPR_MAX_CONSTS;
	g.rules = 1u << rule;
	return n > 0 && grammar_masks(&g, tokens, n, legal) < n;
}

uint32_t hints_broken_rules(const struct hints *h)
{
	uint32_t broken = 0;

	for (int i = 0; i < h->own.n; i++) {
		struct expr skeleton;

		if (!expr_strip(&h->own.of[i].body, &skeleton))
			continue;
		for (int rule = 0; rule < RULE_COUNT; rule++)
			broken |= breaks(rule, &skeleton) ? 1u << rule : 0;
	}
	return broken;
}

void hints_add(struct hints *h, const struct guess *g)
{
	h->guess = xrealloc(h->guess, (size_t)(h->n + 1) * sizeof(*h->guess));
	h->guess[h->n++] = *g;
}

void hints_copy(struct hints *out, const struct hints *h)
{
	*out = *h;
	out->guess = xcalloc((size_t)h->n + 1, sizeof(*out->guess));
	if (h->n)
		memcpy(out->guess, h->guess, (size_t)h->n * sizeof(*h->guess));
}

void hints_release(struct hints *h)
{
	free(h->guess);
	*h = (struct hints){0};
}
