/* candidate.c — see candidate.h. */
#include "candidate.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/group_fit.h"
#include "eqrl/eval/powers.h"
#include "eqrl/eval/regularity.h"
#include "eqrl/eval/shape.h"
#include "eqrl/eval/tape.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SCREEN = 8 }; /* draws for the second start; most candidates are not worth more */

void assessor_open(struct assessor *by, const struct scorer_config *c, const struct dataset *d)
{
	by->c = *c;
	by->steps = bounds_of_steps(&c->bounds);
	by->box = xcalloc((size_t)d->n_columns + 1, sizeof(*by->box));
	regularity_box(&d->all_but_report, by->box);
	row_view_open(&by->first, &d->fit, c->first_rows);
	row_view_open(&by->second, &d->fit, c->second_rows);
	row_view_open(&by->fit, &d->fit, 0);
	row_view_open(&by->select, &d->select, 0);
}

void assessor_close(struct assessor *by)
{
	row_view_close(&by->first);
	row_view_close(&by->second);
	row_view_close(&by->fit);
	row_view_close(&by->select);
	free(by->box);
}

/* 1 − R² of an equation on rows; INFINITY where a prediction is not finite. */
static double fvu_on(struct fitter *f, const struct expr *e, const struct row_view *v)
{
	struct tape *t = fitter_tape(f);

	tape_bind(t, e, &v->rows);
	return fvu_of(tape_sse(t, NULL), v->target.sst);
}

/* The carrier of the stripped bodies of an equation that has the form; n = 0: it has not. */
static void strip_bodies(const struct outline *t, const struct expr *e, struct expr *carrier)
{
	struct expr raw[OUTLINE_FUNCTIONS], body[OUTLINE_FUNCTIONS];

	carrier->n = 0;
	if (!expr_valid(e) || !outline_match(t, e, true, raw))
		return;
	for (int f = 0; f < t->n_functions; f++) {
		if (!expr_strip(&raw[f], &body[f]))
			return;
		if (body[f].n == 0)
			expr_push_const(&body[f], OP_CONST, 1);
	}
	if (!outline_join(t, body, carrier))
		carrier->n = 0;
}

void candidate_strip(const struct assessor *by, const struct expr *written, bool stripped, struct score *out)
{
	memset(out, 0, sizeof(*out));
	out->culprit = -1;
	out->fvu_fit = out->fvu_select = INFINITY;
	if (stripped)
		out->skeleton = *written;
	else if (bounds_have_form(&by->c.bounds))
		strip_bodies(&by->c.bounds.form, written, &out->skeleton);
	else if (!expr_valid(written) || !expr_strip(written, &out->skeleton))
		out->skeleton.n = 0;
	if (out->skeleton.n == 0 || expr_columns(&out->skeleton) == 0) {
		out->verdict = VERDICT_NO_VARIABLE;
		return;
	}
	out->hash = expr_hash(&out->skeleton);
}

/* Few rows are fitted from as many starts as cost what one costs on many: of a table of seven rows exp(c*t) would be judged
 * by where c = 1 leads to, and never be looked at again. */
static int count_first_starts(const struct assessor *by)
{
	int starts = by->c.first_rows / (by->first.rows.n > 0 ? by->first.rows.n : 1);

	return starts < 1 ? 1 : starts < by->c.restarts ? starts : by->c.restarts;
}

/* An answer keeps what is required through its fit. */
static const struct bounds *bounds_of(const struct assessor *by, const struct expr *e)
{
	if (bounds_have_form(&by->c.bounds)) /* e is of its bodies alone */
		return &by->steps;
	return bounds_complete(&by->c.bounds, e) ? &by->c.bounds : &by->steps;
}

static struct fit_options fit_options_of(const struct assessor *by, const struct score *of, bool second)
{
	struct fit_options o = fit_defaults();

	o.max_iterations = second ? by->c.second_iterations : by->c.first_iterations;
	o.restarts = second ? by->c.restarts : count_first_starts(by);
	o.screen = SCREEN;
	o.scaling = by->c.scaling;
	o.bounds = bounds_of(by, &of->skeleton);
	o.seed = by->c.seed;
	o.stream = of->hash;
	o.target = second ? &by->second.target : &by->first.target;
	return o;
}

static void take_fit(const struct assessor *by, struct score *out, const struct expr *e, const struct fit_result *r)
{
	out->fitted = *e;
	out->verdict = r->verdict;
	out->culprit = r->culprit;
	out->fvu_fit = r->verdict == VERDICT_OK ? r->nmse : INFINITY;
	out->size = bounds_size(&by->c.bounds, e);
	out->n_consts = expr_free_consts(e);
}

/* The whole equation of a skeleton, with room for coefficients, as far as the bounds allow it. */
static bool make_whole(const struct assessor *by, const struct expr *skeleton, const struct bounds *b, struct expr *out)
{
	struct expr spelled;

	if (bounds_have_form(b))
		return fit_of_bodies(skeleton, by->c.scaling, b, out);
	if (!bounds_spell(b, skeleton, &spelled) || !bounds_allow_bare(b, &spelled) ||
	    !powers_are_plausible(&spelled, by->box))
		return false;
	fit_add_scaling(&spelled, by->c.scaling, b, out);
	return !b->units || units_allow(b->units, out);
}

