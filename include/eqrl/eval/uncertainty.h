/* uncertainty.h — how well the rows determine the constants of an equation: standard errors, intervals, covariance.
 *
 * With J the derivatives of the fitted values with respect to the k constants and W the rows' weights,
 *
 *   s² = SSE / (n − rank J)      C = s² (Jᵀ W J)⁻¹      standard error of c[i] = √C[i][i]
 *   95 % interval of c[i]: c[i] ± t √C[i][i], t the 97.5 % quantile of Student's distribution with n − rank J degrees
 *
 * as in Bates and Watts 1988, chapter 2, and as NIST certifies for its regressions. All of it supposes that the form of
 * the equation is the true one, that errors are independent, and that weights are relative: s² is estimated. The
 * triangular factor of √W J comes from reflections (Householder 1958), not from JᵀJ, which would lose half of the digits.
 *
 * A constant is undetermined when changing it can be made up for by other constants; its error is INFINITY, and C has
 * what the others' share of the determined directions is. */
#ifndef EQRL_UNCERTAINTY_H
#define EQRL_UNCERTAINTY_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

#include <stdbool.h>
#include <stdint.h>

struct uncertainty {
	int k;			     /* constants; 0: nothing is known */
	uint8_t at[EXPR_MAX_CONSTS]; /* constant p is c[at[p]] */
	int rank;
	int degrees;		       /* counted rows − rank; below 1 there are no errors to give: they are NAN */
	double s;		       /* residual standard deviation, of a row of weight 1 */
	double t;		       /* half the width of a 95 % interval, in standard errors */
	double error[EXPR_MAX_CONSTS]; /* standard error of constant p; INFINITY: undetermined */
	double covariance[EXPR_MAX_CONSTS][EXPR_MAX_CONSTS];
};

/* The constants in question, as bits of c[]: the free ones; with literals also those that a fit may have rounded, which
 * are all literals but integers up to 10 and their halves. */
uint32_t uncertain_constants(const struct expr *e, bool literals);

/* The equation as it stands, its constants being those of a least-squares fit to the rows. Allocates a block of 1,024
 * rows. False, and u->k 0, if a value or a derivative of a counted row is not finite or there is no constant. */
bool uncertainty_measure(const struct expr *e, uint32_t constants, const struct rows *rows, struct uncertainty *u);

/* Values of the equation on rows, which need no target, and of each the standard error of the curve (delta method:
 * √(gᵀ C g), g the derivatives in this row). A new observation of weight 1 has √(error² + s²). Both arrays have rows->n
 * entries and ROWS_BLOCK more. */
void uncertainty_predict(const struct expr *e, const struct uncertainty *u, const struct rows *rows, double *value,
			 double *error);

/* 97.5 % quantile of Student's distribution. degrees < 1: NAN. */
double student_quantile(int degrees);

#endif
