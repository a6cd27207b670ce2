/* pareto.c — from the hall of fame to the answer: front, choice, final constants, report. */
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/saturating.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/textbook.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/powers.h"
#include "eqrl/eval/shape.h"
#include "eqrl/eval/tape.h"
#include "eqrl/score/hof.h"
#include "choice.h"
#include "group_front.h"
#include "structure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Written digits. A file has values of so many decimals, or of so many significant digits each. */

enum { MOST_DIGITS = 12 }; /* what has more are full doubles */

static double unit_of(double value, int digits)
{
	return value == 0 ? 0 : pow(10, floor(log10(fabs(value))) - digits + 1);
}

static bool is_multiple(double value, double unit, double size)
{
	return unit == 0 || fabs(value - nearbyint(value / unit) * unit) <= 1e-13 * size;
}

/* The decimal unit that all values are multiples of; 0: none. */
static double common_unit(const struct rows *r)
{
	double peak = 0;

	for (int i = 0; i < r->n; i++)
		peak = fmax(peak, fabs(r->y[i]));
	for (int digits = 1; digits <= MOST_DIGITS && peak > 0; digits++) {
		double unit = unit_of(peak, digits);
		int i = 0;

		while (i < r->n && is_multiple(r->y[i], unit, peak))
			i++;
		if (i == r->n)
			return unit;
	}
	return 0;
}

/* Mean square of the units of the values' last digits, where all end after so many significant ones; 0: they do not. */
static double mean_square_unit(const struct rows *r)
{
	for (int digits = 1; digits <= MOST_DIGITS; digits++) {
		double sum = 0;
		int i = 0;

		for (; i < r->n && is_multiple(r->y[i], unit_of(r->y[i], digits), fabs(r->y[i])); i++)
			sum += unit_of(r->y[i], digits) * unit_of(r->y[i], digits);
		if (i == r->n)
			return sum / r->n;
	}
	return 0;
}

double rounding_level(const struct rows *rows)
{
	struct target_moments target;
	double unit, square;

	if (rows->n < 1)
		return 1e-30;
	target_measure(rows->y, NULL, rows->n, &target);
	unit = common_unit(rows);
	if (target.sst <= 0 || unit == 1)
		return 1e-30;
	square = fmax(unit * unit, mean_square_unit(rows));
	return fmin(fmax(square / 12 / (target.sst / rows->n), 1e-30), 1e-3);
}

/* ---- front --------------------------------------------------------------------------------------- */

static double combined_fvu(const struct score *s, const struct dataset *d)
{
	double n_fit = rows_all(&d->fit), n_select = rows_all(&d->select);

	return (s->fvu_fit * n_fit + s->fvu_select * n_select) / (n_fit + n_select);
}

static void add_entry(struct pareto *p, const struct score *s, const struct dataset *d)
{
	int groups = d->grouping ? d->grouping->n : 1;

	p->entry[p->n++] = (struct pareto_entry){.expr = s->fitted,
						 .by = s->by,
						 .size = s->size,
						 .n_consts = s->n_consts * groups,
						 .n_free = s->n_consts * groups,
						 .form = -1, /* not known before it is polished */
						 .price = structure_price(&s->fitted, -1, NODE_PRICE),
						 .fvu_fit = s->fvu_fit,
						 .fvu_select = s->fvu_select,
						 .fvu_all = combined_fvu(s, d),
						 .fvu_least = INFINITY,
						 .fvu_cv = NAN,
						 .fvu_report = NAN};
}

static bool has_skeleton(const struct pareto *p, const struct expr *e)
{
	for (int i = 0; i < p->n; i++)
		if (expr_same_skeleton(&p->entry[i].expr, e))
			return true;
	return false;
}

/* Of equations of rising size those with falling errors, each form once. */
static void add_if_better(struct pareto *p, const struct score *s, double *least, const struct dataset *d)
{
	double error = fmax(s->fvu_fit, p->floor);

	if (!(error < *least))
		return;
	*least = error;
	if (!has_skeleton(p, &s->fitted))
		add_entry(p, s, d);
}

void pareto_build(const struct hof *h, const struct dataset *d, enum selection by, struct pareto *out)
{
	double best = INFINITY, likely = INFINITY, known = INFINITY;

	memset(out, 0, sizeof(*out));
	out->chosen = -1;
	out->bounds = bounds_none();
	out->significant = true;
	out->by = by;
	/* below the rounding of the data, or of the arithmetic, nothing is better than anything else */
	out->floor = fmax(4 * rounding_level(&d->fit), 1e-18);
	out->has_select = rows_all(&d->select) > 0;
	for (int size = 1; size <= HOF_MAX_SIZE; size++) {
		if (h->used[size])
			add_if_better(out, &h->best[size], &best, d);
		if (h->used[size])
			add_if_better(out, &h->likely[size], &likely, d);
		if (h->has_known[size])
			add_if_better(out, &h->known[size], &known, d);
	}
	choice_make(out, d);
}

/* ---- final form -------------------------------------------------------------------------------- */

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

static int by_size_then_error(const void *a, const void *b)
{
	const struct pareto_entry *x = a, *y = b;

	if (x->size != y->size)
		return x->size - y->size;
	if (x->fvu_all != y->fvu_all)
		return x->fvu_all < y->fvu_all ? -1 : 1;
	if (x->n_free != y->n_free) /* what became the same was simpler before, too */
		return x->n_free - y->n_free;
	return (x->fvu_fit > y->fvu_fit) - (x->fvu_fit < y->fvu_fit);
}

