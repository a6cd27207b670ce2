/* sparse.c — see sparse.h.
 *
 *   view of the target → library → selection → equation for the view → equation for the target */
#include "eqrl/search/sparse.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/search/select.h"
#include "library.h"
#include "links.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_ROWS = 160, /* selection costs rows × entries; exact laws show on few rows */
	MOST_ENTRIES = 4096,
	SUM_DEPTH = 6,	  /* terms; a third side squared has four, a product of two differences as many */
	FACTOR_DEPTH = 3, /* factors beside the powers of columns */
	WIDTH = 4,	  /* of the beam; 1 misses sums whose terms look alike at first */
	ROWS_A_TERM = 3,  /* fewer rows than this for a term fit anything */
};

/* What double precision leaves of an exact law after some twenty operations on a row. */
#define EXACT 1e-22
/* A larger model of a view is handed on when it leaves at most this share of what the one before left. */
#define WORTH 0.5
/* Exponents this near to a plain value take it; the fit has the last word on the others. */
#define PLAIN 0.03

struct viewing {
	struct view_of_target view;
	struct rows rows; /* few of them, spread over all */
	double *column_of_rows, *t, *y;
	const double **x;
	struct library library;
};

/* ---- what is looked at ------------------------------------------------------------------------------------- */

static void take_rows(struct viewing *v, const struct rows *all)
{
	int n = all->n < MOST_ROWS ? all->n : MOST_ROWS, columns = all->n_columns;

	v->column_of_rows = xmalloc((size_t)columns * (size_t)n * sizeof(double));
	v->x = xmalloc((size_t)columns * sizeof(*v->x));
	v->y = xmalloc((size_t)n * sizeof(double));
	v->t = xmalloc((size_t)n * sizeof(double));
	for (int i = 0; i < n; i++) {
		int from = (int)((int64_t)i * all->n / n);

		v->y[i] = all->y[from];
		for (int c = 0; c < columns; c++)
			v->column_of_rows[(size_t)c * (size_t)n + (size_t)i] = all->x[c][from];
	}
	for (int c = 0; c < columns; c++)
		v->x[c] = v->column_of_rows + (size_t)c * (size_t)n;
	v->rows = (struct rows){.n = n, .n_columns = columns, .x = v->x, .y = v->y};
}

static void release_viewing(struct viewing *v)
{
	library_release(&v->library);
	free(v->column_of_rows);
	free(v->x);
	free(v->y);
	free(v->t);
}

/* At most LIBRARY_COLUMNS of the columns, ascending. */
static int draw_columns(const struct sparse_config *c, struct rng *r, int *out)
{
	double *weight;
	int n = 0;

	if (c->n_columns <= LIBRARY_COLUMNS) {
		for (int i = 0; i < c->n_columns; i++)
			out[i] = i;
		return c->n_columns;
	}
	weight = xmalloc((size_t)c->n_columns * sizeof(*weight));
	for (int i = 0; i < c->n_columns; i++)
		weight[i] = c->column_weight ? c->column_weight[i] : 1;
	for (; n < LIBRARY_COLUMNS; n++) {
		out[n] = rng_weighted(r, weight, c->n_columns);
		weight[out[n]] = 0;
	}
	free(weight);
	sort_ints(out, n);
	return n;
}

/* With few rows a large library fits by chance: entries stay below a quarter of the rows squared. */
static int most_entries(int rows)
{
	int most = rows * rows / 4;

	return most < 16 ? 16 : most > MOST_ENTRIES ? MOST_ENTRIES : most;
}

/* ---- selection --------------------------------------------------------------------------------------------- */

