/* evolve.c — offspring: a variation (variation.c) of a parent, made canonical and legal. See evolve.h. */
#include "eqrl/search/evolve.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/bounds.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "breeding.h"

#include <string.h>

/* ---- offspring ---------------------------------------------------------------------------------- */

/* Legal under the masks, and free of operators that may not occur or can be spelt without them, when its columns are taken as variables in order of appearance. */
static bool is_legal(const struct grammar *g, const struct expr *e)
{
	const struct bounds bounds = {
		.operators = g->allowed >> TOK_OP, .max_size = EXPR_MAX_NODES, .max_consts = EXPR_MAX_CONSTS};
	struct grammar any = *g;
	struct expr named = *e, spelled;
	uint16_t column[EXPR_MAX_NODES];
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	uint64_t legal[VOCAB_MAX_LEN + 1];
	int n = 0, len;

	if (!bounds_spell(&bounds, e, &spelled) || (g->bounds && !bounds_allow_form(g->bounds, &spelled)))
		return false;
	any.allowed |= (TOK_BIT(OP_COUNT) - 1) << TOK_OP; /* the canonical form may write x*x as square(x) */
	for (int i = 0; i < named.n; i++) {
		int k = 0;

		if (named.node[i].op != OP_VAR)
			continue;
		while (k < n && column[k] != named.node[i].arg)
			k++;
		if (k == n)
			column[n++] = named.node[i].arg;
		named.node[i].arg = (uint16_t)k;
	}
	len = vocab_encode(&named, NULL, 0, tokens);
	return len > 0 && named.n <= g->max_len && grammar_masks(&any, tokens, len, legal) == len;
}

bool evolve_accept(const struct evolve_config *c, const struct expr *raw, const struct expr *parent, struct expr *out)
{
	struct expr stripped;

	if (!expr_strip(raw, &stripped) || stripped.n == 0 || expr_columns(&stripped) == 0 ||
	    (parent && expr_same_skeleton(&stripped, parent)) || !is_legal(&c->grammar, &stripped))
		return false;
	*out = stripped;
	return true;
}

enum variation evolve_offspring(const struct evolve_config *c, const struct population *p, int island, struct rng *r,
				struct expr *out)
{
	struct breeding b = {c, p, island, r};
	const struct expr *parent;

	for (int attempt = 0; attempt < 50; attempt++) {
		enum variation v = breed_draw(&b);
		struct expr raw;

		parent = breed_parent(p, island, r);
		if (!breed_once(&b, v, parent, &raw))
			continue;
		if (rng_bool(r, 0.25)) { /* sometimes two steps at once, to leave a peak */
			enum variation w = breed_draw(&b);
			struct expr again;

			if (breed_once(&b, w, &raw, &again))
				raw = again;
		}
		if (evolve_accept(c, &raw, parent, out))
			return v;
	}
	*out = *breed_parent(p, island, r);
	return VARY_POINT;
}
