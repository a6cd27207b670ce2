/* digits.c — as many digits of a fitted constant as the data determine; see fit_limit_digits in fit.h. */
#include "eqrl/base/str.h"
#include "eqrl/eval/significant.h"
#include "eqrl/eval/uncertainty.h"
#include "eqrl/expr/print.h"
#include "fitter.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A literal of more digits was computed from others, and is rounded like a constant: those that fit_round_constants makes
 * of noisy rows have at most four. */
enum { PLAIN_DIGITS = 4 };

enum { MOST_DIGITS = 17, NEIGHBOURS = 40 };

/* Of the standard error that rounding may take: the error rises by its square, a quarter of one degree of freedom a
 * constant, where it is a parabola. */
#define SHARE_OF_ERROR 0.5

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

/* Numbers that are not spelt as fractions or multiples of pi. */
static int count_digits(const struct expr *e)
{
	int digits = 0;

	for (int c = 0; c < e->n_consts; c++)
		digits += expr_has_spelling(e->c[c]) ? 0 : digits_written(e->c[c]);
	return digits;
}

static bool has_excess(const struct expr *e, const int most[EXPR_MAX_CONSTS])
{
	for (int c = 0; c < e->n_consts; c++)
		if (digits_written(e->c[c]) > most[c] && !expr_has_spelling(e->c[c]))
			return true;
	return false;
}

static bool start_limiting(struct limiter *l, const struct fit_options *o)
{
	int k = expr_free_consts(&l->now) > 0 ? expr_free_consts(&l->now) : 1;
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

/* The free constants one after the other. */
static void limit_all(struct limiter *l)
{
	double se[EXPR_MAX_CONSTS];

	for (int c;
	     fit_standard_errors(l->fitter, l->noise, l->rows->n, se), (c = least_determined(&l->now, se)) >= 0;) {
		l->limit += l->raise;
		limit_constant(l, c, isnan(se[c]) ? INFINITY : se[c] * sqrt(0.5 * l->raise / l->variance));
	}
}

/* The digits that the standard error of each constant determines when all of them may move, those that are literals now
 * but may come from a fit included. start: the limiter's equation with all of these free, and fitted. */
static void measure_most(struct limiter *l, bool literals, struct expr *start, double se[EXPR_MAX_CONSTS],
			 int most[EXPR_MAX_CONSTS])
{
	uint32_t uncertain = uncertain_constants(&l->now, literals);
	struct fit_result r;

	*start = l->now;
	for (int c = 0; c < start->n_consts; c++)
		if (uncertain >> c & 1 && !expr_has_spelling(start->c[c]))
			set_kind(start, c, OP_FIXED, OP_CONST);
	if (expr_free_consts(start) > expr_free_consts(&l->now))
		fit_constants(l->fitter, start, l->rows, &l->options, &r);
	fit_standard_errors(l->fitter, l->noise, l->rows->n, se);
	if (expr_free_consts(start) > expr_free_consts(&l->now)) /* the errors at hand are to be its own again */
		fit_constants(l->fitter, &l->now, l->rows, &l->options, &r);
	for (int c = 0; c < EXPR_MAX_CONSTS; c++) {
		most[c] = c < start->n_consts ? digits_determined(start->c[c], se[c]) : 0;
		most[c] = most[c] ? most[c] : MOST_DIGITS; /* not determined: any number will do */
	}
}

/* now.c[c] becomes v with so many digits at most, and the free constants follow. False where that breaks the limit. */
static bool fix_constant(struct limiter *l, int c, double v, int digits)
{
	char text[32];
	struct fit_result r;

	snprintf(text, sizeof(text), "%.*e", digits - 1, v);
	l->now.c[c] = strtod(text, NULL);
	set_kind(&l->now, c, OP_CONST, OP_FIXED);
	fit_constants(l->fitter, &l->now, l->rows, &l->options, &r);
	l->sse = r.sse;
	return l->now.c[c] != 0 && r.verdict == VERDICT_OK && r.sse <= l->limit;
}

/* All constants with the digits that they have at most, beginning with c close to v. */
static bool fix_all(struct limiter *l, int c, double v, const int most[EXPR_MAX_CONSTS])
{
	double se[EXPR_MAX_CONSTS];

	while (fix_constant(l, c, v, most[c])) {
		fit_standard_errors(l->fitter, l->noise, l->rows->n, se);
		c = least_determined(&l->now, se);
		if (c < 0)
			return true;
		v = l->now.c[c];
	}
	return false;
}

/* Where constants make up for each other, rounding one takes digits of another: a line far from its column's zero has a
 * slope for every offset. So the least determined one tries its neighbours, all of them about as good, until the others
 * can do with the digits that they have. */
static void spread_digits(struct limiter *l, const struct expr *start, const double *se, const int *most)
{
	struct limiter first = *l, best = *l;
	int c = least_determined(start, se), fewest = INT_MAX;
	double unit, v = c < 0 ? 0 : start->c[c];

	if (c < 0 || !isfinite(se[c]))
		return;
	unit = pow(10, floor(log10(fabs(v))) - most[c] + 1);
	first.now = *start;
	first.limit = l->noise + l->raise * expr_free_consts(start);
	for (int k = 0; k < NEIGHBOURS; k++) {
		int steps = (k + 1) / 2;
		double by = (k % 2 ? steps : -steps) * unit;
		int digits;

		*l = first;
		if (fabs(by) > se[c] || !fix_all(l, c, v + by, most))
			continue;
		digits = count_digits(&l->now);
		if (digits < fewest) {
			fewest = digits;
			best = *l;
		}
	}
	*l = best;
}

void fit_limit_digits(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		      bool literals, struct fit_result *r)
{
	struct limiter l = {.fitter = f, .rows = rows, .now = *e};
	double se[EXPR_MAX_CONSTS];
	struct expr start;
	int most[EXPR_MAX_CONSTS];

	if (literals)
		free_long_literals(&l.now);
	if (r->verdict != VERDICT_OK || !(expr_free_consts(&l.now) || literals) || !start_limiting(&l, o))
		return;
	measure_most(&l, literals, &start, se, most);
	limit_all(&l);
	if (has_excess(&l.now, most))
		spread_digits(&l, &start, se, most);
	memcpy(e->c, l.now.c, sizeof(e->c));
	r->sse = l.sse;
	r->nmse = fvu_of(l.sse, l.target.sst);
}
