/* dataset.c — data sets from files: the table, its columns and rows, rows of --test. */
#include "loader.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>

/* ---- rows from --test FILE ---- */

static enum status select_test_columns(struct csv *t, void *context)
{
	struct loader *l = context;
	const struct csv *m = &l->main;

	if (!m->header_line != !t->header_line || (!t->header_line && t->n_fields != m->n_fields))
		return fail(ST_DATA,
			    "%s: its columns do not match those of %s; both need the same header, or "
			    "none and as many columns",
			    t->file, m->file);
	l->test_column = xmalloc((size_t)m->n_columns * sizeof(*l->test_column));
	for (int c = 0; c < t->n_columns; c++)
		t->column[c].wanted = false;
	for (int k = 0; k < l->n_features + 2; k++) {
		int c = k == 0 ? l->target : k == 1 ? l->weights : l->feature[k - 2], at = c;

		if (c < 0)
			continue;
		if (t->header_line || m->column[c].origin != CSV_FIELD) {
			at = csv_derive(t, m->column[c].name);
			if (at < 0)
				at = csv_find(t, m->column[c].name, "needed by --test");
			if (at < 0)
				return ST_DATA;
		}
		l->test_column[c] = at;
		t->column[at].wanted = true;
		if (t->column[at].origin == CSV_FIELD)
			t->column[at].required = m->column[c].required ? m->column[c].required : "an input";
	}
	return ST_OK;
}

/* What the reader said about a table; of report rows what changes them. */
static void take_notes(struct dataset *d, const struct csv *t, bool report)
{
	for (int i = 0; i < t->notes.n; i++) {
		const struct note *note = &t->notes.item[i];

		if (!report)
			notes_add(&d->notes, note->level, "%s", note->text);
		else if (note->level == NOTE_WARNING)
			notes_add(&d->notes, note->level, "%s: %s", t->file, note->text);
	}
}

static enum status load_test(struct loader *l, const struct csv_options *csv, int *n)
{
	struct csv_options o = *csv;

	o.select = select_test_columns;
	if (l->main.epoch[0])
		o.dates = l->main.epoch;
	TRY(csv_read(&l->test, l->o->test, &o));
	take_notes(l->d, &l->test, true);
	*n = list_usable_rows(l, &l->test, &l->test_use);
	if (*n < 0)
		return ST_DATA;
	if (*n == 0)
		return fail(ST_DATA, "%s: no row without missing values (--test)", l->test.file);
	if (*n < l->test.n)
		notes_add(&l->d->notes, NOTE_WARNING, "%d of %d rows of %s left out: missing values", l->test.n - *n,
			  l->test.n, l->test.file);
	l->d->report_file = xstrdup(l->test.file);
	return make_weights(l, &l->test, l->test_use, *n);
}

/* ---- putting it together ---- */

/* The columns of t as a source. Its columns of doubles are handed over: freed as they are copied.
 */
static struct source source_of(const struct loader *l, struct csv *t, int32_t *use, int n)
{
	struct source s = {.line = t->line, .use = use, .n = n, .consume = true};
	int k = l->n_features + 2;

	s.x = xcalloc((size_t)k, sizeof(*s.x));
	for (int i = 0; i < k; i++) {
		int c = used_column(l, t, i);
		double **to = i == 0 ? &s.y : i == 1 ? &s.w : &s.x[i - 2];

		if (c < 0)
			continue;
		*to = t->column[c].value;
		t->column[c].value = NULL;
	}
	return s;
}

static void copy_units(struct loader *l)
{
	const struct csv_column *col = l->main.column;
	struct dataset *d = l->d;

	d->unit = xcalloc((size_t)d->n_columns, sizeof(*d->unit));
	for (int i = 0; i < d->n_columns; i++)
		if (col[l->feature[i]].unit)
			d->unit[i] = xstrdup(col[l->feature[i]].unit);
	if (col[l->target].unit)
		d->target_unit = xstrdup(col[l->target].unit);
}

static enum status refuse_one_label(const struct loader *l)
{
	const char *label = l->main.column[l->label].cell[l->use[0]];

