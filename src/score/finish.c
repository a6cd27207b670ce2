/* finish.c — the end of a front: final constants, plain forms, the choice, the report rows; see pareto_finish in hof.h. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/powers.h"
#include "eqrl/eval/shape.h"
#include "eqrl/eval/tape.h"
#include "eqrl/expr/saturating.h"
#include "eqrl/expr/textbook.h"
#include "choice.h"
#include "group_front.h"
#include "pareto.h"
#include "structure.h"

#include <math.h>
#include <stdlib.h>

static double fvu_on(struct fitter *f, const struct expr *e, const struct rows *rows)
{
	struct target_moments target;

	if (rows->n == 0)
		return NAN;
	rows_measure_target(rows, &target);
	tape_bind(fitter_tape(f), e, rows);
	return fvu_of(tape_sse(fitter_tape(f), NULL), target.sst);
}

/* Rows that are enough to try plain constants on, and to refit equations that are not the answer. */
enum { POLISH_ROWS = 20000 };

static struct rows prefix(const struct rows *r, int most)
{
	struct rows out = *r; /* rows of a role are in random order: a prefix is a sample */

	if (out.n > most)
		out.n = most;
	return out;
}

/* Different numbers that are no token, whether they were fitted to the last digit or made plain. */
static int count_numbers(const struct expr *e)
{
	uint32_t used = 0;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST || e->node[i].op == OP_FIXED)
			used |= 1u << e->node[i].arg;
	return __builtin_popcount(used);
}

/* What the constants' last change left is still what the user asked for. */
static bool may_be_printed(const struct bounds *b, const struct expr *e, const struct interval *box)
{
	return bounds_allow(b, e) && bounds_settled(b, e) && shape_holds(b, e, box);
}

/* Every equation of a front gets its digits here, whatever became of it before. */
static void limit_digits(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
			 const struct interval *box)
{
	struct expr now = *e;
	struct fit_result r;

	fit_constants(f, &now, rows, o, &r);
	fit_limit_digits(f, &now, rows, o, true, &r);
	if (r.verdict == VERDICT_OK && may_be_printed(o->bounds, &now, box))
		*e = now;
}

/* c*u/(u + b) for c + s/(u + b), where the rows do not miss the third constant. */
static void saturate(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		     struct fit_result *r)
{
	struct expr other;
	struct fit_result now;

	if (!expr_saturating(e, &other) || (o->bounds && !bounds_allow(o->bounds, &other)))
		return;
	fit_constants(f, &other, rows, o, &now);
	if (now.verdict == VERDICT_OK &&
	    now.nmse <= fmax(r->nmse * (1 + fit_price(rows->n, expr_free_consts(e))), 1e-20)) {
		*e = other;
		*r = now;
	}
}

/* What becomes simpler may have a form that reads still better: once more, and once more. */
enum { POLISH_ROUNDS = 3 };

/* The final form, on a sample of the rows if there are many. Kept only if that makes nothing worse. */
static void polish(struct fitter *f, struct pareto_entry *e, const struct dataset *d, const struct interval *box,
		   enum scaling scaling, struct fit_options *o)
{
	struct rows sample = prefix(&d->all_but_report, POLISH_ROWS);
	bool plausible = !bounds_have_form(o->bounds);
	double before = fvu_on(f, &e->expr, &sample);
	/* plain values have their price */
	double most = fmax(before * pow(1 + fit_price(sample.n, e->n_consts), e->n_consts + 1), 1e-20);

	if (bounds_bind_numbers(o->bounds)) /* they were chosen when it was scored: nothing is free */
		return;
	for (int round = 0; round < POLISH_ROUNDS; round++) {
		struct expr now = e->expr;
		struct fit_result r;
		bool same;

		fit_constants(f, &now, &sample, o, &r);
		if (r.verdict != VERDICT_OK)
			break;
		if (scaling == SCALING_AUTO)
			fit_drop_neutral(f, &now, &sample, o, &r);
		saturate(f, &now, &sample, o, &r);
		if (round == 0 && expr_free_consts(&now) < e->n_free) /* what was dropped was not fitted */
			e->n_free = expr_free_consts(&now);
		if (round == 0)
			e->fvu_least = fvu_on(f, &now, &sample);
		fit_readable(f, &now, &sample, o, &r);
		if (!(fvu_on(f, &now, &sample) <= most) || (plausible && !powers_are_plausible(&now, box)) ||
		    !may_be_printed(o->bounds, &now, box))
			break;
		same = expr_same_skeleton(&now, &e->expr);
		e->expr = now;
		if (same)
			break;
	}
	limit_digits(f, &e->expr, &sample, o, box);
}

