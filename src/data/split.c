/* split.c — sizes of the roles, and the copy of the data in role order; roles.c says which row has which. */
#include "eqrl/base/mem.h"
#include "build.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { ROWS_FOR_REPORT = 100, ROWS_FOR_SELECT = 40, STREAM_SPLIT = 0x73706c69 };

struct role_sizes dataset_role_sizes(int n, double test, double select, bool no_split)
{
	struct role_sizes s = {0};

	if (test >= 0)
		s.report = (int)lround(test * n);
	else if (n >= ROWS_FOR_REPORT && !no_split)
		s.report = (int)lround(0.2 * n);
	n -= s.report;
	if (n >= ROWS_FOR_SELECT && !no_split)
		s.select = (int)lround((select > 0 ? select : 0.25) * n);
	s.fit = n - s.select;
	return s;
}

void dataset_note_roles(struct dataset *d, bool report)
{
	if (d->report.n == 0 && report)
		notes_add(&d->notes, NOTE_INFO,
			  "no report rows%s: error on new data is not measured; hold rows back with "
			  "--test SHARE or --test FILE",
			  d->fit.n + d->select.n < ROWS_FOR_REPORT ? " (fewer than 100 rows)" : "");
	if (d->select.n == 0)
		notes_add(&d->notes, NOTE_INFO,
			  "no select rows%s: the choice among equations rests on the fit rows "
			  "alone",
			  d->fit.n < ROWS_FOR_SELECT ? " (fewer than 40 rows)" : "");
}

struct column_stats column_statistics(const double *v, int n)
{
	struct column_stats s = {.min = DBL_MAX, .max = -DBL_MAX};
	double squares = 0, range;

	if (n == 0)
		return (struct column_stats){0};
	for (int i = 0; i < n; i++) {
		s.min = v[i] < s.min ? v[i] : s.min;
		s.max = v[i] > s.max ? v[i] : s.max;
		s.mean += v[i] / n; /* sums of large values may overflow, means do not */
	}
	range = s.max / 2 - s.min / 2;
	for (int i = 0; i < n && range > 0; i++) {
		double u = (v[i] / 2 - s.mean / 2) / range;

		squares += u * u;
	}
	s.sd = 2 * range * sqrt(squares / n);
	return s;
}

/* Where report rows begin: apart, so that whoever reads a block beyond all_but_report sees none. */
static size_t report_offset(const struct role_sizes *s)
{
	return ((size_t)s->fit + (size_t)s->select + 7) / 8 * 8 + ROWS_BLOCK;
}

/* Takes one column over into role order. */
static double *gather(const struct build *b, const int32_t *order, double **main, double **report)
{
	const struct role_sizes *s = &b->sizes;
	size_t at = report_offset(s);
	double *out = xaligned((at + (size_t)s->report + ROWS_BLOCK) * sizeof(*out));
	int n_used = s->fit + s->select;

	for (int i = 0; i < n_used; i++)
		out[i] = (*main)[order[i]];
	for (int i = 0; i < s->report; i++)
		out[at + (size_t)i] = b->report.n ? (*report)[b->report.use[i]] : (*main)[order[n_used + i]];
	if (b->main.consume) {
		free(*main);
		*main = NULL;
	}
	if (b->report.n && b->report.consume) {
		free(*report);
		*report = NULL;
	}
	return out;
}

/* A copy of n weights with mean 1. */
static enum status scale_weights(const char *file, const char *role, const double *from, int n, double *to)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += from[i] / n;
	if (n > 0 && !(sum > 0))
		return fail(ST_DATA,
			    "%s: all %d %s rows have weight 0; give some of them a weight or use "
			    "another --seed",
			    file, n, role);
	for (int i = 0; i < n; i++)
		to[i] = from[i] / sum;
	return ST_OK;
}

/* Every role has its own weights, since their mean is 1 in each. */
static enum status set_weights(struct dataset *d, struct build *b, const int32_t *order)
{
	const struct role_sizes *s = &b->sizes;
	size_t n = (size_t)s->fit + (size_t)s->select, report = report_offset(s);
	double *raw, *w;
	enum status st;

