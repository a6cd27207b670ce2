/* shorten.h — the shortest spelling of an equation whose numbers are what they are, under a template as well. */
#ifndef EQRL_EVAL_SHORTEN_H
#define EQRL_EVAL_SHORTEN_H

#include "eqrl/expr/rows.h"
#include "eqrl/expr/bounds.h"

/* Those of the first 64 columns that are positive on all rows, as bits. */
uint64_t positive_columns(const struct rows *rows);

/* e as short as simplify makes it with its values, positive being the columns that are; under a template each function's
 * body is. What the bounds (NULL: none) say about the result is not looked at, but it keeps the template's form. */
void shorten(struct expr *e, const struct bounds *bounds, uint64_t positive);

#endif
