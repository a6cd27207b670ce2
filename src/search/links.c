/* links.c — see links.h. */
#include "links.h"

#include "eqrl/expr/parse.h"
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"

#include <math.h>
#include <stddef.h>

enum { BRANCHES = 3 };

/* Logarithms of a power are those of the target, and so are those of a product with a column; a sum with a column is a
 * sum without it. */
enum { FOR_SUMS = 1, FOR_PRODUCTS = 2 };

/* x1 is what is looked through. */
struct link {
	double weight; /* among drawn views: how often laws that were solved for an input need it */
	int uses;
	const char *forward;
	const char *inverse[BRANCHES];
};

static const struct link links[] = {
	{2, FOR_SUMS | FOR_PRODUCTS, "x1", {"x1"}},
	{8, FOR_SUMS, "x1^2", {"sqrt(x1)", "-sqrt(x1)"}},
	{3, FOR_SUMS, "1/x1", {"1/x1"}},
	{1, FOR_SUMS, "1/x1^2", {"1/sqrt(x1)", "-1/sqrt(x1)"}},
	{1, FOR_SUMS, "sqrt(x1)", {"x1^2"}},
	{2, FOR_SUMS | FOR_PRODUCTS, "log(x1)", {"exp(x1)"}},
	{2, FOR_SUMS | FOR_PRODUCTS, "exp(x1)", {"log(x1)"}},
	{2, FOR_SUMS | FOR_PRODUCTS, "cos(x1)", {"acos(x1)", "-acos(x1)", "2*pi - acos(x1)"}},
	{2, FOR_SUMS | FOR_PRODUCTS, "sin(x1)", {"asin(x1)", "pi - asin(x1)"}},
	{0.5, FOR_SUMS | FOR_PRODUCTS, "tan(x1)", {"atan(x1)", "pi + atan(x1)"}},
	{0.5, FOR_SUMS | FOR_PRODUCTS, "exp(-x1)", {"-log(x1)"}},
	{0.5, FOR_SUMS | FOR_PRODUCTS, "exp(1/x1)", {"1/log(x1)"}},
};

/* x1 is the target (or, backwards, what stands for it), x2 and x3 are columns. */
struct join {
	double weight;
	int n_columns, uses;
	const char *forward, *backward;
};

static const struct join joins[] = {
	{2, 1, FOR_SUMS, "x1*x2", "x1/x2"},
	{3, 1, FOR_SUMS, "x1/x2", "x1*x2"},
	{1, 1, FOR_SUMS, "x2/x1", "x2/x1"},
	{1, 1, FOR_SUMS, "x1*x2^2", "x1/x2^2"},
	{1, 1, FOR_SUMS, "x1/x2^2", "x1*x2^2"},
	{4, 1, FOR_PRODUCTS, "x1 - x2", "x1 + x2"},
	{4, 1, FOR_PRODUCTS, "x1 + x2", "x1 - x2"},
	{2, 1, FOR_PRODUCTS, "x1^2 - x2^2", "sqrt(x1 + x2^2)"},
	{2, 1, FOR_PRODUCTS, "x1^2 + x2^2", "sqrt(x1 - x2^2)"},
	{1, 1, FOR_PRODUCTS, "1/x1 - 1/x2", "1/(x1 + 1/x2)"},
	{1, 1, FOR_PRODUCTS, "1/x1 + 1/x2", "1/(x1 - 1/x2)"},
	{1, 1, FOR_PRODUCTS, "1/x1^2 - 1/x2^2", "1/sqrt(x1 + 1/x2^2)"},
	{1, 1, FOR_PRODUCTS, "1/x1^2 + 1/x2^2", "1/sqrt(x1 - 1/x2^2)"},
	{1, 2, FOR_PRODUCTS, "x1*x2 - x3", "(x1 + x3)/x2"},
	{1, 2, FOR_PRODUCTS, "x1*x2 + x3", "(x1 - x3)/x2"},
	{1, 2, FOR_PRODUCTS, "x1/x2 - x3", "(x1 + x3)*x2"},
	{1, 2, FOR_PRODUCTS, "x1/x2 + x3", "(x1 - x3)*x2"},
	{1, 0, FOR_PRODUCTS, "x1 - 1", "x1 + 1"},
	{1, 0, FOR_PRODUCTS, "x1 + 1", "x1 - 1"},
};

enum { SQUARE = 1, MINUS = 5, PLUS = 6 }; /* rows of the tables */
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

static const struct view_of_target itself = {.join = -1};

/* Places of a table's rows that take so many columns: every choice of them in order. */
static int choices_of(int n_columns_taken, int n_columns)
{
	return n_columns_taken == 2 ? n_columns * (n_columns - 1) : n_columns_taken == 1 ? n_columns : 1;
}

