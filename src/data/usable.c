/* usable.c — the rows of a table that can be used, and their weights. */
#include "loader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>

int used_column(const struct loader *l, const struct csv *t, int k)
{
	int c = k == 0 ? l->target : k == 1 ? l->weights : l->feature[k - 2];

	return t == &l->test && c >= 0 ? l->test_column[c] : c;
}

static enum status refuse_missing(const struct csv *t, int row, int c)
{
	return fail(ST_DATA,
		    "%s:%d: column %d \"%s\": missing value; fill it in, or leave such rows out "
		    "with --missing drop",
		    t->file, t->line[row], c + 1, t->column[c].name);
}

int list_usable_rows(struct loader *l, const struct csv *t, int32_t **use)
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
				refuse_missing(t, i, c);
				free(missing);
				return -1;
			}
		}
	}
	for (int i = 0; i < t->n && l->o->group; i++)
		missing[i] |= t->column[l->label].cell[i][0] == '\0';
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

static enum status refuse_few_rows(const struct loader *l, int n)
{
	const struct csv *t = &l->main;
	const struct csv_column *worst = most_missing(l);

	if (worst->n_missing > 0 && t->n >= DATASET_MIN_ROWS)
		return fail(ST_DATA,
			    "%s: %d of %d rows are usable, at least %d are needed; column \"%s\" has "
			    "%d missing values: drop it with --features -NAME",
			    t->file, n, t->n, DATASET_MIN_ROWS, worst->name, worst->n_missing);
	return fail(ST_DATA, "%s: %d usable row%s, at least %d are needed; %s", t->file, n, n == 1 ? "" : "s",
		    DATASET_MIN_ROWS,
		    t->n_fields > 2 * t->n + 1 ? "if its rows are the variables, turn the table round" : "add rows");
}

/* Names in the first column, one a row, and more fields than rows: the table lies on its side. */
static bool looks_transposed(const struct csv *t)
{
	const struct csv_column *first = &t->column[0];

	return t->n_fields > t->n + 1 && !t->header_line && first->kind == CSV_TEXT && !first->many_levels &&
	       first->n_levels == t->n;
}

static void note_rows(struct loader *l, int n)
{
	const struct csv_column *worst = most_missing(l);

	l->d->n_missing = l->main.n - n;
	if (l->d->n_missing > 0)
		notes_add(&l->d->notes, NOTE_WARNING,
			  "%d of %d rows left out: missing values (most in column \"%s\": %d)", l->d->n_missing,
			  l->main.n, worst->name, worst->n_missing);
	if (looks_transposed(&l->main))
		notes_add(&l->d->notes, NOTE_WARNING,
			  "%d rows of %d fields, each with a name in front: if these are the variables, turn the table "
			  "round",
			  l->main.n, l->main.n_fields);
	if (n < DATASET_FEW_ROWS)
		notes_add(&l->d->notes, NOTE_WARNING,
			  "%d rows: many equations of two or three constants pass through them; the simplest is no "
			  "finding before more rows agree with it",
			  n);
}

enum status make_weights(const struct loader *l, struct csv *t, const int32_t *use, int n)
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

static enum status check_finite(const struct loader *l)
{
	for (int i = 0; i < l->n_features; i++) {
		const struct csv_column *col = &l->main.column[l->feature[i]];

		if (col->infinite.line)
			return csv_not_finite(&l->main, col, "an input");
	}
	return ST_OK;
}

enum status choose_rows(struct loader *l, int *n)
{
	struct csv *t = &l->main;

	if (t->n < DATASET_MIN_ROWS) /* of one row every column is constant */
		return refuse_few_rows(l, t->n);
	TRY(leave_out_columns(l, NULL, t->n));
	TRY(check_finite(l));
	leave_out_gaps(l);
	*n = list_usable_rows(l, t, &l->use);
	if (*n < 0)
		return ST_DATA;
	if (l->o->group && *n > 0)
		TRY(drop_small_groups(l, n));
	if (*n < DATASET_MIN_ROWS)
		return refuse_few_rows(l, *n);
	if (is_constant(t->column[l->target].value, l->use, *n))
		return fail(ST_DATA,
			    "%s: column %d \"%s\" (the target) is constant (%g); there is nothing to "
			    "explain, choose another one with --target",
			    t->file, l->target + 1, t->column[l->target].name, t->column[l->target].value[l->use[0]]);
	note_rows(l, *n);
	TRY(leave_out_columns(l, l->use, *n)); /* some became constant with the rows that went */
	return make_weights(l, t, l->use, *n);
}