/* The best models of each size, coefficients in the units of the library. */
static void select_entries(struct library *l, const double *target, int n_base, int depth, struct selection *best)
{
	int rows = l->rows->n;
	double *length = xmalloc((size_t)l->n * sizeof(*length));

	for (int j = 0; j < l->n; j++) {
		double *v = l->value + (size_t)j * (size_t)rows, sum = 0;

		for (int i = 0; i < rows; i++)
			sum += v[i] * v[i];
		length[j] = sum > 0 && isfinite(sum) ? sqrt(sum) : INFINITY;
		for (int i = 0; i < rows; i++)
			v[i] /= length[j];
	}
	select_forward(&(struct regressors){rows, l->n, l->value, target, n_base}, depth, WIDTH, EXACT, best);
	for (int k = 0; k <= depth; k++)
		for (int i = 0; i < best[k].n; i++)
			best[k].coefficient[i] /= length[best[k].index[i]];
	free(length);
}

/* ---- equations --------------------------------------------------------------------------------------------- */

static bool join_with(struct expr *left, enum op op, const struct expr *right)
{
	struct expr e = {0};

	if (left->n == 0) {
		*left = *right;
		return true;
	}
	if (!expr_push(&e, op, 0) || !expr_append_subtree(&e, left, 0) || !expr_append_subtree(&e, right, 0))
		return false;
	*left = e;
	return true;
}

/* c0 + Σ c_i · term_i */
static bool write_sum(const struct library *l, const struct selection *s, struct expr *out)
{
	*out = (struct expr){0};
	for (int i = 0; i < s->n; i++) {
		struct expr term = {0}, entry;

		if (!expr_push_const(&term, OP_CONST, s->coefficient[i]))
			return false;
		if (l->entry[s->index[i]].n_parts > 0 &&
		    (!library_write(l, s->index[i], &entry) || !join_with(&term, OP_MUL, &entry)))
			return false;
		if (!join_with(out, OP_ADD, &term))
			return false;
	}
	return true;
}

/* The nearest multiple of a half or a third. */
static double plain_exponent(double p)
{
	double half = nearbyint(2 * p) / 2, third = nearbyint(3 * p) / 3;

	return fabs(third - p) < 0.5 * fabs(half - p) ? third : half;
}

static bool raise(struct expr *e, double p)
{
	struct expr power = {0};

	if (p == 1)
		return true;
	if (p == 2 || p == 3)
		return expr_push(&power, p == 2 ? OP_SQUARE : OP_CUBE, 0) && expr_append_subtree(&power, e, 0) &&
		       (*e = power, true);
	if (!expr_push(&power, OP_POW, 0) || !expr_append_subtree(&power, e, 0))
		return false;
	if (p == floor(p) && p <= 10 ? !expr_push(&power, OP_INT, (int)p) : !expr_push_const(&power, OP_CONST, p))
		return false;
	*e = power;
	return true;
}

/* Numerators and denominators of the powers that are taken below one root, and of the others. */
struct sparse_product {
	struct expr above, below, root_above, root_below;
};

static bool multiply(struct sparse_product *q, const struct expr *factor, double p)
{
	bool rooted = 2 * p == floor(2 * p) && p != floor(p) && fabs(p) < 1; /* x^1.5 stays a power */
	struct expr f = *factor, *to = rooted  ? (p > 0 ? &q->root_above : &q->root_below)
				       : p > 0 ? &q->above
					       : &q->below;

	return raise(&f, rooted ? 2 * fabs(p) : fabs(p)) && join_with(to, OP_MUL, &f);
}

static bool divide(struct expr *above, const struct expr *below)
{
	struct expr one = {0};

	if (below->n == 0)
		return true;
	expr_push(&one, OP_INT, 1);
	if (above->n == 0)
		*above = one;
	return join_with(above, OP_DIV, below);
}

/* C · above/below · sqrt(root_above/root_below) */
static bool put_together(struct sparse_product *q, double scale, struct expr *out)
{
	struct expr root = {0};

	*out = (struct expr){0};
	if (!divide(&q->root_above, &q->root_below) || !expr_push_const(out, OP_CONST, scale))
		return false;
	if (q->root_above.n > 0 && (!expr_push(&root, OP_SQRT, 0) || !expr_append_subtree(&root, &q->root_above, 0) ||
				    !join_with(&q->above, OP_MUL, &root)))
		return false;
	if (q->above.n > 0 && !join_with(out, OP_MUL, &q->above))
		return false;
	return divide(out, &q->below);
}