static void choose_columns(struct view_of_target *v, int which, const int *columns, int n_columns)
{
	int first = which / (n_columns - 1 + (n_columns == 1)), second = which % (n_columns - 1 + (n_columns == 1));

	if (joins[v->join].n_columns == 1)
		v->column[0] = columns[which];
	if (joins[v->join].n_columns == 2) {
		v->column[0] = columns[first];
		v->column[1] = columns[second + (second >= first)];
	}
}

int link_views(enum view_kind kind, int n_columns)
{
	int n = 0;

	if (kind == VIEW_ITSELF)
		return 1;
	if (kind == VIEW_LINK)
		return N_LINKS;
	if (kind == VIEW_SQUARED)
		return 2 * n_columns;
	for (int j = 0; j < N_JOINS; j++)
		n += (joins[j].n_columns == 2) == (kind == VIEW_PAIR) ? choices_of(joins[j].n_columns, n_columns) : 0;
	return n;
}

struct view_of_target link_view(enum view_kind kind, int number, const int *columns, int n_columns)
{
	struct view_of_target v = itself;

	if (kind == VIEW_LINK)
		v.link = number;
	if (kind == VIEW_ITSELF || kind == VIEW_LINK)
		return v;
	if (kind == VIEW_SQUARED) {
		v = (struct view_of_target){.link = SQUARE, .join = number < n_columns ? MINUS : PLUS};
		v.column[0] = columns[number % n_columns];
		return v;
	}
	for (int j = 0; j < N_JOINS; j++) {
		int n = (joins[j].n_columns == 2) == (kind == VIEW_PAIR) ? choices_of(joins[j].n_columns, n_columns)
									 : 0;

		if (number < n) {
			v.join = j;
			choose_columns(&v, number, columns, n_columns);
			return v;
		}
		number -= n;
	}
	return v;
}

/* Half of the drawn views have a join and a link. */
struct view_of_target link_draw(const int *columns, int n_columns, struct rng *r)
{
	double link_weight[N_LINKS], join_weight[N_JOINS];
	struct view_of_target v = itself;

	for (int i = 0; i < N_LINKS; i++)
		link_weight[i] = links[i].weight;
	for (int i = 0; i < N_JOINS; i++)
		join_weight[i] = joins[i].n_columns <= n_columns ? joins[i].weight : 0;
	v.link = rng_weighted(r, link_weight, N_LINKS);
	if (rng_bool(r, 0.5))
		return v;
	v.join = rng_weighted(r, join_weight, N_JOINS);
	choose_columns(&v, rng_below(r, choices_of(joins[v.join].n_columns, n_columns)), columns, n_columns);
	return v;
}

bool link_shows_products(const struct view_of_target *v)
{
	return (links[v->link].uses & FOR_PRODUCTS) &&
	       (v->join < 0 || v->link > 0 || joins[v->join].uses & FOR_PRODUCTS);
}

bool link_shows_sums(const struct view_of_target *v)
{
	return v->join < 0 || v->link > 0 || joins[v->join].uses & FOR_SUMS;
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

/* Target, and what is joined with it, in one row. */
static void read_operands(const struct view_of_target *v, const struct rows *rows, int row, double target, double *out)
{
	out[0] = target;
	for (int k = 0; k < VIEW_COLUMNS; k++)
		out[k + 1] = v->join >= 0 && k < joins[v->join].n_columns ? rows->x[v->column[k]][row] : 0;
}

/* Rounding on the way there and back, in units of the target. */
#define RETURN_TOLERANCE 1e-6

static bool leads_back(const struct view_of_target *v, const struct path *p, const struct rows *rows, const double *t)
{
	for (int i = 0; i < rows->n; i++) {
		double operand[1 + VIEW_COLUMNS], y;

		read_operands(v, rows, i, expr_value(&p->inverse, &t[i]), operand);
		y = v->join >= 0 ? expr_value(&p->back, operand) : operand[0];
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
		double operand[1 + VIEW_COLUMNS], u;

		read_operands(v, rows, i, rows->y[i], operand);
		u = v->join >= 0 ? expr_value(&p.join, operand) : operand[0];
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
	struct expr column[VIEW_COLUMNS] = {{0}}, through;
	const struct expr *alone[] = {e}, *joined[] = {&through, &column[0], &column[1]};
	struct path p;

	read_path(v, &p);
	if (!substitute_variables(&p.inverse, alone, &through))
		return false;
	if (v->join < 0) {
		*out = through;
		return true;
	}
	for (int k = 0; k < VIEW_COLUMNS; k++)
		expr_push(&column[k], OP_VAR, v->column[k]);
	return substitute_variables(&p.back, joined, out);
}
