/* linear.h — the linear algebra of small normal equations, and which constants are linear. */
#ifndef EQRL_EVAL_LINEAR_H
#define EQRL_EVAL_LINEAR_H

#include "eqrl/expr/expr.h"

#include <stdint.h>

typedef double small_matrix[EXPR_MAX_CONSTS][EXPR_MAX_CONSTS];

/* Cholesky factor with pivoting of a symmetric matrix scaled to unit diagonal. Rows from rank on
 * depend on the earlier ones to within the tolerance. */
struct factor {
	int n, rank;
	int order[EXPR_MAX_CONSTS];    /* row of the matrix at each position */
	double scale[EXPR_MAX_CONSTS]; /* 1/√diagonal, by row of the matrix */
	small_matrix l;		       /* by position, lower triangle */
};

/* Factors a + damping · diag(a). tolerance bounds a pivot: the squared sine of the angle between a
 * column of J and the span of those before it. */
void factor_make(struct factor *f, small_matrix a, int n, double damping, double tolerance);

/* Solves for x; its entries for dependent rows are 0. */
void factor_solve(const struct factor *f, const double *b, double *x);

/* Free constants in which the equation is jointly affine: coefficients and offsets reached from the
 * root through + − neg, one factor of a product and numerators. Bit i is c[i]. */
uint32_t linear_constants(const struct expr *e);

#endif
