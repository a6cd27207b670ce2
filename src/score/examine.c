/* examine.c — an equation as it was written, on some rows: values of its nodes and the constants that count; see examine.h.
 * Its terms are in terms.c, what has no value in culprit.c. */
#include "examine.h"

#include "eqrl/base/mem.h"
#include "basis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_EFFECT 1e-18 /* of a constant, if changed by all of itself: share of the target's variance */
#define SAME	  1e-9	/* 1 − correlation of two constants' columns that are one */

enum { ITERATIONS = 20, STARTS = 3, DRAWS = 16 };

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

/* ---- the whole ---------------------------------------------------------------------------------- */

static void find_parents(struct examination *x)
{
	x->parent[0] = -1;
	for (int i = 0; i < x->e.n; i++)
		for (int child = i + 1; child < x->end[i]; child = x->end[child])
			x->parent[child] = i;
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
	examine_find_culprits(x);
	if (!q->score && !isfinite(x->fvu))
		x->verdict = x->n_culprits ? VERDICT_NONFINITE : VERDICT_OVERFLOW;
	if (x->verdict == VERDICT_NONFINITE && !x->n_culprits && fit_written(x))
		examine_find_culprit_beyond(x);
	x->has_values = x->verdict == VERDICT_OK && fitted && !x->n_culprits;
	x->fvu_terms = INFINITY;
	if (x->has_values && q->rows->loss)
		examine_begin_squares(x);
	if (x->has_values)
		examine_find_terms(x);
	x->trusted = !q->score || x->fvu_terms <= 10 * x->fvu + 1e-10;
}
