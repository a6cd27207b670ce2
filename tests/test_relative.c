/* Whether errors grow with the target is seen in the rows, and only where it matters. */
#include "test.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/score/relative.h"

#include <math.h>

enum { ROWS = 60 };

enum noise { NONE, ADDED, RELATIVE };

static double power(double a, double b)
{
	return 0.02 * pow(a, 1.5) + 0 * b;
}

static double growth(double a, double b)
{
	return 3 * exp(0.8 * a) + 0 * b;
}

static double product(double a, double b)
{
	return 5 * a * a * a / sqrt(b);
}

static double narrow(double a, double b)
{
	return 3 + a + 0 * b;
}

static double unknown(double a, double b)
{
	return exp(8 * sin(7 * a) * cos(5 * b));
}

TEST(errors_that_grow_with_a_target_over_decades_are_told_from_others)
{
	static const struct {
		const char *what;
		double (*law)(double a, double b);
		double low, high; /* of both columns */
		enum noise noise;
		double size; /* of the noise, or of its share */
		bool relative;
	} cases[] = {
		{"a power with errors of 10 %", power, 0.1, 300, RELATIVE, 0.1, true},
		{"growth with errors of 30 %", growth, 0, 12, RELATIVE, 0.3, true},
		{"a product of powers with errors of 5 %", product, 0.3, 20, RELATIVE, 0.05, true},
		{"the same without errors", product, 0.3, 20, NONE, 0, false},
		{"growth with errors of one size", growth, 0, 12, ADDED, 0.2, false},
		{"a target within a decade", narrow, 0, 10, RELATIVE, 0.1, false},
		{"a target that follows no such curve", unknown, 0, 10, RELATIVE, 0.1, false},
	};

	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		double a[ROWS + ROWS_BLOCK], b[ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK], w[ROWS + ROWS_BLOCK];
		const double *column[] = {a, b};
		struct rows rows = {.n = ROWS, .n_columns = 2, .x = column, .y = y};
		struct rng r = rng_stream(7, k, 0);
		bool found;

		for (int i = 0; i < ROWS; i++) {
			double noise = rng_normal(&r) * cases[k].size;

			a[i] = cases[k].low + (cases[k].high - cases[k].low) * i / (ROWS - 1.0);
			b[i] = rng_range(&r, cases[k].low, cases[k].high);
			y[i] = cases[k].law(a[i], b[i]);
			y[i] = cases[k].noise == RELATIVE ? y[i] * exp(noise)
			       : cases[k].noise == ADDED  ? y[i] + noise
							  : y[i];
			w[i] = 1 / (y[i] * y[i]);
		}
		found = errors_are_relative(&rows, 1);
		if (found != cases[k].relative)
			test_failed(__FILE__, __LINE__, "%s: %s", cases[k].what, found ? "relative" : "not relative");
		rows.w = w; /* somebody knows better */
		CHECK(!errors_are_relative(&rows, 1));
	}
}
