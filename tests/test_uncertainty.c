/* test_uncertainty.c — standard errors and intervals against hand values; test_nist.c has the certified ones. */
#include "eqrl/eval/uncertainty.h"
#include "eqrl/expr/parse.h"
#include "test.h"

#include <math.h>

enum { N = 7, PADDED = N + ROWS_BLOCK };

static double x[PADDED] = {1, 2, 3, 4, 5, 6, 8}, y[PADDED] = {2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 15.8};
static const double *columns[] = {x};
static const struct rows rows = {N, 1, columns, y, NULL, NULL};

static struct expr parsed(const char *text, const double *values)
{
	static const char *const column[] = {"x"};
	const struct names names = {.n = 1, .column = column};
	struct parse_params params;
	struct expr e;

	CHECK_OK(parse_expr(text, &names, &params, &e));
	for (int i = 0; i < params.n; i++)
		e.c[params.slot[i]] = values[i];
	return e;
}

/* The least-squares line and the textbook's formulas. */
struct line {
	double mean, sxx, slope, offset, s;
};

static struct line line_of(void)
{
	struct line l = {0};
	double my = 0, sse = 0;

	for (int i = 0; i < N; i++)
		l.mean += x[i] / N, my += y[i] / N;
	for (int i = 0; i < N; i++) {
		l.sxx += (x[i] - l.mean) * (x[i] - l.mean);
		l.slope += (x[i] - l.mean) * (y[i] - my);
	}
	l.slope /= l.sxx;
	l.offset = my - l.slope * l.mean;
	for (int i = 0; i < N; i++)
		sse += pow(y[i] - l.offset - l.slope * x[i], 2);
	l.s = sqrt(sse / (N - 2));
	return l;
}

static bool near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance * fabs(b);
}

TEST(quantiles_of_student_have_their_table_values)
{
	static const struct {
		int degrees;
		double t;
	} known[] = {{1, 12.706204736174698},  {2, 4.302652729749462},	{3, 3.182446305283708},
		     {5, 2.570581835636314},   {30, 2.042272456301236}, {200, 1.971896224060048},
		     {1000, 1.962339080767187}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		CHECK(near(student_quantile(known[i].degrees), known[i].t, 1e-8));
	CHECK(isnan(student_quantile(0)));
}

TEST(errors_of_a_line_are_those_of_the_textbook)
{
	struct line l = line_of();
	struct expr e = parsed("a + b*x", (double[]){l.offset, l.slope});
	struct uncertainty u;
	double value[PADDED], error[PADDED];

	CHECK(uncertainty_measure(&e, uncertain_constants(&e, false), &rows, &u));
	CHECK_EQ(u.k, 2);
	CHECK_EQ(u.degrees, N - 2);
	CHECK(near(u.s, l.s, 1e-12));
	CHECK(near(u.error[0], l.s * sqrt(1.0 / N + l.mean * l.mean / l.sxx), 1e-12));
	CHECK(near(u.error[1], l.s / sqrt(l.sxx), 1e-12));
	CHECK(near(u.covariance[0][1], -l.s * l.s * l.mean / l.sxx, 1e-12));
	uncertainty_predict(&e, &u, &rows, value, error);
	for (int i = 0; i < N; i++) {
		CHECK(near(value[i], l.offset + l.slope * x[i], 1e-14));
		CHECK(near(error[i], l.s * sqrt(1.0 / N + pow(x[i] - l.mean, 2) / l.sxx), 1e-12));
	}
}

TEST(an_offset_of_a_million_spreads_costs_no_digits_of_the_slopes_error)
{
	struct line l = line_of();
	double far[PADDED];
	const double *far_columns[] = {far};
	const struct rows far_rows = {N, 1, far_columns, y, NULL, NULL};
	struct expr e = parsed("a + b*x", (double[]){l.offset - l.slope * 1e6, l.slope});
	struct uncertainty u;

	for (int i = 0; i < PADDED; i++)
		far[i] = x[i] + 1e6;
	CHECK(uncertainty_measure(&e, uncertain_constants(&e, false), &far_rows, &u));
	CHECK_EQ(u.rank, 2);
	CHECK(near(u.error[1], l.s / sqrt(l.sxx), 1e-6));
}

TEST(constants_that_make_up_for_each_other_are_undetermined_and_no_others)
{
	struct line l = line_of();
	struct expr e = parsed("a + b*c*x", (double[]){l.offset, l.slope / 2, 2});
	struct uncertainty u;

	CHECK(uncertainty_measure(&e, uncertain_constants(&e, false), &rows, &u));
	CHECK_EQ(u.rank, 2);
	CHECK(near(u.error[0], l.s * sqrt(1.0 / N + l.mean * l.mean / l.sxx), 1e-10));
	CHECK(isinf(u.error[1]) && isinf(u.error[2]));
}

TEST(a_row_of_weight_0_is_no_row)
{
	struct expr e = parsed("a + b*x", (double[]){0, 2});
	double w[PADDED] = {0, 1, 1, 1, 1, 1, 1};
	const double *later[] = {x + 1};
	const struct rows weighted = {N, 1, columns, y, w, NULL}, fewer = {N - 1, 1, later, y + 1, NULL, NULL};
	struct uncertainty a, b;

	CHECK(uncertainty_measure(&e, 3, &weighted, &a));
	CHECK(uncertainty_measure(&e, 3, &fewer, &b));
	CHECK_EQ(a.degrees, N - 3);
	CHECK(near(a.error[0], b.error[0], 1e-12) && near(a.error[1], b.error[1], 1e-12));
}

TEST(literals_that_a_fit_may_have_rounded_count_and_plain_ones_do_not)
{
	struct expr e = parsed("2.13*x^2 + 3*x - 0.5 + 17.25", NULL);
	struct uncertainty u;
	double slope = 0;

	CHECK_EQ(__builtin_popcount(uncertain_constants(&e, false)), 0);
	CHECK_EQ(__builtin_popcount(uncertain_constants(&e, true)), 2);
	CHECK(uncertainty_measure(&e, uncertain_constants(&e, true), &rows, &u));
	for (int p = 0; p < u.k; p++)
		if (e.c[u.at[p]] == 2.13)
			slope = u.error[p];
	CHECK(slope > 0);
}

TEST(more_constants_than_rows_have_no_errors)
{
	struct expr e = parsed("a + b*x", (double[]){0, 2});
	const struct rows two = {2, 1, columns, y, NULL, NULL};
	struct uncertainty u;

	CHECK(uncertainty_measure(&e, 3, &two, &u));
	CHECK_EQ(u.degrees, 0);
	CHECK(isnan(u.error[0]) && isnan(u.t));
}
