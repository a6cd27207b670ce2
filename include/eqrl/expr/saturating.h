/* saturating.h — a constant that a fraction takes away again: c - c*b/(u + b) is c*u/(u + b). */
#ifndef EQRL_SATURATING_H
#define EQRL_SATURATING_H

#include "eqrl/expr/expr.h"

/* Of the first sum c + s/(u + b) of three constants in e: c*u/(u + b), or c/(1 + b*exp(-v)) where u is exp(v), which is the same
 * where s = -c*b and has a constant less. Whether it fits as well is for the caller to see. False: there is no such sum, or
 * no room. */
bool expr_saturating(const struct expr *e, struct expr *out);

#endif
