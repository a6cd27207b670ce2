/* test_sparse.c — regressors chosen out of many, links, and laws that sparse regression finds. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/fit.h"
#include "eqrl/expr/parse.h"
#include "eqrl/search/select.h"
#include "eqrl/search/sparse.h"
#include "../src/search/links.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 120, COLUMNS = 5 };

struct table {
	double x[COLUMNS][ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK];
	const double *column[COLUMNS];
	struct rows rows;
};

/* Columns in [1, 3]; y = the formula, rows where it is not finite are drawn again. */
static struct table *table_of(const char *formula, int n_rows)
{
	struct table *t = xcalloc(1, sizeof(*t));
	struct rng r = rng_stream(7, 1, 1);
	struct expr e;

	CHECK_EQ(parse_expr(formula, NULL, NULL, &e), ST_OK);
	for (int i = 0; i < n_rows; i++) {
		double row[COLUMNS];

		do {
			for (int c = 0; c < COLUMNS; c++)
				row[c] = t->x[c][i] = rng_range(&r, 1, 3);
			t->y[i] = expr_value(&e, row);
		} while (!isfinite(t->y[i]));
	}
	for (int c = 0; c < COLUMNS; c++)
		t->column[c] = t->x[c];
	t->rows = (struct rows){.n = n_rows, .n_columns = COLUMNS, .x = t->column, .y = t->y};
	return t;
}

/* The first view of `views` whose equations contain an exact one as it is written, −1: none. */
static int first_exact_view(const struct table *t, int views)
{
	struct sparse_config c = {.n_columns = COLUMNS};
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	int found = -1;

	o.restarts = 1;
	for (int v = 0; v < views && found < 0; v++) {
		struct rng r = rng_stream(1, 2, (uint64_t)v);
		struct expr out[SPARSE_MOST];
		int n = sparse_equations(&c, &t->rows, v, &r, out);

		for (int i = 0; i < n; i++) {
			struct fit_result fit;

			CHECK(expr_valid(&out[i]));
			fit_constants(f, &out[i], &t->rows, &o, &fit);
			if (fit.verdict == VERDICT_OK && fit.nmse < 1e-20)
				found = v;
		}
	}
	fitter_free(f);
	return found;
}

TEST(a_product_of_powers_and_factors_is_found_by_the_first_view)
{
	static const char *const laws[] = {
		"x1^2/(8*pi*x2^4*x3)",	   "0.3*x1*sin(x2)/x3^2",	   "x1*(x2^2 - x3^2)/(x2^2 + x3^2)",
		"-2.5*x1*x2*x4/(x3 + x5)", "x1*sqrt(x2/(x3*x4))*exp(-x5)", "x1*x2/((x1 - x4)*log(x3/x5))",
		"7*(x1*x2 - x3*x4)/x5",
	};

	for (size_t i = 0; i < COUNT_OF(laws); i++) {
		struct table *t = table_of(laws[i], ROWS);

		CHECK_EQ(first_exact_view(t, 1), 0);
		free(t);
	}
}

TEST(sums_behind_a_root_an_inverse_or_beside_a_column_are_found_through_links)
{
	static const char *const laws[] = {
		"sqrt(2*x1/x2 + 3*x3^2 - 0.1*x4^2)",
		"1/(0.5*x1 + 2*x2*x3 + 1)",
		"-sqrt(x1 + x2*x3/x4 + 4)",
		"exp(0.3*x1 - x2/x3)",
		"log(2*x1*x2 + x3)",
		"x4 - sqrt(x1^2 + x2*x3)",
		"x5*sqrt(1 + x1*x2 + 0.2*x3^2)",
	};

	for (size_t i = 0; i < COUNT_OF(laws); i++) {
		struct table *t = table_of(laws[i], ROWS);

		int v = first_exact_view(t, 300);

		if (v < 0)
			printf("not found: %s\n", laws[i]);
		CHECK(v >= 0);
		free(t);
	}
}

