/* Constants within steps have no gradient, and are found where the target jumps. */
#include "test.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/eval/fit.h"
#include "eqrl/expr/parse.h"

#include <math.h>

enum { ROWS = 70 };

static double fare(double x)
{
	return 1.2 + 0.35 * floor(x / 6);
}

static double falling(double x)
{
	return 40 - 2.5 * floor((x - 3.3) / 7.1);
}

static double marks(double x)
{
	return 3 * nearbyint(x / 12.5) + 2;
}

static double threshold(double x)
{
	return x < 23.7 ? -1.5 : 4;
}

static double sides(double x)
{
	return x < 31.2 ? 2 : 7;
}

static double slope(double x)
{
	return 0.02 * x + 3 * floor(x / 9 + 0.4);
}

TEST(the_constants_of_steps_are_found_by_the_jumps_of_the_target)
{
	static const struct {
		const char *text;
		double (*law)(double x);
		double noise;
	} cases[] = {
		{"c1 + c2*floor(c3*x1)", fare, 0},
		{"c1 + c2*floor(x1/c3)", fare, 0},
		{"c1 + c2*floor(c3*x1)", fare, 0.02},
		{"c1 + c2*floor(c3*x1 + c4)", falling, 0},
		{"c1 + c2*floor(c3*(x1 + c4))", falling, 0},
		{"c1 + c2*round(c3*x1)", marks, 0},
		{"c1 + c2*step(x1 + c3)", threshold, 0},
		{"c1 + c2*sign(x1 + c3)", sides, 0},
		{"c1*x1 + c2*floor(c3*x1 + c4) + c5", slope, 0},
	};

	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		double x[ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK];
		const double *column[] = {x};
		struct rows rows = {.n = ROWS, .n_columns = 1, .x = column, .y = y};
		struct rng r = rng_stream(3, k, 0);
		struct fitter *f = fitter_new();
		struct fit_options o = fit_defaults();
		struct parse_params letters;
		struct fit_result result;
		struct expr e;

		for (int i = 0; i < ROWS; i++) {
			x[i] = rng_range(&r, 0, 60);
			y[i] = cases[k].law(x[i]) + cases[k].noise * rng_normal(&r);
		}
		CHECK_OK(parse_expr(cases[k].text, NULL, &letters, &e));
		fit_constants(f, &e, &rows, &o, &result);
		if (!(result.nmse <= (cases[k].noise > 0 ? 1e-3 : 1e-20)))
			test_failed(__FILE__, __LINE__, "%s leaves %g of row %zu's law", cases[k].text, result.nmse, k);
		fitter_free(f);
	}
}
