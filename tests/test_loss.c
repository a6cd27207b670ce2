/* test_loss.c — losses against hand values and against fits whose solutions are known in closed form. */
#include "eqrl/eval/fit.h"
#include "eqrl/expr/parse.h"
#include "test.h"

#include <math.h>

enum { N = 8, PADDED = N + ROWS_BLOCK };

static const double x[PADDED] = {0, 1, 2, 3, 0, 1, 2, 3};

static double fitted(const char *text, const struct rows *rows, struct expr *e)
{
	static const char *const column[] = {"x"};
	const struct names names = {.n = 1, .column = column};
	struct parse_params params;
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct fit_result r;

	CHECK_OK(parse_expr(text, &names, &params, e));
	fit_constants(f, e, rows, &o, &r);
	CHECK_EQ(r.verdict, VERDICT_OK);
	fitter_free(f);
	return r.nmse;
}

static struct rows rows_of(const double *y, const struct loss *loss)
{
	static const double *const columns[] = {x};

	return (struct rows){.n = N, .n_columns = 1, .x = columns, .y = y, .loss = loss};
}

TEST(deviances_have_their_hand_values)
{
	const struct loss_info *t = loss_table;

	CHECK_NEAR(t[LOSS_MSE].deviance(3, 1, 1), 4, 1e-15);
	CHECK_NEAR(t[LOSS_MAE].deviance(3, 1, 1), 2, 1e-15);
	CHECK_NEAR(t[LOSS_HUBER].deviance(1, 0.5, 1), 0.25, 1e-15);
	CHECK_NEAR(t[LOSS_HUBER].deviance(11, 1, 1), 1.345 * (20 - 1.345), 1e-12);
	CHECK_NEAR(t[LOSS_LOGCOSH].deviance(2, 1, 1), 2 * log(cosh(1)), 1e-14);
	CHECK_NEAR(t[LOSS_RELATIVE].deviance(4, 3, 1), 1.0 / 16, 1e-15);
	CHECK_NEAR(t[LOSS_LOG].deviance(1, exp(2), 1), 4, 1e-14);
	CHECK_NEAR(t[LOSS_POISSON].deviance(2, 1, 1), 2 * (2 * log(2) - 1), 1e-14);
	CHECK_NEAR(t[LOSS_POISSON].deviance(0, 1.5, 1), 3, 1e-15);
	CHECK_NEAR(t[LOSS_LOGISTIC].deviance(1, 0, 1), 2 * log(2), 1e-15);
	CHECK_NEAR(t[LOSS_LOGISTIC].deviance(0, -800, 1), 0, 1e-15);
	CHECK(isinf(t[LOSS_LOG].deviance(1, -1, 1)) && isinf(t[LOSS_POISSON].deviance(1, 0, 1)));
}

/* The slope of the deviance at f is that of the working problem: d' = −2 w (z − f). */
TEST(working_problems_have_the_slope_of_their_loss)
{
	for (int kind = 0; kind < LOSS_KINDS; kind++)
		for (int k = 0; k < 2; k++) {
			double y = kind == LOSS_LOGISTIC ? k : 1.5 + k, f = 1.2, h = 1e-6, w, z, slope;
			const struct loss_info *l = &loss_table[kind];

			l->work(y, f, 0.7, &w, &z);
			slope = (l->deviance(y, f + h, 0.7) - l->deviance(y, f - h, 0.7)) / (2 * h);
			if (kind == LOSS_MAE)
				slope *= 2; /* |d| = w d² with w held: half the slope */
			CHECK_NEAR(slope, -2 * w * (z - f), 1e-5 * fabs(slope));
		}
}

TEST(the_best_constant_is_the_one_of_the_textbook)
{
	static const double y[PADDED] = {1, 2, 4, 8, 1, 2, 4, 20}, b[PADDED] = {0, 1, 1, 1, 0, 1, 1, 1};
	static const struct {
		enum loss_kind kind;
		double constant;
	} known[] = {{LOSS_MSE, 5.25}, {LOSS_MAE, 4}, {LOSS_POISSON, 5.25}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct loss loss = {known[i].kind, 1};
		struct rows rows = rows_of(y, &loss);
		struct target_moments t;

		rows_measure_target(&rows, &t);
		CHECK_NEAR(t.mean, known[i].constant, 1e-9);
	}
	{
		struct loss log_loss = {LOSS_LOG, 1}, logistic = {LOSS_LOGISTIC, 1};
		struct rows rows = rows_of(y, &log_loss), binary = rows_of(b, &logistic);
		struct target_moments t;
		double sum = 0;

		for (int i = 0; i < N; i++)
			sum += log(y[i]) / N;
		rows_measure_target(&rows, &t);
		CHECK_NEAR(t.mean, exp(sum), 1e-6);
		rows_measure_target(&binary, &t);
		CHECK_NEAR(t.mean, log(3), 1e-6); /* six of eight */
		CHECK_NEAR(t.sst, -2 * (6 * log(0.75) + 2 * log(0.25)), 1e-12);
	}
}

