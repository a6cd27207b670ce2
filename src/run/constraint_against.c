/* constraint_against.c — which constraint an equation of the user breaks, in words; see constraints.h. */
#include "constraints.h"

#include <stdio.h>

/* The first operator of e that may not occur, and has no other spelling. */
static const char *barred_operator(const struct bounds *b, const struct expr *e)
{
	for (int i = 0; i < e->n; i++) {
		struct expr part = {0}, spelled;

		if (node_arity(e->node[i]) == 0)
			continue;
		expr_push(&part, (enum op)e->node[i].op, 0);
		for (int k = node_arity(e->node[i]); k > 0; k--)
			expr_push(&part, OP_VAR, 0);
		if (!bounds_spell(b, &part, &spelled))
			return op_info[e->node[i].op].name;
	}
	return "an operator";
}

const char *constraint_against(const struct bounds *b, const struct expr *skeleton)
{
	const struct bounds steps = bounds_of_steps(b);
	static _Thread_local char why[96];
	struct expr spelled;

	if (!bounds_spell(&steps, skeleton, &spelled)) {
		snprintf(why, sizeof(why), "%s may not occur in it (--ops, --forbid, --exponents)",
			 barred_operator(&steps, skeleton));
		return why;
	}
	if (bounds_size(&steps, &spelled) > steps.max_size)
		return "it is larger than --max-size";
	if (!bounds_allow_form(&steps, &spelled))
		return "its form breaks a constraint (--max-depth, --nest, --exponents)";
	return bounds_allow(&steps, &spelled) ? NULL
					      : "it has more constants than --max-consts, or others than --constants";
}
