/* uncertainty.h — how well the rows determine the constants of an equation: standard errors, intervals, covariance.
 *
 * With J the derivatives of the fitted values with respect to the k constants and V the rows' weights, times what the
 * loss says each row tells (loss.h: information),
 *
 *   C = q² (Jᵀ V J)⁻¹      standard error of c[i] = √C[i][i]      95 % interval of c[i]: c[i] ± t √C[i][i]
 *
 *   mse, relative, log   q² = s² = Σ w d / (n − rank J): least squares of the target, of shares of it (weights 1/y²), of
 *                        its logarithm; Bates and Watts 1988, chapter 2, and as NIST certifies for its regressions
 *   poisson, logistic    q² = 1: V = w/f and w p (1 − p) make JᵀVJ Fisher's expected information; McCullagh and Nelder
 *                        1989, sections 2.5 and 9.3. s² is Pearson's dispersion, 1 where the likelihood is right
 *   huber, logcosh       q² from mean square slope over squared mean curvature of the loss, the sandwich of an M-estimator
 *                        with independent errors of one distribution: Huber 1981, section 7.6
 *   mae                  q² = 1/(4 g(0)²), g the density of the residuals: Koenker and Bassett 1978
 *
 * t is the 97.5 % quantile of Student's distribution with n − rank J degrees, or of the normal one where q is known. All of
 * it supposes that the form of the equation is the true one and that errors are independent; and, but for poisson and
 * logistic, that weights are relative. The triangular factor of √V J comes from reflections (Householder 1958), not
 * from JᵀVJ, which would lose half of the digits.
 *
 * A constant is undetermined when changing it can be made up for by other constants; its error is INFINITY, and C has
 * what the others' share of the determined directions is. */
#ifndef EQRL_UNCERTAINTY_H
#define EQRL_UNCERTAINTY_H

#include "eqrl/eval/loss.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

#include <stdbool.h>
#include <stdint.h>

struct uncertainty {
	enum loss_kind loss;	     /* by which the constants were fitted */
	int k;			     /* constants; 0: nothing is known */
	uint8_t at[EXPR_MAX_CONSTS]; /* constant p is c[at[p]] */
	int rank;
	int degrees; /* counted rows − rank; below 1 there are no errors to give: they are NAN */
	double s; /* residual standard deviation, of a row of weight 1: of y (with huber, logcosh and mae 1.4826 median |y − f|,
		   * gross errors aside), of its relative error, of its logarithm, or of Pearson's residuals, by the loss */
	double t;		       /* half the width of a 95 % interval, in standard errors */
	double error[EXPR_MAX_CONSTS]; /* standard error of constant p; INFINITY: undetermined */
	double covariance[EXPR_MAX_CONSTS][EXPR_MAX_CONSTS];
};

/* The constants in question, as bits of c[]: the free ones; with literals also those that a fit may have rounded, which
 * are all literals but integers up to 10 and their halves. */
uint32_t uncertain_constants(const struct expr *e, bool literals);

/* The equation as it stands, its constants being those of a fit to the rows by their loss. Allocates a block of 1,024
 * rows, and of huber, logcosh and mae a number a row. False, and u->k 0, if a value or a derivative of a counted row is not finite or there is no constant. */
bool uncertainty_measure(const struct expr *e, uint32_t constants, const struct rows *rows, struct uncertainty *u);

/* Values of the equation on rows, which need no target, and of each the standard error of the curve (delta method:
 * √(gᵀ C g), g the derivatives in this row). Both arrays have rows->n entries and ROWS_BLOCK more. */
void uncertainty_predict(const struct expr *e, const struct uncertainty *u, const struct rows *rows, double *value,
			 double *error);

/* How far those errors scatter a new row of weight 1, in variances of its own noise: h = (error / s)², s as a share of the
 * value with relative and log. 0 where that is not known, and with losses that are no least squares (SPREAD_ESTIMATED). */
double uncertainty_leverage(const struct uncertainty *u, double value, double error);

/* 95 % intervals of one of these values: of the curve, and of a new observation of weight 1, which has √(error² + s²).
 * With log and poisson both are made in logarithms, and with relative s is a share of the value. Of logistic they are
 * probabilities. Likelihoods have no s: a new count or a new 0 or 1 scatters by its own distribution, low and high are
 * NAN. */
struct value_interval {
	double value, curve_low, curve_high, low, high;
};
struct value_interval uncertainty_interval(const struct uncertainty *u, double value, double error);
bool uncertainty_of_observations(enum loss_kind loss); /* whether low and high are numbers */

/* 97.5 % quantile of Student's distribution. degrees < 1: NAN. */
double student_quantile(int degrees);

#endif
