/* reform.h — forms that an equation with fitted constants may stand for: less free, and about the same on its rows. Whoever takes
 * one fits it. */
#ifndef EQRL_EVAL_REFORM_H
#define EQRL_EVAL_REFORM_H

#include "eqrl/expr/expr.h"

/* A law has one exponent where a fit has two that differ by its noise: x^2.6/(x^2.6 + 19). False: no two powers with fitted
 * exponents are of one base. */
bool tie_exponents(const struct expr *e, struct expr *out);

/* The argument of the function at node i in its place; of a power with one number as its exponent the base, or the base's
 * logarithm. False where there is no such function of a column, or no room. */
bool straight_form(const struct expr *e, int i, bool logarithm, struct expr *out);

#endif