TEST(laws_of_one_number_are_found_with_its_exponents_and_the_constant_in_the_function)
{
	static const char *const laws[] = {
		"2*x1^3/(x2^2*(exp(0.4*x1*x3/x4) - 1))",
		"0.7*x1/(x2*log(1 + 0.3*x3^3/(x1*x4^2)))",
		"x1*cosh(0.2*x2*x3/x4)",
		"x5/sqrt(1 - 0.05*x1^2/x2^2)",
		"x1*x2*acos(0.1*x3^2*x4)",
	};

	for (size_t i = 0; i < COUNT_OF(laws); i++) {
		struct table *t = table_of(laws[i], ROWS);

		int v = first_exact_view(t, 120);

		if (v < 0)
			printf("not found: %s\n", laws[i]);
		CHECK(v >= 0);
		free(t);
	}
}

TEST(sums_and_products_beside_a_column_with_a_power_are_found_through_joins_and_functions_of_columns)
{
	static const char *const laws[] = {
		"sqrt(x1^2 + 3*x2^2*x3^4/(x4^2*x5^2))", /* y^2 - x1^2 is a product */
		"1/sqrt(1/x1^2 + x2^2/x3^2)",
		"(x1 - x2*x3)/x4*sqrt(x5)",
		"x1*(x2 - x3)/(x4 - x3)", /* neither difference explains anything alone */
		"x1/x2 + 0.4*x3*sqrt(x2^2 + x4^2)",
		"x1^2*x2/(x3*x4^2) + 2*x5^2/(x1*x2^2*x3)",
	};

	for (size_t i = 0; i < COUNT_OF(laws); i++) {
		struct table *t = table_of(laws[i], ROWS);

		int v = first_exact_view(t, 600);

		if (v < 0)
			printf("not found: %s\n", laws[i]);
		CHECK(v >= 0);
		free(t);
	}
}

TEST(few_rows_give_few_terms_and_no_crash)
{
	for (int n = 3; n <= 12; n++) {
		struct table *t = table_of("x1*x2 + x3", n);
		struct sparse_config c = {.n_columns = COLUMNS};

		for (int v = 0; v < 60; v++) {
			struct rng r = rng_stream(1, 2, (uint64_t)v);
			struct expr out[SPARSE_MOST];
			int found = sparse_equations(&c, &t->rows, v, &r, out);

			for (int i = 0; i < found; i++)
				CHECK(expr_valid(&out[i]) && expr_columns(&out[i]) > 0);
		}
		free(t);
	}
}

TEST(the_same_stream_gives_the_same_equations)
{
	struct table *t = table_of("x1*x2 + sin(x3)/x4", ROWS);
	struct sparse_config c = {.n_columns = COLUMNS};

	for (int v = 0; v < 90; v += 13) {
		struct rng r = rng_stream(3, 2, (uint64_t)v), again = r;
		struct expr a[SPARSE_MOST], b[SPARSE_MOST];
		int n = sparse_equations(&c, &t->rows, v, &r, a);

		CHECK_EQ(sparse_equations(&c, &t->rows, v, &again, b), n);
		for (int i = 0; i < n; i++)
			CHECK(memcmp(&a[i], &b[i], sizeof(a[i])) == 0);
	}
	free(t);
}

