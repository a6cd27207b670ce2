/* sparse.c — see sparse.h.
 *
 *   view of the target → library → selection → equation for the view → equation for the target */
#include "eqrl/search/sparse.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/search/select.h"
#include "library.h"
#include "looks.h"
#include "number_law.h"
#include "product.h"

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
/* A regressor with this share of the largest one's part is there by rounding. */
#define IDLE 1e-9
/* A larger model of a view is handed on when it leaves at most this share of what the one before left. */
#define WORTH 0.5
struct viewing {
	struct look look;
	struct rows rows; /* few of them, spread over all, and perhaps a column more */
	double *column_of_rows, *t, *y;
	const double **x;
	struct library library;
};

/* ---- what is looked at ------------------------------------------------------------------------------------- */

static void take_rows(struct viewing *v, const struct rows *all)
{
	int n = all->n < MOST_ROWS ? all->n : MOST_ROWS, columns = all->n_columns;

	v->column_of_rows = xmalloc((size_t)(columns + 1) * (size_t)n * sizeof(double));
	v->x = xmalloc((size_t)(columns + 1) * sizeof(*v->x));
	v->y = xmalloc((size_t)n * sizeof(double));
	v->t = xmalloc((size_t)n * sizeof(double));
	for (int i = 0; i < n; i++) {
		int from = (int)((int64_t)i * all->n / n);

		v->y[i] = all->y[from];
		for (int c = 0; c < columns; c++)
			v->column_of_rows[(size_t)c * (size_t)n + (size_t)i] = all->x[c][from];
	}
	for (int c = 0; c <= columns; c++)
		v->x[c] = v->column_of_rows + (size_t)c * (size_t)n;
	v->rows = (struct rows){.n = n, .n_columns = columns, .x = v->x, .y = v->y};
}

/* Puts the look's extra column behind the others. False where it is not finite. */
static bool take_extra(struct viewing *v)
{
	double *extra = v->column_of_rows + (size_t)v->rows.n_columns * (size_t)v->rows.n;

	v->rows.n_columns++;
	return look_extra_values(&v->look, &v->rows, extra);
}

static void release_viewing(struct viewing *v)
{
	library_release(&v->library);
	free(v->column_of_rows);
	free(v->x);
	free(v->y);
	free(v->t);
}