/* C · Π factor^p, plain exponents where they are near. */
static bool write_product(const struct library *l, const struct selection *s, struct expr *out)
{
	struct sparse_product q = {0};
	double scale = 0;

	for (int i = 0; i < s->n; i++) {
		double p = s->coefficient[i], plain = plain_exponent(p);
		struct expr factor;

		if (l->entry[s->index[i]].n_parts == 0) {
			scale = p;
			continue;
		}
		if (fabs(plain - p) < PLAIN)
			p = plain;
		if (p != 0 && (!library_write(l, s->index[i], &factor) || !multiply(&q, &factor, p)))
			return false;
	}
	return put_together(&q, exp(scale), out);
}

/* Logarithms show no signs: C gets the one that most rows ask for. */
static void set_sign(const struct viewing *v, struct expr *e)
{
	double x[256];
	int agree = 0;

	if (v->rows.n_columns > (int)COUNT_OF(x))
		return;
	for (int i = 0; i < v->rows.n; i++) {
		double value;

		for (int c = 0; c < v->rows.n_columns; c++)
			x[c] = v->rows.x[c][i];
		value = expr_value(e, x);
		agree += isfinite(value) ? (value * v->t[i] > 0 ? 1 : -1) : 0;
	}
	if (agree < 0)
		e->c[0] = -e->c[0];
}

static int write_models(struct viewing *v, const struct selection *best, int depth, bool product, struct expr *out)
{
	double left = INFINITY;
	int n = 0;

	for (int k = 0; k <= depth && n < SPARSE_MOST; k++) {
		struct expr e;

		if (best[k].n == 0 || best[k].left > WORTH * left || (best[k].n == 1 && !product))
			continue;
		if (product ? !write_product(&v->library, &best[k], &e) : !write_sum(&v->library, &best[k], &e))
			continue;
		if (product)
			set_sign(v, &e);
		left = best[k].left;
		n += link_undo(&v->view, &e, &out[n]) && expr_columns(&out[n]) > 0;
	}
	return n;
}

static int look_for_sums(struct viewing *v, bool algebraic, struct rng *r, struct expr *out)
{
	int depth = v->rows.n / ROWS_A_TERM - 1 < SUM_DEPTH ? v->rows.n / ROWS_A_TERM - 1 : SUM_DEPTH;
	struct selection best[SUM_DEPTH + 1];

	if (depth < 1)
		return 0;
	library_add_terms(&v->library, algebraic, r);
	select_entries(&v->library, v->t, 1, depth, best);
	return write_models(v, best, depth, false, out);
}

static int look_for_products(struct viewing *v, struct expr *out)
{
	int n_base = library_add_factors(&v->library), depth = (v->rows.n - n_base) / ROWS_A_TERM;
	struct selection best[FACTOR_DEPTH + 1];
	double *magnitude = xmalloc((size_t)v->rows.n * sizeof(*magnitude));
	bool finite = true;
	int n = 0;

	for (int i = 0; i < v->rows.n; i++) {
		magnitude[i] = log(fabs(v->t[i]));
		finite &= isfinite(magnitude[i]);
	}
	depth = depth < FACTOR_DEPTH ? depth : FACTOR_DEPTH;
	if (finite && depth >= 0) {
		select_entries(&v->library, magnitude, n_base, depth, best);
		n = write_models(v, best, depth, true, out);
	}
	free(magnitude);
	return n;
}

int sparse_equations(const struct sparse_config *c, const struct rows *rows, int view, struct rng *r, struct expr *out)
{
	struct viewing v = {0};
	int column[LIBRARY_COLUMNS], n_columns = draw_columns(c, r, column), n = 0;

	take_rows(&v, rows);
	v.view = link_draw(view / 3, column, n_columns, r);
	library_init(&v.library, &v.rows, column, n_columns, most_entries(v.rows.n));
	if (link_apply(&v.view, &v.rows, v.t))
		n = view % 3 == 0 ? look_for_products(&v, out) : look_for_sums(&v, view % 3 == 1, r, out);
	release_viewing(&v);
	return n;
}
