/* target.h — private to the problem generator. */
#ifndef EQRL_TARGET_H
#define EQRL_TARGET_H

#include "eqrl/pretrain/problem.h"

/* From skeleton and columns of p, over n rows: draws the constants of the skeleton while it evaluates it, each from
 * the size of what it meets, then coefficients of its terms and an offset. Writes p->clean, and p->truth, which is
 * empty where it does not fit. */
void problem_draw_target(struct rng *r, struct problem *p, int n);

#endif
