/* basis.h — private to score: which of some columns are combinations of the others. */
#ifndef EQRL_SCORE_BASIS_H
#define EQRL_SCORE_BASIS_H

#include "eqrl/expr/expr.h"

#include <stdbool.h>

/* Cholesky factor of a correlation matrix, column after column; those that the earlier ones span are left
 * out. */
struct basis {
	int n;
	int of[EXPR_MAX_CONSTS];
	double l[EXPR_MAX_CONSTS][EXPR_MAX_CONSTS];
};

/* correlation[i]: with the i-th column of the basis. False if the new one is spanned by them. */
bool basis_add(struct basis *b, int column, const double *correlation);

/* v ← L⁻¹ v, and with `back` L⁻ᵀ of that */
void basis_solve(const struct basis *b, double *v, bool back);

#endif
