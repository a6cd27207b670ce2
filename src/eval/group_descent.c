/* group_descent.c — Levenberg and Marquardt where some constants are the same in all groups; see group_fit.h. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/group_fit.h"
#include "fitter.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEPENDENT     1e-13
#define FIRST_DAMPING 1e-3
#define MOST_DAMPING  1e10

enum { ITERATIONS = 60 };

/* The free constants of the equation, as positions among the planned ones. */
struct shared_split {
	int n_own, n_shared;
	uint8_t own[EXPR_MAX_CONSTS], shared[EXPR_MAX_CONSTS]; /* positions */
	uint8_t at[EXPR_MAX_CONSTS];			       /* index in c[] of each */
	uint32_t free;
};

struct group_lm {
	struct fitter *f;
	const struct expr *e;
	const struct row_groups *groups;
	struct shared_split split;
	struct moments *m; /* of each group at the present constants */
	double sse;
};

static struct shared_split split_constants(const struct expr *e, uint32_t shared)
{
	struct shared_split s = {0};
	int p = 0;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST)
			s.free |= 1u << e->node[i].arg;
	for (int c = 0; c < EXPR_MAX_CONSTS; c++) {
		if (!(s.free >> c & 1))
			continue;
		s.at[p] = (uint8_t)c;
		if (shared >> c & 1)
			s.shared[s.n_shared++] = (uint8_t)p++;
		else
			s.own[s.n_own++] = (uint8_t)p++;
	}
	return s;
}

/* Sums at these constants; false where something is not finite. */
static bool sum_groups(struct group_lm *g, const struct group_constants *c, struct moments *m, double *sse)
{
	*sse = 0;
	for (int k = 0; k < g->groups->n; k++) {
		tape_bind(g->f->tape, g->e, &g->groups->member[k]);
		tape_plan(g->f->tape, g->split.free);
		if (!tape_moments(g->f->tape, c[k].c, &m[k]))
			return false;
		*sse += m[k].sse;
	}
	return isfinite(*sse);
}

/* One group's own block, factored, and what its solution says of the shared constants. */
struct block_solution {
	struct factor own;
	double g[EXPR_MAX_CONSTS]; /* A_oo⁻¹ g_o */
	small_matrix x;		   /* row j: A_oo⁻¹ A_os of shared constant j */
};

static void solve_block(const struct shared_split *s, const struct moments *m, double damping, struct block_solution *b)
{
	double column[EXPR_MAX_CONSTS];
	small_matrix a;

	for (int i = 0; i < s->n_own; i++) {
		column[i] = m->g[s->own[i]];
		for (int j = 0; j < s->n_own; j++)
			a[i][j] = m->a[s->own[i]][s->own[j]];
	}
	factor_make(&b->own, a, s->n_own, damping, DEPENDENT);
	factor_solve(&b->own, column, b->g);
	for (int j = 0; j < s->n_shared; j++) {
		for (int i = 0; i < s->n_own; i++)
			column[i] = m->a[s->own[i]][s->shared[j]];
		factor_solve(&b->own, column, b->x[j]);
	}
}

/* The Schur complement of all own blocks and its right-hand side. */
static void reduce_groups(const struct group_lm *g, double damping, small_matrix schur, double *down)
{
	const struct shared_split *s = &g->split;
	struct block_solution b;

	memset(schur, 0, sizeof(small_matrix));
	memset(down, 0, EXPR_MAX_CONSTS * sizeof(*down));
	for (int k = 0; k < g->groups->n && s->n_shared > 0; k++) {
		const struct moments *m = &g->m[k];

		solve_block(s, m, damping, &b);
		for (int i = 0; i < s->n_shared; i++) {
			down[i] -= m->g[s->shared[i]];
			for (int q = 0; q < s->n_own; q++)
				down[i] += m->a[s->shared[i]][s->own[q]] * b.g[q];
			for (int j = 0; j < s->n_shared; j++) {
				double a = m->a[s->shared[i]][s->shared[j]];

				schur[i][j] += i == j ? a * (1 + damping) : a;
				for (int q = 0; q < s->n_own; q++)
					schur[i][j] -= m->a[s->shared[i]][s->own[q]] * b.x[j][q];
			}
		}
	}
}

/* Where a step with this damping leads. */
static void step_groups(const struct group_lm *g, double damping, const struct group_constants *from,
			struct group_constants *to)
{
	const struct shared_split *s = &g->split;
	double down[EXPR_MAX_CONSTS], by[EXPR_MAX_CONSTS] = {0};
	struct block_solution b;
	small_matrix schur;
	struct factor f;

