/* number_law.h — private to search: laws of one number, t = C · Π x_k^p_k · f(c · Π x_k^q_k)^s.
 *
 * Most laws of physics that are no products of powers are a product of powers times a function of one combination of
 * columns without dimension (Buckingham, Phys. Rev. 4, 1914): 1 − v²/c², exp(hω/kT) − 1, log(1 + …). In logarithms this is
 * a partially linear single-index model (Carroll, Fan, Gijbels and Wand, J. Am. Stat. Assoc. 92, 1997):
 *
 *   log|t| = a + Σ p_k X_k + s · log|f(exp(b + Σ q_k X_k))|,   X_k = log|x_k|
 *
 * For given b and q the rest is linear. Candidates for q with values −1, 0 and 1 and a few b are screened on few rows; the
 * best are refined by Levenberg–Marquardt on b and q with the linear part projected out (variable projection: Golub and
 * Pereyra, Inverse Problems 19, 2003), exponents near plain values get these, and b is fitted once more. */
#ifndef EQRL_NUMBER_LAW_H
#define EQRL_NUMBER_LAW_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

enum { NUMBER_FUNCTIONS = 16 }; /* rows of the table of f */
enum { NUMBER_LAWS = 2 };	/* equations of one f */

/* Equations for log|t| = magnitude by f number `function`, best ones first, signs of t left to the caller: the first
 * constant is C. Columns that have no logarithm take no part. Returns how many; 0 for too few rows. */
int number_laws(const struct rows *rows, const int *column, int n_columns, const double *magnitude, int function,
		struct expr out[NUMBER_LAWS]);

#endif
