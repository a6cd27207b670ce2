/* digits.c — as many digits of a fitted constant as the data determine; see fit_limit_digits in fit.h. */
#include "eqrl/base/str.h"
#include "fitter.h"
#include "linear.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define UNDETERMINED 1e-12 /* pivot at which a constant counts as such, as in fit.c */
#define SHARE_OF_ERROR                                                                                                 \
	0.5		    /* of the standard error that rounding may take: the error rises by at most a quarter of
			       * one degree of freedom a constant */
#define LEAST_PRECISION 0.1 /* relative, of constants that the data do not determine */

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
		if (fabs(rounded - v) <= off && rounded != 0)
			return rounded;
	}
	return rounded;
}

static void set_kind(struct expr *e, int c, enum op from, enum op to)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == from && e->node[i].arg == c)
			e->node[i].op = (uint16_t)to;
}

/* The constant that is still free in now and least determined, -1: none. */
static int least_determined(const struct expr *now, double *se)
{
	double most = -1;
	int least = -1;

	for (int i = 0; i < now->n; i++) {
		int c = now->node[i].arg;
		double size = now->node[i].op == OP_CONST ? fabs(now->c[c]) : 0;

		if (size == 0)
			continue;
		if (isnan(se[c]))
			se[c] = LEAST_PRECISION * size;
		if (se[c] / size > most) {
			most = se[c] / size;
			least = c;
		}
	}
	return least;
}

/* One descent from where the constants are. */
static struct fit_options refit_options(const struct fit_options *o, const struct target_moments *target)
{
	struct fit_options again = *o;

	again.restarts = 1;
	again.warm = true;
	again.give_up_after = 0;
	again.target = target;
	return again;
}

void fit_limit_digits(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		      struct fit_result *r)
{
	int k = expr_free_consts(e);
	struct target_moments target;
	struct fit_options again = refit_options(o, &target);
	struct fit_result now_r;
	struct expr now = *e;
	double noise, limit;
	uint32_t rounded = 0;

	if (r->verdict != VERDICT_OK || k == 0 || rows->n <= k)
		return;
	rows_measure_target(rows, &target);
	noise = fmax(r->sse, fit_rounding_level(&target));
	limit = fmax(noise * (1 + SHARE_OF_ERROR * k / (rows->n - k)), FIT_EXACT_NMSE * target.sst);
	for (int i = 0; i < k; i++) {
		double se[EXPR_MAX_CONSTS];
		int c;

		fit_constants(f, &now, rows, &again, &now_r);
		if (now_r.verdict != VERDICT_OK)
			return;
		fit_standard_errors(f, noise, rows->n, se);
		c = least_determined(&now, se);
		if (c < 0)
			break;
		now.c[c] = round_within(now.c[c], SHARE_OF_ERROR * se[c]);
		set_kind(&now, c, OP_CONST, OP_FIXED);
		rounded |= 1u << c;
	}
	fit_constants(f, &now, rows, &again, &now_r);
	if (now_r.verdict != VERDICT_OK || !(now_r.sse <= limit))
		return;
	for (int c = 0; c < now.n_consts; c++)
		if (rounded >> c & 1)
			set_kind(&now, c, OP_FIXED, OP_CONST);
	*e = now;
	r->sse = now_r.sse;
	r->nmse = now_r.nmse;
}