	reduce_groups(g, damping, schur, down);
	factor_make(&f, schur, s->n_shared, 0, DEPENDENT);
	factor_solve(&f, down, by);
	for (int k = 0; k < g->groups->n; k++) {
		to[k] = from[k];
		solve_block(s, &g->m[k], damping, &b);
		for (int j = 0; j < s->n_shared; j++)
			to[k].c[s->at[s->shared[j]]] += by[j];
		for (int q = 0; q < s->n_own; q++) {
			double d = -b.g[q];

			for (int j = 0; j < s->n_shared; j++)
				d -= b.x[j][q] * by[j];
			to[k].c[s->at[s->own[q]]] += d;
		}
	}
}

static void descend_groups(struct group_lm *g, struct group_constants *c)
{
	size_t n = (size_t)g->groups->n;
	struct group_constants *trial = xmalloc(n * sizeof(*trial));
	struct moments *m = xmalloc(n * sizeof(*m));
	double damping = FIRST_DAMPING, growth = 2;

	for (int i = 0; i < ITERATIONS && damping < MOST_DAMPING; i++) {
		double sse, gain;

		step_groups(g, damping, c, trial);
		if (!sum_groups(g, trial, m, &sse) || !(sse < g->sse)) {
			damping *= growth;
			growth *= 2;
			continue;
		}
		gain = g->sse - sse;
		memcpy(c, trial, n * sizeof(*c));
		memcpy(g->m, m, n * sizeof(*m));
		g->sse = sse;
		damping = fmax(damping * 0.1, 1e-14);
		growth = 2;
		if (gain <= 1e-12 * sse)
			break;
	}
	free(trial);
	free(m);
}

/* Diagonal of the inverse; INFINITY where a row depends on others. */
static void invert(const struct factor *f, int n, small_matrix out)
{
	for (int i = 0; i < n; i++) {
		double unit[EXPR_MAX_CONSTS] = {0};

		unit[i] = 1;
		factor_solve(f, unit, out[i]);
	}
	for (int i = f->rank; i < n; i++)
		out[f->order[i]][f->order[i]] = INFINITY;
}

static void measure_errors(const struct group_lm *g, const struct rows *rows, struct group_constants *c)
{
	const struct shared_split *s = &g->split;
	int degrees = rows_all(rows) - s->n_shared - s->n_own * g->groups->n;
	double variance = degrees > 0 ? g->sse / degrees : NAN, down[EXPR_MAX_CONSTS];
	small_matrix schur, shared, own;
	struct factor f;

	reduce_groups(g, 0, schur, down);
	factor_make(&f, schur, s->n_shared, 0, DEPENDENT);
	invert(&f, s->n_shared, shared);
	for (int k = 0; k < g->groups->n; k++) {
		struct block_solution b;

		solve_block(s, &g->m[k], 0, &b);
		invert(&b.own, s->n_own, own);
		for (int j = 0; j < s->n_shared; j++)
			c[k].error[s->at[s->shared[j]]] = sqrt(variance * shared[j][j]);
		for (int q = 0; q < s->n_own; q++) {
			double v = own[q][q];

			for (int i = 0; i < s->n_shared; i++)
				for (int j = 0; j < s->n_shared; j++)
					if (isfinite(shared[i][j]))
						v += b.x[i][q] * shared[i][j] * b.x[j][q];
			c[k].error[s->at[s->own[q]]] = sqrt(variance * v);
		}
	}
}

double group_fit(struct fitter *f, const struct expr *e, const struct rows *rows, uint32_t shared,
		 struct group_constants *c, bool errors)
{
	struct group_lm g = {.f = f, .e = e, .groups = rows->groups, .split = split_constants(e, shared)};
	size_t n = (size_t)rows->groups->n;
	struct group_constants *at = xmalloc(n * sizeof(*at));

	memcpy(at, c, n * sizeof(*at));
	for (size_t k = 1; k < n; k++)
		for (int j = 0; j < g.split.n_shared; j++)
			at[k].c[g.split.at[g.split.shared[j]]] = at[0].c[g.split.at[g.split.shared[j]]];
	g.m = xmalloc(n * sizeof(*g.m));
	if (sum_groups(&g, at, g.m, &g.sse)) {
		if (g.split.free)
			descend_groups(&g, at);
		if (errors)
			measure_errors(&g, rows, at);
		memcpy(c, at, n * sizeof(*c));
	} else {
		g.sse = NAN;
	}
	free(g.m);
	free(at);
	return g.sse;
}
