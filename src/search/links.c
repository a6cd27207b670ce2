/* links.c — see links.h. */
#include "links.h"

#include "eqrl/expr/parse.h"
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"

#include <math.h>
#include <stddef.h>

enum { BRANCHES = 3 };

/* x1 is what is looked through. */
struct link {
	double weight; /* among drawn views: how often laws that were solved for an input need it */
	const char *forward;
	const char *inverse[BRANCHES];
};

static const struct link links[] = {
	{2, "x1", {"x1"}},
	{8, "x1^2", {"sqrt(x1)", "-sqrt(x1)"}},
	{3, "1/x1", {"1/x1"}},
	{1, "1/x1^2", {"1/sqrt(x1)", "-1/sqrt(x1)"}},
	{1, "sqrt(x1)", {"x1^2"}},
	{2, "log(x1)", {"exp(x1)"}},
	{2, "exp(x1)", {"log(x1)"}},
	{2, "cos(x1)", {"acos(x1)", "-acos(x1)", "2*pi - acos(x1)"}},
	{2, "sin(x1)", {"asin(x1)", "pi - asin(x1)"}},
	{0.5, "tan(x1)", {"atan(x1)", "pi + atan(x1)"}},
	{0.5, "exp(-x1)", {"-log(x1)"}},
	{0.5, "exp(1/x1)", {"1/log(x1)"}},
};

/* x1 is the target (or, backwards, what stands for it), x2 the column. */
struct join {
	double weight;
	const char *forward, *backward;
};

static const struct join joins[] = {
	{2, "x1*x2", "x1/x2"},	   {3, "x1/x2", "x1*x2"},   {4, "x1 - x2", "x1 + x2"},
	{4, "x1 + x2", "x1 - x2"}, {1, "x2/x1", "x2/x1"},   {1, "x1*x2^2", "x1/x2^2"},
	{1, "x1/x2^2", "x1*x2^2"}, {1, "x1 - 1", "x1 + 1"}, {1, "x1 + 1", "x1 - 1"},
};
enum { COLUMNLESS = 2 }; /* the last joins look at no column */

enum { N_LINKS = COUNT_OF(links), N_JOINS = COUNT_OF(joins) };

bool substitute_variables(const struct expr *template, const struct expr *const *argument, struct expr *out)
{
	*out = (struct expr){0};
	for (int i = 0; i < template->n; i++) {
		struct node a = template->node[i];
		bool fits = a.op == OP_VAR ? expr_append_subtree(out, argument[a.arg], 0)
			    : a.op == OP_FIXED || a.op == OP_CONST
				    ? expr_push_const(out, (enum op)a.op, template->c[a.arg])
				    : expr_push(out, (enum op)a.op, a.arg);

		if (!fits)
			return false;
	}
	return true;
}

static void read_template(const char *text, struct expr *out)
{
	if (parse_expr(text, NULL, NULL, out) != ST_OK)
		BUG("a link is no equation");
}

struct view_of_target link_draw(int number, const int *columns, int n_columns, struct rng *r)
{
	struct view_of_target v = {.join = -1, .column = 0};
	double link_weight[N_LINKS], join_weight[N_JOINS];

	if (number < N_LINKS) {
		v.link = number;
		return v;
	}
	number -= N_LINKS;
	if (number < (N_JOINS - COLUMNLESS) * n_columns) {
		v.join = number / n_columns;
		v.column = columns[number % n_columns];
		return v;
	}
	for (int i = 0; i < N_LINKS; i++)
		link_weight[i] = links[i].weight;
	for (int i = 0; i < N_JOINS; i++)
		join_weight[i] = joins[i].weight;
	v.join = rng_weighted(r, join_weight, N_JOINS);
	v.column = columns[rng_below(r, n_columns)];
	v.link = rng_weighted(r, link_weight, N_LINKS);
	return v;
}

/* The view of one row, with the branch of v. */
struct path {
	struct expr join, link, back, inverse;
};

static void read_path(const struct view_of_target *v, struct path *p)
{
	read_template(links[v->link].forward, &p->link);
	read_template(links[v->link].inverse[v->branch], &p->inverse);
	if (v->join >= 0) {
		read_template(joins[v->join].forward, &p->join);
		read_template(joins[v->join].backward, &p->back);
	}
}

/* Rounding on the way there and back, in units of the target. */
#define RETURN_TOLERANCE 1e-6

static bool leads_back(const struct view_of_target *v, const struct path *p, const struct rows *rows, const double *t)
{
	for (int i = 0; i < rows->n; i++) {
		double pair[2] = {expr_value(&p->inverse, &t[i]), v->join >= 0 ? rows->x[v->column][i] : 0};
		double y = v->join >= 0 ? expr_value(&p->back, pair) : pair[0];

		if (!(fabs(y - rows->y[i]) <= RETURN_TOLERANCE * fabs(rows->y[i]) + 1e-300))
			return false;
	}
	return true;
}

bool link_apply(struct view_of_target *v, const struct rows *rows, double *t)
{
	double low = INFINITY, high = -INFINITY;
	struct path p;

	v->branch = 0;
	read_path(v, &p);
	for (int i = 0; i < rows->n; i++) {
		double pair[2] = {rows->y[i], v->join >= 0 ? rows->x[v->column][i] : 0};
		double u = v->join >= 0 ? expr_value(&p.join, pair) : pair[0];

		t[i] = expr_value(&p.link, &u);
		low = fmin(low, t[i]);
		high = fmax(high, t[i]);
		if (!isfinite(t[i]))
			return false;
	}
	if (!(high > low))
		return false;
	for (; v->branch < BRANCHES && links[v->link].inverse[v->branch]; v->branch++) {
		read_path(v, &p);
		if (leads_back(v, &p, rows, t))
			return true;
	}
	return false;
}

bool link_undo(const struct view_of_target *v, const struct expr *e, struct expr *out)
{
	struct expr column = {0}, through;
	const struct expr *alone[] = {e}, *pair[] = {&through, &column};
	struct path p;

	read_path(v, &p);
	if (!substitute_variables(&p.inverse, alone, &through))
		return false;
	if (v->join < 0) {
		*out = through;
		return true;
	}
	expr_push(&column, OP_VAR, v->column);
	return substitute_variables(&p.back, pair, out);
}
