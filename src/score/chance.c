/* chance.c — see chance.h. */
#include "eqrl/score/chance.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"

#include <stdlib.h>

enum { RNG_PERMUTE = 0x7065726d };

static double error_of(const double *y, const int *order, const double *prediction, const double *w, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++) {
		double d = y[order[i]] - prediction[i];

		sum += (w ? w[i] : 1) * d * d;
	}
	return sum;
}

double chance_probability(const double *y, const double *prediction, const double *w, int n, int permutations,
			  uint64_t seed)
{
	int *order, hits = 0;
	double observed;

	if (n < 3)
		return 1;
	order = xmalloc((size_t)n * sizeof(*order));
	for (int i = 0; i < n; i++)
		order[i] = i;
	observed = error_of(y, order, prediction, w, n);
	for (int k = 0; k < permutations; k++) {
		struct rng r = rng_stream(seed, RNG_PERMUTE, (uint64_t)k);

		rng_shuffle(&r, order, n);
		hits += error_of(y, order, prediction, w, n) <= observed;
	}
	free(order);
	return (1.0 + hits) / (1.0 + permutations);
}