	if (!b->main.w)
		return ST_OK;
	raw = gather(b, order, &b->main.w, &b->report.w);
	w = d->w = xaligned((2 * n + (size_t)s->report + 4 * ROWS_BLOCK) * sizeof(*w));
	d->fit.w = w;
	d->select.w = w + s->fit;
	d->all_but_report.w = w + n + ROWS_BLOCK;
	d->report.w = w + 2 * n + 2 * ROWS_BLOCK;
	st = scale_weights(d->file, "fit", raw, s->fit, w);
	if (st == ST_OK)
		st = scale_weights(d->file, "select", raw + s->fit, s->select, w + s->fit);
	if (st == ST_OK)
		st = scale_weights(d->file, "fit and select", raw, (int)n, w + n + ROWS_BLOCK);
	if (st == ST_OK)
		st = scale_weights(d->file, "report", raw + report, s->report, w + 2 * n + 2 * ROWS_BLOCK);
	free(raw);
	return st;
}

static void set_role(struct dataset *d, struct rows *role, int n, size_t offset, const double **x)
{
	for (int c = 0; c < d->n_columns; c++)
		x[c] = d->column[c] + offset;
	*role = (struct rows){.n = n, .n_columns = d->n_columns, .x = x, .y = d->y + offset, .w = role->w};
}

static void set_roles(struct dataset *d, const struct role_sizes *s)
{
	size_t n = (size_t)d->n_columns;

	d->pointers = xcalloc(3 * n, sizeof(*d->pointers));
	set_role(d, &d->fit, s->fit, 0, d->pointers);
	set_role(d, &d->all_but_report, s->fit + s->select, 0, d->pointers);
	set_role(d, &d->select, s->select, (size_t)s->fit, d->pointers + n);
	set_role(d, &d->report, s->report, report_offset(s), d->pointers + 2 * n);
}

static void set_stats(struct dataset *d)
{
	const struct rows *rows = &d->all_but_report;

	d->stats = xcalloc((size_t)d->n_columns, sizeof(*d->stats));
	for (int c = 0; c < d->n_columns; c++)
		d->stats[c] = column_statistics(rows->x[c], rows->n);
	d->y_stats = column_statistics(rows->y, rows->n);
}

/* The labels of the rows in role order. */
static void keep_units(struct dataset *d, const struct build *b)
{
	d->n_units = b->n_units;
	d->unit_of = xcalloc((size_t)b->main.n + (size_t)b->report.n + 1, sizeof(*d->unit_of));
	for (int i = 0; i < b->main.n; i++)
		d->unit_of[i] = b->unit[b->main.use[i]];
	for (int i = 0; i < b->report.n && b->report_unit; i++)
		d->unit_of[b->main.n + i] = b->report_unit[b->report.use[i]];
}

enum status dataset_build(struct dataset *d, struct build *b)
{
	const struct role_sizes *s = &b->sizes;
	struct rng r = rng_stream(b->seed, STREAM_SPLIT, 0);
	int32_t *order = b->main.use;
	int n_used;
	enum status st;

	TRY(roles_assign(d->file, b, &r));
	n_used = s->fit + s->select;
	if (b->unit)
		keep_units(d, b);
	d->column = xcalloc((size_t)d->n_columns, sizeof(*d->column));
	for (int c = 0; c < d->n_columns; c++)
		d->column[c] = gather(b, order, &b->main.x[c], b->report.n ? &b->report.x[c] : NULL);
	d->y = gather(b, order, &b->main.y, &b->report.y);
	d->line = xmalloc(((size_t)n_used + (size_t)s->report) * sizeof(*d->line));
	for (int i = 0; i < b->main.n; i++)
		d->line[i] = b->main.line ? b->main.line[order[i]] : order[i] + 1;
	for (int i = 0; i < b->report.n; i++)
		d->line[n_used + i] = b->report.line ? b->report.line[b->report.use[i]] : i + 1;
	st = set_weights(d, b, order);
	set_roles(d, s);
	set_stats(d);
	return st;
}
