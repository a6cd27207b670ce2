/* alias.h — private to eval: waves that rows on a grid cannot tell apart. */
#ifndef EQRL_ALIAS_H
#define EQRL_ALIAS_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

/* On rows whose column x lies on a grid of step h, sin(a*x + b) is the same wave for a + 2 pi k/h, whatever k is. Each sine and
 * cosine of one affine column is given the slowest of these, which is what a table with such a grid was made to show. The
 * values on the rows stay, up to rounding; so does e where nothing changes or the result would not fit. */
void expr_slow_waves(struct expr *e, const struct rows *rows);

#endif
