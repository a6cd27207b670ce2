/* leave_out.c — inputs that are of no use leave the list, each with a note that says what would keep it. */
#include "dates.h"
#include "loader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool is_constant(const double *v, const int32_t *use, int n)
{
	double first = NAN;

	for (int i = 0; i < n; i++) {
		double u = v[use ? use[i] : i];

		if (isnan(u))
			continue;
		if (isnan(first))
			first = u;
		if (u != first)
			return false;
	}
	return true;
}

/* The index that some programs write as a first column without a name. */
static bool counts_rows(const struct csv *t, const struct csv_column *col)
{
	if (!col->unnamed || !t->header_line || col->origin != CSV_FIELD)
		return false;
	for (int i = 0; i < t->n; i++)
		if (col->value[i] != col->value[0] + i)
			return false;
	return col->value[0] == 0 || col->value[0] == 1;
}

static void describe_text(const struct loader *l, const struct csv_column *col, struct str *why)
{
	int most = l->o->read.categories;
	struct date d;

	if (date_read(col->text.text, strlen(col->text.text), &d)) {
		str_addf(why, "dates or times (\"%s\" at line %d); --dates %s brings it in", col->text.text,
			 col->text.line, d.clock ? "seconds" : "days");
		return;
	}
	str_addf(why, "text (\"%s\" at line %d)", col->text.text, col->text.line);
	if (col->n_levels == 1)
		str_add(why, ", the same wherever there is any");
	else if (col->many_levels)
		str_addf(why, ", more than %d different ones", col->n_levels);
	else if (most == 0)
		str_addf(why, "; --categories %d brings it in", col->n_levels);
	else
		str_addf(why, ", %d different ones: more than --categories %d", col->n_levels, most);
}

/* Why column c is of no use as input ("" if it is), judged on n rows (use NULL: all). */
static enum note_level judge_input(const struct loader *l, int c, const int32_t *use, int n, struct str *why)
{
	const struct csv *t = &l->main;
	const struct csv_column *col = &t->column[c];

	str_clear(why);
	if (col->kind == CSV_TEXT) {
		describe_text(l, col, why);
		return NOTE_WARNING;
	}
	if (col->n_missing == t->n)
		str_add(why, "no values");
	else if (!col->required && counts_rows(t, col))
		str_add(why, "it has no name and counts the rows; --index brings such a column in");
	else if (is_constant(col->value, use, n))
		str_add(why, "constant");
	return NOTE_INFO;
}

/* ---- texts as columns of 0 and 1 ---- */

static void note_levels(struct loader *l, int c, int first, int n)
{
	struct csv *t = &l->main;
	struct str list = {0};

	for (int k = 0; k < n && k < 8; k++)
		str_addf(&list, "%s%s", k ? ", " : "", t->column[first + k].name);
	notes_add(&l->d->notes, NOTE_INFO,
		  "column \"%s\": %d different texts as column%s %s%s (1 where it is that, else 0)", t->column[c].name,
		  t->column[c].n_levels, n == 1 ? "" : "s", list.data, n > 8 ? ", ..." : "");
	str_release(&list);
}

/* Puts the columns of the levels of texts into the place of the texts, where there are few enough. */
static void expand_texts(struct loader *l)
{
	struct csv *t = &l->main;
	int *feature = l->feature, n_features = l->n_features, n = 0, most = 0;

	for (int i = 0; i < n_features; i++)
		most += 1 + t->column[feature[i]].n_levels;
	l->feature = xcalloc((size_t)most + 1, sizeof(*l->feature));
	for (int i = 0; i < n_features; i++) {
		int c = feature[i], levels = 0;

		if (t->column[c].kind == CSV_TEXT && t->column[c].n_levels <= l->o->read.categories)
			levels = csv_add_levels(t, c);
		if (levels == 0)
			l->feature[n++] = c;
		else
			note_levels(l, c, t->n_columns - levels, levels);
		for (int k = t->n_columns - levels; k < t->n_columns; k++)
			l->feature[n++] = k;
	}
	l->n_features = n;
	free(feature);
}

/* With the reason of the last one that went. */
static enum status refuse_no_input(const struct loader *l)
{
	const struct notes *notes = &l->d->notes;
	const char *last = notes->n ? notes->item[notes->n - 1].text : "all but the target are dropped";

	return fail(ST_DATA, "%s: no usable input column; %s", l->main.file, last);
}

enum status leave_out_columns(struct loader *l, const int32_t *use, int n)
{
	struct csv *t = &l->main;
	struct str why = {0};
	enum status st = ST_OK;
	int kept = 0;

	if (l->o->like)
		return ST_OK;
	if (l->o->read.categories && !use)
		expand_texts(l);
	for (int i = 0; i < l->n_features && st == ST_OK; i++) {
		int c = l->feature[i];
		struct csv_column *col = &t->column[c];
		enum note_level level = judge_input(l, c, use, n, &why);

		if (!why.len)
			l->feature[kept++] = c;
		else if (l->named && col->origin == CSV_FIELD)
			st = fail(ST_DATA,
				  "%s: column %d \"%s\" (asked for by --features): %s; leave it out of --features",
				  t->file, c + 1, col->name, why.data);
		else
			notes_add(&l->d->notes, level, "column \"%s\" left out: %s", col->name, why.data);
	}
	l->n_features = kept;
	str_release(&why);
	if (st == ST_OK && kept == 0)
		st = refuse_no_input(l);
	return st;
}

/* ---- columns with gaps ---- */

static int count_complete(const int *gaps, int n)
{
	int complete = 0;

	for (int i = 0; i < n; i++)
		complete += gaps[i] == 0;
	return complete;
}

static void add_gaps(const struct csv_column *col, int n, int by, int *gaps)
{
	for (int i = 0; i < n && col->n_missing; i++)
		gaps[i] += isnan(col->value[i]) ? by : 0;
}

static int find_emptiest(const struct loader *l)
{
	int worst = 0;

	for (int i = 1; i < l->n_features; i++)
		if (l->main.column[l->feature[i]].n_missing > l->main.column[l->feature[worst]].n_missing)
			worst = i;
	return worst;
}

void leave_out_gaps(struct loader *l)
{
	struct csv *t = &l->main;
	int *gaps = xcalloc((size_t)t->n, sizeof(*gaps)), with_target, worst;

	add_gaps(&t->column[l->target], t->n, 1, gaps);
	if (l->weights >= 0)
		add_gaps(&t->column[l->weights], t->n, 1, gaps);
	with_target = count_complete(gaps, t->n);
	for (int i = 0; i < l->n_features; i++)
		add_gaps(&t->column[l->feature[i]], t->n, 1, gaps);
	while (!l->named && !l->o->like && l->n_features > 1 && 2 * count_complete(gaps, t->n) < with_target) {
		struct csv_column *col = &t->column[l->feature[worst = find_emptiest(l)]];

		if (col->n_missing == 0)
			break;
		add_gaps(col, t->n, -1, gaps);
		notes_add(&l->d->notes, NOTE_WARNING,
			  "column \"%s\" left out: %d of %d values are missing, and their rows would go with them; "
			  "--features brings it in",
			  col->name, col->n_missing, t->n);
		l->n_features--;
		memmove(l->feature + worst, l->feature + worst + 1,
			(size_t)(l->n_features - worst) * sizeof(*l->feature));
	}
	free(gaps);
}