TEST(an_equation_for_a_view_gives_the_target_back)
{
	struct table *t = table_of("1 + x1*x2/(x3 + x4)", ROWS);
	int columns[] = {0, 2, 4}, usable = 0;
	double seen[ROWS];

	for (int number = 0; number < 200; number++) {
		struct rng r = rng_stream(1, 4, (uint64_t)number);
		struct view_of_target v = number < link_views(VIEW_JOIN, 3) ? link_view(VIEW_JOIN, number, columns, 3)
									    : link_draw(columns, 3, &r);
		struct expr variable = {0}, back;

		if (!link_apply(&v, &t->rows, seen))
			continue;
		usable++;
		expr_push(&variable, OP_VAR, COLUMNS); /* a column that holds the view */
		CHECK(link_undo(&v, &variable, &back));
		for (int i = 0; i < ROWS; i++) {
			double row[COLUMNS + 1];

			for (int c = 0; c < COLUMNS; c++)
				row[c] = t->x[c][i];
			row[COLUMNS] = seen[i];
			CHECK(fabs(expr_value(&back, row) - t->y[i]) <= 1e-5 * fabs(t->y[i]));
		}
	}
	CHECK(usable > 60);
	free(t);
}

/* ---- selection against the exhaustive search ---------------------------------------------------------------- */

enum { FEW_ROWS = 20, REGRESSORS = 12 };

/* Residual sum of squares of the least squares on a set of regressors, by Gram–Schmidt on copies. */
static double rss_of(const double *column, const double *target, const int *set, int n)
{
	double q[4][FEW_ROWS], left[FEW_ROWS], rss = 0;

	memcpy(left, target, sizeof(left));
	for (int k = 0; k < n; k++) {
		double length = 0, along = 0;

		memcpy(q[k], column + (size_t)set[k] * FEW_ROWS, sizeof(left));
		for (int pass = 0; pass < 2; pass++)
			for (int j = 0; j < k; j++) {
				double dot = 0;

				for (int i = 0; i < FEW_ROWS; i++)
					dot += q[j][i] * q[k][i];
				for (int i = 0; i < FEW_ROWS; i++)
					q[k][i] -= dot * q[j][i];
			}
		for (int i = 0; i < FEW_ROWS; i++)
			length += q[k][i] * q[k][i];
		for (int i = 0; i < FEW_ROWS; i++)
			q[k][i] /= sqrt(length);
		for (int i = 0; i < FEW_ROWS; i++)
			along += q[k][i] * left[i];
		for (int i = 0; i < FEW_ROWS; i++)
			left[i] -= along * q[k][i];
	}
	for (int i = 0; i < FEW_ROWS; i++)
		rss += left[i] * left[i];
	return rss;
}

TEST(selection_reports_least_squares_and_finds_the_best_pair_of_regressors)
{
	double column[REGRESSORS * FEW_ROWS], target[FEW_ROWS];
	int best_found = 0;

	for (int table = 0; table < 40; table++) {
		struct rng r = rng_stream(9, 9, (uint64_t)table);
		struct selection best[3];
		double least = INFINITY;
		int set[3] = {0};

		for (int j = 0; j < REGRESSORS; j++) {
			double length = 0;

			for (int i = 0; i < FEW_ROWS; i++) {
				double v = j == 0 ? 1 : rng_normal(&r) + (j > 6 ? column[(j - 5) * FEW_ROWS + i] : 0);

				column[j * FEW_ROWS + i] = v;
				length += v * v;
			}
			for (int i = 0; i < FEW_ROWS; i++)
				column[j * FEW_ROWS + i] /= sqrt(length);
		}
		for (int i = 0; i < FEW_ROWS; i++)
			target[i] = rng_normal(&r);
		select_forward(&(struct regressors){FEW_ROWS, REGRESSORS, column, target, 1}, 2, 8, 0, best);
		CHECK_EQ(best[2].n, 3);
		CHECK(fabs(best[2].left * rss_of(column, target, set, 1) - rss_of(column, target, best[2].index, 3)) <
		      1e-9);
		for (set[1] = 1; set[1] < REGRESSORS; set[1]++)
			for (set[2] = set[1] + 1; set[2] < REGRESSORS; set[2]++)
				least = fmin(least, rss_of(column, target, set, 3));
		best_found += rss_of(column, target, best[2].index, 3) < least * (1 + 1e-9);
	}
	CHECK_EQ(best_found, 40);
}
