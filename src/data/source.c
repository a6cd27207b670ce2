/* source.c — data sets from columns in memory, and what all data sets share: notes, hash, release.
 */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/base/str.h"
#include "build.h"

#include <math.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_NOISE = 0x6e6f6973, STREAM_SCALE = 0x7363616c };

enum status dataset_test_share(const char *text, double *share)
{
	char *end;
	double v = strtod(text, &end);

	*share = -1;
	if (end == text || *end != '\0' || file_exists(text))
		return ST_OK;
	if (!(v >= 0 && v < 1))
		return fail(ST_USAGE, "--test %s: expected a share of the rows from 0 to below 1, or a file", text);
	*share = v;
	return ST_OK;
}

/* Columns that dataset_build copies and leaves alone. */
static struct source borrow(const struct rows *r, int n_columns)
{
	struct source s = {.n = r->n, .y = (double *)r->y, .w = (double *)r->w};

	s.x = xcalloc((size_t)n_columns, sizeof(*s.x));
	s.use = xmalloc(((size_t)r->n + 1) * sizeof(*s.use));
	for (int c = 0; c < n_columns; c++)
		s.x[c] = (double *)r->x[c];
	for (int i = 0; i < r->n; i++)
		s.use[i] = i;
	return s;
}

static enum status check_rows(const struct dataset_source *s, const struct rows *r)
{
	for (int c = -1; c < r->n_columns; c++) {
		const double *v = c < 0 ? r->y : r->x[c];

		for (int i = 0; i < r->n; i++)
			if (!isfinite(v[i]))
				return fail(ST_DATA, "%s: row %d: %s %d is not finite", s->file, i + 1,
					    c < 0 ? "target" : "input", c < 0 ? 1 : c + 1);
	}
	return ST_OK;
}

static enum status check_source(const struct dataset_source *s, const struct role_sizes *sizes)
{
	struct column_stats y = column_statistics(s->rows.y, s->rows.n);

	if (s->rows.n_columns < 1 || (s->report.n && s->report.n_columns != s->rows.n_columns) ||
	    (s->report.n && !s->report.w != !s->rows.w))
		BUG("%d columns, %d in report rows, weights in both or in none", s->rows.n_columns,
		    s->report.n_columns);
	TRY(check_rows(s, &s->rows));
	if (s->report.n)
		TRY(check_rows(s, &s->report));
	if (sizes->fit < DATASET_MIN_ROWS)
		return fail(ST_DATA, "%s: %d rows to fit, at least %d are needed", s->file, sizes->fit,
			    DATASET_MIN_ROWS);
	if (y.min == y.max)
		return fail(ST_DATA, "%s: the target is constant (%g); there is nothing to explain", s->file, y.min);
	return ST_OK;
}

enum status dataset_from_columns(struct dataset *d, const struct dataset_source *s, const struct dataset_options *o)
{
	static const struct dataset_options defaults = {0};
	struct build b = {0};
	double share = -1;
	enum status st;

	o = o ? o : &defaults;
	*d = (struct dataset){0};
	if (o->test)
		TRY(dataset_test_share(o->test, &share));
	b.seed = o->seed;
	b.in_order = o->in_order;
	b.unit = s->unit;
	b.n_units = s->n_units;
	b.grouped = s->grouping != NULL;
	b.report_unit = s->report_unit;
	b.sizes = dataset_role_sizes(s->rows.n, s->report.n ? 0 : share, o->select, o->no_split);
	TRY(check_source(s, &b.sizes));
	b.sizes.report += s->report.n;
	d->file = xstrdup(s->file);
	d->target = xstrdup(s->target ? s->target : "y");
	d->n_columns = s->rows.n_columns;
	d->name = xcalloc((size_t)d->n_columns, sizeof(*d->name));
	for (int c = 0; c < d->n_columns; c++) {
		struct str name = {0};

		str_addf(&name, "x%d", c + 1);
		d->name[c] = xstrdup(s->name ? s->name[c] : name.data);
		str_release(&name);
	}
	b.main = borrow(&s->rows, d->n_columns);
	if (s->report.n)
		b.report = borrow(&s->report, d->n_columns);
	if (s->grouping)
		grouping_make(d, s->grouping->column, s->grouping->n, (const char *const *)s->grouping->name);
	st = dataset_build(d, &b);
	free(b.main.x);
	free(b.main.use);
	free(b.report.x);
	free(b.report.use);
	if (st == ST_OK && !o->no_split)
		dataset_note_roles(d, true);
	if (st != ST_OK)
		dataset_release(d);
	return st;
}

