/* test_significant.c — digits that are written and digits that a standard error determines. */
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/significant.h"
#include "eqrl/eval/uncertainty.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "test.h"

#include <math.h>
#include <string.h>

TEST(zeros_at_either_end_are_no_written_digits)
{
	static const struct {
		double v;
		int digits;
	} known[] = {{0, 0},	   {1, 1},     {-20, 1},      {1200, 2},  {0.0012, 2},
		     {1.5e-30, 2}, {0.125, 3}, {1.0625e5, 5}, {101.5, 4}, {1.0 / 3, 16}};

	for (size_t i = 0; i < COUNT_OF(known); i++)
		CHECK_EQ(digits_written(known[i].v), known[i].digits);
}

TEST(a_standard_error_determines_digits_down_to_its_second_one)
{
	static const struct {
		double v, error;
		int digits;
	} known[] = {
		{0.827, 0.119, 2},     {0.827, 0.067, 3}, {12345, 27, 5}, {12345, 270, 4},
		{-6.02e23, 1.2e21, 4}, {0.5, 0.01, 3},	  {0.5, 0.4, 2},  {0.003, 5, 1},
		{3, INFINITY, 0},      {3, NAN, 0},	  {3, 0, 17},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++)
		CHECK_EQ(digits_determined(known[i].v, known[i].error), known[i].digits);
}

/* ---- constants of fits --------------------------------------------------------------------------------------------- */

enum { ROWS = 200, FEW = 40 };

static double x[2][ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK];
static const double *columns[] = {x[0], x[1]};
static struct rows rows = {.n = ROWS, .n_columns = 2, .x = columns, .y = y};

/* Rows of a law with noise that is a share of the target's deviation. */
static void fill(const struct expr *law, double from, double to, double noise, struct rng *r)
{
	struct target_moments m;

	for (int i = 0; i < rows.n; i++) {
		x[0][i] = rng_range(r, from, to);
		x[1][i] = rng_range(r, 1, 4);
		y[i] = expr_value(law, (double[]){x[0][i], x[1][i]});
	}
	rows_measure_target(&rows, &m);
	for (int i = 0; i < rows.n; i++)
		y[i] += noise * sqrt(m.sst / rows.n) * rng_normal(r);
}

/* Fails for numbers with more digits than their standard errors determine. */
static void check_lengths(const struct expr *e, const char *law, double noise)
{
	struct uncertainty u;
	struct str text = {0};

	uncertainty_measure(e, uncertain_constants(e, true), &rows, &u);
	print_expr(&text, e, NULL, NOTATION_TEXT);
	for (int p = 0; p < u.k; p++) {
		double v = e->c[u.at[p]];
		int determined = digits_determined(v, u.error[p]);

		if (expr_has_spelling(v) || digits_written(v) <= (determined > 1 ? determined : 1))
			continue;
		test_failed(__FILE__, __LINE__, "%s, noise %g: %s: %.17g with error %.3g", law, noise, text.data, v,
			    u.error[p]);
	}
	str_release(&text);
}

TEST(no_number_of_a_fit_has_more_digits_than_its_standard_error_determines)
{
	static const struct {
		const char *law;
		double from, to;
	} laws[] = {
		{"4.217*exp(-0.3127*x1)", 0, 10},
		{"4.217*exp(-0.3127*x1) + 1.713", 0, 10},
		{"2.317*sin(1.713*x1 + 0.6123)", 0, 10},
		{"7.313*x1/(4.119 + x1)", 0.1, 30},
		{"7.313*x1^2.617/(19.13 + x1^2.617)", 0.1, 10},
		{"12.51/(1 + exp(4.1 - 0.913*x1))", 0, 10},
		{"3.713*exp(-(x1 - 1.317)^2/5.71)", -5, 8},
		{"0.0213*x1 - 27.18", 1960, 2020},
		{"0.00213*(x1 - 1990)^2 + 0.0213*x1 - 27.18", 1960, 2020},
		{"0.05127*sqrt(0.3813*x1^3)", 0.5, 9},
		{"3.219*log(x1/0.7131)", 0.5, 9},
		{"sqrt(4.213 + 1.317*x1^2)", 0.5, 9},
		{"1.371*x1^0.3217*x2^0.6813", 0.5, 9},
		{"5.117*exp(-0.2117*x1)*cos(2.413*x1 + 0.4123)", 0, 12},
		{"2.413*tanh(0.8317*x1)", 0, 5},
		{"0.3127*x1^3 - 1.2417*x1 + 2.0513", -4, 4},
		{"2.713*sqrt(x1/(3.317*x2))", 0.5, 9},
		{"1.713*x1*x2 + 0.3713*x2^2 - 2.117", 0.5, 9},
		{"12.5/(1 + 60*exp(-2.9*x1))", 0.5, 3},
		{"0.0713*x1*cos(x1)/x2^2", 0.5, 3},
		{"0.0513*x1^3 + 4.217*exp(1.313 - 0.7117*x2)", 0.5, 3},
		{"7.117*(x1/2.313)^0.3117", 0.5, 3},
		{"1/(0.2117 + 0.3117*x1)^2", 0.5, 3},
		{"log(0.2117 + 0.3117*x1)", 0.5, 3},
		{"exp(0.2117 + 0.3117*x1) + 1.117", 0.5, 3},
		{"2.317*2.117^(-x1)", 0.5, 3},
		{"x2*(1 - exp(-0.7117*x1))*2.117", 0.5, 3},
		{"2.117*sin(1.313*x1)^2", 0.5, 3},
	};
	struct fitter *f = fitter_new();
	struct rng r = rng_stream(3, 1, 4);

	for (size_t i = 0; i < COUNT_OF(laws); i++)
		for (int k = 0; k < 6; k++) {
			double noise = (double[]){0.001, 0.01, 0.1}[k % 3];
			struct fit_options o = fit_defaults();
			struct fit_result result;
			struct expr e;

			rows.n = k < 3 ? ROWS : FEW;
			CHECK_OK(parse_expr(laws[i].law, NULL, NULL, &e));
			fill(&e, laws[i].from, laws[i].to, noise, &r);
			for (int j = 0; j < e.n; j++)
				if (e.node[j].op == OP_FIXED)
					e.node[j].op = OP_CONST;
			o.max_iterations = 200;
			fit_constants(f, &e, &rows, &o, &result);
			fit_readable(f, &e, &rows, &o, &result);
			CHECK_EQ(result.verdict, VERDICT_OK);
			check_lengths(&e, laws[i].law, noise);
		}
	fitter_free(f);
}