/* Two groups: the odds of each are those of its rows, so a = ln(1/3), a + b = ln(3). */
TEST(logistic_regression_meets_the_odds_of_two_groups)
{
	static const double group[PADDED] = {0, 0, 0, 0, 1, 1, 1, 1}, y[PADDED] = {0, 0, 0, 1, 1, 1, 1, 0};
	static const double *const columns[] = {group};
	struct loss loss = {LOSS_LOGISTIC, 1};
	struct rows rows = rows_of(y, &loss);
	struct expr e;

	rows.x = columns;
	fitted("a + b*x", &rows, &e);
	CHECK_NEAR(e.c[0], -log(3), 1e-5);
	CHECK_NEAR(e.c[1], 2 * log(3), 1e-5);
}

/* Poisson with a saturated mean per group: the groups' means. With the identity link a + b x. */
TEST(poisson_regression_meets_the_means_of_two_groups)
{
	static const double group[PADDED] = {0, 0, 0, 0, 1, 1, 1, 1}, y[PADDED] = {0, 1, 0, 2, 7, 9, 8, 12};
	static const double *const columns[] = {group};
	struct loss loss = {LOSS_POISSON, 1};
	struct rows rows = rows_of(y, &loss);
	struct expr e;

	rows.x = columns;
	fitted("exp(a + b*x)", &rows, &e);
	CHECK_NEAR(exp(e.c[0]), 0.75, 1e-5);
	CHECK_NEAR(exp(e.c[0] + e.c[1]), 9, 1e-4);
}

/* ln y is a line in x: the least squares of logarithms are those of the line. */
TEST(the_loss_of_logarithms_is_a_line_of_logarithms)
{
	static const double y[PADDED] = {1, 3, 7, 22, 1.2, 2.6, 8.1, 19};
	struct loss loss = {LOSS_LOG, 1};
	struct rows rows = rows_of(y, &loss);
	struct expr e;
	double slope = 0, mean = 0;

	for (int i = 0; i < N; i++)
		mean += log(y[i]) / N;
	for (int i = 0; i < N; i++)
		slope += (x[i] - 1.5) * (log(y[i]) - mean) / 10;
	fitted("a*exp(b*x)", &rows, &e);
	CHECK_NEAR(e.c[1], slope, 1e-5);
	CHECK_NEAR(log(e.c[0]), mean - 1.5 * slope, 1e-5);
}

/* Weighted least squares with weights 1/y². */
TEST(relative_errors_are_weighted_squares)
{
	static const double y[PADDED] = {1, 3, 7, 22, 1.2, 2.6, 8.1, 19};
	double w[PADDED] = {0};
	struct loss loss = {LOSS_RELATIVE, 1};
	struct rows relative = rows_of(y, &loss), squares = rows_of(y, NULL);
	struct expr a, b;

	for (int i = 0; i < N; i++)
		w[i] = 1 / (y[i] * y[i]);
	squares.w = w;
	fitted("a + b*x^2", &relative, &a);
	fitted("a + b*x^2", &squares, &b);
	CHECK_NEAR(a.c[0], b.c[0], 1e-9);
	CHECK_NEAR(a.c[1], b.c[1], 1e-9);
}

TEST(a_loss_of_squares_is_no_loss)
{
	static const double y[PADDED] = {1, 3, 7, 22, 1.2, 2.6, 8.1, 19};
	struct loss loss = {LOSS_MSE, 1};
	struct rows with = rows_of(y, &loss), without = rows_of(y, NULL);
	struct expr a, b;

	CHECK_EQ(fitted("a*exp(b*x) + c", &with, &a), fitted("a*exp(b*x) + c", &without, &b));
	CHECK_EQ(a.c[1], b.c[1]);
}

/* ---- nats ------------------------------------------------------------------------------------------------------- */

TEST(errors_are_nats_by_the_likelihood_of_their_loss)
{
	const struct loss logs = {LOSS_LOG, 1}, poisson = {LOSS_POISSON, 1}, logistic = {LOSS_LOGISTIC, 1};
	struct loss_evidence v = {NULL, 40, 0, 1};

	CHECK_NEAR(loss_nats(&v, 0.01), 20 * log(0.01), 1e-12);
	v.loss = &logs;
	CHECK_NEAR(loss_nats(&v, 0.1), 20 * log(0.1), 1e-12);
	v = (struct loss_evidence){&logistic, 40, 50, 1};
	CHECK_NEAR(loss_nats(&v, 0.4), 10, 1e-12);
	v = (struct loss_evidence){&poisson, 40, 300, 3};
	CHECK_NEAR(loss_nats(&v, 0.4), 20, 1e-12);
	CHECK_NEAR(loss_dispersion(&v, 0.38, 1), 3, 1e-12);
	CHECK_EQ(loss_dispersion(&v, 0.1, 1), 1);
}

TEST(chance_of_a_likelihood_is_that_of_chi_square_where_rows_say_little)
{
	const struct loss poisson = {LOSS_POISSON, 1};
	struct loss_evidence squares = {NULL, 100, 0, 1}, rare = {&poisson, 100, 20, 1};

	CHECK_NEAR(loss_log_chance(&squares, 0.5, 2), 48.5 * log(0.5), 1e-12);
	/* the deviance falls by 10: χ² with 2 degrees has exp(−5), Chernoff's bound ln is 1 + ln 5 − 5 */
	CHECK_NEAR(loss_log_chance(&rare, 0.5, 2), 1 + log(5) - 5, 1e-12);
	CHECK_EQ(loss_log_chance(&rare, 0.95, 2), 0);
}
