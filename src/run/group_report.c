/* group_report.c — see group_report.h. */
#include "eqrl/run/group_report.h"

#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/run/intervals.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names --------------------------------------------------------------------------------------- */

int front_columns(const struct front *f)
{
	return f->pareto.grouped ? f->pareto.grouped->n_columns : f->names.n;
}

static void name_parameters(struct front *f, int n)
{
	const char **name = xcalloc((size_t)n + 1, sizeof(*name));
	struct names data = f->names;

	data.n = front_columns(f);
	for (int c = 0; c < n; c++) {
		struct str text = {0};

		if (c < data.n)
			name[c] = f->names.column[c];
		else
			grouped_name(&text, &data, c - data.n);
		name[c] = name[c] ? name[c] : text.data;
	}
	for (int c = data.n; c < f->names.n; c++)
		free((char *)f->names.column[c]);
	free((void *)f->names.column);
	f->names.column = name;
	f->names.n = n;
}

void front_set_parameters(struct front *f)
{
	int n;

	if (!f->pareto.grouped)
		return;
	n = front_columns(f) + grouped_parameters(f->pareto.grouped);
	if (f->unit) {
		char **unit = xcalloc((size_t)n + 1, sizeof(*unit));

		for (int c = 0; c < front_columns(f); c++)
			unit[c] = f->unit[c];
		free(f->unit);
		f->unit = unit;
	}
	name_parameters(f, n);
}

const struct group_table *front_table_of(const struct front *f, const struct pareto_entry *e)
{
	const struct grouped *g = f->pareto.grouped;
	const struct group_table *t = g && e->table < g->n_tables ? &g->table[e->table] : NULL;

	return t && t->n > 0 ? t : NULL;
}

/* ---- files --------------------------------------------------------------------------------------- */

void groups_to_json(cJSON *o, const struct front *f)
{
	const struct grouped *g = f->pareto.grouped;
	int n = front_columns(f);
	cJSON *groups;

	if (!g)
		return;
	cJSON_AddItemToObject(o, "parameters", cJSON_CreateStringArray(f->names.column + n, f->names.n - n));
	groups = cJSON_AddObjectToObject(o, "groups");
	cJSON_AddStringToObject(groups, "column", g->column);
	cJSON_AddItemToObject(groups, "names", cJSON_CreateStringArray((const char *const *)g->name, g->n));
}

static void add_matrix(cJSON *o, const char *key, const struct grouped *g, int n, const double *v)
{
	cJSON *list = cJSON_AddArrayToObject(o, key);

	for (int k = 0; k < g->n; k++) {
		cJSON *row = cJSON_CreateArray();

		for (int p = 0; p < n; p++)
			cJSON_AddItemToArray(row, isfinite(v[k * n + p]) ? cJSON_CreateNumber(v[k * n + p])
									 : cJSON_CreateNull());
		cJSON_AddItemToArray(list, row);
	}
}

void entry_groups_to_json(cJSON *o, const struct front *f, const struct pareto_entry *e)
{
	const struct group_table *t = front_table_of(f, e);
	cJSON *groups;

	if (!t)
		return;
	groups = cJSON_AddObjectToObject(o, "groups");
	add_matrix(groups, "values", f->pareto.grouped, t->n, t->value);
	add_matrix(groups, "standard_errors", f->pareto.grouped, t->n, t->error);
}

enum status groups_from_json(struct front *f, const cJSON *json, const char *path)
{
	const cJSON *groups = cJSON_GetObjectItem(json, "groups"), *names = cJSON_GetObjectItem(groups, "names"), *item;
	int n = cJSON_GetArraySize(names), i = 0;
	const char **name;

	if (!groups)
		return ST_OK;
	if (n < 1)
		return fail(ST_DATA, "%s: \"groups\" without \"names\"", path);
	name = xcalloc((size_t)n, sizeof(*name));
	cJSON_ArrayForEach(item, names) name[i++] = cJSON_IsString(item) ? item->valuestring : "";
	f->pareto.grouped = grouped_new(json_text(groups, "column", ""), f->names.n, n, name);
	free(name);
	return ST_OK;
}

