/* columns.c — which columns of a table are target, weights and inputs. */
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/op.h"
#include "loader.h"

#include <stdlib.h>
#include <string.h>

static const char AS_TARGET[] = "the target", AS_FEATURE[] = "asked for by --features", AS_WEIGHTS[] = "--row-weights",
		  AS_SIGMA[] = "--sigma", AS_LABEL[] = "--split-by", AS_GROUP[] = "--group", AS_INPUT[] = "an input";

/* ---- choosing columns ---- */

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

/* --forbid names operators, too: those are none of the columns' business. */
static enum status forbid_columns(struct loader *l, struct csv *t, bool *dropped)
{
	const char *list = l->o->forbidden;
	enum status st = ST_OK;
	char *entry;

	while (st == ST_OK && (entry = csv_next_entry(&list)) != NULL) {
		int c = *entry && op_of_word(entry) < 0 ? csv_find(t, entry, "--forbid") : 0;

		if (c < 0)
			st = ST_DATA;
		else if (*entry && op_of_word(entry) < 0)
			dropped[c] = true;
		free(entry);
	}
	return st;
}

/* Columns that are explained as well, in runs of their own. */
static enum status drop_targets(const struct loader *l, struct csv *t, bool *dropped)
{
	const char *list = l->o->targets;
	char *entry;

	while ((entry = csv_next_entry(&list)) != NULL) {
		int c = csv_find(t, entry, "--target");

		free(entry);
		if (c < 0)
			return ST_DATA;
		dropped[c] = true;
	}
	return ST_OK;
}

static enum status choose_features(struct loader *l, struct csv *t)
{
	bool *dropped = xcalloc((size_t)t->n_columns, sizeof(*dropped));
	const char *list = l->o->features;
	enum status st = ST_OK;
	int kept = 0;
	char *entry;

	l->feature = xcalloc((size_t)t->n_columns, sizeof(*l->feature));
	while (st == ST_OK && (entry = csv_next_entry(&list)) != NULL) {
		if (*entry)
			st = choose_entry(l, t, entry, dropped);
		free(entry);
	}
	if (st == ST_OK)
		st = forbid_columns(l, t, dropped);
	if (st == ST_OK && l->o->targets)
		st = drop_targets(l, t, dropped);
	l->named = l->n_features > 0;
	if (!l->named)
		for (int c = 0; c < t->n_columns; c++)
			l->feature[l->n_features++] = c;
	for (int i = 0; i < l->n_features; i++) {
		int c = l->feature[i];

		if (t->column[c].required || dropped[c])
			continue;
		l->feature[kept++] = c;
		t->column[c].wanted = true;
	}
	for (int i = 0; i < kept && l->named && !l->o->read.categories; i++)
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

/* The one called "target", else the last that is not empty and has no other task. */
static int find_target(const struct loader *l, const struct csv *t)
{
	int last = -1;

	for (int c = 0; c < t->n_fields; c++) {
		if (strcmp(t->column[c].name, "target") == 0)
			return c;
		if (c != l->weights && c != l->label && !t->column[c].blank)
			last = c;
	}
	return last >= 0 ? last : t->n_fields - 1;
}

static enum status choose_label(struct loader *l, struct csv *t)
{
	const char *name = l->o->group ? l->o->group : l->o->split_by, *why = l->o->group ? AS_GROUP : AS_LABEL;

	if (!name)
		return ST_OK;
	l->label = csv_find(t, name, why);
	if (l->label < 0)
		return ST_DATA;
	if (t->column[l->label].origin != CSV_FIELD)
		return fail(ST_USAGE, "%s %s: expected a column of the file, not one that is made from others", why,
			    name);
	if (t->column[l->label].required)
		return fail(ST_USAGE, "%s: column \"%s\" is %s; it cannot be %s too", t->file, t->column[l->label].name,
			    t->column[l->label].required, why);
	t->column[l->label].required = why; /* so it is no input */
	t->column[l->label].keep_text = true;
	return ST_OK;
}

static enum status choose_target(struct loader *l, struct csv *t)
{
	l->target = find_target(l, t);
	if (l->o->target) {
		l->target = csv_find(t, l->o->target, "--target");
		if (l->target < 0)
			return ST_DATA;
		if (l->target == l->weights || l->target == l->label)
			return fail(ST_USAGE, "%s: column \"%s\" is the target; it cannot be %s too", t->file,
				    t->column[l->target].name, t->column[l->target].required);
	}
	t->column[l->target].wanted = true;
	t->column[l->target].required = AS_TARGET;
	return ST_OK;
}

/* The columns of another data set: by name, also derived ones. */
static enum status choose_alike(struct loader *l, struct csv *t)
{
	const struct dataset *like = l->o->like;

	l->target = csv_find(t, like->target, "the target");
	if (l->target < 0)
		return ST_DATA;
	t->column[l->target].wanted = true;
	t->column[l->target].required = AS_TARGET;
	l->feature = xcalloc((size_t)like->n_columns, sizeof(*l->feature));
	for (int i = 0; i < like->n_columns; i++) {
		int c = csv_derive(t, like->name[i]);

		if (c < 0 && (c = csv_find(t, like->name[i], AS_INPUT)) < 0)
			return ST_DATA;
		t->column[c].wanted = true;
		if (t->column[c].origin == CSV_FIELD)
			t->column[c].required = AS_INPUT;
		l->feature[l->n_features++] = c;
	}
	return ST_OK;
}

enum status choose_columns(struct csv *t, void *context)
{
	struct loader *l = context;

	if (t->n_columns < 2)
		return fail(ST_DATA,
			    "%s: only one column; a target and at least one input are needed (--sep if the delimiter "
			    "was missed; --index for the row number as input)",
			    t->file);
	for (int c = 0; c < t->n_columns; c++)
		t->column[c].wanted = false;
	TRY(choose_weights(l, t));
	TRY(choose_label(l, t));
	if (l->o->like) {
		TRY(choose_alike(l, t));
	} else {
		TRY(choose_target(l, t));
		TRY(choose_features(l, t));
	}
	if (l->label >= 0)
		t->column[l->label].required = NULL; /* any text or number will do */
	return ST_OK;
}
