/* dataset.c — data sets from files: rows without missing values, weights, rows of --test. */
#include "eqrl/base/mem.h"
#include "loader.h"

#include <math.h>
#include <stdlib.h>

/* ---- rows ---- */

/* The columns of t that count, given columns of main: first target, then weights, then inputs. */
static int used_column(const struct loader *l, const struct csv *t, int k)
{
	int c = k == 0 ? l->target : k == 1 ? l->weights : l->feature[k - 2];

	return t == &l->test && c >= 0 ? l->test_column[c] : c;
}

static enum status missing_value(const struct csv *t, int row, int c)
{
	return fail(ST_DATA,
		    "%s:%d: column %d \"%s\": missing value; fill it in, or leave such rows out "
		    "with --missing drop",
		    t->file, t->line[row], c + 1, t->column[c].name);
}

/* Lists the rows of t without missing values in *use; returns how many, -1 after an error. */
static int usable_rows(struct loader *l, const struct csv *t, int32_t **use)
{
	bool *missing = xcalloc((size_t)t->n, sizeof(*missing));
	int n = 0;

	for (int k = 0; k < l->n_features + 2; k++) {
		int c = used_column(l, t, k);

		if (c < 0 || t->column[c].n_missing == 0)
			continue;
		for (int i = 0; i < t->n; i++) {
			if (!isnan(t->column[c].value[i]))
				continue;
			missing[i] = true;
			if (l->o->refuse_missing) {
				missing_value(t, i, c);
				free(missing);
				return -1;
			}
		}
	}
	*use = xmalloc((size_t)t->n * sizeof(**use));
	for (int i = 0; i < t->n; i++)
		if (!missing[i])
			(*use)[n++] = i;
	free(missing);
	return n;
}

static const struct csv_column *most_missing(const struct loader *l)
{
	const struct csv_column *worst = &l->main.column[l->target];

	for (int k = 1; k < l->n_features + 2; k++) {
		int c = used_column(l, &l->main, k);

		if (c >= 0 && l->main.column[c].n_missing > worst->n_missing)
			worst = &l->main.column[c];
	}
	return worst;
}

static enum status too_few_rows(const struct loader *l, int n)
{
	const struct csv *t = &l->main;
	const struct csv_column *worst = most_missing(l);

	if (worst->n_missing > 0 && t->n >= DATASET_MIN_ROWS)
		return fail(ST_DATA,
			    "%s: %d of %d rows are usable, at least %d are needed; column \"%s\" has "
			    "%d missing values: drop it with --features -NAME",
			    t->file, n, t->n, DATASET_MIN_ROWS, worst->name, worst->n_missing);
	return fail(ST_DATA, "%s: %d usable row%s, at least %d are needed; add rows", t->file, n, n == 1 ? "" : "s",
		    DATASET_MIN_ROWS);
}

static void note_missing(struct loader *l, int n)
{
	const struct csv_column *worst = most_missing(l);

	l->d->n_missing = l->main.n - n;
	if (l->d->n_missing > 0)
		dataset_note(l->d, "%d of %d rows left out: missing values (most in column \"%s\": %d)",
			     l->d->n_missing, l->main.n, worst->name, worst->n_missing);
}

/* Turns the weights column into weights: checked, and 1/sigma² where it holds standard errors. */
static enum status make_weights(const struct loader *l, struct csv *t, const int32_t *use, int n)
{
	int c = used_column(l, t, 1);
	double largest = 0, smallest = INFINITY;

	if (c < 0)
		return ST_OK;
	for (int i = 0; i < n; i++) {
		double v = t->column[c].value[use[i]];

		if (v < 0 || (l->o->sigma && v == 0))
			return fail(ST_DATA, "%s:%d: column %d \"%s\" (%s): %g; %s", t->file, t->line[use[i]], c + 1,
				    t->column[c].name, t->column[c].required, v,
				    l->o->sigma ? "standard errors must be above 0" : "weights must not be below 0");
		largest = v > largest ? v : largest;
		smallest = v < smallest ? v : smallest;
	}
	for (int i = 0; i < n; i++) {
		double *v = &t->column[c].value[use[i]];

		/* relative to the extreme that keeps all quotients within range */
		*v = l->o->sigma ? (smallest / *v) * (smallest / *v) : largest > 0 ? *v / largest : 0;
	}
	return ST_OK;
}

