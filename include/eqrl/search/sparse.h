/* sparse.h — equations by sparse regression: few terms or factors out of a library, through links.
 *
 * A view shows the target through a link (y², 1/y, cos y …), joined with columns (y − x, y² + x², y·x₁ − x₂ …) or not. In it
 * one of three problems is solved:
 *   sums      t = c0 + Σ c_i · term_i, terms being products of powers and functions of at most four columns
 *   products  log|t| = c0 + Σ p_k · log|x_k| + Σ p_i · log|factor_i|, factors being sums, differences, functions …
 *   numbers   t = C · Π x_k^p_k · f(c · Π x_k^q_k)^s, f being one function of one number without dimension (number_law.h)
 * Sums and products by forward selection (select.h): the second gives t = C · Π x_k^p_k · Π factor_i^p_i, with exponents that
 * are given their plain values. A column may be added that is a function of two others. Laws solved for one of their
 * inputs are often of such a form, exactly, where everything near it is worthless to a search by small steps. Sums follow
 * FFX (McConaghy, GPTP 2011) and SINDy (Brunton et al., PNAS 2016).
 *
 * Threads: any; memory is allocated for the call. What is found is a function of rows, configuration, view and stream. */
#ifndef EQRL_SPARSE_H
#define EQRL_SPARSE_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

enum { SPARSE_MOST = 8 }; /* equations of one view */

struct sparse_config {
	int n_columns;
	const double *column_weight; /* how often a column is tried where there are many, NULL: equally */
};

/* Equations of view `view` (0, 1, 2 …: simple views first, drawn ones later) into out[SPARSE_MOST], short ones first,
 * with the constants of the view's least squares. Returns their number, 0 where the view shows nothing. */
int sparse_equations(const struct sparse_config *c, const struct rows *rows, int view, struct rng *r, struct expr *out);

#endif
