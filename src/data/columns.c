/* columns.c — which columns of a table are target, weights and inputs, and which are of no use. */
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "loader.h"
#include "records.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char AS_TARGET[] = "the target", AS_FEATURE[] = "asked for by --features", AS_WEIGHTS[] = "--row-weights",
		  AS_SIGMA[] = "--sigma";

/* ---- choosing columns ---- */

/* Splits "a,`b, c`,-d" at commas outside back-quotes: the next entry at *p, NULL at the end. */
static char *next_entry(const char **p)
{
	const char *begin = *p, *end;
	bool quoted = false;
	char *entry;

	if (!begin)
		return NULL;
	for (end = begin; *end && (quoted || *end != ','); end++)
		quoted ^= *end == '`';
	*p = *end ? end + 1 : NULL;
	while (begin < end && isspace((unsigned char)*begin))
		begin++;
	while (end > begin && isspace((unsigned char)end[-1]))
		end--;
	entry = xstrndup(begin, (size_t)(end - begin));
	return entry;
}

/* "-name" unless a column is called just that. */
static bool is_drop(const struct csv *t, const char *entry)
{
	if (entry[0] != '-')
		return false;
	for (int c = 0; c < t->n_columns; c++)
		if (strcmp(t->column[c].name, entry) == 0)
			return false;
	return true;
}

static bool has_feature(const struct loader *l, int c)
{
	for (int i = 0; i < l->n_features; i++)
		if (l->feature[i] == c)
			return true;
	return false;
}

static enum status choose_entry(struct loader *l, struct csv *t, const char *entry, bool *dropped)
{
	bool drop = is_drop(t, entry);
	int c = csv_find(t, entry + drop, "--features");

	if (c < 0)
		return ST_DATA;
	if (drop) {
		dropped[c] = true;
		return ST_OK;
	}
	if (t->column[c].required)
		return fail(ST_USAGE, "%s: column \"%s\" is %s; it cannot be an input too (--features)", t->file,
			    t->column[c].name, t->column[c].required);
	if (!has_feature(l, c))
		l->feature[l->n_features++] = c;
	return ST_OK;
}

static enum status choose_features(struct loader *l, struct csv *t)
{
	bool *dropped = xcalloc((size_t)t->n_columns, sizeof(*dropped));
	const char *list = l->o->features;
	enum status st = ST_OK;
	bool named;
	int kept = 0;
	char *entry;

	l->feature = xcalloc((size_t)t->n_columns, sizeof(*l->feature));
	while (st == ST_OK && (entry = next_entry(&list)) != NULL) {
		if (*entry)
			st = choose_entry(l, t, entry, dropped);
		free(entry);
	}
	named = l->n_features > 0;
	if (!named)
		for (int c = 0; c < t->n_columns; c++)
			l->feature[l->n_features++] = c;
	for (int i = 0; i < l->n_features; i++) {
		int c = l->feature[i];

		if (t->column[c].required || dropped[c])
			continue;
		l->feature[kept++] = c;
		t->column[c].wanted = true;
	}
	for (int i = 0; i < kept && named; i++)
		t->column[l->feature[i]].required = AS_FEATURE;
	l->n_features = kept;
	free(dropped);
	return st;
}

static enum status choose_weights(struct loader *l, struct csv *t)
{
	const char *name = l->o->sigma ? l->o->sigma : l->o->row_weights;
	const char *why = l->o->sigma ? AS_SIGMA : AS_WEIGHTS;

	l->weights = -1;
	if (!name)
		return ST_OK;
	l->weights = csv_find(t, name, why);
	if (l->weights < 0)
		return ST_DATA;
	t->column[l->weights].wanted = true;
	t->column[l->weights].required = why;
	return ST_OK;
}

static enum status choose_target(struct loader *l, struct csv *t)
{
	l->target = t->n_columns - 1 - (l->weights == t->n_columns - 1);
	if (l->o->target) {
		l->target = csv_find(t, l->o->target, "--target");
		if (l->target < 0)
			return ST_DATA;
		if (l->target == l->weights)
			return fail(ST_USAGE, "%s: column \"%s\" is the target; it cannot be %s too", t->file,
				    t->column[l->target].name, t->column[l->target].required);
	} else {
		for (int c = 0; c < t->n_columns; c++)
			if (strcmp(t->column[c].name, "target") == 0)
				l->target = c;
	}
	t->column[l->target].wanted = true;
	t->column[l->target].required = AS_TARGET;
	return ST_OK;
}

enum status choose_columns(struct csv *t, void *context)
{
	struct loader *l = context;

	if (t->n_columns < 2)
		return fail(ST_DATA,
			    "%s: only one column; a target and at least one input are needed (is "
			    "the delimiter another one?)",
			    t->file);
	for (int c = 0; c < t->n_columns; c++)
		t->column[c].wanted = false;
	TRY(choose_weights(l, t));
	TRY(choose_target(l, t));
	return choose_features(l, t);
}

/* ---- leaving columns out ---- */

static const char *kind_of_text(const char *text)
{
	int digits = 0, signs = 0;

	for (const char *p = text; *p; p++) {
		digits += isdigit((unsigned char)*p) != 0;
		signs += strchr("-/.:", *p) != NULL;
		if (!isdigit((unsigned char)*p) && !strchr("-/.: TZ+", *p))
			return "text";
	}
	return digits >= 3 && signs >= 2 ? "dates or times" : "text";
}

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
	if (!col->unnamed || !t->header_line)
		return false;
	for (int i = 0; i < t->n; i++)
		if (col->value[i] != col->value[0] + i)
			return false;
	return col->value[0] == 0 || col->value[0] == 1;
}

/* Why column c is of no use as input ("" if it is), judged on n rows (use NULL: all). */
static void judge(const struct csv *t, int c, const int32_t *use, int n, struct str *why)
{
	const struct csv_column *col = &t->column[c];

	str_clear(why);
	if (col->text.line)
		str_addf(why, "%s (\"%s\" at line %d)", kind_of_text(col->text.text), col->text.text, col->text.line);
	else if (col->n_missing == t->n)
		str_add(why, "no values");
	else if (!col->required && counts_rows(t, col))
		str_add(why, "it has no name and counts the rows");
	else if (is_constant(col->value, use, n))
		str_add(why, "constant");
}

enum status leave_out_columns(struct loader *l, const int32_t *use, int n)
{
	struct csv *t = &l->main;
	struct str why = {0};
	enum status st = ST_OK;
	int kept = 0;

	for (int i = 0; i < l->n_features && st == ST_OK; i++) {
		int c = l->feature[i];
		struct csv_column *col = &t->column[c];

		judge(t, c, use, n, &why);
		if (!why.len)
			l->feature[kept++] = c;
		else if (col->required)
			st = fail(ST_DATA, "%s: column %d \"%s\" (%s): %s; leave it out of --features", t->file, c + 1,
				  col->name, col->required, why.data);
		else
			dataset_note(l->d, "column \"%s\" left out: %s", col->name, why.data);
	}
	l->n_features = kept;
	str_release(&why);
	if (st == ST_OK && kept == 0)
		st = fail(ST_DATA,
			  "%s: no usable input column: all but the target are left out, text or "
			  "constant; check --features and the delimiter",
			  t->file);
	return st;
}

enum status check_finite(const struct loader *l)
{
	for (int i = 0; i < l->n_features; i++) {
		const struct csv_column *col = &l->main.column[l->feature[i]];

		if (col->infinite.line)
			return csv_not_finite(&l->main, col, "an input");
	}
	return ST_OK;
}
