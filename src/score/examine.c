/* examine.c — an equation as it was written, on some rows: values of its nodes, the terms as regressors,
 * the constants that count; see examine.h. */
#include "examine.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/loss.h"
#include "eqrl/expr/strip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEPENDENT 1e-12 /* squared sine of the angle to the columns before */
#define NO_EFFECT 1e-18 /* of a constant, if changed by all of itself: share of the target's variance */
#define SAME	  1e-9	/* 1 − correlation of two constants' columns that are one */

enum { ITERATIONS = 20, STARTS = 3, DRAWS = 16, REWEIGHTINGS = 30 };

struct examiner *examiner_new(void)
{
	struct examiner *x = xcalloc(1, sizeof(*x));

	x->fitter = fitter_new();
	return x;
}

void examiner_free(struct examiner *x)
{
	if (!x)
		return;
	fitter_free(x->fitter);
	free(x->values);
	free(x->working);
	free(x);
}

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

/* ---- columns that depend on others -------------------------------------------------------------- */

/* Cholesky factor of a correlation matrix, column after column; those that the earlier ones span are left
 * out. */
struct basis {
	int n;
	int of[EXPR_MAX_CONSTS];
	double l[EXPR_MAX_CONSTS][EXPR_MAX_CONSTS];
};

/* correlation[i]: with the i-th column of the basis. False if the new one is spanned by them. */
static bool basis_add(struct basis *b, int column, const double *correlation)
{
	double left = 1, *row = b->l[b->n];

	for (int i = 0; i < b->n; i++) {
		row[i] = correlation[i];
		for (int j = 0; j < i; j++)
			row[i] -= row[j] * b->l[i][j];
		row[i] /= b->l[i][i];
		left -= row[i] * row[i];
	}
	if (!(left > DEPENDENT))
		return false;
	row[b->n] = sqrt(left);
	b->of[b->n++] = column;
	return true;
}

/* v ← L⁻¹ v, and with `back` L⁻ᵀ of that */
static void basis_solve(const struct basis *b, double *v, bool back)
{
	for (int i = 0; i < b->n; i++) {
		for (int j = 0; j < i; j++)
			v[i] -= b->l[i][j] * v[j];
		v[i] /= b->l[i][i];
	}
	for (int i = b->n - 1; back && i >= 0; i--) {
		for (int j = i + 1; j < b->n; j++)
			v[i] -= b->l[j][i] * v[j];
		v[i] /= b->l[i][i];
	}
}

/* ---- constants ---------------------------------------------------------------------------------- */

/* The constants of e that are free, in the order of the sums; returns how many. */
static int free_constants(const struct expr *e, int at[EXPR_MAX_CONSTS], uint32_t *mask)
{
	int k = 0;

	*mask = 0;
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST)
			*mask |= 1u << e->node[i].arg;
	for (int c = 0; c < e->n_consts; c++)
		if (*mask >> c & 1)
			at[k++] = c;
	return k;
}

/* Is constant at[p], of value c, told apart from those of the basis, or spanned by them? If not, it enters. */
static bool identify(struct examination *x, struct basis *b, const struct moments *m, const int *at, int p, double c)
{
	double correlation[EXPR_MAX_CONSTS], square = m->a[p][p], effect = sqrt(square * c * c / x->target.sst);
	int id = at[p];

	x->same_as[id] = -1;
	if (!(square > 0) || (c != 0 && effect * effect <= NO_EFFECT))
		return false;
	x->effect[id] = c != 0 ? effect : sqrt(square / x->target.sst);
	for (int i = 0; i < b->n; i++) {
		int q = b->of[i];

		correlation[i] = m->a[p][q] / sqrt(square * m->a[q][q]);
		if (fabs(correlation[i]) > 1 - SAME)
			x->same_as[id] = at[q];
	}
	return basis_add(b, p, correlation);
}

/* Constants 0 … own-1 were written; the others come for free, and so come first. m is at the fit. */
static void find_unidentified(struct examination *x, const struct expr *e, int own, const struct moments *m)
{
	int at[EXPR_MAX_CONSTS], k;
	struct basis b = {0};
	uint32_t mask;

	k = free_constants(e, at, &mask);
	for (int p = 0; p < k; p++)
		if (at[p] >= own)
			identify(x, &b, m, at, p, e->c[at[p]]);
	for (int p = 0; p < k; p++) {
		if (at[p] < own && !identify(x, &b, m, at, p, e->c[at[p]]))
			x->unidentified |= 1u << at[p];
		if (at[p] < own && x->same_as[at[p]] >= own)
			x->same_as[at[p]] = -1; /* not written: nobody could look at it */
	}
}

/* Fits what is to be fitted, and looks at the Jacobian there. False if no finite fit was found. */
static bool fit_written(struct examination *x)
{
	const struct feedback_request *q = x->q;
	struct tape *tape = fitter_tape(x->by->fitter);
	struct fit_options o = fit_defaults();
	struct fit_result r = {.verdict = VERDICT_OK};
	struct expr e = x->e;
	int own = x->e.n_consts, at[EXPR_MAX_CONSTS];
	struct moments m;
	uint32_t mask;

	if (expr_free_consts(&e) == 0)
		return true;
	if (q->fit) {
		o.max_iterations = ITERATIONS;
		o.restarts = STARTS;
		o.screen = DRAWS;
		o.seed = q->seed;
		o.stream = q->score ? q->score->hash : 0;
		o.target = &x->target;
		if (q->score) /* as good as scored is good enough */
			o.stop_nmse = 1.1 * q->score->fvu_fit;
		fit_add_scaling(&x->e, q->scaling, NULL, &e);
		fit_constants(x->by->fitter, &e, q->rows, &o, &r);
		if (r.verdict != VERDICT_OK)
			return false;
		memcpy(x->e.c, e.c, (size_t)own * sizeof(*e.c));
	} else {
		free_constants(&e, at, &mask);
		tape_bind(tape, &e, q->rows);
		tape_plan(tape, mask);
	}
	if (tape_moments(tape, e.c, &m))
		find_unidentified(x, &e, own, &m);
	return true;
}

