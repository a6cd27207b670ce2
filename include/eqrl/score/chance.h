/* chance.h — could this prediction be as good by luck?
 *
 * Permutation test: the share of random reorderings of the target that the prediction meets at least as
 * well (by the rows' loss) as the target itself, (1 + hits) / (1 + permutations). No assumption on the
 * noise but that rows are exchangeable. Fisher 1935; Phipson and Smyth 2010 for the added one. */
#ifndef EQRL_CHANCE_H
#define EQRL_CHANCE_H

#include "eqrl/expr/rows.h"

#include <stdint.h>

/* Of the rows, targets, weights (which stay with the prediction) and loss count. Fewer than 3 give 1. */
double chance_probability(const struct rows *rows, const double *prediction, int permutations, uint64_t seed);

#endif
