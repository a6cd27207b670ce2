/* skeleton.c — see skeleton.h. */
#include "eqrl/pretrain/skeleton.h"

#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"

#include <stddef.h>

const char *const problem_verdict_name[PROBLEM_VERDICTS] = {
	[PROBLEM_OK] = "ok",
	[PROBLEM_TOO_LONG] = "too long",
	[PROBLEM_CONSTANT] = "constant",
	[PROBLEM_GRAMMAR] = "breaks a mask",
	[PROBLEM_EXCLUDED] = "excluded",
	[PROBLEM_THINNED] = "thinned",
	[PROBLEM_UNDEFINED] = "undefined",
	[PROBLEM_DEGENERATE] = "degenerate",
	[PROBLEM_UNSOLVABLE] = "unsolvable",
};

enum problem_verdict skeleton_check(const struct expr *e, const struct grammar *g)
{
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	uint64_t legal[VOCAB_MAX_LEN + 1];
	int n;

	if (e->n == 0 || expr_columns(e) == 0)
		return PROBLEM_CONSTANT;
	n = vocab_encode(e, NULL, 0, tokens);
	if (n == 0 || e->n > g->max_len)
		return PROBLEM_TOO_LONG;
	return grammar_masks(g, tokens, n, legal) < n ? PROBLEM_GRAMMAR : PROBLEM_OK;
}

enum problem_verdict skeleton_draw(const struct prior_config *prior, const struct grammar *g, struct rng *r,
				   struct expr *out)
{
	struct expr raw;

	if (!prior_draw(prior, prior_draw_vars(prior, VOCAB_VARS, r), r, &raw) || !expr_strip(&raw, out))
		return PROBLEM_TOO_LONG;
	return skeleton_check(out, g);
}
