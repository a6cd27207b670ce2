/* noise.c — see noise.h. */
#include "eqrl/score/noise.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_ROWS = 400, FEWEST_ROWS = 8 };

/* 1/sd² of every column over the first n rows, 0 for a constant one. */
static void column_weights(const struct rows *rows, int n, double *weight)
{
	for (int j = 0; j < rows->n_columns; j++) {
		double mean = 0, squares = 0;

		for (int i = 0; i < n; i++)
			mean += rows->x[j][i] / n;
		for (int i = 0; i < n; i++)
			squares += (rows->x[j][i] - mean) * (rows->x[j][i] - mean) / n;
		weight[j] = squares > 0 && isfinite(squares) ? 1 / squares : 0;
	}
}

static int nearest(const struct rows *rows, int n, const double *weight, int i)
{
	double best = INFINITY;
	int at = i == 0;

	for (int k = 0; k < n; k++) {
		double distance = 0;

		for (int j = 0; j < rows->n_columns && distance < best; j++) {
			double d = rows->x[j][i] - rows->x[j][k];

			distance += weight[j] * d * d;
		}
		if (k != i && distance < best) {
			best = distance;
			at = k;
		}
	}
	return at;
}

double noise_share(const struct rows *rows, const double *residual)
{
	int n = rows->n < MOST_ROWS ? rows->n : MOST_ROWS;
	double *weight, difference = 0, squares = 0;

	if (n < FEWEST_ROWS)
		return 0;
	weight = xcalloc((size_t)rows->n_columns + 1, sizeof(*weight));
	column_weights(rows, n, weight);
	for (int i = 0; i < n; i++) {
		double d = residual[i] - residual[nearest(rows, n, weight, i)];

		difference += 0.5 * d * d;
		squares += residual[i] * residual[i];
	}
	free(weight);
	return squares > 0 ? difference / squares : 0;
}
