/* grouped.c — see grouped.h. */
#include "eqrl/score/grouped.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct grouped *grouped_new(const char *column, int n_columns, int n, const char *const *name)
{
	struct grouped *g = xcalloc(1, sizeof(*g));

	g->column = xstrdup(column);
	g->n_columns = n_columns;
	g->n = n;
	g->name = xcalloc((size_t)n + 1, sizeof(*g->name));
	for (int k = 0; k < n; k++)
		g->name[k] = xstrdup(name[k]);
	return g;
}

void grouped_free(struct grouped *g)
{
	if (!g)
		return;
	for (int k = 0; k < g->n_tables; k++) {
		free(g->table[k].value);
		free(g->table[k].error);
	}
	for (int k = 0; k < g->n; k++)
		free(g->name[k]);
	free(g->table);
	free(g->name);
	free(g->column);
	free(g);
}

int grouped_add_table(struct grouped *g, int n)
{
	size_t size = (size_t)g->n * (size_t)n + 1;
	struct group_table *t;

	g->table = xrealloc(g->table, (size_t)(g->n_tables + 1) * sizeof(*g->table));
	t = &g->table[g->n_tables];
	*t = (struct group_table){.n = n};
	t->value = xcalloc(size, sizeof(*t->value));
	t->error = xcalloc(size, sizeof(*t->error));
	for (size_t i = 0; i < size; i++)
		t->error[i] = NAN;
	return g->n_tables++;
}

int grouped_find(const struct grouped *g, const char *name)
{
	for (int k = 0; k < g->n; k++)
		if (strcmp(g->name[k], name) == 0)
			return k;
	return -1;
}

int grouped_parameters(const struct grouped *g)
{
	int most = 0;

	for (int k = 0; g && k < g->n_tables; k++)
		most = g->table[k].n > most ? g->table[k].n : most;
	return most;
}

/* ---- names -------------------------------------------------------------------------------------- */

static bool is_taken(const struct names *data, const char *name)
{
	return names_find(data, name, strlen(name)) >= 0 || (data->target && strcmp(data->target, name) == 0);
}

/* Without e and i, which are numbers, and l and o, which look like some; then with a figure behind. */
void grouped_name(struct str *out, const struct names *data, int p)
{
	static const char letters[] = "abcdfghkmnpqrsuvwxyzABCDFGHKMNPQRSUVWXYZ";

	for (int k = 0;; k++) {
		int round = k / (int)(sizeof(letters) - 1);
		char name[16];

		snprintf(name, sizeof(name), round ? "%c%d" : "%c", letters[k % (int)(sizeof(letters) - 1)], round);
		if (!is_taken(data, name) && p-- == 0) {
			str_add(out, name);
			return;
		}
	}
}

/* ---- rows --------------------------------------------------------------------------------------- */

void grouped_rows_open(struct grouped_rows *out, const struct rows *rows, const int32_t *group, const struct grouped *g,
		       int table)
{
	const struct group_table *t = &g->table[table];
	size_t stride = (size_t)rows->n + ROWS_BLOCK;

	*out = (struct grouped_rows){.rows = *rows};
	out->values = xcalloc((size_t)t->n * stride + 1, sizeof(*out->values));
	out->x = xcalloc((size_t)(rows->n_columns + t->n) + 1, sizeof(*out->x));
	memcpy(out->x, rows->x, (size_t)rows->n_columns * sizeof(*out->x));
	for (int p = 0; p < t->n; p++) {
		double *v = out->values + (size_t)p * stride;

		for (int i = 0; i < rows->n; i++)
			v[i] = t->value[group[i] * t->n + p];
		out->x[rows->n_columns + p] = v;
	}
	out->rows.x = out->x;
	out->rows.n_columns += t->n;
	out->rows.groups = NULL;
}

void grouped_rows_close(struct grouped_rows *r)
{
	free(r->values);
	free(r->x);
}

/* Roles keep their places: a column is written like the others, behind the last. */
static double *extend_column(const struct dataset *d, const struct group_table *t, int p)
{
	size_t report = (size_t)(d->report.n ? d->report.y - d->y : 0);
	int used = d->all_but_report.n;
	double *v = xaligned((report + (size_t)used + (size_t)d->report.n + 2 * ROWS_BLOCK) * sizeof(*v));

	memset(v, 0, (report + (size_t)used + (size_t)d->report.n + 2 * ROWS_BLOCK) * sizeof(*v));
	for (int i = 0; i < used; i++)
		v[i] = t->value[d->unit_of[i] * t->n + p];
	for (int i = 0; i < d->report.n; i++)
		v[report + (size_t)i] = t->value[d->unit_of[used + i] * t->n + p];
	return v;
}

static void point_role(struct dataset *d, struct rows *role, const double **x)
{
	size_t offset = (size_t)(role->y - d->y);

	for (int c = 0; c < d->n_columns; c++)
		x[c] = d->column[c] + offset;
	role->x = x;
	role->n_columns = d->n_columns;
}

void grouped_extend(struct dataset *d, const struct grouped *g, int table, const char *const *name)
{
	const struct group_table *t = &g->table[table];
	size_t wide = (size_t)(d->n_columns + t->n);

	d->column = xrealloc(d->column, wide * sizeof(*d->column));
	d->name = xrealloc(d->name, wide * sizeof(*d->name));
	d->stats = xrealloc(d->stats, wide * sizeof(*d->stats));
	if (d->unit)
		d->unit = xrealloc(d->unit, wide * sizeof(*d->unit));
	for (int p = 0; p < t->n; p++) {
		int c = d->n_columns + p;

		d->column[c] = extend_column(d, t, p);
		d->name[c] = xstrdup(name[p]);
		d->stats[c] = column_statistics(d->column[c], d->all_but_report.n);
		if (d->unit)
			d->unit[c] = NULL;
	}
	d->n_columns += t->n;
	free(d->pointers);
	d->pointers = xcalloc(4 * wide, sizeof(*d->pointers));
	point_role(d, &d->fit, d->pointers);
	point_role(d, &d->all_but_report, d->pointers + wide);
	point_role(d, &d->select, d->pointers + 2 * wide);
	point_role(d, &d->report, d->pointers + 3 * wide);
}
