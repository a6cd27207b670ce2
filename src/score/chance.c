/* chance.c — see chance.h. */
#include "eqrl/score/chance.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/eval/loss.h"

#include <stdlib.h>

enum { RNG_PERMUTE = 0x7065726d };

static double measure_error(const struct rows *rows, const int *order, const double *prediction)
{
	double sum = 0;

	for (int i = 0; i < rows->n; i++) {
		double w = rows->w ? rows->w[i] : 1;

		sum += w * loss_of(rows->loss, rows->y[order[i]], prediction[i]);
	}
	return sum;
}

double chance_probability(const struct rows *rows, const double *prediction, int permutations, uint64_t seed)
{
	int n = rows->n, *order, hits = 0;
	double observed;

	if (n < 3)
		return 1;
	order = xmalloc((size_t)n * sizeof(*order));
	for (int i = 0; i < n; i++)
		order[i] = i;
	observed = measure_error(rows, order, prediction);
	for (int k = 0; k < permutations; k++) {
		struct rng r = rng_stream(seed, RNG_PERMUTE, (uint64_t)k);

		rng_shuffle(&r, order, n);
		hits += measure_error(rows, order, prediction) <= observed;
	}
	free(order);
	return (1.0 + hits) / (1.0 + permutations);
}
