/* digits.c — as many digits of a fitted constant as the data determine; see fit_limit_digits in fit.h. */
#include "eqrl/base/str.h"
#include "eqrl/eval/significant.h"
#include "eqrl/expr/print.h"
#include "fitter.h"
#include "linear.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A literal of more digits was computed from others, and is rounded like a constant: those that fit_round_constants makes
 * of noisy rows have at most four. */
enum { PLAIN_DIGITS = 4 };

#define UNDETERMINED 1e-12 /* pivot at which a constant counts as such, as in fit.c */

/* Of the standard error that rounding may take: the error rises by its square, a quarter of one degree of freedom a
 * constant, where it is a parabola. */
#define SHARE_OF_ERROR 0.5

double written_length(double v)
{
	char text[32];
	double digits = 0;

	str_double(text, fabs(v));
	for (const char *p = text; *p; p++)
		digits += digits > 0 || *p != '0';
	return fmax(digits, 1) + (v < 0 ? 0.25 : 0);
}

void fit_standard_errors(const struct fitter *f, double sse, int n, double se[EXPR_MAX_CONSTS])
{
	struct moments m = f->best;
	double variance = sse / fmax(n - m.k, 1);
	struct factor factor;

	factor_make(&factor, m.a, m.k, 0, UNDETERMINED);
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

/* The shortest decimal within `off` of v. */
static double round_within(double v, double off)
{
	double rounded = v;

	for (int digits = 1; digits <= 17; digits++) {
		char text[32];

		snprintf(text, sizeof(text), "%.*e", digits - 1, v);
		rounded = strtod(text, NULL);
		if (fabs(rounded - v) <= off && rounded != 0 && isfinite(rounded))
			return rounded;
	}
	return v;
}

/* Longer than a plain value is. */
static bool is_long(double v)
{
	return digits_written(v) > PLAIN_DIGITS && !expr_has_spelling(v);
}

static void set_kind(struct expr *e, int c, enum op from, enum op to)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == from && e->node[i].arg == c)
			e->node[i].op = (uint16_t)to;
}

bool has_long_number(const struct expr *e)
{
	for (int i = 0; i < e->n; i++)
		if ((e->node[i].op == OP_CONST || e->node[i].op == OP_FIXED) && is_long(e->c[e->node[i].arg]))
			return true;
	return false;
}

static void free_long_literals(struct expr *e)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_FIXED && is_long(e->c[e->node[i].arg]))
			set_kind(e, e->node[i].arg, OP_FIXED, OP_CONST);
}

/* The constant that is still free in now and least determined, -1: none. What the data do not determine at all comes
 * first, and any value of it will do. */
static int least_determined(const struct expr *now, const double *se)
{
	double most = -1;
	int least = -1;

	for (int i = 0; i < now->n; i++) {
		int c = now->node[i].arg;
		double size = now->node[i].op == OP_CONST ? fabs(now->c[c]) : 0, share;

		if (size == 0)
			continue;
		share = isnan(se[c]) ? INFINITY : se[c] / size;
		if (share > most) {
			most = share;
			least = c;
		}
	}
	return least;
}

struct limiter {
	struct fitter *fitter;
	const struct rows *rows;
	struct fit_options options; /* one descent from where the constants are */
	struct target_moments target;
	struct expr now;
	double sse;	 /* of now */
	double noise;	 /* SSE at the optimum, or what rounding of the target leaves of it */
	double variance; /* that standard errors rest on */
	double limit;	 /* SSE that the constants rounded so far may have led to */
	double raise; /* of the limit, by each constant: twice what is expected of it where the error is a parabola */
};

/* now.c[c] with the fewest digits at which the limit is kept once the other constants have followed. `off`: how far away
 * is worth trying at first; from there on the error says how much nearer it has to be, being a parabola. */
static void limit_constant(struct limiter *l, int c, double off)
{
	double v = l->now.c[c];

	for (;;) {
		double rounded = round_within(v, off), allowed = l->limit - l->sse, moved = fabs(rounded - v);
		struct expr candidate = l->now;
		struct fit_result r;

		candidate.c[c] = rounded;
		set_kind(&candidate, c, OP_CONST, OP_FIXED);
		fit_constants(l->fitter, &candidate, l->rows, &l->options, &r);
		if (moved == 0 || (r.verdict == VERDICT_OK && r.sse <= l->limit)) {
			l->now = candidate;
			l->sse = r.verdict == VERDICT_OK ? r.sse : l->sse;
			return;
		}
		off = fmin(off, moved) * 0.5;
		if (r.verdict == VERDICT_OK && allowed > 0)
			off = fmin(off, moved * sqrt(allowed / (r.sse - l->sse)));
	}
}

static bool start_limiting(struct limiter *l, const struct fit_options *o)
{
	int k = expr_free_consts(&l->now);
	struct fit_result now;

	l->options = *o;
	l->options.restarts = 1;
	l->options.warm = true;
	l->options.give_up_after = 0;
	l->options.target = &l->target;
	rows_measure_target(l->rows, &l->target);
	fit_constants(l->fitter, &l->now, l->rows, &l->options, &now);
	if (now.verdict != VERDICT_OK)
		return false;
	l->sse = now.sse;
	l->noise = fmax(now.sse, fit_rounding_level(&l->target));
	l->limit = l->noise;
	l->variance = l->noise / fmax(l->rows->n - k, 1);
	l->raise = fmax(2 * SHARE_OF_ERROR * SHARE_OF_ERROR * l->variance,
			(FIT_EXACT_NMSE * l->target.sst - l->noise) / k);
	return true;
}

void fit_limit_digits(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		      bool literals, struct fit_result *r)
{
	struct limiter l = {.fitter = f, .rows = rows, .now = *e};
	double se[EXPR_MAX_CONSTS];

	if (literals)
		free_long_literals(&l.now);
	if (r->verdict != VERDICT_OK || expr_free_consts(&l.now) == 0 || !start_limiting(&l, o))
		return;
	for (int c; fit_standard_errors(f, l.noise, rows->n, se), (c = least_determined(&l.now, se)) >= 0;) {
		l.limit += l.raise;
		limit_constant(&l, c, isnan(se[c]) ? INFINITY : se[c] * sqrt(0.5 * l.raise / l.variance));
	}
	memcpy(e->c, l.now.c, sizeof(e->c));
	r->sse = l.sse;
	r->nmse = fvu_of(l.sse, l.target.sst);
}
