/* shift.h — an equation of columns whose origin lies elsewhere. */
#ifndef EQRL_SHIFT_H
#define EQRL_SHIFT_H

#include "eqrl/expr/expr.h"

#include <stdbool.h>
#include <stdint.h>

/* Rewrites e, an equation of columns x' = x − offset[column], as one of x: x' becomes x − offset, or the offset goes into
 * a number that x' is added to or subtracted from (which a constant takes up at its place in c[], so that its index
 * stays). sign −1 goes the other way. offset has an entry for every column of e; 0: nothing to do. *turned: the constants
 * that have the other sign now (x' + 3 is x − 97), bit i for c[i]; NULL if nobody asks. False, and e as it was, if the
 * result has too many nodes or constants. */
bool expr_shift_columns(struct expr *e, const double *offset, int sign, uint32_t *turned);

/* Adds a number to the values of e: it goes into a number that is a term of its sum, or becomes one. False, and e as it
 * was, if there is no room. */
bool expr_add_number(struct expr *e, double by);

#endif