	if (l->o->group)
		return fail(ST_DATA, "%s: --group %s: all rows are of the group \"%s\"; leave --group out",
			    l->main.file, l->o->group, label);
	return fail(ST_DATA, "%s: --split-by %s: all rows have the same \"%s\" there; nothing can be held out",
		    l->main.file, l->o->split_by, label);
}

static enum status build_dataset(struct loader *l, int n, double share, int n_test)
{
	struct dataset *d = l->d;
	struct build b = {.seed = l->o->seed, .in_order = l->o->in_order};
	int32_t *unit = NULL;
	enum status st;

	b.sizes = dataset_role_sizes(n, share, l->o->select, l->o->no_split);
	if (b.sizes.fit < DATASET_MIN_ROWS)
		return fail(ST_DATA,
			    "%s: --test %s leaves %d rows to fit, at least %d are needed; ask for "
			    "a smaller share",
			    l->main.file, l->o->test, b.sizes.fit, DATASET_MIN_ROWS);
	b.sizes.report += n_test;
	d->target = xstrdup(l->main.column[l->target].name);
	d->n_columns = l->n_features;
	d->name = xcalloc((size_t)d->n_columns, sizeof(*d->name));
	for (int i = 0; i < d->n_columns; i++)
		d->name[i] = xstrdup(l->main.column[l->feature[i]].name);
	copy_units(l);
	if (l->label >= 0)
		b.unit = unit = number_labels(l, n, &b.n_units);
	if (unit && b.n_units < 2) {
		free(unit);
		return refuse_one_label(l);
	}
	b.grouped = l->o->group != NULL;
	if (b.grouped)
		name_groups(l, unit, n, b.n_units);
	b.main = source_of(l, &l->main, l->use, n);
	if (n_test > 0)
		b.report = source_of(l, &l->test, l->test_use, n_test);
	st = dataset_build(d, &b);
	free(b.main.x);
	free(b.report.x);
	free(unit);
	if (st == ST_OK && !l->o->no_split)
		dataset_note_roles(d, !l->o->folded);
	return st;
}

static enum status load_tables(struct loader *l, const char *path)
{
	const struct dataset_options *o = l->o;
	struct csv_options csv = o->read;
	double share = o->folded && !o->test ? 0 : -1;
	int n, n_test = 0;

	if (o->in_order && o->split_by)
		return fail(ST_USAGE, "--split time and --split-by both say which rows are held out; give one of them");
	if (o->group && (o->in_order || o->split_by))
		return fail(ST_USAGE, "--group: every group has rows in each role; leave out %s",
			    o->in_order ? "--split time" : "--split-by");
	if (o->row_weights && o->sigma)
		return fail(ST_USAGE, "--row-weights and --sigma both set weights; give one of them");
	if (o->test)
		TRY(dataset_test_share(o->test, &share));
	if (o->group && o->test && share < 0)
		return fail(ST_USAGE, "--test %s: with --group a share of the rows, say 0.25; not a file", o->test);
	csv.select = choose_columns;
	csv.context = l;
	TRY(csv_read(&l->main, path, &csv));
	l->d->file = xstrdup(l->main.file);
	take_notes(l->d, &l->main, false);
	TRY(choose_rows(l, &n));
	if (o->test && share < 0) {
		TRY(load_test(l, &csv, &n_test));
		share = 0; /* all rows of the data file are fit or select rows */
	}
	return build_dataset(l, n, share, n_test);
}

enum status dataset_load(struct dataset *d, const char *path, const struct dataset_options *o)
{
	static const struct dataset_options defaults = {0};
	struct loader l = {.d = d, .o = o ? o : &defaults, .weights = -1, .label = -1};
	enum status st;

	*d = (struct dataset){0};
	st = load_tables(&l, path);
	csv_release(&l.main);
	csv_release(&l.test);
	free(l.feature);
	free(l.test_column);
	free(l.use);
	free(l.test_use);
	if (st != ST_OK)
		dataset_release(d);
	return st;
}
