/* terms.c — the terms of an equation as regressors of the target; see examine.h. */
#include "examine.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/loss.h"
#include "eqrl/expr/strip.h"
#include "basis.h"

#include <math.h>
#include <stdlib.h>

enum { REWEIGHTINGS = 30 };

static double *column(const struct examination *x, int k)
{
	return x->by->values + (size_t)k * (size_t)(x->q->rows->n + ROWS_BLOCK);
}

/* One column for each term, one for a changed term. */
static void reserve(struct examination *x)
{
	size_t n = (size_t)(x->n_terms + 1) * (size_t)(x->q->rows->n + ROWS_BLOCK);

	if (x->by->capacity >= n)
		return;
	free(x->by->values);
	x->by->capacity = n;
	x->by->values = xaligned(n * sizeof(*x->by->values));
}

static double weight_of(const struct rows *r, int i)
{
	return r->w ? r->w[i] : 1;
}

/* Subtracts the mean; returns Σ w v² of what is left, 0 if that is rounding. */
static double centre(const struct rows *r, double weight, double *v)
{
	double mean = 0, square = 0, size = 0;

	for (int i = 0; i < r->n; i++) {
		mean += weight_of(r, i) * v[i] / weight;
		size += weight_of(r, i) * v[i] * v[i];
	}
	for (int i = 0; i < r->n; i++) {
		v[i] -= mean;
		square += weight_of(r, i) * v[i] * v[i];
	}
	return square > 1e-26 * size && isfinite(square) ? square : 0;
}

static double product(const struct rows *r, const double *a, const double *b, double minus)
{
	double sum = 0;

	for (int i = 0; i < r->n; i++)
		sum += weight_of(r, i) * a[i] * (b[i] - minus);
	return sum;
}

static void evaluate_terms(struct examination *x)
{
	struct tape *tape = fitter_tape(x->by->fitter);

	for (int k = 0; k < x->n_terms; k++) {
		struct expr part = {0};

		expr_append_subtree(&part, &x->e, x->term[k].first);
		tape_bind(tape, &part, &x->rows);
		tape_eval(tape, NULL, column(x, k));
	}
}

static double residual_sse(const struct examination *x)
{
	const struct rows *r = &x->rows;
	double sse = 0;

	for (int i = 0; i < r->n; i++) {
		double left = r->y[i] - x->target.mean;

		for (int k = 0; k < x->n_terms; k++)
			if (x->term[k].varies)
				left -= x->term[k].coefficient * column(x, k)[i];
		sse += weight_of(r, i) * left * left;
	}
	return sse;
}

/* Regresses the target on offset and terms. When term k is left out and the others are fitted again, SSE
 * rises by a_k² / (S⁻¹)_kk, S the terms' centred cross products. */
static void regress(struct examination *x)
{
	const struct rows *r = &x->rows;
	double root[TERMS_MAX], a[TERMS_MAX], correlation[TERMS_MAX];
	struct basis b = {0};

	for (int k = 0; k < x->n_terms; k++) {
		root[k] = k == x->left_out ? 0 : sqrt(centre(r, x->target.weight, column(x, k)));
		x->term[k].varies = root[k] > 0;
		for (int i = 0; i < b.n; i++)
			correlation[i] = product(r, column(x, k), column(x, b.of[i]), 0) / (root[k] * root[b.of[i]]);
		if (root[k] > 0 && basis_add(&b, k, correlation))
			a[b.n - 1] = product(r, column(x, k), r->y, x->target.mean) / root[k];
	}
	basis_solve(&b, a, true);
	for (int i = 0; i < b.n; i++) {
		double unit[TERMS_MAX] = {0}, inverse = 0;
		struct examined_term *t = &x->term[b.of[i]];

		unit[i] = 1;
		basis_solve(&b, unit, false);
		for (int j = 0; j < b.n; j++)
			inverse += unit[j] * unit[j];
		t->coefficient = a[i] / root[b.of[i]];
		t->rise = a[i] * a[i] / inverse / x->target.sst;
	}
	x->fvu_terms = residual_sse(x) / x->target.sst;
}

/* ---- losses other than squares ------------------------------------------------------------------ */

static double *values_of_regression(const struct examination *x)
{
	return x->by->working + 2 * (size_t)(x->q->rows->n + ROWS_BLOCK);
}

/* The squares that stand for the loss at these values. The loss of the best constant stays what rises are shares of. */
static void stand_in_squares(struct examination *x, const double *value)
{
	struct target_moments t;

	loss_working_rows(x->q->rows, value, x->by->working, x->by->working + x->q->rows->n + ROWS_BLOCK, &x->rows);
	target_measure(x->rows.y, x->rows.w, x->rows.n, &t);
	x->target.weight = t.weight;
	x->target.mean = t.mean;
}

