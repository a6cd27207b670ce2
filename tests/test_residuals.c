/* test_residuals.c — rows that are far off, and the table of confusion. */
#include "eqrl/eval/residuals.h"
#include "eqrl/expr/parse.h"
#include "eqrl/run/residual_report.h"
#include "test.h"

#include <math.h>

enum { N = 20, PADDED = N + ROWS_BLOCK };

static double x[PADDED], y[PADDED];
static int32_t line[N];
static const double *const columns[] = {x};
static const double *weight; /* of rows; NULL: all 1 */

static struct residuals measured(const char *text, const struct loss *loss, int n)
{
	static const char *const name[] = {"x"};
	const struct names names = {.n = 1, .column = name};
	const struct rows rows = {n, 1, columns, y, weight, loss, NULL};
	struct parse_params params;
	struct residuals r;
	struct expr e;

	CHECK_OK(parse_expr(text, &names, &params, &e));
	residuals_measure(&e, &rows, line, &r);
	return r;
}

/* y = x and an error of 1 with alternating signs; some rows are further off. Lines are 2, 3, … */
static void fill(void)
{
	for (int i = 0; i < N; i++) {
		line[i] = i + 2;
		x[i] = i;
		y[i] = x[i] + (i % 2 ? 1 : -1);
	}
}

TEST(rows_beyond_five_robust_deviations_are_outliers_and_the_farthest_comes_first)
{
	struct residuals r;

	fill();
	y[3] = x[3] + 5 * 1.4826 + 0.01;
	y[8] = x[8] - 100;
	y[9] = x[9] + 5 * 1.4826 - 0.01;
	r = measured("x", NULL, N);
	CHECK_EQ(r.outliers, 2);
	CHECK_EQ(r.named, 2);
	CHECK_EQ(r.line[0], 10);
	CHECK_NEAR(r.off[0], -100 / 1.4826, 1e-12);
	CHECK_EQ(r.line[1], 5);
}

TEST(at_most_five_outliers_are_named_and_all_are_counted)
{
	struct residuals r;

	fill();
	for (int i = 0; i < 7; i++)
		y[i] = x[i] + 50 + (i == 4);
	r = measured("x", NULL, N);
	CHECK_EQ(r.outliers, 7);
	CHECK_EQ(r.named, 5);
	CHECK_EQ(r.line[0], 6);
	CHECK_EQ(r.line[1], 2);
	CHECK_EQ(r.line[4], 5);
}

TEST(a_gross_error_in_an_exact_law_is_an_outlier_and_rounding_is_none)
{
	struct residuals r;

	fill();
	for (int i = 0; i < N; i++)
		y[i] = 1000 * x[i] * (1 + (i % 2 ? 1e-7 : -1e-7));
	CHECK_EQ(measured("1000*x", NULL, N).outliers, 0);
	y[5] += 3;
	r = measured("1000*x", NULL, N);
	CHECK_EQ(r.outliers, 1);
	CHECK_EQ(r.line[0], 7);
}

TEST(few_rows_have_no_outliers)
{
	fill();
	y[3] = 1e6;
	CHECK_EQ(measured("x", NULL, 9).outliers, 0);
	CHECK_EQ(measured("x", NULL, 10).outliers, 1);
}

TEST(residuals_of_a_loss_decide_what_is_far_off)
{
	const struct loss relative = {LOSS_RELATIVE, 1}, logs = {LOSS_LOG, 1}, counts = {LOSS_POISSON, 1};

	fill();
	for (int i = 0; i < N; i++) {
		x[i] = pow(10, i % 7);
		y[i] = x[i] * (i % 2 ? 1.1 : 0.9);
	}
	y[0] = 0.2; /* a fifth of what it should be, and far less off than the large ones */
	CHECK_EQ(measured("x", NULL, N).line[0] != 2, 1);
	CHECK_EQ(measured("x", &relative, N).line[0], 2);
	CHECK_EQ(measured("x", &logs, N).line[0], 2);
	for (int i = 0; i < N; i++) {
		x[i] = 100;
		y[i] = 100 + (i % 2 ? 3 : -3);
	}
	y[4] = 160; /* six standard deviations of a count of 100 */
	CHECK_EQ(measured("x", &counts, N).outliers, 1);
	CHECK_NEAR(measured("x", &counts, N).off[0], sqrt(2 * (160 * log(1.6) - 60)), 1e-12);
}

TEST(errors_of_a_row_are_measured_in_its_own_standard_error)
{
	static double w[N];
	struct residuals r;

	fill();
	for (int i = 0; i < N; i++) { /* 5 % over six decades, and standard errors that say so */
		x[i] = pow(10, i / 3);
		y[i] = x[i] * (i % 2 ? 1.05 : 0.95);
		w[i] = 1e6 / (x[i] * x[i]);
	}
	CHECK(measured("x", NULL, N).outliers > 0);
	weight = w;
	CHECK_EQ(measured("x", NULL, N).outliers, 0);
	y[1] = 1.5; /* ten standard errors, and next to nothing beside the large ones */
	r = measured("x", NULL, N);
	w[1] = 0; /* of which nothing is known */
	CHECK_EQ(measured("x", NULL, N).outliers, 0);
	weight = NULL;
	CHECK_EQ(r.outliers, 1);
	CHECK_EQ(r.line[0], 3);
	CHECK_NEAR(r.off[0], 10 / 1.4826, 1e-9);
}

TEST(zeros_and_ones_have_a_table_of_confusion)
{
	const struct loss logistic = {LOSS_LOGISTIC, 1};
	struct residuals r, back;
	cJSON *o = cJSON_CreateObject();

	fill();
	for (int i = 0; i < N; i++)
		y[i] = i >= 10;
	y[2] = 1, y[18] = 0; /* odds of exp(-7.5) and of exp(8.5) */
	r = measured("x - 9.5", &logistic, N);
	CHECK(r.has_confusion);
	CHECK_EQ(r.confusion[0][0], 9);
	CHECK_EQ(r.confusion[0][1], 1);
	CHECK_EQ(r.confusion[1][0], 1);
	CHECK_EQ(r.confusion[1][1], 9);
	r = measured("2*x - 19", &logistic, N); /* deviances of 30 and 34 are more than 5² */
	CHECK_EQ(r.outliers, 2);
	CHECK_EQ(r.line[0], 20);
	CHECK_NEAR(r.off[0], -sqrt(34), 1e-4);
	residuals_to_json(&r, o);
	residuals_from_json(&back, o);
	CHECK_EQ(back.confusion[0][0], 9);
	CHECK_EQ(back.outliers, 2);
	CHECK_EQ(back.line[1], r.line[1]);
	CHECK_EQ(back.off[1], r.off[1]);
	cJSON_Delete(o);
}
