/* strip.h — the part of an equation that the policy writes.
 *
 * Output scale, offset and the coefficients of top-level additive terms are found exactly by least
 * squares (fit.h), so the policy does not spend tokens on them: 2.5*x1*x2 - 3*sin(c*x3) + 7 is written as
 * x1*x2 + sin(c*x3). */
#ifndef EQRL_STRIP_H
#define EQRL_STRIP_H

#include "eqrl/expr/expr.h"

/* Canonical skeleton of e (simplify.h) without coefficients of top-level terms, offset and signs.
 * Free constants get the value 1. A constant equation gives n = 0. False if it would not fit. */
bool expr_strip(const struct expr *e, struct expr *out);

/* Top-level additive terms of e: start[k] is the node at which term k begins (inside +, - and neg).
 * Returns their number, at most EXPR_MAX_NODES. */
int expr_terms(const struct expr *e, uint8_t start[EXPR_MAX_NODES]);

#endif