/* False: not n rows of as many numbers each. */
static bool read_matrix(const cJSON *list, int n, int columns, double *out)
{
	const cJSON *row, *item;

	if (cJSON_GetArraySize(list) != n)
		return false;
	cJSON_ArrayForEach(row, list)
	{
		if (cJSON_GetArraySize(row) != columns)
			return false;
		cJSON_ArrayForEach(item, row) *out++ = cJSON_IsNumber(item) ? item->valuedouble : NAN;
	}
	return true;
}

enum status entry_groups_from_json(struct front *f, struct pareto_entry *e, const cJSON *json, const char *path)
{
	const cJSON *groups = cJSON_GetObjectItem(json, "groups"), *values = cJSON_GetObjectItem(groups, "values");
	struct grouped *g = f->pareto.grouped;
	struct group_table *t;
	int n = cJSON_GetArraySize(cJSON_GetArrayItem(values, 0));

	if (!g)
		return ST_OK;
	if (n > EXPR_MAX_CONSTS)
		return fail(ST_DATA, "%s: equation %d has more than %d parameters", path, f->pareto.n + 1,
			    EXPR_MAX_CONSTS);
	e->table = grouped_add_table(g, n);
	t = &g->table[e->table];
	if (groups && !read_matrix(values, g->n, n, t->value))
		return fail(ST_DATA, "%s: equation %d: \"groups\": expected %d lists of %d numbers", path,
			    f->pareto.n + 1, g->n, n);
	read_matrix(cJSON_GetObjectItem(groups, "standard_errors"), g->n, n, t->error);
	return ST_OK;
}

/* ---- the table ------------------------------------------------------------------------------------- */

enum { VALUE_WIDTH = 13 };

/* exact: errors are of rounding. */
static void add_value(struct str *out, double value, double error, bool exact)
{
	struct uncertainty u = {.k = 1, .t = 1};
	struct interval_text words;
	char text[64];

	u.error[0] = isnan(error) ? INFINITY : error;
	interval_words(&u, 0, value, &words);
	if (exact)
		snprintf(text, sizeof(text), "%.10g", value);
	else if (*words.error)
		snprintf(text, sizeof(text), "%s +- %.2g", words.value, error);
	else
		snprintf(text, sizeof(text), "%s%s", words.value, isinf(error) ? " +- ?" : "");
	str_addf(out, "  %-*s", 2 * VALUE_WIDTH - 4, text);
}

static void end_line(struct str *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	str_addc(out, '\n');
}

bool groups_text(const struct front *f, const struct pareto_entry *e, int most, struct str *out)
{
	const struct grouped *g = f->pareto.grouped;
	const struct group_table *t = front_table_of(f, e);
	int shown = !g ? 0 : most > 0 && g->n > most + 1 ? most : g->n, width = (int)strlen(g ? g->column : "");

	if (!t)
		return false;
	for (int k = 0; k < shown; k++)
		width = (int)strlen(g->name[k]) > width ? (int)strlen(g->name[k]) : width;
	str_addf(out, "%-*s", width, g->column);
	for (int p = 0; p < t->n; p++)
		str_addf(out, "  %-*s", 2 * VALUE_WIDTH - 4, f->names.column[g->n_columns + p]);
	end_line(out);
	for (int k = 0; k < shown; k++) {
		str_addf(out, "%-*s", width, g->name[k]);
		for (int p = 0; p < t->n; p++)
			add_value(out, t->value[k * t->n + p], t->error[k * t->n + p], e->fvu_fit <= EXACT_FVU);
		end_line(out);
	}
	if (shown < g->n)
		str_addf(out, "... and %d more groups; --format json has all\n", g->n - shown);
	return true;
}
