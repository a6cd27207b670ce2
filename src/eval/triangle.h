/* triangle.h — private to eval: the triangular factor of a Jacobian that comes in blocks of rows, and the covariance of
 * the constants from it. Reflections (Householder 1958) keep the digits that JᵀJ would lose. */
#ifndef EQRL_TRIANGLE_H
#define EQRL_TRIANGLE_H

#include "eqrl/eval/uncertainty.h"

/* R of the rows so far, an upper triangle; its columns are the constants. */
struct triangle {
	int k;
	double r[EXPR_MAX_CONSTS][EXPR_MAX_CONSTS];
};

/* R with unit columns in pivoted order, and what its columns were divided by. */
struct pivoted {
	struct triangle t;
	int rank, order[EXPR_MAX_CONSTS];
	double scale[EXPR_MAX_CONSTS]; /* by constant */
};

/* One block of m rows a[column][row] joins R; a is overwritten. */
void triangle_add_rows(struct triangle *t, double *const *a, int m);

/* Column pivoting on the small triangle (modified Gram–Schmidt on its k × k entries). */
void triangle_pivot(const struct triangle *t, struct pivoted *v);

/* u->covariance = factor² (RᵀR)⁻¹ in the determined directions, and u->error of the k constants. */
void triangle_covariance(const struct pivoted *v, double factor, struct uncertainty *u);

#endif