/* ---- terms -------------------------------------------------------------------------------------- */

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
static void begin_squares(struct examination *x)
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

	begin_squares(x);
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
	begin_squares(x);
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

static void find_terms(struct examination *x)
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

/* ---- the whole ---------------------------------------------------------------------------------- */

static void find_parents(struct examination *x)
{
	x->parent[0] = -1;
	for (int i = 0; i < x->e.n; i++)
		for (int child = i + 1; child < x->end[i]; child = x->end[child])
			x->parent[child] = i;
}

/* The subtree at a node with its columns renamed in order, so that one row's values fit in EXPR_MAX_NODES. */
struct bare {
	struct expr e;
	int column[EXPR_MAX_NODES];
};

static void make_bare(const struct examination *x, int node, struct bare *b)
{
	int n = 0;

	b->e.n = b->e.n_consts = 0;
	expr_append_subtree(&b->e, &x->e, node);
	for (int i = 0; i < b->e.n; i++) {
		if (b->e.node[i].op != OP_VAR)
			continue;
		b->column[n] = b->e.node[i].arg;
		b->e.node[i].arg = (uint16_t)n++;
	}
}

/* Value of the bare subtree's root in a row, from its operands' values. */
static double bare_value(const struct bare *b, const struct rows *rows, int row, double operand[2])
{
	double values[EXPR_MAX_NODES];
	int child = 1;

	for (int i = 0, n = 0; i < b->e.n; i++)
		if (b->e.node[i].op == OP_VAR) {
			values[n] = rows->x[b->column[n]][row];
			n++;
		}
	operand[1] = 0;
	for (int k = 0; k < node_arity(b->e.node[0]); k++) {
		struct expr part = {0};

		expr_append_subtree(&part, &b->e, child);
		operand[k] = expr_value(&part, values);
		child = expr_end(&b->e, child);
	}
	return op_value(b->e.node[0].op, operand[0], operand[1]);
}

static bool grew_too_large(int op, double value, const double operand[2])
{
	if (!isinf(value) || op == OP_LOG)
		return false;
	if (op == OP_INV || op == OP_POW) /* a pole: something by 0 */
		return operand[0] != 0;
	return op != OP_DIV || operand[1] != 0;
}

/* Adds the node with the first row, from `row` on, in which it is the one to blame. */
static void add_culprit(struct examination *x, int node, const struct rows *rows, int row)
{
	struct bare b;

	make_bare(x, node, &b);
	for (; row < rows->n && x->n_culprits < CULPRITS_MAX; row++) {
		double operand[2], v = bare_value(&b, rows, row, operand);

		if (isfinite(v) || !isfinite(operand[0]) || !isfinite(operand[1]) || (rows->w && !(rows->w[row] > 0)))
			continue;
		x->culprit[x->n_culprits++] = (struct culprit){node, row, grew_too_large(b.e.node[0].op, v, operand)};
		return;
	}
}

/* Every node that is finite in fewer rows than each of its operands. */
static void find_culprits(struct examination *x)
{
	for (int i = 0; i < x->e.n; i++) {
		int least = x->q->rows->n;

		for (int child = i + 1; child < x->end[i]; child = x->end[child])
			if (x->stats[child].n < least)
				least = x->stats[child].n;
		if (x->stats[i].n < least)
			add_culprit(x, i, x->q->rows, 0);
	}
}

/* The first one among all rows, for an equation that is finite on the sample. */
static void find_culprit_beyond(struct examination *x)
{
	struct tape *tape = fitter_tape(x->by->fitter);
	int node, row;

	if (!x->q->all)
		return;
	tape_bind(tape, &x->e, x->q->all);
	if (tape_culprit(tape, NULL, &node, &row))
		add_culprit(x, node, x->q->all, row);
}

void examine(struct examiner *by, const struct feedback_request *q, struct examination *x)
{
	struct tape *tape = fitter_tape(by->fitter);
	bool fitted = true;

	memset(x, 0, sizeof(*x));
	x->by = by;
	x->q = q;
	x->rows = *q->rows;
	x->left_out = -1;
	x->e = *q->written;
	expr_ends(&x->e, x->end);
	find_parents(x);
	rows_measure_target(q->rows, &x->target);
	x->verdict = q->score ? q->score->verdict : VERDICT_OK;
	if (x->verdict == VERDICT_OK)
		fitted = fit_written(x);
	tape_bind(tape, &x->e, q->rows);
	tape_stats(tape, NULL, x->stats);
	x->fvu = q->score ? q->score->fvu_fit : fvu_of(tape_sse(tape, NULL), x->target.sst);
	find_culprits(x);
	if (!q->score && !isfinite(x->fvu))
		x->verdict = x->n_culprits ? VERDICT_NONFINITE : VERDICT_OVERFLOW;
	if (x->verdict == VERDICT_NONFINITE && !x->n_culprits && fit_written(x))
		find_culprit_beyond(x);
	x->has_values = x->verdict == VERDICT_OK && fitted && !x->n_culprits;
	x->fvu_terms = INFINITY;
	if (x->has_values && q->rows->loss)
		begin_squares(x);
	if (x->has_values)
		find_terms(x);
	x->trusted = !q->score || x->fvu_terms <= 10 * x->fvu + 1e-10;
}
