/* turned.h — private to the problem generator: a law's problem becomes that of one of its inputs.
 *
 * Nothing is drawn anew: the law's value takes the place of the input among the columns, the input becomes the target.
 * So the target is spread as inputs are and the new column as laws' values are, with their tails. */
#ifndef EQRL_TURNED_H
#define EQRL_TURNED_H

#include "eqrl/pretrain/problem.h"

/* p has inputs, clean target and truth, finite in n rows. Picks an input that the truth can be solved for and for which
 * the solution holds in all rows; then p's columns, target, truth and skeleton are those of the solution. False, and p as
 * it was, where there is none. */
bool problem_turn(struct rng *r, struct problem *p, int n);

#endif
