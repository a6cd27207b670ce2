/* lm.c — Levenberg–Marquardt with the linear constants eliminated (variable projection).
 *
 * With residuals r, Jacobian J = [Φ B] (linear, curved constants) and the sums A = ΦᵀΦ, C = ΦᵀB,
 * D = BᵀB, g = Jᵀr, a step of the curved constants solves the reduced system
 *
 *   (S + λ diag S) δ = −s,   S = D − CᵀA⁻¹C,   s = g_B − CᵀA⁻¹g_Φ
 *
 * and the linear ones follow by −A⁻¹(g_Φ + Cδ): Kaufman's form of variable projection (BIT 15,
 * 1975), from one pass over the rows. Damping after Marquardt (1963), its control after Nielsen
 * (1999). The gradient comes from residuals at the present point, so errors of the solves shrink
 * from step to step as in iterative refinement. */
#include "lm.h"

#include <math.h>
#include <string.h>

#define DEPENDENT	1e-14 /* pivot below which a column is left out of a step */
#define FIRST_DAMPING	1e-3
#define LARGEST_DAMPING 1e12
#define REFINEMENTS	4
#define TOLERATED	20 /* iterations in which all rows must have become finite */

void lm_prepare(struct lm *s, struct tape *tape, const struct expr *e)
{
	uint32_t linear = linear_constants(e), free = 0;
	int p = 0;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST)
			free |= 1u << e->node[i].arg;
	s->tape = tape;
	s->split.n_linear = s->split.n_curved = 0;
	s->iterations = s->evaluations = 0;
	for (int c = 0; c < e->n_consts; c++) {
		if (!(free >> c & 1))
			continue;
		s->split.at[p] = (uint8_t)c;
		if (linear >> c & 1)
			s->split.linear[s->split.n_linear++] = (uint8_t)p++;
		else
			s->split.curved[s->split.n_curved++] = (uint8_t)p++;
	}
	tape_plan(tape, free);
}

static bool sums_at(struct lm *s, struct lm_point *p)
{
	s->evaluations++;
	if (tape_moments(s->tape, p->c, &p->m))
		return true;
	if (!s->tolerant && !isfinite(p->m.sse))
		return false;
	if (!tape_moments_lenient(s->tape, p->c, &p->m))
		return false;
	p->m.sse += p->m.bad * s->options.penalty;
	return true;
}

/* The optimum of the linear constants at p, from its sums. */
static void project(struct lm *s, struct lm_point *p)
{
	const struct lm_split *split = &s->split;
	small_matrix a;
	double b[EXPR_MAX_CONSTS];

	p->sse = p->m.sse;
	if (!split->n_linear)
		return;
	for (int i = 0; i < split->n_linear; i++) {
		b[i] = -p->m.g[split->linear[i]];
		for (int j = 0; j < split->n_linear; j++)
			a[i][j] = p->m.a[split->linear[i]][split->linear[j]];
	}
	factor_make(&p->linear, a, split->n_linear, 0, DEPENDENT);
	factor_solve(&p->linear, b, p->correct);
	for (int i = 0; i < split->n_linear; i++)
		p->sse -= b[i] * p->correct[i];
	p->sse = fmax(p->sse, 0);
}

static void move_linear(const struct lm *s, struct lm_point *p, const double *by)
{
	for (int i = 0; i < s->split.n_linear; i++)
		p->c[s->split.at[s->split.linear[i]]] += by[i];
}

/* Sums at p->c. Far from the linear optimum the curved columns of J are not those of the optimum,
 * and the error there is a difference of large numbers: go there and look again. */
static bool visit(struct lm *s, struct lm_point *p)
{
	struct lm_point before;

	if (!sums_at(s, p))
		return false;
	project(s, p);
	for (int i = 0; i < REFINEMENTS && p->sse < 0.9 * p->m.sse && p->m.sse > s->options.floor; i++) {
		before = *p;
		move_linear(s, p, p->correct);
		if (!sums_at(s, p) || !(p->m.sse < before.m.sse)) {
			*p = before; /* rounding has the last word */
			memset(p->correct, 0, sizeof(p->correct));
			p->sse = p->m.sse;
			return true;
		}
		project(s, p);
	}
	return true;
}

/* The reduced system at p, and X = A⁻¹C for the way back. */
static void reduce(const struct lm *s, const struct lm_point *p, small_matrix reduced, double *gradient, small_matrix x)
{
	const struct lm_split *split = &s->split;

	for (int i = 0; i < split->n_curved; i++) {
		int row = split->curved[i];
		double column[EXPR_MAX_CONSTS];

		gradient[i] = p->m.g[row];
		for (int k = 0; k < split->n_linear; k++) {
			column[k] = p->m.a[split->linear[k]][row];
			gradient[i] += column[k] * p->correct[k];
		}
		if (split->n_linear)
			factor_solve(&p->linear, column, x[i]);
		for (int j = 0; j <= i; j++) {
			double v = p->m.a[row][split->curved[j]];

			for (int k = 0; k < split->n_linear; k++)
				v -= column[k] * x[j][k];
			reduced[i][j] = reduced[j][i] = v;
		}
		/* A column inside the span of the linear ones leaves only rounding behind. */
		if (reduced[i][i] <= DEPENDENT * p->m.a[row][row])
			reduced[i][i] = 0;
	}
}

