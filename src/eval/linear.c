/* linear.c — see linear.h. */
#include "linear.h"

#include <math.h>
#include <stddef.h>

/* Brings the largest remaining pivot to position p; the update is left-looking, so only finished
 * rows of l move. Returns the pivot. */
static double choose_pivot(struct factor *f, double *left, int p)
{
	int best = p, row;
	double t;

	for (int i = p + 1; i < f->n; i++)
		if (left[i] > left[best])
			best = i;
	row = f->order[p], f->order[p] = f->order[best], f->order[best] = row;
	t = left[p], left[p] = left[best], left[best] = t;
	for (int j = 0; j < p; j++)
		t = f->l[p][j], f->l[p][j] = f->l[best][j], f->l[best][j] = t;
	return left[p];
}

void factor_make(struct factor *f, small_matrix a, int n, double damping, double tolerance)
{
	double left[EXPR_MAX_CONSTS]; /* remaining diagonal, by position */

	f->n = n;
	for (int i = 0; i < n; i++) {
		f->order[i] = i;
		f->scale[i] = a[i][i] > 0 ? 1 / sqrt(a[i][i]) : 0;
		left[i] = f->scale[i] > 0 && isfinite(f->scale[i]) ? 1 + damping : 0;
	}
	for (f->rank = 0; f->rank < n; f->rank++) {
		int p = f->rank;
		double pivot = choose_pivot(f, left, p);

		if (!(pivot > tolerance))
			break;
		f->l[p][p] = sqrt(pivot);
		for (int i = p + 1; i < n; i++) {
			int r = f->order[i], c = f->order[p];
			double v = a[r][c] * f->scale[r] * f->scale[c];

			for (int j = 0; j < p; j++)
				v -= f->l[i][j] * f->l[p][j];
			f->l[i][p] = v / f->l[p][p];
			left[i] -= f->l[i][p] * f->l[i][p];
		}
	}
}

void factor_solve(const struct factor *f, const double *b, double *x)
{
	double z[EXPR_MAX_CONSTS];

	for (int i = 0; i < f->rank; i++) {
		z[i] = b[f->order[i]] * f->scale[f->order[i]];
		for (int j = 0; j < i; j++)
			z[i] -= f->l[i][j] * z[j];
		z[i] /= f->l[i][i];
	}
	for (int i = f->rank - 1; i >= 0; i--) {
		for (int j = i + 1; j < f->rank; j++)
			z[i] -= f->l[j][i] * z[j];
		z[i] /= f->l[i][i];
	}
	for (int i = 0; i < f->n; i++)
		x[f->order[i]] = i < f->rank ? z[i] * f->scale[f->order[i]] : 0;
}

/* Counts, for each constant, its places below node i where the equation is affine in it. Returns
 * the number of places; hits may be NULL. */
static int affine_places(const struct expr *e, const uint8_t *end, int i, int *hits)
{
	const struct op_info *op = &op_info[e->node[i].op];
	int a = i + 1, in_a, in_b;

	if (e->node[i].op == OP_CONST) {
		if (hits)
			hits[e->node[i].arg]++;
		return 1;
	}
	if (e->node[i].op == OP_NEG || e->node[i].op == OP_DIV)
		return affine_places(e, end, a, hits);
	if (op->flags & OPF_SUM) {
		in_a = affine_places(e, end, a, hits);
		return in_a + affine_places(e, end, end[a], hits);
	}
	if (!(op->flags & OPF_PRODUCT))
		return 0;
	in_a = affine_places(e, end, a, NULL); /* a product of two affine factors is affine in one of them */
	in_b = affine_places(e, end, end[a], NULL);
	return affine_places(e, end, in_a >= in_b ? a : end[a], hits);
}

uint32_t linear_constants(const struct expr *e)
{
	uint8_t end[EXPR_MAX_NODES];
	int hits[EXPR_MAX_CONSTS] = {0}, uses[EXPR_MAX_CONSTS] = {0};
	uint32_t linear = 0;

	expr_ends(e, end);
	affine_places(e, end, 0, hits);
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST)
			uses[e->node[i].arg]++;
	for (int c = 0; c < e->n_consts; c++)
		if (uses[c] && hits[c] == uses[c]) /* a tied constant must be linear everywhere */
			linear |= 1u << c;
	return linear;
}