/* At most LOOK_COLUMNS of the columns, ascending. */
static int draw_columns(const struct sparse_config *c, struct rng *r, int *out)
{
	double *weight;
	int n = 0;

	if (c->n_columns <= LOOK_COLUMNS) {
		for (int i = 0; i < c->n_columns; i++)
			out[i] = i;
		return c->n_columns;
	}
	weight = xmalloc((size_t)c->n_columns * sizeof(*weight));
	for (int i = 0; i < c->n_columns; i++)
		weight[i] = c->column_weight ? c->column_weight[i] : 1;
	for (; n < LOOK_COLUMNS; n++) {
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

/* Regressors that a larger model gives nothing are left out of it. */
static void drop_idle(struct selection *s)
{
	double most = 0;
	int kept = 0;

	for (int i = 0; i < s->n; i++)
		most = fmax(most, fabs(s->coefficient[i]));
	for (int i = 0; i < s->n; i++)
		if (fabs(s->coefficient[i]) > IDLE * most) {
			s->index[kept] = s->index[i];
			s->coefficient[kept++] = s->coefficient[i];
		}
	s->n = kept;
}

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
	for (int k = 0; k <= depth; k++) {
		drop_idle(&best[k]);
		for (int i = 0; i < best[k].n; i++)
			best[k].coefficient[i] /= length[best[k].index[i]];
	}
	free(length);
}

/* ---- equations --------------------------------------------------------------------------------------------- */

/* c0 + Σ c_i · term_i */
static bool write_sum(const struct library *l, const struct selection *s, struct expr *out)
{
	*out = (struct expr){0};
	for (int i = 0; i < s->n; i++) {
		struct expr term = {0}, entry;

		if (!expr_push_const(&term, OP_CONST, s->coefficient[i]))
			return false;
		if (l->entry[s->index[i]].n_parts > 0 &&
		    (!library_write(l, s->index[i], &entry) || !expr_extend(&term, OP_MUL, &entry)))
			return false;
		if (!expr_extend(out, OP_ADD, &term))
			return false;
	}
	return true;
}

static double value_in_row(const struct viewing *v, const struct expr *e, int row)
{
	double x[256];

	if (v->rows.n_columns > (int)COUNT_OF(x))
		return NAN;
	for (int c = 0; c < v->rows.n_columns; c++)
		x[c] = v->rows.x[c][row];
	return expr_value(e, x);
}

/* C · Π factor^p, plain exponents where they are near. A factor that is negative is written the other way round: its
 * logarithm shows no sign, and its root would not be finite. */
static bool write_product(const struct viewing *v, const struct selection *s, struct expr *out)
{
	struct power_product q = {0};
	double scale = 0;

	for (int i = 0; i < s->n; i++) {
		double p = plain_exponent(s->coefficient[i]);
		struct expr written, factor = {0};

		if (v->library.entry[s->index[i]].n_parts == 0) {
			scale = s->coefficient[i];
			continue;
		}
		if (p == 0)
			continue;
		if (!library_write(&v->library, s->index[i], &written))
			return false;
		if (value_in_row(v, &written, 0) < 0 && !expr_push(&factor, OP_NEG, 0))
			return false;
		if (!expr_append_subtree(&factor, &written, 0) || !product_multiply(&q, &factor, p))
			return false;
	}
	return product_write(&q, exp(scale), out);
}

/* Logarithms show no signs: C gets the one that most rows ask for. */
static void set_sign(const struct viewing *v, struct expr *e)
{
	int agree = 0;

	for (int i = 0; i < v->rows.n; i++) {
		double value = value_in_row(v, e, i);

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
		if (best[k].n == 0 || best[k].left > WORTH * left || (best[k].n == 1 && !product))
			continue;
		if (product ? !write_product(v, &best[k], &out[n]) : !write_sum(&v->library, &best[k], &out[n]))
			continue;
		left = best[k].left;
		n++;
	}
	return n;
}

static int look_for_sums(struct viewing *v, struct rng *r, struct expr *out)
{
	int depth = v->rows.n / ROWS_A_TERM - 1 < SUM_DEPTH ? v->rows.n / ROWS_A_TERM - 1 : SUM_DEPTH;
	struct selection best[SUM_DEPTH + 1];

	if (depth < 1)
		return 0;
	if (v->look.solver == SOLVE_MONOMIALS)
		library_add_monomials(&v->library, r);
	else
		library_add_terms(&v->library, v->look.solver == SOLVE_POWERS, r);
	select_entries(&v->library, v->t, 1, depth, best);
	return write_models(v, best, depth, false, out);
}

/* The logarithm of the view's magnitude; false where it is not finite. */
static bool take_magnitude(const struct viewing *v, double *magnitude)
{
	bool finite = true;

	for (int i = 0; i < v->rows.n; i++) {
		magnitude[i] = log(fabs(v->t[i]));
		finite &= isfinite(magnitude[i]);
	}
	return finite;
}

static int look_for_products(struct viewing *v, const double *magnitude, struct expr *out)
{
	int n_base = library_add_factors(&v->library), depth = (v->rows.n - n_base) / ROWS_A_TERM;
	struct selection best[FACTOR_DEPTH + 1];

	depth = depth < FACTOR_DEPTH ? depth : FACTOR_DEPTH;
	if (depth < 0)
		return 0;
	select_entries(&v->library, magnitude, n_base, depth, best);
	return write_models(v, best, depth, true, out);
}

/* Equations for the view. */
static int look_through(struct viewing *v, const int *column, int n_columns, struct rng *r, struct expr *out)
{
	double *magnitude;
	int n = 0;

	if (v->look.solver != SOLVE_PRODUCT && v->look.solver != SOLVE_NUMBER)
		return look_for_sums(v, r, out);
	magnitude = xmalloc((size_t)v->rows.n * sizeof(*magnitude));
	if (take_magnitude(v, magnitude))
		n = v->look.solver == SOLVE_PRODUCT
			    ? look_for_products(v, magnitude, out)
			    : number_laws(&v->rows, column, n_columns, magnitude, v->look.function, out);
	for (int k = 0; k < n; k++)
		set_sign(v, &out[k]);
	free(magnitude);
	return n;
}

int sparse_equations(const struct sparse_config *c, const struct rows *rows, int view, struct rng *r, struct expr *out)
{
	struct viewing v = {0};
	int column[LIBRARY_COLUMNS], n_columns = draw_columns(c, r, column), n = 0, kept = 0;

	take_rows(&v, rows);
	v.look = look_draw(view, column, n_columns, r);
	if (link_apply(&v.look.view, &v.rows, v.t) && (v.look.extra < 0 || take_extra(&v))) {
		if (v.look.extra >= 0)
			column[n_columns++] = rows->n_columns;
		library_init(&v.library, &v.rows, column, n_columns, most_entries(v.rows.n));
		n = look_through(&v, column, n_columns, r, out);
	}
	for (int k = 0; k < n; k++) {
		struct expr seen;

		if (link_undo(&v.look.view, &out[k], &seen) &&
		    look_write_extra(&v.look, rows->n_columns, &seen, &out[kept]))
			kept += expr_columns(&out[kept]) > 0;
	}
	release_viewing(&v);
	return kept;
}