/* Where a step with this damping leads. Returns the decrease that the local model promises. */
static double step(const struct lm *s, const struct lm_point *from, double damping, struct lm_point *to)
{
	const struct lm_split *split = &s->split;
	small_matrix reduced, x;
	double gradient[EXPR_MAX_CONSTS], down[EXPR_MAX_CONSTS], by[EXPR_MAX_CONSTS], promise = 0;
	struct factor f;

	reduce(s, from, reduced, gradient, x);
	for (int i = 0; i < split->n_curved; i++)
		down[i] = -gradient[i];
	factor_make(&f, reduced, split->n_curved, damping, DEPENDENT);
	factor_solve(&f, down, by);
	memcpy(to->c, from->c, sizeof(to->c));
	for (int i = 0; i < split->n_curved; i++) {
		to->c[split->at[split->curved[i]]] += by[i];
		promise += by[i] * (damping * reduced[i][i] * by[i] + down[i]);
	}
	for (int k = 0; k < split->n_linear; k++) {
		double d = from->correct[k];

		for (int i = 0; i < split->n_curved; i++)
			d -= x[i][k] * by[i];
		to->c[split->at[split->linear[k]]] += d;
	}
	return promise;
}

/* Iterates from *p; returns the best point, one of s->point. */
static struct lm_point *iterate(struct lm *s, struct lm_point *p)
{
	struct lm_point *trial = p == s->point ? s->point + 1 : s->point, *swap;
	const struct lm_options *o = &s->options;
	double damping = FIRST_DAMPING, growth = 2;
	int refused = 0;

	for (int i = 0; i < o->max_iterations && p->sse > o->floor; i++) {
		double promise = step(s, p, damping, trial), gain, ratio;
		bool better;

		if (!(promise > o->rel_tol * p->sse) || damping > LARGEST_DAMPING)
			break;
		if (o->give_up_after && i >= o->give_up_after && p->sse > o->give_up_sse)
			break;
		if (p->m.bad && i > TOLERATED)
			break;
		s->iterations++;
		better = visit(s, trial) && trial->sse < p->sse;
		if (!better) {
			if (++refused > 3 && p->sse < 1e6 * o->floor)
				break; /* only rounding is left to fight */
			damping *= growth;
			growth *= 2;
			continue;
		}
		gain = p->sse - trial->sse;
		ratio = fmin(gain / promise, 2);
		damping *= ratio > 0.9 ? 0.1 : fmax(1.0 / 3, 1 - pow(2 * ratio - 1, 3));
		damping = fmax(damping, 1e-14);
		growth = 2;
		refused = 0;
		swap = p, p = trial, trial = swap;
		if (gain <= o->rel_tol * trial->sse)
			break;
	}
	return p;
}

double lm_promise(struct lm *s, const double *c)
{
	struct lm_point *p = s->point;
	bool finite;

	memcpy(p->c, c, sizeof(p->c));
	s->tolerant = true;
	finite = sums_at(s, p);
	s->tolerant = false;
	if (!finite)
		return INFINITY;
	project(s, p);
	return p->sse;
}

/* Goes to the start that c is, tolerating rows that are not finite if there are any. */
static bool arrive(struct lm *s, struct lm_point *p, const double *c)
{
	memcpy(p->c, c, sizeof(p->c));
	memset(p->correct, 0, sizeof(p->correct));
	s->tolerant = false;
	if (visit(s, p))
		return true;
	s->tolerant = s->options.penalty > 0;
	return s->tolerant && visit(s, p);
}

double lm_descend(struct lm *s, double *c, struct moments *m)
{
	struct lm_point *p = s->point;
	double before;

	if (!arrive(s, p, c))
		return NAN;
	if (s->split.n_curved)
		p = iterate(s, p);
	if (p->m.bad && !s->options.may_stay_bad)
		return NAN;
	*m = p->m;
	memcpy(c, p->c, sizeof(p->c));
	if (!s->split.n_linear || !(p->sse < p->m.sse))
		return p->m.sse;
	before = p->m.sse; /* the last correction is a promise: keep it if it holds */
	move_linear(s, p, p->correct);
	if (sums_at(s, p) && p->m.bad == 0 && p->m.sse <= before) {
		*m = p->m;
		memcpy(c, p->c, sizeof(p->c));
	}
	return m->sse;
}
