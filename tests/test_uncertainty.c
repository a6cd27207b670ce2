/* test_uncertainty.c — standard errors and intervals against hand values; test_nist.c has the certified ones. */
#include "eqrl/eval/fit.h"
#include "eqrl/eval/uncertainty.h"
#include "eqrl/expr/parse.h"
#include "test.h"

#include <math.h>

enum { N = 7, PADDED = N + ROWS_BLOCK };

static double x[PADDED] = {1, 2, 3, 4, 5, 6, 8}, y[PADDED] = {2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 15.8};
static const double *columns[] = {x};
static const struct rows rows = {N, 1, columns, y, NULL, NULL, NULL};

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
	const struct rows far_rows = {N, 1, far_columns, y, NULL, NULL, NULL};
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
	const struct rows weighted = {N, 1, columns, y, w, NULL, NULL};
	const struct rows fewer = {N - 1, 1, later, y + 1, NULL, NULL, NULL};
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
	const struct rows two = {2, 1, columns, y, NULL, NULL, NULL};
	struct uncertainty u;

	CHECK(uncertainty_measure(&e, 3, &two, &u));
	CHECK_EQ(u.degrees, 0);
	CHECK(isnan(u.error[0]) && isnan(u.t));
}

/* ---- losses other than squares ------------------------------------------------------------------------------ */

enum { MOST = 1001 + ROWS_BLOCK };

/* The constants fitted to rows of up to three columns x1, x2, x3 by a loss, in the order of their first use, with their
 * errors. */
struct regression {
	struct uncertainty u;
	double value[4], error[4];
};

static struct regression regressed(const char *text, enum loss_kind kind, double scale, const double *const *column,
				   const double *target, int n)
{
	static const char *const name[] = {"x1", "x2", "x3"};
	const struct names names = {.n = 3, .column = name};
	const struct loss loss = {kind, scale};
	const struct rows of = {n, 3, column, target, NULL, &loss, NULL};
	struct fit_options o = fit_defaults();
	struct fitter *f = fitter_new();
	struct parse_params params;
	struct regression r = {0};
	struct fit_result fit;
	struct expr e;

	o.restarts = 4;
	o.max_iterations = 200;
	CHECK_OK(parse_expr(text, &names, &params, &e));
	fit_constants(f, &e, &of, &o, &fit);
	CHECK_EQ(fit.verdict, VERDICT_OK);
	CHECK(uncertainty_measure(&e, uncertain_constants(&e, false), &of, &r.u));
	CHECK_EQ(r.u.k, params.n);
	for (int i = 0; i < params.n; i++)
		for (int p = 0; p < r.u.k; p++)
			if (r.u.at[p] == params.slot[i]) {
				r.value[i] = e.c[params.slot[i]];
				r.error[i] = r.u.error[p];
			}
	fitter_free(f);
	return r;
}

/* Dobson 1990, p. 93, as example(glm) of R prints it: counts by outcome (3) and treatment (3). */
TEST(errors_of_a_poisson_regression_are_those_that_R_prints)
{
	static const double count[MOST] = {18, 17, 15, 20, 10, 20, 25, 13, 12};
	static const double o2[MOST] = {0, 1, 0, 0, 1, 0, 0, 1, 0}, o3[MOST] = {0, 0, 1, 0, 0, 1, 0, 0, 1};
	static const double t2[MOST] = {0, 0, 0, 1, 1, 1, 0, 0, 0};
	static const double *const column[] = {o2, o3, t2};
	struct regression r = regressed("exp(a + b*x1 + c*x2 + d*x3)", LOSS_POISSON, 1, column, count, 9);

	/* R has the third treatment as well; all three have the same mean, so that estimates do not depend on it */
	CHECK_NEAR(r.value[0], 3.045, 5e-4);
	CHECK_NEAR(r.value[1], -0.4543, 5e-5);
	CHECK_NEAR(r.value[2], -0.2930, 5e-5);
	CHECK_NEAR(r.value[3], 0, 1e-6);
	CHECK_NEAR(r.error[1], 0.2022, 5e-5);
	CHECK_NEAR(r.error[2], 0.1927, 5e-5);
	CHECK_NEAR(r.error[3], sqrt(1.0 / 50 + 1.0 / 100), 1e-6); /* 50 of 150 counts are of treatment 2 */
	CHECK_NEAR(r.u.t, 1.959963984540054, 1e-12);
	CHECK_NEAR(r.u.s * r.u.s, 5.1732 / 5, 1e-4); /* Pearson's χ² in R: 5.1732 */
}