/* The answer's constants on every row. */
static void refit_answer(struct fitter *f, struct pareto *p, const struct dataset *d, const struct interval *box,
			 struct fit_options *o)
{
	struct pareto_entry *e = &p->entry[p->chosen];
	struct expr now = e->expr;
	double after;

	if (d->all_but_report.n <= POLISH_ROWS)
		return;
	o->max_iterations = 20;
	limit_digits(f, &now, &d->all_but_report, o, box);
	after = fvu_on(f, &now, &d->all_but_report);
	if (after <= e->fvu_all && powers_are_plausible(&now, box)) {
		e->expr = now;
		e->fvu_all = after;
		regularity_judge(&e->expr, box, &d->all_but_report, d->y_stats.sd, &e->regularity);
	}
}

static void measure_final_form(struct fitter *f, const struct bounds *b, struct pareto_entry *e,
			       const struct dataset *d)
{
	struct rows sample = prefix(&d->all_but_report, POLISH_ROWS);
	double node = d->select.n > 0 ? NODE_PRICE : UNCHECKED_NODE_PRICE;
	double origins = origin_price(&e->expr, d->origin, &sample, node);

	e->size = bounds_size(b, &e->expr);
	e->n_consts = count_numbers(&e->expr);
	e->fvu_all = fvu_on(f, &e->expr, &d->all_but_report);
	e->form = origins > 0 ? -1 : textbook_find(&e->expr);
	e->price = structure_price(&e->expr, e->form, node) + origins + magnitude_price(&e->expr) +
		   wave_price(fitter_tape(f), &e->expr, &sample) +
		   undersampled_price(fitter_tape(f), &e->expr, &d->all_but_report);
}

void pareto_limit_digits(struct pareto *p, const struct dataset *d, uint64_t seed, double fvu[PARETO_MAX])
{
	struct interval *box = xcalloc((size_t)d->n_columns + 1, sizeof(*box));
	struct rows sample = prefix(&d->fit, POLISH_ROWS);
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();

	regularity_box(&d->all_but_report, box);
	o.bounds = &p->bounds;
	o.seed = seed;
	for (int i = 0; i < p->n; i++) {
		limit_digits(f, &p->entry[i].expr, &sample, &o, box);
		fvu[i] = fvu_on(f, &p->entry[i].expr, &d->all_but_report);
		p->entry[i].seen = i;
	}
	fitter_free(f);
	free(box);
}

static void finish_front(struct pareto *p, const struct dataset *d, enum scaling scaling, uint64_t seed)
{
	struct expr *seen = xmalloc(sizeof(*seen) * PARETO_MAX); /* with the constants of the fit rows */
	struct interval *box = xcalloc((size_t)d->n_columns + 1, sizeof(*box));
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();

	regularity_box(&d->all_but_report, box);
	o.max_iterations = 100;
	o.bounds = &p->bounds;
	o.seed = seed;
	for (int i = 0; i < p->n; i++) {
		seen[i] = p->entry[i].expr;
		p->entry[i].seen = i;
		polish(f, &p->entry[i], d, box, scaling, &o);
		measure_final_form(f, &p->bounds, &p->entry[i], d);
		p->entry[i].chosen = false; /* the choice so far was made without refits */
	}
	pareto_share_plain_forms(p, d->all_but_report.n);
	for (int i = 0; i < p->n; i++)
		regularity_judge(&p->entry[i].expr, box, &d->all_but_report, d->y_stats.sd, &p->entry[i].regularity);
	choice_cross_validate(p, seen, d, f);
	choice_make(p, d);
	pareto_sift(p);
	if (p->chosen >= 0) {
		choice_judge(p, d, &seen[p->entry[p->chosen].seen], f, seed);
		refit_answer(f, p, d, box, &o);
	}
	p->has_report = d->report.n > 0;
	for (int i = 0; i < p->n; i++)
		p->entry[i].fvu_report = fvu_on(f, &p->entry[i].expr, &d->report);
	fitter_free(f);
	free(box);
	free(seen);
}

void pareto_finish(struct pareto *p, const struct dataset *d, enum scaling scaling, uint64_t seed)
{
	if (d->grouping) {
		group_front_finish(p, dataset_searched(d), scaling, seed);
		return;
	}
	finish_front(p, d, scaling, seed);
}
