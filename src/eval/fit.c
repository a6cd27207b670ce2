/* fit.c — restarts, losses and verdicts around the descent of lm.c; see fit.h. */
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "fitter.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNIDENTIFIED 1e-12 /* pivot at which a constant counts as not determined by the data */

enum { REWEIGHTINGS = 40 };

const char *const verdict_name[VERDICT_COUNT] = {"ok", "nonfinite", "overflow", "no_variable", "bounds"};
const char *const loss_name[LOSS_COUNT] = {"mse", "huber", "logcosh", "mae"};

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

static double robust_scale(struct fitter *f, int n)
{
	double *sorted = f->residuals + n;

	for (int i = 0; i < n; i++)
		sorted[i] = fabs(f->residuals[i]);
	sort_doubles(sorted, n);
	return 1.4826 * sorted[n / 2];
}

/* Weight of a residual of u scales: the derivative of the loss over u. Its own loss in *loss. */
static double reweight(enum loss kind, double u, double *loss)
{
	double a = fabs(u);

	switch (kind) {
	case LOSS_HUBER: /* corner at 1.345 scales: 95 % efficient on normal errors */
		*loss = a <= 1.345 ? a * a / 2 : 1.345 * (a - 1.345 / 2);
		return a <= 1.345 ? 1 : 1.345 / a;
	case LOSS_LOGCOSH:
		*loss = a + log1p(exp(-2 * a)) - 0.69314718055994530942;
		return a < 1e-4 ? 1 : tanh(a) / a;
	default:
		*loss = a;
		return 1 / fmax(a, 1e-6);
	}
}

/* Iteratively reweighted least squares from the least-squares fit. Returns the plain error. */
static double fit_robust(struct fitter *f, const struct rows *rows, const struct fit_options *o, double *c,
			 struct fit_result *r)
{
	double scale = o->loss_scale, last = INFINITY;
	struct moments m;

	fitter_reserve(f, rows->n);
	for (int i = 0; i < REWEIGHTINGS; i++) {
		double total = 0, at[EXPR_MAX_CONSTS];

		if (!tape_eval(f->tape, c, f->residuals))
			break;
		for (int k = 0; k < rows->n; k++)
			f->residuals[k] -= rows->y[k];
		if (!(o->loss_scale > 0) && i < 5) /* then held, so that the loss settles */
			scale = robust_scale(f, rows->n);
		if (!(scale > 0))
			break; /* most rows are met exactly */
		for (int k = 0; k < rows->n; k++) {
			double w = rows->w ? rows->w[k] : 1, loss = 0;

			f->weights[k] = w > 0 ? w * reweight(o->loss, f->residuals[k] / scale, &loss) : 0;
			total += w > 0 ? w * loss : 0;
		}
		if (i > 5 && fabs(last - total) <= 1e-10 * total)
			break;
		last = total;
		memcpy(at, c, sizeof(at));
		tape_weigh(f->tape, f->weights);
		if (!isfinite(lm_descend(&f->lm, at, &m)))
			break;
		memcpy(c, at, sizeof(at));
		f->best = m;
	}
	tape_weigh(f->tape, rows->w);
	r->evaluations++;
	return tape_sse(f->tape, c);
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
	double sse, stop;

	*r = (struct fit_result){.culprit = -1, .culprit_row = -1};
	if (!t) {
		target_measure(rows->y, rows->w, rows->n, &measured);
		t = &measured;
	}
	tape_bind(f->tape, e, rows);
	lm_prepare(&f->lm, f->tape, e);
	f->measured = false;
	f->lm.options = (struct lm_options){
		o->max_iterations,  o->rel_tol, fit_rounding_level(t), o->give_up_after, o->give_up_nmse * t->sst,
		t->sst / t->weight, false};
	if (f->lm.split.n_linear + f->lm.split.n_curved == 0) {
		r->evaluations = 1;
		sse = tape_sse(f->tape, NULL);
		judge(f, e, sse, t, r);
		return;
	}
	stop = fmax(o->stop_nmse * t->sst, f->lm.options.floor);
	sse = fit_best_start(f, e, rows, o, stop, r);
	if (isfinite(sse) && o->loss != LOSS_MSE)
		sse = fit_robust(f, rows, o, e->c, r);
	r->iterations = f->lm.iterations;
	r->evaluations += f->lm.evaluations;
	if (isfinite(sse))
		find_rank(f, r);
	judge(f, e, sse, t, r);
}