/* O-rings of 23 flights of the space shuttle (Dalal, Fowlkes and Hoadley 1989): distress by temperature in °F. */
TEST(errors_of_a_logistic_regression_are_the_published_ones)
{
	static const double f[MOST] = {66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78,
				       67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58};
	static const double distress[MOST] = {0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1};
	static const double *const column[] = {f, f, f};
	struct regression r = regressed("a + b*x1", LOSS_LOGISTIC, 1, column, distress, 23);

	CHECK_NEAR(r.value[0], 15.0429, 5e-5);
	CHECK_NEAR(r.value[1], -0.2322, 5e-5);
	CHECK_NEAR(r.error[0], 7.3786, 5e-4); /* glm of R 7.3786, 0.1082 */
	CHECK_NEAR(r.error[1], 0.1082, 5e-5);
}

/* Stack losses (Brownlee 1965), the usual example of robust regression. */
static const double air[MOST] = {80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70};
static const double water[MOST] = {27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20};
static const double acid[MOST] = {89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91};
static const double stack[MOST] = {42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15};
static const double *const plant[] = {air, water, acid};

/* The documentation of statsmodels' RLM prints these for HuberT() with 1.345; the scale found there is 2.441. (MASS's rlm has
 * the same constants, and errors of 9.8073, 0.1112 …: its variance of ψ′ is divided by n − 1.) */
TEST(errors_of_hubers_regression_are_those_that_statsmodels_prints)
{
	static const double value[] = {-41.02649835, 0.82938433, 0.92606597, -0.12784672};
	static const double error[] = {9.79189854, 0.11100521, 0.30293016, 0.12864961};
	struct regression r = regressed("a + b*x1 + c*x2 + d*x3", LOSS_HUBER, 2.441, plant, stack, 21);

	for (int i = 0; i < 4; i++) {
		CHECK_NEAR(r.value[i], value[i], 1e-3 * error[i]);
		CHECK_NEAR(r.error[i], error[i], 2e-4 * error[i]);
	}
	CHECK_EQ(r.u.degrees, 17);
}

/* quantreg's first example, rq(stack.loss ~ stack.x, 0.5): 42.0812 is the least sum there is. Reweighting comes near it,
 * but not to the corner where four residuals are 0. */
TEST(constants_of_least_absolute_errors_are_those_of_quantreg_within_a_tenth_of_their_errors)
{
	static const double value[] = {-39.68986, 0.83188, 0.57391, -0.06087};
	struct regression r = regressed("a + b*x1 + c*x2 + d*x3", LOSS_MAE, 1, plant, stack, 21);

	for (int i = 0; i < 4; i++)
		CHECK_NEAR(r.value[i], value[i], 0.1 * r.error[i]);
}

/* Of values spread evenly over [−1, 1] the density is 1/2 everywhere: the median's error is 1/√n. */
TEST(error_of_a_median_is_that_of_the_density_there)
{
	static double even[MOST];
	static const double *const column[] = {even, even, even};
	struct regression r;

	for (int i = 0; i < 1001; i++)
		even[i] = (i - 500) / 500.0;
	r = regressed("a + x1 - x1", LOSS_MAE, 1, column, even, 1001);
	CHECK_NEAR(r.value[0], 0, 1e-6);
	CHECK_NEAR(r.error[0], 1 / sqrt(1001), 2e-3 / sqrt(1001));
}

TEST(robust_losses_far_below_their_scale_have_the_errors_of_squares)
{
	static const enum loss_kind robust[] = {LOSS_HUBER, LOSS_LOGCOSH};
	struct regression squares = regressed("a + b*x1 + c*x2 + d*x3", LOSS_MSE, 1, plant, stack, 21);

	CHECK_NEAR(squares.error[1], 0.1349, 5e-5); /* lm of R: 11.8960, 0.1349, 0.3680, 0.1563 */
	CHECK_NEAR(squares.error[3], 0.1563, 5e-5);
	for (size_t k = 0; k < 2; k++) {
		struct regression r = regressed("a + b*x1 + c*x2 + d*x3", robust[k], 1e5, plant, stack, 21);

		for (int i = 0; i < 4; i++)
			CHECK_NEAR(r.error[i], squares.error[i], 1e-6 * squares.error[i]);
	}
}

