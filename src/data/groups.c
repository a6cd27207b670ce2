/* groups.c — rows by group: one form is fitted to all groups, each with constants of its own; see struct grouping. */
#include "eqrl/base/mem.h"
#include "build.h"

#include <stdlib.h>
#include <string.h>

enum { ROLES = 4 };

void grouping_make(struct dataset *d, const char *column, int n, const char *const *name)
{
	struct grouping *g = xcalloc(1, sizeof(*g));

	g->column = xstrdup(column);
	g->n = n;
	g->name = xcalloc((size_t)n, sizeof(*g->name));
	for (int k = 0; k < n; k++)
		g->name[k] = xstrdup(name[k]);
	d->grouping = g;
}

void grouping_free(struct grouping *g)
{
	if (!g)
		return;
	for (int k = 0; k < g->n; k++)
		free(g->name[k]);
	free(g->name);
	free(g->column);
	free(g->member);
	free(g->number);
	free(g->searched);
	free(g->values);
	free(g->pointers);
	free(g);
}

/* ---- rows ---- */

/* What one group takes of each array: its fit rows, its select rows right behind them, and its report rows apart. */
struct share {
	int fit, select, report;
	size_t report_at, size;
};

static struct share count_share(const struct dataset *d, int group)
{
	struct share s = {0};
	int used = d->all_but_report.n;

	for (int i = 0; i < used + d->report.n; i++) {
		int *of = i < d->fit.n ? &s.fit : i < used ? &s.select : &s.report;

		*of += d->unit_of[i] == group;
	}
	s.report_at = (size_t)(s.fit + s.select) + ROWS_BLOCK;
	s.size = s.report_at + (size_t)s.report + ROWS_BLOCK;
	return s;
}

/* used: of all_but_report; report: of the report rows. Returns where the next array begins. */
static double *take_rows(const struct dataset *d, int group, const double *used, const double *report, double *to)
{
	const struct share s = count_share(d, group);
	int n = d->all_but_report.n, at = 0;

	for (int i = 0; i < n; i++)
		if (d->unit_of[i] == group)
			to[at++] = used[i];
	for (int i = 0, k = 0; i < d->report.n; i++)
		if (d->unit_of[n + i] == group)
			to[s.report_at + (size_t)k++] = report[i];
	return to + s.size;
}

/* Member m in all roles: columns, target and perhaps weights, one behind the other from *v on. */
static void open_member(struct dataset *d, int m, double **v, const double **x)
{
	struct grouping *g = d->grouping;
	const struct share s = count_share(d, g->number[m]);
	const struct rows *used = &d->all_but_report, *report = &d->report;
	size_t at[ROLES] = {0, 0, (size_t)s.fit, s.report_at};
	int n[ROLES] = {s.fit, s.fit + s.select, s.select, s.report};
	const double *y, *w = NULL;

	for (int c = 0; c < d->n_columns; c++) {
		for (int k = 0; k < ROLES; k++)
			x[k * d->n_columns + c] = *v + at[k];
		*v = take_rows(d, g->number[m], used->x[c], report->x[c], *v);
	}
	y = *v;
	*v = take_rows(d, g->number[m], used->y, report->y, *v);
	if (used->w) {
		w = *v;
		*v = take_rows(d, g->number[m], used->w, report->w, *v);
	}
	for (int k = 0; k < ROLES; k++)
		g->member[k * g->n + m] = (struct rows){.n = n[k],
							.n_columns = d->n_columns,
							.x = x + (size_t)k * (size_t)d->n_columns,
							.y = y + at[k],
							.w = w ? w + at[k] : NULL,
							.loss = d->fit.loss};
}

/* The group with the most fit rows first, the others in their order. Returns how many numbers all of them take. */
static size_t order_members(struct dataset *d)
{
	struct grouping *g = d->grouping;
	size_t arrays = (size_t)d->n_columns + 1 + (d->all_but_report.w != NULL), size = 0;
	int first = 0, most = -1;

	for (int k = 0; k < g->n; k++) {
		struct share s = count_share(d, k);

		size += s.size * arrays;
		if (s.fit > most) {
			most = s.fit;
			first = k;
		}
	}
	g->number = xcalloc((size_t)g->n, sizeof(*g->number));
	g->number[0] = first;
	for (int k = 0, m = 1; k < g->n; k++)
		if (k != first)
			g->number[m++] = k;
	return size;
}

static void set_searched(struct dataset *d)
{
	struct grouping *g = d->grouping;
	struct dataset *s = xmalloc(sizeof(*s));
	struct rows *role[ROLES] = {&s->fit, &s->all_but_report, &s->select, &s->report};
	struct row_groups *groups[ROLES] = {&g->fit, &g->all_but_report, &g->select, &g->report};

	*s = *d;
	for (int k = 0; k < ROLES; k++) {
		*groups[k] = (struct row_groups){g->n, g->member + k * g->n};
		*role[k] = groups[k]->member[0];
		role[k]->groups = groups[k];
	}
	g->searched = s;
	g->whole = d;
}

void dataset_open_groups(struct dataset *d)
{
	struct grouping *g = d->grouping;
	size_t size, columns = (size_t)d->n_columns;
	double *v;

	if (!g || g->searched)
		return;
	size = order_members(d) + ROWS_BLOCK;
	g->values = v = xaligned(size * sizeof(*v));
	memset(v, 0, size * sizeof(*v));
	g->pointers = xcalloc(ROLES * (size_t)g->n * columns, sizeof(*g->pointers));
	g->member = xcalloc(ROLES * (size_t)g->n, sizeof(*g->member));
	for (int m = 0; m < g->n; m++)
		open_member(d, m, &v, g->pointers + ROLES * (size_t)m * columns);
	set_searched(d);
}

const struct dataset *dataset_searched(const struct dataset *d)
{
	return d->grouping && d->grouping->searched ? d->grouping->searched : d;
}
