/* triangle.c — see triangle.h. */
#include "triangle.h"

#include <math.h>

enum { WIDE = EXPR_MAX_CONSTS };

/* Sine of the angle between a column of √W J and the span of those before it, below which it depends on them: the
 * derivatives themselves have errors of about 1e-13. */
#define DEPENDENT 1e-10

/* Share of a direction without effect that a constant must have to count as undetermined. */
#define TAKES_PART 1e-6

/* For each column a reflection of its diagonal element and the block. */
void triangle_add_rows(struct triangle *t, double *const *a, int m)
{
	for (int p = 0; p < t->k; p++) {
		double square = 0, norm, head, beta;

		for (int i = 0; i < m; i++)
			square += a[p][i] * a[p][i];
		if (square == 0)
			continue;
		norm = sqrt(t->r[p][p] * t->r[p][p] + square);
		head = t->r[p][p] + (t->r[p][p] < 0 ? -norm : norm);
		beta = 2 / (head * head + square);
		for (int q = p + 1; q < t->k; q++) {
			double along = head * t->r[p][q];

			for (int i = 0; i < m; i++)
				along += a[p][i] * a[q][i];
			along *= beta;
			t->r[p][q] -= along * head;
			for (int i = 0; i < m; i++)
				a[q][i] -= along * a[p][i];
		}
		t->r[p][p] = t->r[p][p] < 0 ? norm : -norm;
	}
}

void triangle_pivot(const struct triangle *t, struct pivoted *v)
{
	double q[WIDE][WIDE] = {{0}}; /* column by column */

	*v = (struct pivoted){.t.k = t->k};
	for (int c = 0; c < t->k; c++) {
		double square = 0;

		v->order[c] = c;
		for (int i = 0; i <= c; i++)
			square += t->r[i][c] * t->r[i][c];
		v->scale[c] = sqrt(square);
		for (int i = 0; i <= c && square > 0; i++)
			q[c][i] = t->r[i][c] / v->scale[c];
	}
	for (int p = 0; p < t->k; p++) {
		double longest = -1;
		int best = p, swap;

		for (int j = p; j < t->k; j++) {
			double square = 0;

			for (int i = 0; i < t->k; i++)
				square += q[v->order[j]][i] * q[v->order[j]][i];
			if (square > longest)
				longest = square, best = j;
		}
		if (!(sqrt(longest) > DEPENDENT))
			return;
		swap = v->order[p], v->order[p] = v->order[best], v->order[best] = swap;
		for (int i = 0; i < p; i++) {
			double t_ip = v->t.r[i][p];

			v->t.r[i][p] = v->t.r[i][best], v->t.r[i][best] = t_ip;
		}
		v->t.r[p][p] = sqrt(longest);
		v->rank++;
		for (int i = 0; i < t->k; i++)
			q[v->order[p]][i] /= v->t.r[p][p];
		for (int j = p + 1; j < t->k; j++) {
			double along = 0;

			for (int i = 0; i < t->k; i++)
				along += q[v->order[p]][i] * q[v->order[j]][i];
			v->t.r[p][j] = along;
			for (int i = 0; i < t->k; i++)
				q[v->order[j]][i] -= along * q[v->order[p]][i];
		}
	}
}

/* Solves R₁₁ x = b in place; b has rank entries. */
static void solve_upper(const struct pivoted *v, double *b)
{
	for (int i = v->rank - 1; i >= 0; i--) {
		for (int j = i + 1; j < v->rank; j++)
			b[i] -= v->t.r[i][j] * b[j];
		b[i] /= v->t.r[i][i];
	}
}

/* Bits of the positions that take part in a direction which changes no value. */
static uint32_t find_undetermined(const struct pivoted *v)
{
	uint32_t out = 0;

	for (int d = v->rank; d < v->t.k; d++) {
		double way[WIDE];

		for (int i = 0; i < v->rank; i++)
			way[i] = v->t.r[i][d];
		solve_upper(v, way);
		out |= 1u << v->order[d];
		for (int i = 0; i < v->rank; i++)
			if (fabs(way[i]) > TAKES_PART)
				out |= 1u << v->order[i];
	}
	return out;
}

/* (RᵀR)⁻¹ = R⁻¹ R⁻ᵀ, for the determined directions. */
void triangle_covariance(const struct pivoted *v, double factor, struct uncertainty *u)
{
	double inverse[WIDE][WIDE] = {{0}}; /* column by column */
	uint32_t free_ones = find_undetermined(v);

	for (int c = 0; c < v->rank; c++) {
		inverse[c][c] = 1;
		solve_upper(v, inverse[c]);
	}
	for (int i = 0; i < v->rank; i++)
		for (int j = 0; j < v->rank; j++) {
			int a = v->order[i], b = v->order[j];
			double sum = 0;

			for (int c = 0; c < v->rank; c++)
				sum += inverse[c][i] * inverse[c][j];
			u->covariance[a][b] = sum * (factor / v->scale[a]) * (factor / v->scale[b]);
		}
	for (int p = 0; p < v->t.k; p++)
		u->error[p] = free_ones >> p & 1 ? INFINITY : sqrt(u->covariance[p][p]);
}
