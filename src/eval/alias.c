/* alias.c — see alias.h. */
#include "alias.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"

#include <math.h>
#include <stdlib.h>

/* Rows leave a grid by the digits that were written, steps by nothing more. */
#define OFF_GRID 1e-6

struct grid {
	double first, step; /* step 0: the column lies on none */
};

static struct grid grid_of(const double *x, int n)
{
	double *sorted = xmalloc((size_t)n * sizeof(*sorted));
	struct grid g = {.step = INFINITY};

	for (int i = 0; i < n; i++)
		sorted[i] = x[i];
	sort_doubles(sorted, n);
	g.first = sorted[0];
	for (int i = 1; i < n; i++) /* equal values apart; a step is the least of the others */
		if (sorted[i] - sorted[i - 1] > OFF_GRID * (sorted[n - 1] - sorted[0]) / n)
			g.step = fmin(g.step, sorted[i] - sorted[i - 1]);
	if (isfinite(g.step)) /* as exact as the whole length gives it */
		g.step = (sorted[n - 1] - sorted[0]) / nearbyint((sorted[n - 1] - sorted[0]) / g.step);
	for (int i = 0; i < n && isfinite(g.step); i++) {
		double at = (sorted[i] - g.first) / g.step;

		if (fabs(at - nearbyint(at)) > 1e3 * OFF_GRID)
			g.step = INFINITY;
	}
	free(sorted);
	return isfinite(g.step) ? g : (struct grid){0};
}

/* The one column of a subtree that is affine in it, with slope and value at 0; −1: it is none. */
static int affine_column(const struct expr *e, int i, double *slope, double *at_zero)
{
	struct expr part = {0};
	double *x, value[3];
	int column = -1, columns;

	expr_append_subtree(&part, e, i);
	columns = expr_columns(&part);
	for (int k = 0; k < part.n; k++)
		if (part.node[k].op == OP_VAR) {
			if (column >= 0 && part.node[k].arg != column)
				return -1;
			column = part.node[k].arg;
		}
	if (column < 0)
		return -1;
	x = xcalloc((size_t)columns, sizeof(*x));
	for (int k = 0; k < 3; k++) {
		x[column] = k;
		value[k] = expr_value(&part, x);
	}
	free(x);
	*slope = value[1] - value[0];
	*at_zero = value[0];
	return fabs(value[2] - value[0] - 2 * *slope) <= 1e-9 * (fabs(value[2]) + fabs(value[0])) ? column : -1;
}

static bool write_affine(struct expr *out, double slope, int column, double phase)
{
	bool has_phase = fabs(phase) > 1e-9;

	*out = (struct expr){0};
	return (!has_phase || expr_push(out, OP_ADD, 0)) && expr_push(out, OP_MUL, 0) &&
	       expr_push_const(out, OP_CONST, slope) && expr_push(out, OP_VAR, column) &&
	       (!has_phase || expr_push_const(out, OP_CONST, phase));
}

void expr_slow_waves(struct expr *e, const struct rows *rows)
{
	for (int i = 0; i < e->n; i++) {
		double slope, phase, turns;
		struct expr argument, out;
		struct grid g;
		int column;

		if (e->node[i].op != OP_SIN && e->node[i].op != OP_COS)
			continue;
		column = affine_column(e, i + 1, &slope, &phase);
		if (column < 0)
			continue;
		g = grid_of(rows->x[column], rows->n);
		turns = g.step > 0 ? nearbyint(slope * g.step / (2 * M_PI)) : 0; /* whole ones from row to row */
		if (turns == 0 || !isfinite(turns))
			continue;
		phase = remainder(phase + 2 * M_PI * fmod(turns * g.first / g.step, 1), 2 * M_PI);
		if (write_affine(&argument, slope - 2 * M_PI * turns / g.step, column, phase) &&
		    expr_replace_subtree(&out, e, i + 1, &argument))
			*e = out;
	}
}