/* The same but for constants, and whether those are fitted or plain. */
static bool is_same_form(const struct expr *a, const struct expr *b)
{
	for (int i = 0; i < a->n && a->n == b->n; i++) {
		struct node x = a->node[i], y = b->node[i];

		if (x.op == OP_FIXED)
			x.op = OP_CONST;
		if (y.op == OP_FIXED)
			y.op = OP_CONST;
		if (x.op != y.op || x.arg != y.arg)
			return false;
	}
	return a->n == b->n;
}

static size_t text_length(const struct expr *e)
{
	struct str text = {0};
	size_t length;

	print_expr(&text, e, NULL, NOTATION_TEXT);
	length = text.len;
	str_release(&text);
	return length;
}

/* Different equations may have ended in the same form, one with plainer constants, the other with an error that is no more
 * than chance below it: both become the plainer. */
static void share_plain_forms(struct pareto *p, int n_rows)
{
	for (int i = 0; i < p->n; i++)
		for (int j = 0; j < p->n; j++) {
			struct pareto_entry *e = &p->entry[i], *other = &p->entry[j];

			if (i == j || !is_same_form(&e->expr, &other->expr) ||
			    text_length(&other->expr) >= text_length(&e->expr) ||
			    !(other->fvu_all <= e->fvu_all * (1 + fit_price(n_rows, e->n_free))))
				continue;
			e->expr = other->expr;
			e->n_consts = other->n_consts;
			e->size = other->size;
			e->fvu_all = other->fvu_all;
		}
}

static void find_answer(struct pareto *p)
{
	p->chosen = -1;
	for (int i = 0; i < p->n && (p->chosen < 0 || !p->entry[p->chosen].chosen); i++)
		if (p->chosen < 0 || p->entry[i].chosen || p->entry[i].criterion < p->entry[p->chosen].criterion)
			p->chosen = i;
	if (p->chosen >= 0)
		p->entry[p->chosen].chosen = true;
}

/* What is no larger and no worse than the answer, and yet lost to it by the criterion, would stand in its way. */
static bool hides_answer(const struct pareto *p, const struct pareto_entry *e, const struct pareto_entry *answer)
{
	return !e->chosen && e->size <= answer->size && fmax(e->fvu_all, p->floor) <= fmax(answer->fvu_all, p->floor);
}

/* It goes, unless the least error of the whole front went with it: a front that was shown never becomes worse. Then the answer
 * gives way. */
static void drop_what_hides_answer(struct pareto *p)
{
	struct pareto_entry answer;
	double least = INFINITY, hidden = INFINITY;
	int kept = 0;

	if (p->chosen < 0)
		return;
	answer = p->entry[p->chosen];
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];
		double *of = hides_answer(p, e, &answer) ? &hidden : &least;

		*of = fmin(*of, fmin(e->fvu_fit, e->fvu_all));
	}
	if (hidden < least) {
		p->entry[p->chosen].chosen = false;
		return;
	}
	for (int i = 0; i < p->n; i++)
		if (!hides_answer(p, &p->entry[i], &answer))
			p->entry[kept++] = p->entry[i];
	p->n = kept;
}

static bool is_same_equation(const struct expr *a, const struct expr *b)
{
	bool same = is_same_form(a, b);

	for (int i = 0; i < a->n && same; i++)
		if (a->node[i].op == OP_CONST || a->node[i].op == OP_FIXED)
			same = a->c[a->node[i].arg] == b->c[b->node[i].arg];
	return same;
}

/* What ended as the same equation is one, and has the best that either was known for: its criterion, the chosen one's, say, and
 * the error that was shown. */
static void merge_same_equations(struct pareto *p)
{
	for (int i = 0; i < p->n; i++)
		for (int j = p->n - 1; j > i; j--) {
			struct pareto_entry *a = &p->entry[i], *b = &p->entry[j];
			double fvu_fit = fmin(a->fvu_fit, b->fvu_fit);
			bool chosen = a->chosen || b->chosen;

			if (!is_same_equation(&a->expr, &b->expr))
				continue;
			if (b->criterion < a->criterion)
				*a = *b;
			a->fvu_fit = fvu_fit;
			a->chosen = chosen;
			p->entry[j] = p->entry[--p->n];
		}
}

/* Plainer constants change sizes and errors: what is no longer on the front goes, but never the answer. */
void pareto_sift(struct pareto *p)
{
	double best = INFINITY;
	int kept = 0;

	merge_same_equations(p);
	p->chosen = -1;
	for (int i = 0; i < p->n; i++)
		p->chosen = p->entry[i].chosen ? i : p->chosen;
	drop_what_hides_answer(p);
	qsort(p->entry, (size_t)p->n, sizeof(p->entry[0]), by_size_then_error);
	for (int i = 0; i < p->n; i++) {
		double error = fmax(p->entry[i].fvu_all, p->floor);

		if (!(error < best) && !p->entry[i].chosen)
			continue;
		best = fmin(best, error);
		p->entry[kept++] = p->entry[i];
	}
	p->n = kept;
	find_answer(p);
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
	share_plain_forms(p, d->all_but_report.n);
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
