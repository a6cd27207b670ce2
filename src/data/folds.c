/* folds.c — the rows of a data set in folds: all but one to search, that one to be judged on; see dataset_fold. */
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RNG_FOLDS = 0x666f6c64 };

/* Rows of all_but_report by rising key. */
static struct ranked_row *sort_rows(const struct dataset *d, bool in_order)
{
	int n = d->all_but_report.n;
	struct ranked_row *row = xmalloc(((size_t)n + 1) * sizeof(*row));

	for (int i = 0; i < n; i++)
		row[i] = (struct ranked_row){d->grouping ? d->unit_of[i] : 0,
					     in_order ? d->line[i] : d->all_but_report.y[i], i};
	rows_rank(row, n);
	return row;
}

/* Fold of each unit, dealt out in random order. */
static int *deal_units(const struct dataset *d, int folds, uint64_t seed)
{
	struct rng r = rng_stream(seed, RNG_FOLDS, 0);
	int *order = xmalloc(2 * (size_t)d->n_units * sizeof(*order)), *fold = order + d->n_units;

	for (int u = 0; u < d->n_units; u++)
		order[u] = u;
	rng_shuffle(&r, order, d->n_units);
	for (int u = 0; u < d->n_units; u++)
		fold[order[u]] = u % folds;
	memcpy(order, fold, (size_t)d->n_units * sizeof(*order));
	return order;
}

/* Where row number k of n stands: below 0 it is searched, at 0 held out, above 0 it is left out (what comes after the
 * held-out rows of a series). */
static int place_of(int k, int n, int fold, int folds, bool in_order)
{
	if (in_order)
		return (int)((int64_t)k * (folds + 1) / n) - (fold + 1);
	return k % folds == fold ? 0 : -1;
}

struct fold_rows {
	double **x, *y, *w;
	int32_t *unit;
	int n;
};

static void open_fold_rows(struct fold_rows *f, const struct dataset *d)
{
	size_t n = (size_t)d->all_but_report.n + ROWS_BLOCK;

	f->x = xcalloc((size_t)d->n_columns, sizeof(*f->x));
	for (int c = 0; c < d->n_columns; c++)
		f->x[c] = xcalloc(n, sizeof(**f->x));
	f->y = xcalloc(n, sizeof(*f->y));
	f->w = xcalloc(n, sizeof(*f->w));
	f->unit = xcalloc(n, sizeof(*f->unit));
}

static void close_fold_rows(struct fold_rows *f, const struct dataset *d)
{
	for (int c = 0; c < d->n_columns; c++)
		free(f->x[c]);
	free(f->x);
	free(f->y);
	free(f->w);
	free(f->unit);
}

static void take_row(struct fold_rows *f, const struct dataset *d, int i)
{
	const struct rows *all = &d->all_but_report;

	for (int c = 0; c < d->n_columns; c++)
		f->x[c][f->n] = all->x[c][i] + (d->origin ? d->origin[c] : 0);
	f->y[f->n] = all->y[i] + d->target_origin;
	f->w[f->n] = all->w ? all->w[i] : 1;
	f->unit[f->n] = d->unit_of ? d->unit_of[i] : 0;
	f->n++;
}

static struct rows view_of(const struct fold_rows *f, const struct dataset *d)
{
	return (struct rows){.n = f->n,
			     .n_columns = d->n_columns,
			     .x = (const double *const *)f->x,
			     .y = f->y,
			     .w = d->all_but_report.w ? f->w : NULL};
}

static void copy_units(struct dataset *out, const struct dataset *d)
{
	out->unit = xcalloc((size_t)d->n_columns, sizeof(*out->unit));
	for (int c = 0; c < d->n_columns && d->unit; c++)
		out->unit[c] = d->unit[c] ? xstrdup(d->unit[c]) : NULL;
	out->target_unit = d->target_unit ? xstrdup(d->target_unit) : NULL;
}

static void deal_rows(const struct dataset *d, int fold, int folds, const struct dataset_options *o,
		      struct fold_rows *train, struct fold_rows *held)
{
	struct ranked_row *row = sort_rows(d, o->in_order);
	int *of_unit = d->unit_of && !d->grouping ? deal_units(d, folds, o->seed) : NULL, n = d->all_but_report.n;

	for (int k = 0; k < n; k++) {
		int place = of_unit ? (of_unit[d->unit_of[row[k].row]] == fold ? 0 : -1)
				    : place_of(k, n, fold, folds, o->in_order);

		if (place <= 0)
			take_row(place < 0 ? train : held, d, row[k].row);
	}
	free(of_unit);
	free(row);
}

enum status dataset_fold(struct dataset *out, const struct dataset *d, int fold, int folds,
			 const struct dataset_options *o)
{
	struct fold_rows train = {0}, held = {0};
	struct dataset_options options = {.in_order = o->in_order, .seed = o->seed};
	struct dataset_source s = {.target = d->target, .name = (const char *const *)d->name};
	struct str file = {0};
	enum status st;

	open_fold_rows(&train, d);
	open_fold_rows(&held, d);
	deal_rows(d, fold, folds, o, &train, &held);
	str_addf(&file, "%s without fold %d", d->file, fold + 1);
	s.file = file.data;
	s.rows = view_of(&train, d);
	s.report = view_of(&held, d);
	if (d->unit_of) {
		s.unit = train.unit;
		s.n_units = d->n_units;
		s.grouping = d->grouping;
		s.report_unit = d->grouping ? held.unit : NULL;
	}
	st = dataset_from_columns(out, &s, &options);
	if (st == ST_OK)
		copy_units(out, d);
	str_release(&file);
	close_fold_rows(&train, d);
	close_fold_rows(&held, d);
	return st;
}
