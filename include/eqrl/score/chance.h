/* chance.h — could this prediction be as good by luck?
 *
 * Permutation test: the share of random reorderings of the target that the prediction meets at least as
 * well (in squared error) as the target itself, (1 + hits) / (1 + permutations). No assumption on the
 * noise but that rows are exchangeable. Fisher 1935; Phipson and Smyth 2010 for the added one. */
#ifndef EQRL_CHANCE_H
#define EQRL_CHANCE_H

#include <stdint.h>

/* y, prediction: n rows; w: weights or NULL, which stay with the prediction. n < 3 gives 1. */
double chance_probability(const double *y, const double *prediction, const double *w, int n, int permutations,
			  uint64_t seed);

#endif
