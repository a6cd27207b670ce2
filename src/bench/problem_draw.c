/* problem_draw.c — the rows of a formula problem; see problem_file.h. */
#include "eqrl/bench/problem_file.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_TRAIN = 0x74726e, RNG_TEST = 0x747374 };

static double draw_value(const struct formula_variable *v, struct rng *r)
{
	double x;

	if (v->sampling == SAMPLING_LOG_UNIFORM) {
		double a = fabs(v->low), b = fabs(v->high);

		x = exp(rng_range(r, log(fmin(a, b)), log(fmax(a, b))));
		if (v->low < 0 && v->high < 0)
			x = -x;
		if (v->integer)
			x = nearbyint(x);
	} else if (v->integer) {
		x = floor(rng_range(r, v->low, v->high + 1));
		x = fmin(x, v->high);
	} else {
		x = rng_range(r, v->low, v->high);
	}
	if (v->random_sign && rng_bool(r, 0.5))
		x = -x;
	return x;
}

static double grid_value(const struct formula_variable *v, int index)
{
	return v->points > 1 ? v->low + (v->high - v->low) * index / (v->points - 1) : v->low;
}

static bool acceptable(const struct formula_problem *p, double y)
{
	if (!isfinite(y))
		return false;
	if (p->y_limit > 0 && fabs(y) >= p->y_limit)
		return false;
	return p->y_abs_high == 0 || (fabs(y) >= p->y_abs_low && fabs(y) <= p->y_abs_high);
}

/* Puts a drawn row and the law's value into the columns of a data set. */
static void store_row(const struct formula_problem *p, const double *variable, double value, int i, double **x,
		      double *y)
{
	for (int j = 0; j < p->n_vars; j++)
		x[j][i] = variable[j];
	y[i] = value;
	if (p->turned >= 0) {
		y[i] = variable[p->turned];
		x[p->turned][i] = value;
	}
}

/* Rows of one domain: the grid's points, or n draws. Returns how many, 0 if the domain gives none. */
static int draw_rows(const struct formula_problem *p, const struct formula_variable *v, int n, struct rng *r,
		     double **x, double *y)
{
	bool grid = v[0].sampling == SAMPLING_GRID;
	int64_t product = 1;
	double *row = xmalloc((size_t)p->n_vars * sizeof(*row)), value;
	int got = 0;

	for (int j = 0; j < p->n_vars && grid; j++)
		product *= v[j].points;
	for (int64_t attempt = 0; got < n && attempt < (grid && product <= n ? product : 10000ll * n); attempt++) {
		/* the whole grid, or random points of one with more points than rows are asked for */
		int64_t index = product <= n ? attempt : (int64_t)(rng_u64(r) % (uint64_t)product);

		for (int j = p->n_vars - 1; j >= 0; j--) {
			row[j] = v[j].sampling == SAMPLING_GRID ? grid_value(&v[j], (int)(index % v[j].points))
								: draw_value(&v[j], r);
			if (v[j].sampling == SAMPLING_GRID)
				index /= v[j].points;
		}
		value = expr_value(&p->law, row);
		if (acceptable(p, value))
			store_row(p, row, value, got++, x, y);
	}
	free(row);
	return got;
}

static double **columns_new(int n, int rows)
{
	double **x = xcalloc((size_t)n, sizeof(*x));

	for (int j = 0; j < n; j++)
		x[j] = xcalloc((size_t)rows + ROWS_BLOCK, sizeof(**x));
	return x;
}

static void columns_free(double **x, int n)
{
	for (int j = 0; j < n; j++)
		free(x[j]);
	free(x);
}

static void copy_problem_units(const struct formula_problem *p, struct dataset *d)
{
	const char *target = p->turned >= 0 ? p->variable[p->turned].unit : p->value_unit;

	if (!p->value_unit)
		return;
	d->unit = xcalloc((size_t)d->n_columns + 1, sizeof(*d->unit));
	for (int j = 0; j < p->n_vars; j++) {
		const char *unit = j == p->turned ? p->value_unit : p->variable[j].unit;

		d->unit[j] = unit ? xstrdup(unit) : NULL;
	}
	d->target_unit = target ? xstrdup(target) : NULL;
}

enum status problem_dataset(const struct formula_problem *p, uint64_t seed, struct dataset *d)
{
	struct rng train = rng_stream(seed, RNG_TRAIN, hash_bytes(p->name, strlen(p->name)));
	struct rng test = rng_stream(seed, RNG_TEST, hash_bytes(p->name, strlen(p->name)));
	double **x = columns_new(p->n_vars, p->train_samples), **x_test = columns_new(p->n_vars, p->test_samples);
	double *y = xcalloc((size_t)p->train_samples + ROWS_BLOCK, sizeof(*y));
	double *y_test = xcalloc((size_t)p->test_samples + ROWS_BLOCK, sizeof(*y_test));
	struct dataset_options options = {.seed = seed, .select = 0.2};
	struct dataset_source source = {.file = p->name, .target = p->target, .name = p->column};
	enum status st;

	source.rows = (struct rows){.n_columns = p->n_vars, .x = (const double *const *)x, .y = y};
	source.rows.n = draw_rows(p, p->variable, p->train_samples, &train, x, y);
	source.report = (struct rows){.n_columns = p->n_vars, .x = (const double *const *)x_test, .y = y_test};
	source.report.n =
		draw_rows(p, p->test_variable ? p->test_variable : p->variable, p->test_samples, &test, x_test, y_test);
	st = dataset_from_columns(d, &source, &options);
	if (st == ST_OK)
		copy_problem_units(p, d);
	columns_free(x, p->n_vars);
	columns_free(x_test, p->n_vars);
	free(y);
	free(y_test);
	return st;
}