void dataset_release(struct dataset *d)
{
	for (int c = 0; c < d->n_columns; c++) {
		if (d->name)
			free(d->name[c]);
		if (d->unit)
			free(d->unit[c]);
		if (d->column)
			free(d->column[c]);
	}
	notes_release(&d->notes);
	free(d->name);
	free(d->unit);
	free(d->target_unit);
	if (d->units)
		units_release(d->units);
	free(d->units);
	free(d->column);
	free(d->pointers);
	free(d->y);
	free(d->w);
	free(d->line);
	free(d->unit_of);
	grouping_free(d->grouping);
	free(d->stats);
	free(d->origin);
	free(d->loss);
	free(d->file);
	free(d->report_file);
	free(d->target);
	*d = (struct dataset){0};
}

/* ---- hash ---- */

/* Where the values of every row stand within a column, in the order of the file; rows of another report file follow. */
static int32_t *file_order(const struct dataset *d)
{
	int n = d->all_but_report.n, all = n + d->report.n, first = d->report_file ? n : all;
	int32_t *order = xmalloc((size_t)all * sizeof(*order)), report = (int32_t)(d->report.y - d->y);

	sort_order(d->line, first, order);
	sort_order(d->line + first, all - first, order + first);
	for (int i = 0; i < all; i++) {
		int row = order[i] + (i < first ? 0 : first);

		order[i] = row < n ? row : report + row - n;
	}
	return order;
}

static void hash_column(SHA2_CTX *sha, const char *name, const double *value, const int32_t *order, int n)
{
	double block[512];

	SHA256Update(sha, (const uint8_t *)name, strlen(name) + 1);
	for (int at = 0; at < n;) {
		int part = n - at < (int)COUNT_OF(block) ? n - at : (int)COUNT_OF(block);

		for (int i = 0; i < part; i++)
			block[i] = value[order[at + i]];
		SHA256Update(sha, (const uint8_t *)block, (size_t)part * sizeof(*block));
		at += part;
	}
}

/* The group of each row, in the order of the file. */
static void hash_groups(SHA2_CTX *sha, const struct dataset *d, int n)
{
	int32_t *order = xmalloc((size_t)n * sizeof(*order));

	sort_order(d->line, n, order);
	for (int i = 0; i < n; i++) {
		const char *name = d->grouping->name[d->unit_of[order[i]]];

		SHA256Update(sha, (const uint8_t *)name, strlen(name) + 1);
	}
	free(order);
}

void dataset_sha256(const struct dataset *d, char out[65])
{
	int32_t *order = file_order(d);
	int n = d->all_but_report.n + d->report.n;
	SHA2_CTX sha;

	SHA256Init(&sha);
	for (int c = 0; c < d->n_columns; c++)
		hash_column(&sha, d->name[c], d->column[c], order, n);
	hash_column(&sha, d->target, d->y, order, n);
	if (d->grouping)
		hash_groups(&sha, d, n);
	SHA256End(&sha, out);
	free(order);
}

/* ---- noise ---- */

void dataset_add_noise(struct dataset *d, double share, uint64_t seed)
{
	struct rng r = rng_stream(seed, STREAM_NOISE, 0);
	double sd = share * d->y_stats.sd;

	for (int i = 0; i < d->all_but_report.n; i++)
		d->y[i] += sd * rng_normal(&r);
	d->y_stats = column_statistics(d->y, d->all_but_report.n);
}

/* ---- other units ---- */

static void multiply(double *x, int n, double factor)
{
	for (int i = 0; i < n; i++)
		x[i] *= factor;
}

void dataset_rescale_columns(struct dataset *d, double decades, uint64_t seed)
{
	for (int c = 0; c < d->n_columns; c++) {
		struct rng r = rng_stream(seed, STREAM_SCALE, (uint64_t)c);
		double factor = pow(10, rng_range(&r, -decades, decades));

		multiply(d->column[c], d->all_but_report.n, factor);
		if (d->report.n > 0)
			multiply(d->column[c] + (d->report.x[c] - d->column[c]), d->report.n, factor);
		d->stats[c] = column_statistics(d->column[c], d->all_but_report.n);
	}
}
