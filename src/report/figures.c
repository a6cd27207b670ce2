/* figures.c — see figures.h. */
#include "eqrl/report/figures.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/eval/tape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points of a curve: more than pixels that a curve of a third of a page has, halved. */
enum { CURVE = 200 };

/* " (m)", or nothing. */
static char *unit_in_brackets(const struct front *front, int column)
{
	struct str text = {0};
	const char *unit = column < 0 ? front->target_unit : front->unit ? front->unit[column] : NULL;

	if (unit && *unit)
		str_addf(&text, " (%s)", unit);
	return text.data ? text.data : xstrdup("");
}

static char *join_text(const char *before, char *text)
{
	struct str s = {0};

	str_addf(&s, "%s%s", before, text);
	free(text);
	return s.data;
}

char *figure_label(const struct front *front, int column)
{
	return join_text(column < 0 ? front->names.target : front->names.column[column],
			 unit_in_brackets(front, column));
}

/* ---- rows and values ------------------------------------------------------------------------------ */

/* out has n + ROWS_BLOCK numbers. */
static void compute_values(const struct front *front, const struct expr *e, const struct rows *rows, double *out)
{
	struct tape *t = tape_new();

	tape_bind(t, e, rows);
	tape_eval(t, NULL, out);
	for (int i = 0; i < rows->n; i++)
		out[i] = loss_mean(front->loss, out[i]);
	tape_free(t);
}

static void copy_column(double *to, const double *from, int n, double origin)
{
	for (int i = 0; i < n; i++)
		to[i] = from[i] + origin;
}

/* The first rows of a role are a random sample of it (dataset.h). */
static void copy_rows(struct figure_rows *f, const struct dataset *d, const struct rows *role)
{
	int n = role->n < PLOT_POINTS ? role->n : PLOT_POINTS, k = d->n_columns;
	size_t stride = (size_t)n + ROWS_BLOCK;

	f->of = role->n;
	f->values = xcalloc(stride * (size_t)(k + 2), sizeof(*f->values));
	f->column = xcalloc((size_t)k + 1, sizeof(*f->column));
	for (int c = 0; c < k && n > 0; c++) {
		copy_column(f->values + stride * (size_t)c, role->x[c], n, d->origin ? d->origin[c] : 0);
		f->column[c] = f->values + stride * (size_t)c;
	}
	if (n > 0)
		copy_column(f->values + stride * (size_t)k, role->y, n, d->origin ? d->target_origin : 0);
	f->predicted = f->values + stride * (size_t)(k + 1);
	f->rows = (struct rows){.n = n, .n_columns = k, .x = f->column, .y = f->values + stride * (size_t)k};
}

static double median_of(const double *v, int n)
{
	double *sorted = xmalloc((size_t)n * sizeof(*sorted)), m;

	memcpy(sorted, v, (size_t)n * sizeof(*sorted));
	sort_doubles(sorted, n);
	m = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
	free(sorted);
	return m;
}

static double least_of(const double *v, int n, int sign)
{
	double least = INFINITY;

	for (int i = 0; i < n; i++)
		least = fmin(least, sign * v[i]);
	return least;
}

void figures_open(struct figures *f, const struct front *front, const struct pareto_entry *entry,
		  const struct dataset *d)
{
	*f = (struct figures){.front = front, .entry = entry};
	copy_rows(&f->used, d, &d->all_but_report);
	copy_rows(&f->report, d, &d->report);
	compute_values(front, &entry->expr, &f->used.rows, f->used.predicted);
	if (f->report.rows.n > 0)
		compute_values(front, &entry->expr, &f->report.rows, f->report.predicted);
	f->median = xcalloc((size_t)d->n_columns * 3 + 1, sizeof(*f->median));
	f->low = f->median + d->n_columns;
	f->high = f->low + d->n_columns;
	for (int c = 0; c < d->n_columns; c++) {
		double origin = d->origin ? d->origin[c] : 0;

		f->median[c] = median_of(d->all_but_report.x[c], d->all_but_report.n) + origin;
		f->low[c] = least_of(d->all_but_report.x[c], d->all_but_report.n, 1) + origin;
		f->high[c] = -least_of(d->all_but_report.x[c], d->all_but_report.n, -1) + origin;
	}
}

static void release_rows(struct figure_rows *f)
{
	free(f->values);
	free(f->column);
}

void figures_release(struct figures *f)
{
	release_rows(&f->used);
	release_rows(&f->report);
	free(f->median);
	*f = (struct figures){0};
}

/* ---- equation and data ---------------------------------------------------------------------------- */

