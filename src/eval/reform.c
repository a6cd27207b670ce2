/* reform.c — see reform.h. */
#include "reform.h"

#include <string.h>

static bool is_same_part(const struct expr *e, int a, int b)
{
	int n = expr_end(e, a) - a;

	return expr_end(e, b) - b == n && memcmp(e->node + a, e->node + b, (size_t)n * sizeof(*e->node)) == 0;
}

/* The fitted constant that the power at node i is of, -1: none. */
static int fitted_exponent(const struct expr *e, int i)
{
	struct node exponent = e->node[i].op == OP_POW ? e->node[expr_end(e, i + 1)] : (struct node){OP_INT, 0};

	return exponent.op == OP_CONST ? exponent.arg : -1;
}

bool tie_exponents(const struct expr *e, struct expr *out)
{
	bool tied = false;

	*out = *e;
	for (int i = 0; i < e->n; i++)
		for (int j = i + 1; j < e->n; j++) {
			int a = fitted_exponent(out, i), b = fitted_exponent(out, j);

			if (a < 0 || b < 0 || a == b || !is_same_part(out, i + 1, j + 1))
				continue;
			for (int k = 0; k < out->n; k++)
				if (out->node[k].op == OP_CONST && out->node[k].arg == b)
					out->node[k].arg = (uint16_t)a;
			tied = true;
		}
	return tied;
}

static bool find_argument(const struct expr *e, int i, bool logarithm, struct expr *argument)
{
	struct node a = e->node[i];
	bool power = a.op == OP_POW && expr_end(e, expr_end(e, i + 1)) == expr_end(e, i + 1) + 1;

	*argument = (struct expr){0};
	if (logarithm && (!power || !expr_push(argument, OP_LOG, 0)))
		return false;
	if (!power && (node_arity(a) != 1 || a.op == OP_NEG))
		return false;
	expr_append_subtree(argument, e, i + 1);
	return expr_columns(argument) > 0;
}

bool straight_form(const struct expr *e, int i, bool logarithm, struct expr *out)
{
	struct expr argument;

	return find_argument(e, i, logarithm, &argument) && expr_replace_subtree(out, e, i, &argument);
}