/* At the values of the equation. */
void examine_begin_squares(struct examination *x)
{
	size_t n = (size_t)(x->q->rows->n + ROWS_BLOCK);
	struct tape *tape = fitter_tape(x->by->fitter);

	if (x->by->working_capacity < n) {
		free(x->by->working);
		x->by->working_capacity = n;
		x->by->working = xaligned(3 * n * sizeof(*x->by->working));
	}
	tape_bind(tape, &x->e, x->q->rows);
	tape_eval(tape, NULL, values_of_regression(x));
	stand_in_squares(x, values_of_regression(x));
}

static void predict_from_terms(const struct examination *x, double *value)
{
	for (int i = 0; i < x->rows.n; i++) {
		value[i] = x->target.mean;
		for (int k = 0; k < x->n_terms; k++)
			if (x->term[k].varies)
				value[i] += x->term[k].coefficient * column(x, k)[i];
	}
}

/* The least share of the loss that the terms but one leave (-1: all), by reweighting for as long as it gains. */
static double loss_without(struct examination *x, int left_out)
{
	double *value = values_of_regression(x), best = INFINITY;

	examine_begin_squares(x);
	x->left_out = left_out;
	for (int i = 0; i < REWEIGHTINGS; i++) {
		double error;

		regress(x);
		predict_from_terms(x, value);
		error = loss_error(x->q->rows->loss, x->q->rows, value) / x->target.sst;
		if (!(error < best))
			break;
		best = error;
		stand_in_squares(x, value);
	}
	return best;
}

/* Squares tell small rises of a loss; of a term without which the values are far from here they tell too little. */
static void measure_rises(struct examination *x)
{
	double rise[TERMS_MAX], all = loss_without(x, -1);

	for (int k = 0; k < x->n_terms; k++)
		rise[k] = loss_without(x, k) - all;
	examine_begin_squares(x);
	x->left_out = -1;
	regress(x);
	for (int k = 0; k < x->n_terms; k++)
		if (x->term[k].varies && isfinite(rise[k]))
			x->term[k].rise = fmin(fmax(rise[k], 0), 1 - all); /* the best constant is among them */
}

/* ---- prices ------------------------------------------------------------------------------------- */

static int constants_between(const struct expr *e, int first, int last)
{
	uint32_t seen = 0;

	for (int i = first; i <= last; i++)
		if (e->node[i].op == OP_CONST)
			seen |= 1u << e->node[i].arg;
	return __builtin_popcount(seen);
}

void examine_find_terms(struct examination *x)
{
	uint8_t start[EXPR_MAX_NODES];
	int n = expr_terms(&x->e, start), all = expr_free_consts(&x->e) + n + 1;
	double price = fit_price(x->rows.n, all);

	if (n > TERMS_MAX || x->rows.n <= all || !(x->target.sst > 0))
		return;
	x->n_terms = n;
	for (int k = 0; k < n; k++)
		x->term[k] = (struct examined_term){.first = start[k], .last = x->end[start[k]] - 1};
	reserve(x);
	evaluate_terms(x);
	regress(x);
	if (x->q->rows->loss && !x->q->score) /* many equations are scored, one is explained */
		measure_rises(x);
	for (int k = 0; k < n; k++) {
		struct examined_term *t = &x->term[k];
		int constants = 1 + constants_between(&x->e, t->first, t->last);

		t->price = fmax(constants * price * x->fvu_terms, 1e-20);
	}
}

double examine_holding(struct examination *x, int i)
{
	struct tape *tape = fitter_tape(x->by->fitter);
	const struct rows *r = &x->rows;
	double *v = column(x, x->n_terms), moved;
	struct expr part = {0}, mean = {0}, held;
	int k = 0;

	while (k < x->n_terms && (i < x->term[k].first || i > x->term[k].last))
		k++;
	if (k == x->n_terms || i == x->term[k].first)
		return INFINITY;
	expr_append_subtree(&part, &x->e, x->term[k].first);
	expr_push_const(&mean, OP_FIXED, x->stats[i].mean);
	if (!expr_replace_subtree(&held, &part, i - x->term[k].first, &mean))
		return INFINITY;
	tape_bind(tape, &held, r);
	if (!tape_eval(tape, NULL, v))
		return INFINITY;
	centre(r, x->target.weight, v);
	for (int j = 0; j < r->n; j++)
		v[j] -= column(x, k)[j];
	moved = product(r, v, v, 0);
	return moved * x->term[k].coefficient * x->term[k].coefficient / x->target.sst;
}
