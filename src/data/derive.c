/* derive.c — columns that are made from those of the file: row numbers, lags, levels of a text. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int add_column(struct csv *t, const char *name)
{
	struct csv_column *col;

	t->column = xrealloc(t->column, ((size_t)t->n_columns + 1) * sizeof(*t->column));
	col = &t->column[t->n_columns++];
	*col = (struct csv_column){.name = xstrdup(name), .wanted = true};
	make_name_unique(t, t->n_columns - 1);
	return t->n_columns - 1;
}

static int find_field(const struct csv *t, const char *name, size_t n)
{
	for (int c = 0; c < t->n_fields; c++)
		if (strlen(t->column[c].name) == n && memcmp(t->column[c].name, name, n) == 0)
			return c;
	return -1;
}

/* ---- asked for by options ---- */

static int add_lag(struct csv *t, int source, int lag)
{
	struct str name = {0};
	int c;

	str_addf(&name, "%s_lag%d", t->column[source].name, lag);
	c = add_column(t, name.data);
	t->column[c].origin = CSV_LAG;
	t->column[c].source = source;
	t->column[c].lag = lag;
	str_release(&name);
	return c;
}

static int add_row_number(struct csv *t)
{
	int c = add_column(t, "row");

	t->column[c].origin = CSV_ROW_NUMBER;
	return c;
}

static enum status parse_lag(struct csv *t, const char *entry)
{
	const char *colon = strrchr(entry, ':');
	char *end, *name;
	long lag = colon ? strtol(colon + 1, &end, 10) : 0;
	int source;

	if (!colon || end == colon + 1 || *end || lag < 1 || lag > 1000000)
		return fail(ST_USAGE, "--lag %s: expected COL:K, a column and how many rows back (1 and more)", entry);
	name = xstrndup(entry, (size_t)(colon - entry));
	source = csv_find(t, name, "--lag");
	free(name);
	if (source < 0 || source >= t->n_fields)
		return ST_DATA;
	add_lag(t, source, (int)lag);
	return ST_OK;
}

enum status add_option_columns(struct table_reader *r)
{
	char *list = r->o->lags ? xstrdup(r->o->lags) : NULL, *save = NULL;
	enum status st = ST_OK;

	for (char *p = list ? strtok_r(list, "\n", &save) : NULL; p && st == ST_OK; p = strtok_r(NULL, "\n", &save))
		st = parse_lag(r->t, p);
	free(list);
	if (st == ST_OK && r->o->index)
		add_row_number(r->t);
	return st;
}

/* ---- asked for by name ---- */

static int derive_lag(struct csv *t, const char *name)
{
	const char *at = strstr(name, "_lag"), *next;
	char *end;
	long lag;
	int source;

	for (; at && (next = strstr(at + 1, "_lag")) != NULL; at = next)
		;
	if (!at)
		return -1;
	lag = strtol(at + 4, &end, 10);
	source = find_field(t, name, (size_t)(at - name));
	return end == at + 4 || *end || lag < 1 || lag > 1000000 || source < 0 ? -1 : add_lag(t, source, (int)lag);
}

static int add_level(struct csv *t, int source, const char *text)
{
	struct str name = {0};
	int c;

	str_addf(&name, "%s=", t->column[source].name);
	text_clean(&name, text, strlen(text));
	c = add_column(t, name.data);
	t->column[c].origin = CSV_LEVEL;
	t->column[c].source = source;
	t->column[c].level_text = xstrdup(text);
	str_release(&name);
	return c;
}

int csv_derive(struct csv *t, const char *name)
{
	const char *equals = strchr(name, '=');
	int c = find_field(t, name, strlen(name));

	if (c >= 0)
		return c;
	if (strcmp(name, "row") == 0)
		return add_row_number(t);
	for (; equals; equals = strchr(equals + 1, '=')) {
		c = find_field(t, name, (size_t)(equals - name));
		if (c >= 0)
			return add_level(t, c, equals + 1);
	}
	return derive_lag(t, name);
}

bool is_source(const struct csv *t, int c)
{
	for (int i = t->n_fields; i < t->n_columns; i++)
		if (t->column[i].wanted && t->column[i].origin >= CSV_LAG && t->column[i].source == c)
			return true;
	return false;
}

/* ---- values ---- */

/* The text of a cell of a text column, NULL if it is missing; a number's is its shortest. */
static const char *find_cell_text(const struct csv_column *col, int row, char number[32])
{
	if (col->level && col->level[row] > 0)
		return col->levels[col->level[row] - 1];
	if (!col->value || isnan(col->value[row]))
		return NULL;
	str_double(number, col->value[row]);
	return number;
}

static double derived_value(const struct csv *t, const struct csv_column *col, int row)
{
	const struct csv_column *source = &t->column[col->source];
	char number[32];
	const char *text;

	switch (col->origin) {
	case CSV_ROW_NUMBER:
		return row + 1;
	case CSV_LAG:
		return row >= col->lag && source->value ? source->value[row - col->lag] : NAN;
	case CSV_LEVEL:
		text = find_cell_text(source, row, number);
		return text ? strcmp(text, col->level_text) == 0 : NAN;
	default:
		return NAN;
	}
}

static void fill_column(struct csv *t, struct csv_column *col)
{
	col->value = xmalloc(((size_t)t->n + 1) * sizeof(*col->value));
	col->n_missing = 0;
	if (col->origin == CSV_LAG)
		col->infinite = t->column[col->source].infinite;
	for (int i = 0; i < t->n; i++) {
		col->value[i] = derived_value(t, col, i);
		col->n_missing += isnan(col->value[i]);
	}
}

void fill_derived(struct csv *t)
{
	for (int c = t->n_fields; c < t->n_columns; c++)
		if (t->column[c].wanted && !t->column[c].value)
			fill_column(t, &t->column[c]);
}

int csv_add_levels(struct csv *t, int c)
{
	struct csv_column *col = &t->column[c];
	int n = col->n_levels, first = n == 2;

	if (!col->level || col->many_levels)
		return 0;
	for (int k = first; k < n; k++)
		add_level(t, c, t->column[c].levels[k]);
	fill_derived(t);
	return n - first;
}
