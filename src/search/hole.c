/* hole.c — see hole.h. */
#include "eqrl/search/hole.h"

#include "eqrl/base/mem.h"
#include "eqrl/search/select.h"
#include "links.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	DRAWN = 12, /* links for a hole: as many as there are rows in the table, so that most sorts are among them */
	TERMS = 2,  /* that the evidence rests on: one is what half of all views have, three fit anything on few rows */
};

/* The constant and the columns, or their logarithms where they have some: (n, rows), columns of length 1. */
struct hole_regressors {
	int n, rows;
	double *column;
};

struct evidence {
	struct hole_regressors line, product;
	double *magnitude; /* (rows) */
};

static void add_regressor(struct hole_regressors *c)
{
	double *v = c->column + (size_t)c->n * (size_t)c->rows, sum = 0;

	for (int i = 0; i < c->rows; i++)
		sum += v[i] * v[i];
	if (!(sum > 0 && isfinite(sum)))
		return;
	for (int i = 0; i < c->rows; i++)
		v[i] /= sqrt(sum);
	c->n++;
}

static void take_regressors(struct hole_regressors *to, const struct rows *rows, bool logarithms)
{
	*to = (struct hole_regressors){.rows = rows->n};
	to->column = xmalloc((size_t)(rows->n_columns + 2) * (size_t)rows->n * sizeof(double));
	for (int i = 0; i < rows->n; i++)
		to->column[i] = 1;
	add_regressor(to);
	for (int c = 0; c < rows->n_columns; c++) {
		double *v = to->column + (size_t)to->n * (size_t)rows->n;

		for (int i = 0; i < rows->n; i++)
			v[i] = logarithms ? log(fabs(rows->x[c][i])) : rows->x[c][i];
		add_regressor(to);
	}
}

static void evidence_init(struct evidence *e, const struct rows *rows)
{
	take_regressors(&e->line, rows, false);
	take_regressors(&e->product, rows, true);
	e->magnitude = xmalloc((size_t)rows->n * sizeof(double));
}

static void evidence_release(struct evidence *e)
{
	free(e->line.column);
	free(e->product.column);
	free(e->magnitude);
}

static double share_left(const struct hole_regressors *c, const double *target)
{
	struct selection best[TERMS + 1];

	for (int i = 0; i < c->rows; i++)
		if (!isfinite(target[i]))
			return INFINITY;
	select_forward(&(struct regressors){c->rows, c->n, c->column, target, 1}, TERMS, 1, 0, best);
	for (int k = TERMS; k > 0; k--)
		if (best[k].n > 0)
			return best[k].left;
	return INFINITY;
}

/* What a line or a product of powers leaves of the target's variance, of the better one. */
static double left_of(const struct evidence *e, const double *target)
{
	double line = share_left(&e->line, target);

	for (int i = 0; i < e->line.rows; i++)
		e->magnitude[i] = log(fabs(target[i]));
	return fmin(line, share_left(&e->product, e->magnitude));
}

/* The inverse around the hole, and the hole in it. */
static bool put_inverse(const struct view_of_target *v, struct expr *e, int *node, int n_columns)
{
	struct expr hole = {0}, inverse, whole;

	expr_push(&hole, OP_VAR, n_columns); /* no column, so that it is found again */
	if (!link_undo(v, &hole, &inverse) || !expr_replace_subtree(&whole, e, *node, &inverse))
		return false;
	for (int i = 0; i < whole.n; i++)
		if (whole.node[i].op == OP_VAR && whole.node[i].arg == n_columns) {
			*e = whole;
			*node = i;
			return true;
		}
	return false;
}

/* A third each: a link, a join, and what laws often need. */
static struct view_of_target draw_view(const int *column, int n_columns, struct rng *r)
{
	int sort = rng_below(r, 3);
	enum view_kind kind = sort == 1 ? VIEW_LINK : VIEW_JOIN;

	return sort == 0 ? link_draw(column, n_columns, r)
			 : link_view(kind, rng_below(r, link_views(kind, n_columns)), column, n_columns);
}

bool hole_link(struct expr *e, int *node, const struct rows *rows, struct rng *r, double *seen)
{
	double *target = xmalloc((size_t)rows->n * sizeof(*target)), least;
	int *column = xmalloc((size_t)rows->n_columns * sizeof(*column));
	struct view_of_target best = {.join = -1};
	struct evidence evidence;
	bool found = false;

	evidence_init(&evidence, rows);
	for (int c = 0; c < rows->n_columns; c++)
		column[c] = c;
	least = left_of(&evidence, rows->y);
	for (int i = 0; i < DRAWN; i++) {
		struct view_of_target v = draw_view(column, rows->n_columns, r);
		double left = link_apply(&v, rows, target) ? left_of(&evidence, target) : INFINITY;

		if (!(left < least))
			continue;
		least = left;
		best = v;
		found = true;
		memcpy(seen, target, (size_t)rows->n * sizeof(*target));
	}
	found = found && put_inverse(&best, e, node, rows->n_columns);
	evidence_release(&evidence);
	free(target);
	free(column);
	return found;
}
