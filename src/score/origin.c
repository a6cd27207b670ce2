/* origin.c — what it costs to count a column from elsewhere; see structure.h. */
#include "structure.h"

#include "eqrl/eval/uncertainty.h"

#include <math.h>

/* scale · e(x − by) + offset, with the three as constants of their own behind those of e. False if there is no room. */
static bool loosen(const struct expr *e, int column, struct expr *out)
{
	int by = e->n_consts, scale = by + 1, offset = by + 2;
	bool fits;

	if (offset >= EXPR_MAX_CONSTS)
		return false;
	*out = (struct expr){0};
	fits = expr_push(out, OP_ADD, 0) && expr_push(out, OP_MUL, 0) && expr_push(out, OP_CONST, scale);
	for (int i = 0; i < e->n && fits; i++) {
		struct node a = e->node[i];

		if (a.op == OP_VAR && a.arg == column)
			fits = expr_push(out, OP_SUB, 0) && expr_push(out, OP_VAR, a.arg) &&
			       expr_push(out, OP_CONST, by);
		else
			fits = expr_push(out, (enum op)a.op, a.arg);
	}
	fits = fits && expr_push(out, OP_CONST, offset);
	for (int i = 0; i < e->n_consts; i++)
		out->c[i] = e->c[i];
	out->c[by] = out->c[offset] = 0;
	out->c[scale] = 1;
	out->n_consts = offset + 1;
	return fits;
}

/* Whether other constants make up for another origin: its effect is a combination of theirs. Where it is not finite at a row, as
 * of a root that begins there, nothing else makes up for it. */
static bool is_taken_up(const struct expr *e, int column, const struct rows *rows)
{
	struct uncertainty u;
	struct expr loose;

	if (!loosen(e, column, &loose))
		return true;
	uncertainty_measure(&loose, uncertain_constants(&loose, true), rows, &u);
	for (int p = 0; p < u.k; p++)
		if (u.at[p] == e->n_consts)
			return isinf(u.error[p]);
	return false;
}

double origin_price(const struct expr *e, const double *origin, const struct rows *rows, double node)
{
	double price = 0;

	for (int c = 0; c < rows->n_columns && origin; c++)
		if (origin[c] != 0 && expr_uses_column(e, c) && !is_taken_up(e, c, rows))
			price += 2 * node + log(1 + fabs(log10(fabs(origin[c]))));
	return price;
}