/* The same where a first fit starts: with constants, in whatever form. */
static bool make_start(const struct assessor *by, const struct expr *start, const struct bounds *b, struct expr *out)
{
	struct expr now = *start;

	if (bounds_have_form(b))
		return fit_of_bodies(start, by->c.scaling, b, out);
	simplify(&now, &(struct simplify_options){.keep_values = true, .assume_domain = true});
	fit_add_scaling(&now, by->c.scaling, b, out);
	return bounds_allow(b, out);
}

void candidate_fit(const struct assessor *by, struct fitter *f, const struct expr *start, struct score *out)
{
	const struct rows *rows = &by->first.rows;
	struct fit_options o = fit_options_of(by, out, false);
	struct fit_result r;
	struct expr e;
	int evaluations = 0;

	if (start && start->n > 0 && by->c.scaling != SCALING_OFF && make_start(by, start, o.bounds, &e)) {
		fit_constants(f, &e, rows, &o, &r);
		take_fit(by, out, &e, &r);
		evaluations = r.evaluations;
	}
	if (evaluations == 0 || out->verdict != VERDICT_OK) {
		if (!make_whole(by, &out->skeleton, o.bounds, &e)) {
			out->verdict = VERDICT_BOUNDS;
			return;
		}
		fit_constants(f, &e, rows, &o, &r);
		take_fit(by, out, &e, &r);
		evaluations += r.evaluations;
	}
	out->stage = 1;
	out->fvu_first = out->fvu_fit;
	out->node_rows += (double)evaluations * rows->n * e.n;
	if (rows->groups && out->verdict == VERDICT_OK)
		out->fvu_select = out->fvu_fit =
			row_view_caution(&by->first, e.n ? expr_free_consts(&e) : 0, out->fvu_fit);
}

/* What the groups' constants are worth: fitted to all fit rows, looked at on the select rows. */
static void measure_groups(const struct assessor *by, struct score *out, struct fitter *f)
{
	struct fit_options o = fit_options_of(by, out, true);
	struct fit_result r;

	o.target = NULL;
	o.restarts = 1;
	fit_constants(f, &out->fitted, &by->fit.rows, &o, &r);
	out->verdict = r.verdict;
	out->fvu_fit = out->fvu_select = r.verdict == VERDICT_OK ? r.nmse : INFINITY;
	out->node_rows += (double)r.evaluations * by->fit.rows.n * out->fitted.n;
	if (r.verdict == VERDICT_OK && rows_all(&by->select.rows) > 0)
		out->fvu_select =
			fvu_of(group_error(f, &out->fitted, &by->select.rows, fitter_groups(f)), by->select.target.sst);
}

/* Restarts on more rows. */
static void fit_again(const struct assessor *by, struct fitter *f, struct score *out)
{
	const struct rows *rows = &by->second.rows;
	struct fit_options o = fit_options_of(by, out, true);
	struct expr e = out->fitted;
	struct fit_result r;
	int numbers = 0;

	fit_constants(f, &e, rows, &o, &r);
	if (by->c.scaling == SCALING_AUTO && r.verdict == VERDICT_OK)
		fit_drop_neutral(f, &e, rows, &o, &r);
	if (bounds_bind_numbers(o.bounds))
		numbers = fit_to_numbers(f, &e, rows, &o, &r);
	take_fit(by, out, &e, &r);
	if (numbers > 0) /* they were chosen by the data all the same */
		out->n_consts = numbers;
	out->stage = 2;
	out->node_rows_second = (double)r.evaluations * rows->n * e.n;
	out->node_rows += out->node_rows_second;
}

/* Errors on all fit rows, or on those that the second fit would have had, and on the select rows. */
static void measure_errors(const struct assessor *by, struct fitter *f, bool promising, struct score *out)
{
	const struct row_view *view = promising ? &by->fit : &by->second;

	out->fvu_fit = fvu_on(f, &out->fitted, view);
	out->fvu_select = by->select.rows.n ? fvu_on(f, &out->fitted, &by->select) : out->fvu_fit;
	out->node_rows += (double)(view->rows.n + by->select.rows.n) * out->fitted.n;
}

static void check_bounds(const struct assessor *by, struct score *out)
{
	if (out->verdict == VERDICT_OK && !isfinite(out->fvu_fit))
		out->verdict = VERDICT_NONFINITE;
	if (out->verdict == VERDICT_OK &&
	    (!bounds_allow(&by->steps, &out->fitted) ||
	     (!bounds_have_form(&by->steps) && !powers_are_plausible(&out->fitted, by->box))))
		out->verdict = VERDICT_BOUNDS;
	out->step = out->verdict == VERDICT_OK && out->fvu_fit < 1 &&
		    (!bounds_allow(&by->c.bounds, &out->fitted) || !bounds_settled(&by->c.bounds, &out->fitted) ||
		     !shape_holds(&by->c.bounds, &out->fitted, by->box));
}

void candidate_finish(const struct assessor *by, struct fitter *f, bool promising, struct score *out)
{
	if (out->verdict != VERDICT_OK && !promising)
		return;
	if (promising)
		fit_again(by, f, out);
	if (out->verdict == VERDICT_OK && !by->fit.rows.groups)
		measure_errors(by, f, promising, out);
	else if (out->verdict == VERDICT_OK && promising)
		measure_groups(by, out, f);
	check_bounds(by, out);
}
