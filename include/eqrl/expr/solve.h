/* solve.h — an equation turned around: one of its variables as a function of the others and of the value.
 *
 * v = e(x) is solved for the variable at one node by inverting every operator on the way from the root to it. The
 * variable has to stand at that node alone. An operator that takes one value at several places (a square, a sine) has
 * several inverses: which one holds is for the data to say, so the caller names one of them for each such operator and
 * looks whether it does. */
#ifndef EQRL_SOLVE_H
#define EQRL_SOLVE_H

#include "eqrl/expr/expr.h"

/* Bit per operator with two inverses, from the root down: 0 the principal one (the positive root, the angle nearest 0),
 * 1 the other. */
typedef unsigned solve_branches;

/* Operators with two inverses on the way to the node; -1: it is no variable that stands there alone, or an operator on
 * the way has no inverse in the language. */
int expr_solvable(const struct expr *e, int node);

/* The equation for that variable, in which its column stands for the value v; constants as in e, not simplified. False
 * if expr_solvable() says -1, or it would not fit. */
bool expr_solve(const struct expr *e, int node, solve_branches branches, struct expr *out);

#endif
