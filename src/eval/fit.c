/* fit.c — restarts, losses and verdicts around the descent of lm.c; see fit.h. */
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "fitter.h"
#include "steps.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNIDENTIFIED 1e-12 /* pivot at which a constant counts as not determined by the data */

enum { REWEIGHTINGS = 40, HALVINGS = 6 };

const char *const verdict_name[VERDICT_COUNT] = {"ok", "nonfinite", "overflow", "no_variable", "bounds"};

struct fit_options fit_defaults(void)
{
	return (struct fit_options){.max_iterations = 50,
				    .rel_tol = 1e-10,
				    .restarts = 1,
				    .screen = 128,
				    .warm = true,
				    .stop_nmse = 1e-26,
				    .scaling = SCALING_AUTO,
				    .drop_tol = FIT_BIC};
}

struct fitter *fitter_new(void)
{
	struct fitter *f = xcalloc(1, sizeof(*f));

	f->tape = tape_new();
	return f;
}

void fitter_free(struct fitter *f)
{
	if (!f)
		return;
	tape_free(f->tape);
	free(f->weights);
	free(f->residuals);
	free(f->leverage);
	free(f->working_weight);
	free(f->working_target);
	free(f->group);
	free(f->group_nmse);
	free(f);
}

struct tape *fitter_tape(struct fitter *f)
{
	return f->tape;
}

double fit_rounding_level(const struct target_moments *t)
{
	return 4 * DBL_EPSILON * DBL_EPSILON * t->square;
}

/* Descends from several starts; the best constants end in e. Returns the error, NaN if no start led
 * to finite values. */
static double fit_best_start(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
			     double stop, struct fit_result *r)
{
	double best = NAN;
	struct expr from = *e;

	for (int start = 0; start < o->restarts && !(best <= stop); start++) {
		double at[EXPR_MAX_CONSTS], sse;
		struct moments m;

		memcpy(at, from.c, sizeof(at));
		if (start > 0 || !o->warm)
			choose_start(f, &from, rows, o, start, at);
		else
			steps_seek(f, &from, rows, o, at);
		sse = lm_descend(&f->lm, at, &m);
		r->restarts++;
		if (!isfinite(sse) || (isfinite(best) && sse >= best))
			continue;
		best = sse;
		f->best = m;
		memcpy(e->c, at, sizeof(at));
		if (f->lm.split.n_curved == 0)
			break; /* every start ends here */
	}
	return best;
}

/* The rows' own error at c; predictions stay in f->residuals. */
static double error_at(struct fitter *f, const struct rows *rows, const double *c)
{
	return tape_eval(f->tape, c, f->residuals) ? loss_error(rows->loss, rows, f->residuals) : INFINITY;
}

/* Half of the way back, until the error falls. The full step has been looked at. */
static double shorten_step(struct fitter *f, const struct rows *rows, const double *c, double now, double *at,
			   double next)
{
	for (int k = 0; k < HALVINGS && isfinite(now) && !(next < now); k++) {
		for (int i = 0; i < EXPR_MAX_CONSTS; i++)
			at[i] = (at[i] + c[i]) / 2;
		next = error_at(f, rows, at);
	}
	return next;
}

/* Iteratively reweighted least squares from where the first problem led; the tape is bound to working rows, whose arrays
 * change. A start with an infinite error (a count's mean below 0) may take any step that does not end the descent. */
static void fit_reweighted(struct fitter *f, const struct rows *rows, double *c)
{
	double now = error_at(f, rows, c);
	struct rows working;
	struct moments m;

	for (int i = 0; i < REWEIGHTINGS; i++) {
		double at[EXPR_MAX_CONSTS], next;

		loss_working_rows(rows, f->residuals, f->working_weight, f->working_target, &working);
		memcpy(at, c, sizeof(at));
		if (!isfinite(lm_descend(&f->lm, at, &m)))
			break;
		next = shorten_step(f, rows, c, now, at, error_at(f, rows, at));
		if (isfinite(now) && !(next < now))
			break;
		memcpy(c, at, sizeof(at));
		f->best = m;
		if (now - next <= 1e-10 * now)
			break;
		now = next;
	}
}

/* Which constants the sums at the solution leave undetermined. */
static void find_rank(struct fitter *f, struct fit_result *r)
{
	struct factor factor;

	factor_make(&factor, f->best.a, f->best.k, 0, UNIDENTIFIED);
	r->rank = factor.rank;
	for (int i = factor.rank; i < factor.n; i++)
		r->unidentified |= 1u << f->lm.split.at[factor.order[i]];
}

void fit_standard_errors(const struct fitter *f, double sse, int n, double se[EXPR_MAX_CONSTS])
{
	struct moments m = f->best;
	double variance = sse / fmax(n - m.k, 1);
	struct factor factor;

	factor_make(&factor, m.a, m.k, 0, UNIDENTIFIED);
	for (int i = 0; i < EXPR_MAX_CONSTS; i++)
		se[i] = NAN;
	for (int i = 0; i < factor.rank; i++) {
		double unit[EXPR_MAX_CONSTS] = {0}, x[EXPR_MAX_CONSTS];
		int row = factor.order[i];

		unit[row] = 1;
		factor_solve(&factor, unit, x);
		se[f->lm.split.at[row]] = sqrt(variance * x[row]);
	}
}

static void judge(struct fitter *f, const struct expr *e, double sse, const struct target_moments *t,
		  struct fit_result *r)
{
	r->sse = sse;
	r->nmse = fvu_of(sse, t->sst);
	if (isfinite(sse))
		r->verdict = expr_columns(e) ? VERDICT_OK : VERDICT_NO_VARIABLE;
	else if (tape_culprit(f->tape, e->c, &r->culprit, &r->culprit_row))
		r->verdict = VERDICT_NONFINITE;
	else
		r->verdict = VERDICT_OVERFLOW;
}

void fit_constants(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		   struct fit_result *r)
{
	struct target_moments measured;
	const struct target_moments *t = o->target;
	bool squares = !rows->loss || rows->loss->kind == LOSS_MSE;
	struct rows working = *rows;
	double sse, stop;

	if (rows->groups) {
		fit_groups(f, e, rows, o, r);
		return;
	}
	*r = (struct fit_result){.culprit = -1, .culprit_row = -1};
	if (!t) {
		rows_measure_target(rows, &measured);
		t = &measured;
	}
	if (!squares) {
		fitter_reserve(f, rows->n);
		loss_working_rows(rows, NULL, f->working_weight, f->working_target, &working);
	}
	tape_bind(f->tape, e, &working);
	lm_prepare(&f->lm, f->tape, e);
	f->measured = false;
	f->lm.options = (struct lm_options){
		o->max_iterations,  o->rel_tol, fit_rounding_level(t), o->give_up_after, o->give_up_nmse * t->sst,
		t->sst / t->weight, false};
	if (f->lm.split.n_linear + f->lm.split.n_curved == 0) {
		r->evaluations = 1;
		tape_bind(f->tape, e, rows);
		sse = tape_sse(f->tape, NULL);
		judge(f, e, sse, t, r);
		return;
	}
	stop = fmax(o->stop_nmse * t->sst, f->lm.options.floor);
	sse = fit_best_start(f, e, &working, o, stop, r);
	if (isfinite(sse) && !squares) {
		fit_reweighted(f, rows, e->c);
		tape_bind(f->tape, e, rows);
		sse = tape_sse(f->tape, NULL);
		r->evaluations++;
	}
	r->iterations = f->lm.iterations;
	r->evaluations += f->lm.evaluations;
	if (isfinite(sse))
		find_rank(f, r);
	judge(f, e, sse, t, r);
}
