/* basis.c — see basis.h. */
#include "basis.h"

#include <math.h>

#define DEPENDENT 1e-12 /* squared sine of the angle to the columns before */

bool basis_add(struct basis *b, int column, const double *correlation)
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

void basis_solve(const struct basis *b, double *v, bool back)
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
