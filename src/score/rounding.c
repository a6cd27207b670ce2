/* rounding.c — see rounding.h. A file has values of so many decimals, or of so many significant digits each. */
#include "eqrl/score/rounding.h"

#include "eqrl/eval/metrics.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { MOST_DIGITS = 12 }; /* what has more are full doubles */

static double unit_of(double value, int digits)
{
	return value == 0 ? 0 : pow(10, floor(log10(fabs(value))) - digits + 1);
}

static bool is_multiple(double value, double unit, double size)
{
	return unit == 0 || fabs(value - nearbyint(value / unit) * unit) <= 1e-13 * size;
}

/* The decimal unit that all values are multiples of; 0: none. */
static double common_unit(const struct rows *r)
{
	double peak = 0;

	for (int i = 0; i < r->n; i++)
		peak = fmax(peak, fabs(r->y[i]));
	for (int digits = 1; digits <= MOST_DIGITS && peak > 0; digits++) {
		double unit = unit_of(peak, digits);
		int i = 0;

		while (i < r->n && is_multiple(r->y[i], unit, peak))
			i++;
		if (i == r->n)
			return unit;
	}
	return 0;
}

/* Mean square of the units of the values' last digits, where all end after so many significant ones; 0: they do not. */
static double mean_square_unit(const struct rows *r)
{
	for (int digits = 1; digits <= MOST_DIGITS; digits++) {
		double sum = 0;
		int i = 0;

		for (; i < r->n && is_multiple(r->y[i], unit_of(r->y[i], digits), fabs(r->y[i])); i++)
			sum += unit_of(r->y[i], digits) * unit_of(r->y[i], digits);
		if (i == r->n)
			return sum / r->n;
	}
	return 0;
}

double rounding_level(const struct rows *rows)
{
	struct target_moments target;
	double unit, square;

	if (rows->n < 1)
		return 1e-30;
	target_measure(rows->y, NULL, rows->n, &target);
	unit = common_unit(rows);
	if (target.sst <= 0 || unit == 1)
		return 1e-30;
	square = fmax(unit * unit, mean_square_unit(rows));
	return fmin(fmax(square / 12 / (target.sst / rows->n), 1e-30), 1e-3);
}