static void add_points(struct plot *p, const struct figures *f, const char *label, const struct figure_rows *of,
		       const double *x, const double *y)
{
	int before = p->n_series;

	plot_add(p, MARK_POINTS, f->report.rows.n > 0 ? label : NULL, of->rows.n, x, y);
	if (p->n_series > before)
		p->series[before].given = of->of;
}

static struct plot *plot_of(const char *title, char *x, char *y)
{
	struct plot *p = plot_new(title, x, y);

	free(x);
	free(y);
	return p;
}

struct plot *figure_predicted(const struct figures *f)
{
	struct plot *p = plot_of("Predicted against measured", join_text("measured ", figure_label(f->front, -1)),
				 join_text("predicted ", figure_label(f->front, -1)));

	p->equal = true;
	add_points(p, f, "used rows", &f->used, f->used.rows.y, f->used.predicted);
	add_points(p, f, "report rows", &f->report, f->report.rows.y, f->report.predicted);
	return p;
}

static double *residuals_of(const struct figure_rows *r)
{
	double *left = xmalloc(((size_t)r->rows.n + 1) * sizeof(*left));

	for (int i = 0; i < r->rows.n; i++)
		left[i] = r->rows.y[i] - r->predicted[i];
	return left;
}

struct plot *figure_residuals(const struct figures *f, int column)
{
	struct plot *p = plot_of(f->front->names.column[column], figure_label(f->front, column),
				 join_text("measured − predicted", unit_in_brackets(f->front, -1)));
	double *used = residuals_of(&f->used), *report = residuals_of(&f->report);

	p->zero = true;
	add_points(p, f, "used rows", &f->used, f->used.rows.x[column], used);
	add_points(p, f, "report rows", &f->report, f->report.rows.x[column], report);
	free(used);
	free(report);
	return p;
}

/* The equation at values of one column, the others at their medians; out has n + ROWS_BLOCK numbers. */
static void compute_response(const struct figures *f, int column, const double *at, int n, double *out)
{
	int k = f->used.rows.n_columns;
	size_t stride = (size_t)n + ROWS_BLOCK;
	double *values = xcalloc(stride * (size_t)k, sizeof(*values));
	const double **x = xcalloc((size_t)k, sizeof(*x));

	for (int c = 0; c < k; c++) {
		x[c] = values + stride * (size_t)c;
		for (int i = 0; i < n; i++)
			values[stride * (size_t)c + (size_t)i] = c == column ? at[i] : f->median[c];
	}
	compute_values(f->front, &f->entry->expr, &(struct rows){.n = n, .n_columns = k, .x = x}, out);
	free(x);
	free(values);
}

/* A pole would leave nothing of the plot for the rest: the curve ends half a plot beyond the points. */
static void cut_poles(const struct plot *p, double *value, int n)
{
	double x[2], y[2];

	if (!plot_range(p, x, y))
		return;
	for (int i = 0; i < n; i++)
		if (value[i] > y[1] + (y[1] - y[0]) / 2 || value[i] < y[0] - (y[1] - y[0]) / 2)
			value[i] = NAN;
}

static void add_curve(struct plot *p, const struct figures *f, int column)
{
	double at[CURVE], value[CURVE + ROWS_BLOCK];

	for (int i = 0; i < CURVE; i++)
		at[i] = f->low[column] + (f->high[column] - f->low[column]) * i / (CURVE - 1);
	compute_response(f, column, at, CURVE, value);
	cut_poles(p, value, CURVE);
	plot_add(p, MARK_LINE, NULL, CURVE, at, value);
}

static void add_partial(struct plot *p, const struct figures *f, int column, const char *label,
			const struct figure_rows *r)
{
	double *left = residuals_of(r), *curve = xmalloc(((size_t)r->rows.n + ROWS_BLOCK) * sizeof(*curve));

	compute_response(f, column, r->rows.x[column], r->rows.n, curve);
	for (int i = 0; i < r->rows.n; i++)
		curve[i] += left[i];
	add_points(p, f, label, r, r->rows.x[column], curve);
	free(left);
	free(curve);
}

struct plot *figure_response(const struct figures *f, int column)
{
	struct plot *p =
		plot_of(f->front->names.column[column], figure_label(f->front, column), figure_label(f->front, -1));

	add_partial(p, f, column, "used rows", &f->used);
	if (f->report.rows.n > 0)
		add_partial(p, f, column, "report rows", &f->report);
	add_curve(p, f, column);
	return p;
}

struct plot *figure_answer(const struct figures *f)
{
	int used = 0, column = 0;

	for (int c = 0; c < f->front->names.n; c++)
		if (expr_uses_column(&f->entry->expr, c)) {
			used++;
			column = c;
		}
	return used == 1 && f->front->names.n == 1 ? figure_response(f, column) : figure_predicted(f);
}