/* ln y is a line: errors of its slope and of its offset, the latter as a share of exp(offset). */
TEST(errors_with_the_loss_of_logarithms_are_those_of_the_line_of_logarithms)
{
	static double logs[MOST];
	static const double *const column[] = {x, x, x};
	struct regression r = regressed("a*exp(b*x1)", LOSS_LOG, 1, column, y, N), line;

	for (int i = 0; i < N; i++)
		logs[i] = log(y[i]);
	line = regressed("a + b*x1", LOSS_MSE, 1, column, logs, N);
	CHECK(near(log(r.value[0]), line.value[0], 1e-6));
	CHECK(near(r.error[0] / r.value[0], line.error[0], 1e-6));
	CHECK(near(r.error[1], line.error[1], 1e-6));
	CHECK(near(r.u.s, line.u.s, 1e-6));
}

TEST(errors_of_relative_errors_are_those_of_weights_of_one_over_squares)
{
	const struct loss loss = {LOSS_RELATIVE, 1};
	struct rows relative = rows, weighted = rows;
	struct expr e = parsed("a + b*x", (double[]){0.1, 2});
	double w[PADDED] = {0};
	struct uncertainty a, b;

	for (int i = 0; i < N; i++)
		w[i] = 1 / (y[i] * y[i]);
	relative.loss = &loss;
	weighted.w = w;
	CHECK(uncertainty_measure(&e, 3, &relative, &a));
	CHECK(uncertainty_measure(&e, 3, &weighted, &b));
	CHECK(near(a.error[0], b.error[0], 1e-12) && near(a.error[1], b.error[1], 1e-12) && near(a.s, b.s, 1e-12));
}

TEST(intervals_of_values_are_made_where_errors_are_even)
{
	struct uncertainty u = {.loss = LOSS_MSE, .s = 4, .t = 2};
	struct value_interval v = uncertainty_interval(&u, 10, 3);

	CHECK_NEAR(v.curve_low, 4, 1e-12);
	CHECK_NEAR(v.high, 20, 1e-12);
	u = (struct uncertainty){.loss = LOSS_RELATIVE, .s = 0.4, .t = 2};
	CHECK_NEAR(uncertainty_interval(&u, 10, 3).high, 20, 1e-12);
	u = (struct uncertainty){.loss = LOSS_LOG, .s = 0.4, .t = 2};
	v = uncertainty_interval(&u, 10, 3);
	CHECK_NEAR(v.curve_low, 10 * exp(-0.6), 1e-12);
	CHECK_NEAR(v.low, 10 * exp(-1), 1e-12);
	u = (struct uncertainty){.loss = LOSS_POISSON, .s = 1, .t = 2};
	v = uncertainty_interval(&u, 10, 3);
	CHECK_NEAR(v.curve_high, 10 * exp(0.6), 1e-12);
	CHECK(isnan(v.low) && isnan(v.high));
	u = (struct uncertainty){.loss = LOSS_LOGISTIC, .s = 1, .t = 2};
	v = uncertainty_interval(&u, 0, 0.5 * log(3));
	CHECK_NEAR(v.value, 0.5, 1e-12);
	CHECK_NEAR(v.curve_low, 0.25, 1e-12);
	CHECK_NEAR(v.curve_high, 0.75, 1e-12);
}

TEST(a_row_far_from_the_others_is_left_open_by_them)
{
	double near[ROWS_BLOCK * 2] = {0, 1, 2, 3}, target[ROWS_BLOCK * 2] = {0.1, 0.9, 2.1, 2.9},
				 far[ROWS_BLOCK * 2] = {11.5};
	double value[ROWS_BLOCK * 2], error[ROWS_BLOCK * 2];
	const double *column[] = {near}, *there[] = {far};
	struct rows four = {.n = 4, .n_columns = 1, .x = column, .y = target};
	struct rows one = {.n = 1, .n_columns = 1, .x = there, .y = target};
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct fit_result r;
	struct uncertainty u;
	struct expr e;

	CHECK_OK(parse_expr("1.5*x1 + 0.5", NULL, NULL, &e));
	for (int i = 0; i < e.n; i++)
		if (e.node[i].op == OP_FIXED)
			e.node[i].op = OP_CONST;
	fit_constants(f, &e, &four, &o, &r);
	CHECK(uncertainty_measure(&e, uncertain_constants(&e, false), &four, &u));
	uncertainty_predict(&e, &u, &one, value, error);
	/* a straight line: 1/n + (x − mean x)²/Σ (xᵢ − mean x)² */
	CHECK_NEAR(uncertainty_leverage(&u, value[0], error[0]), 0.25 + 100 / 5.0, 1e-9);
	u.loss = LOSS_LOGISTIC;
	CHECK(uncertainty_leverage(&u, value[0], error[0]) == 0);
	fitter_free(f);
}
