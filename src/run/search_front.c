/* search_front.c — see search_front.h. */
#include "eqrl/run/search_front.h"

#include "eqrl/base/error.h"
#include "eqrl/eval/residuals.h"
#include "eqrl/expr/shift.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/search_setup.h"

#include <string.h>

/* The derivatives of an equation on a million rows take a tenth of a second a constant: those beside the answer do
 * without on large tables. */
enum { ROWS_FOR_ALL = 20000 };

static void measure_fits(struct pareto *p, const struct rows *rows, const int32_t *line)
{
	for (int i = 0; i < p->n; i++) {
		struct pareto_entry *e = &p->entry[i];

		e->uncertainty.k = 0;
		e->residuals = (struct residuals){0};
		if (i != p->chosen && rows->n > ROWS_FOR_ALL)
			continue;
		uncertainty_measure(&e->expr, uncertain_constants(&e->expr, true), rows, &e->uncertainty);
		residuals_measure(&e->expr, rows, line, &e->residuals);
	}
}

/* Residuals of equations with parameters; standard errors came with the constants. */
static void measure_group_fits(struct pareto *p, const struct dataset *d)
{
	for (int i = 0; i < p->n; i++) {
		struct pareto_entry *e = &p->entry[i];
		struct grouped_rows rows;

		e->residuals = (struct residuals){0};
		if (i != p->chosen && d->all_but_report.n > ROWS_FOR_ALL)
			continue;
		grouped_rows_open(&rows, &d->all_but_report, d->unit_of, p->grouped, e->table);
		residuals_measure(&e->expr, &rows.rows, d->line, &e->residuals);
		grouped_rows_close(&rows);
	}
}

/* Constants that have the other sign now vary with the others the other way. */
static void turn_signs(struct uncertainty *u, uint32_t turned)
{
	for (int p = 0; p < u->k; p++)
		for (int q = 0; q < u->k; q++)
			if ((turned >> u->at[p] ^ turned >> u->at[q]) & 1)
				u->covariance[p][q] *= -1;
}

/* From the columns that the search sees (dataset_centre) to the user's. */
static void show_origins(struct pareto *p, const struct dataset *d)
{
	bool moved = d->origin || d->target_origin != 0;
	int kept = moved ? 0 : p->n;

	for (int i = 0; i < p->n && moved; i++) {
		struct pareto_entry *e = &p->entry[kept];
		uint32_t turned = 0;

		*e = p->entry[i];
		if (d->origin && !expr_shift_columns(&e->expr, d->origin, 1, &turned))
			continue;
		if (d->target_origin != 0 && !expr_add_number(&e->expr, d->target_origin))
			continue;
		if (!bounds_allow(&p->bounds, &e->expr))
			continue;
		turn_signs(&e->uncertainty, turned);
		for (int k = 0; k < e->regularity.n && d->origin; k++)
			e->regularity.at[k] += d->origin[e->regularity.column[k]];
		e->size = bounds_size(&p->bounds, &e->expr);
		kept++;
	}
	p->n = kept;
	pareto_sift(p);
}

void search_polish(const struct options *o, const struct dataset *d, struct pareto *p)
{
	static const enum scaling scalings[] = {SCALING_AUTO, SCALING_ON, SCALING_OFF};

	if (search_bounds_on(o, d, &p->bounds) != ST_OK)
		BUG("bounds that were accepted before: %s", error_message());
	p->allow_poles = o->allow_poles;
	pareto_finish(p, d, scalings[o->linear_scaling], (uint64_t)o->seed);
	if (p->grouped) {
		measure_group_fits(p, d->grouping->whole);
		return;
	}
	measure_fits(p, &d->all_but_report, d->line);
	show_origins(p, d);
}

void search_shorten(const struct options *o, const struct dataset *d, struct pareto *p)
{
	double fvu[PARETO_MAX];

	if (search_bounds_on(o, d, &p->bounds) != ST_OK)
		BUG("bounds that were accepted before: %s", error_message());
	if (d->grouping) {
		pareto_present_groups(p, d);
		return;
	}
	pareto_limit_digits(p, d, (uint64_t)o->seed, fvu);
	show_origins(p, d);
	for (int i = 0; i < p->n; i++)
		p->entry[i].fvu_all = fvu[p->entry[i].seen];
}

void search_front(const struct options *o, const struct task *k, struct front *f)
{
	const struct dataset *d = task_dataset(k);

	memset(f, 0, sizeof(*f));
	front_set_names(f, d->n_columns, (const char *const *)d->name, d->target);
	front_set_units(f, (const char *const *)d->unit, d->target_unit);
	front_set_form(f, o->template);
	f->notes = &d->notes;
	f->loss = data_loss(d);
	task_front(k, (enum selection)o->select, &f->pareto);
	search_polish(o, d, &f->pareto);
	front_set_parameters(f);
}