static enum status choose_rows(struct loader *l, int *n)
{
	struct csv *t = &l->main;

	TRY(leave_out_columns(l, NULL, t->n));
	TRY(check_finite(l));
	*n = usable_rows(l, t, &l->use);
	if (*n < 0)
		return ST_DATA;
	if (*n < DATASET_MIN_ROWS)
		return too_few_rows(l, *n);
	if (is_constant(t->column[l->target].value, l->use, *n))
		return fail(ST_DATA,
			    "%s: column %d \"%s\" (the target) is constant (%g); there is nothing to "
			    "explain, choose another one with --target",
			    t->file, l->target + 1, t->column[l->target].name, t->column[l->target].value[l->use[0]]);
	note_missing(l, *n);
	TRY(leave_out_columns(l, l->use, *n)); /* some became constant with the rows that went */
	return make_weights(l, t, l->use, *n);
}

/* ---- rows from --test FILE ---- */

static enum status select_test_columns(struct csv *t, void *context)
{
	struct loader *l = context;
	const struct csv *m = &l->main;

	if (!m->header_line != !t->header_line || (!t->header_line && t->n_columns != m->n_columns))
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
		if (t->header_line) {
			at = csv_find(t, m->column[c].name, "needed by --test");
			if (at < 0)
				return ST_DATA;
		}
		l->test_column[c] = at;
		t->column[at].wanted = true;
		t->column[at].required = m->column[c].required ? m->column[c].required : "an input";
	}
	return ST_OK;
}

static enum status load_test(struct loader *l, const struct csv_options *csv, int *n)
{
	struct csv_options o = *csv;

	o.select = select_test_columns;
	TRY(csv_read(&l->test, l->o->test, &o));
	*n = usable_rows(l, &l->test, &l->test_use);
	if (*n < 0)
		return ST_DATA;
	if (*n == 0)
		return fail(ST_DATA, "%s: no row without missing values (--test)", l->test.file);
	if (*n < l->test.n)
		dataset_note(l->d, "%d of %d rows of %s left out: missing values", l->test.n - *n, l->test.n,
			     l->test.file);
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

static enum status build(struct loader *l, int n, double share, int n_test)
{
	struct dataset *d = l->d;
	struct build b = {.seed = l->o->seed};
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
	b.main = source_of(l, &l->main, l->use, n);
	if (n_test > 0)
		b.report = source_of(l, &l->test, l->test_use, n_test);
	st = dataset_build(d, &b);
	free(b.main.x);
	free(b.report.x);
	if (st == ST_OK && !l->o->no_split)
		dataset_note_roles(d);
	return st;
}

static enum status load(struct loader *l, const char *path)
{
	const struct dataset_options *o = l->o;
	struct csv_options csv = {.delimiter = o->delimiter,
				  .decimal = o->decimal,
				  .header = o->header,
				  .select = choose_columns,
				  .context = l};
	double share = -1;
	int n, n_test = 0;

	if (o->row_weights && o->sigma)
		return fail(ST_USAGE, "--row-weights and --sigma both set weights; give one of them");
	if (o->test)
		TRY(dataset_test_share(o->test, &share));
	TRY(csv_read(&l->main, path, &csv));
	l->d->file = xstrdup(l->main.file);
	if (l->main.numbers_in_header)
		dataset_note(l->d,
			     "line %d is taken as the header although it holds numbers; if it is "
			     "data, put a line of names above it",
			     l->main.header_line);
	TRY(choose_rows(l, &n));
	if (o->test && share < 0) {
		TRY(load_test(l, &csv, &n_test));
		share = 0; /* all rows of the data file are fit or select rows */
	}
	return build(l, n, share, n_test);
}

enum status dataset_load(struct dataset *d, const char *path, const struct dataset_options *o)
{
	static const struct dataset_options defaults = {0};
	struct loader l = {.d = d, .o = o ? o : &defaults, .weights = -1};
	enum status st;

	*d = (struct dataset){0};
	st = load(&l, path);
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
