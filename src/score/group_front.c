/* group_front.c — from the hall of fame to the answer where groups have constants of their own; see group_front.h. */
#include "group_front.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/loss.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/expr/textbook.h"
#include "choice.h"
#include "structure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct grouped *open_tables(const struct dataset *d)
{
	const struct grouping *g = d->grouping;

	return grouped_new(g->column, d->n_columns, g->n, (const char *const *)g->name);
}

/* ---- while it is searched ------------------------------------------------------------------------- */

void pareto_present_groups(struct pareto *p, const struct dataset *d)
{
	struct fit_options o = fit_defaults();
	struct fitter *f;
	int kept = 0;

	if (!d->grouping)
		return;
	d = dataset_searched(d);
	f = fitter_new();
	p->grouped = open_tables(d);
	for (int i = 0; i < p->n; i++) {
		struct pareto_entry *e = &p->entry[kept];
		struct group_form g = {.e = p->entry[i].expr};
		struct fit_result r;

		*e = p->entry[i];
		fit_constants(f, &g.e, &d->fit, &o, &r);
		if (r.verdict != VERDICT_OK && !e->chosen)
			continue;
		g.c = xcalloc((size_t)d->grouping->n, sizeof(*g.c));
		for (int m = 0; m < d->grouping->n; m++) {
			g.c[m] = fitter_groups(f)[m];
			for (int c = 0; c < EXPR_MAX_CONSTS; c++)
				g.c[m].error[c] = NAN;
		}
		group_form_show(&g, d, p, e);
		e->uncertainty.k = 0;
		if (i == p->chosen)
			p->chosen = kept;
		kept++;
		group_form_close(&g);
	}
	p->n = kept;
	fitter_free(f);
}

/* ---- at the end ----------------------------------------------------------------------------------- */

static void measure_form(struct pareto *p, struct pareto_entry *e, const struct group_form *g, const struct dataset *d,
			 struct fitter *f)
{
	const struct rows *rows = &d->all_but_report;
	struct target_moments t;

	rows_measure_target(rows, &t);
	group_form_show(g, d, p, e);
	e->size = bounds_size(&p->bounds, &e->expr);
	e->fvu_all = fvu_of(g->sse, t.sst);
	e->form = textbook_find(&g->e);
	e->price = structure_price(&g->e, e->form, p->has_select ? NODE_PRICE : UNCHECKED_NODE_PRICE) +
		   magnitude_price(&g->e) + wave_price(fitter_tape(f), &g->e, rows) +
		   undersampled_price(fitter_tape(f), &g->e, rows);
	e->regularity = group_regularity(g, d);
	e->chosen = false;
}

/* The forms of all entries, those that cannot be fitted left out. */
static struct group_form *open_forms(struct pareto *p, const struct dataset *d, enum scaling scaling, struct fitter *f)
{
	struct group_form *form = xcalloc((size_t)p->n + 1, sizeof(*form));
	int kept = 0;

	for (int i = 0; i < p->n; i++) {
		struct group_form g;

		group_form_open(&g, &p->entry[i].expr, d, &p->bounds, scaling, f);
		if (!g.good) {
			group_form_close(&g);
			continue;
		}
		p->entry[kept] = p->entry[i];
		p->entry[kept].seen = kept;
		form[kept] = g;
		measure_form(p, &p->entry[kept], &form[kept], d, f);
		kept++;
	}
	p->n = kept;
	return form;
}

static void report_forms(struct pareto *p, const struct group_form *form, const struct dataset *d, struct fitter *f)
{
	struct target_moments t;

	p->has_report = rows_all(&d->report) > 0;
	rows_measure_target(&d->report, &t);
	for (int i = 0; i < p->n; i++) {
		const struct group_form *g = &form[p->entry[i].seen];

		p->entry[i].fvu_report = p->has_report ? fvu_of(group_error(f, &g->e, &d->report, g->c), t.sst) : NAN;
	}
}

void group_front_finish(struct pareto *p, const struct dataset *d, enum scaling scaling, uint64_t seed)
{
	struct fitter *f = fitter_new();
	struct group_form *form;
	int n;

	p->grouped = open_tables(d);
	form = open_forms(p, d, scaling, f);
	n = p->n;
	group_cross_validate(p, form, d, f);
	choice_make(p, d);
	pareto_sift(p);
	if (p->chosen >= 0) {
		p->chance = group_chance(p, &form[p->entry[p->chosen].seen], d, f, seed);
		p->significant = p->chance <= CHANCE_LEVEL;
	}
	report_forms(p, form, d, f);
	for (int i = 0; i < n; i++)
		group_form_close(&form[i]);
	free(form);
	fitter_free(f);
}
