/* looks.c — see looks.h. */
#include "looks.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "number_law.h"

#include <math.h>

/* What is looked at before anything is drawn. */
static const struct stage {
	enum solver solver;
	enum view_kind kind;
} stages[] = {
	{SOLVE_PRODUCT, VIEW_LINK},   {SOLVE_POWERS, VIEW_LINK},    {SOLVE_TERMS, VIEW_LINK},
	{SOLVE_PRODUCT, VIEW_JOIN},   {SOLVE_POWERS, VIEW_JOIN},    {SOLVE_NUMBER, VIEW_ITSELF},
	{SOLVE_TERMS, VIEW_JOIN},     {SOLVE_POWERS, VIEW_SQUARED}, {SOLVE_PRODUCT, VIEW_PAIR},
	{SOLVE_MONOMIALS, VIEW_LINK},
};

/* x1 and x2 are columns. weight: among looks that are drawn. */
static const struct extra {
	double weight;
	const char *text;
} extras[] = {
	{3, "x1 - x2"},	    {3, "x1 + x2"},	{4, "sqrt(x1^2 - x2^2)"}, {4, "sqrt(x1^2 + x2^2)"}, {2, "x1^2 - x2^2"},
	{2, "x1^2 + x2^2"}, {2, "sin(x1)"},	{2, "cos(x1)"},		  {2, "exp(x1/x2)"},	    {2, "exp(-x1/x2)"},
	{1, "exp(x1*x2)"},  {1, "exp(-x1*x2)"}, {1, "cos(x1 - x2)"},	  {1, "sin(x1 - x2)"},	    {1, "log(x1/x2)"},
	{1, "1 - x1"},	    {1, "1 + x1"},	{1, "sqrt(1 - x1^2)"},	  {1, "sqrt(1 + x1^2)"},    {1, "cos(x1*x2)"},
	{1, "sin(x1*x2)"},  {1, "exp(-x1^2)"},
};

enum { N_EXTRAS = COUNT_OF(extras) };

/* Of drawn looks; sums with functions have had their turn on every view that is likely. */
static const double solver_weight[] = {
	[SOLVE_PRODUCT] = 2, [SOLVE_POWERS] = 0.5, [SOLVE_TERMS] = 1, [SOLVE_MONOMIALS] = 2, [SOLVE_NUMBER] = 1};

static bool shows_something_new(const struct stage *s, const struct view_of_target *v)
{
	return s->solver == SOLVE_PRODUCT || s->solver == SOLVE_NUMBER ? link_shows_products(v) : link_shows_sums(v);
}

static struct look draw(const int *columns, int n_columns, struct rng *r)
{
	struct look l = {.extra = -1};
	double weight[N_EXTRAS];

	l.solver = (enum solver)rng_weighted(r, solver_weight, COUNT_OF(solver_weight));
	l.view = link_draw(columns, n_columns, r);
	l.function = rng_below(r, NUMBER_FUNCTIONS);
	if (n_columns < 2 || l.solver == SOLVE_NUMBER || rng_bool(r, 0.3))
		return l;
	for (int i = 0; i < N_EXTRAS; i++)
		weight[i] = extras[i].weight;
	l.extra = rng_weighted(r, weight, N_EXTRAS);
	l.extra_column[0] = rng_below(r, n_columns);
	l.extra_column[1] = (l.extra_column[0] + 1 + rng_below(r, n_columns - 1)) % n_columns;
	for (int k = 0; k < 2; k++)
		l.extra_column[k] = columns[l.extra_column[k]];
	return l;
}

struct look look_draw(int number, const int *columns, int n_columns, struct rng *r)
{
	struct look l = {.extra = -1};

	for (size_t s = 0; s < COUNT_OF(stages); s++) {
		int functions = stages[s].solver == SOLVE_NUMBER ? NUMBER_FUNCTIONS : 1;

		l.solver = stages[s].solver;
		for (int i = 0; i < link_views(stages[s].kind, n_columns); i++) {
			l.view = link_view(stages[s].kind, i, columns, n_columns);
			if (!shows_something_new(&stages[s], &l.view))
				continue;
			for (l.function = 0; l.function < functions; l.function++)
				if (number-- == 0)
					return l;
		}
	}
	return draw(columns, n_columns, r);
}

static void read_extra(const struct look *l, struct expr *out)
{
	if (parse_expr(extras[l->extra].text, NULL, NULL, out) != ST_OK)
		BUG("a function of two columns is no equation");
}

bool look_extra_values(const struct look *l, const struct rows *rows, double *out)
{
	struct expr formula;
	bool finite = true;

	read_extra(l, &formula);
	for (int i = 0; i < rows->n; i++) {
		double x[] = {rows->x[l->extra_column[0]][i], rows->x[l->extra_column[1]][i]};

		out[i] = expr_value(&formula, x);
		finite &= isfinite(out[i]);
	}
	return finite;
}

bool look_write_extra(const struct look *l, int place, const struct expr *e, struct expr *out)
{
	struct expr formula, written, variable[2] = {{0}};
	const struct expr *column[] = {&variable[0], &variable[1]};

	*out = *e;
	if (l->extra < 0)
		return true;
	read_extra(l, &formula);
	for (int k = 0; k < 2; k++)
		expr_push(&variable[k], OP_VAR, l->extra_column[k]);
	if (!substitute_variables(&formula, column, &written))
		return false;
	for (int i = out->n - 1; i >= 0; i--)
		if (out->node[i].op == OP_VAR && out->node[i].arg == place) {
			struct expr whole;

			if (!expr_replace_subtree(&whole, out, i, &written))
				return false;
			*out = whole;
		}
	return true;
}
