/* hole.h — a hole of an equation, seen through a link: what has to stand there may be simple only as a square, a
 * logarithm, beside a column.
 *
 * The links are those of sparse regression (sparse.h). Of some that are drawn the one is taken under which two columns,
 * or two powers, explain most: what is nearly a line or a product is nearly found. The equation gets the link's inverse
 * around the hole, so that what is written for the link's view fits into it.
 *
 * Threads: any; memory is allocated for the call. What is found is a function of the arguments and the stream. */
#ifndef EQRL_HOLE_H
#define EQRL_HOLE_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

#include <stdbool.h>

/* The hole is e's subtree at *node; rows->y is what has to stand there. e gets the inverse around the hole, *node is the new
 * hole, seen[row] what has to stand in that. False, and nothing but seen changed, where no link that was drawn explains more
 * than the hole itself, or the equation would not fit. */
bool hole_link(struct expr *e, int *node, const struct rows *rows, struct rng *r, double *seen);

#endif
