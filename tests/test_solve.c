/* test_solve.c — laws solved for one of their variables; columns that depend on each other. */
#include "eqrl/base/mem.h"
#include "eqrl/data/synth.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/solve.h"
#include "test.h"

#include <math.h>
#include <string.h>

/* The node of the first appearance of a column. */
static int node_of(const struct expr *e, int column)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_VAR && e->node[i].arg == column)
			return i;
	return -1;
}

/* Whether one of the branches gives x[0] back from the value of the law. */
static bool gives_input_back(const char *law, const double *x)
{
	double with_value[4] = {0, x[1], x[2], x[3]};
	struct expr e, solution;
	int branches;

	CHECK_OK(parse_expr(law, NULL, NULL, &e));
	branches = expr_solvable(&e, node_of(&e, 0));
	with_value[0] = expr_value(&e, x);
	for (int b = 0; branches >= 0 && b < 1 << branches; b++) {
		CHECK(expr_solve(&e, node_of(&e, 0), (solve_branches)b, &solution) && expr_valid(&solution));
		if (fabs(expr_value(&solution, with_value) - x[0]) < 1e-9)
			return true;
	}
	return false;
}

TEST(a_law_solved_for_an_input_gives_it_back_on_one_of_its_branches)
{
	static const char *const law[] = {
		"x1 + x2",
		"x2 - x1",
		"x1 - x2",
		"x1*x2/x3",
		"x2/(x3*x1)",
		"x2*exp(-x1*x3)",
		"log(x1/x2) + x3",
		"sqrt(x1^2 + x2^2)",
		"x2*sin(x1)",
		"cos(x1*x3)^2",
		"tan(x1)/x2",
		"asin(x1/5)",
		"acos(x1/x2^2 - 0.1)",
		"atan(2.5*x1)",
		"abs(x1 - x2)",
		"x1^3/x2",
		"(x1 + x2)^2.5",
		"(x1 - x3)^4",
		"x2^x1",
		"inv(x2 + neg(x1))",
		"x2*x3 + x1^(x2/x3)",
		"x2/sqrt(1 - (x1/(5*x3))^2)",
		"pi*square(square(x1))/x2",
	};
	const double near[4] = {0.4, 1.7, 0.9, 1.1}, far[4] = {2.1, 1.7, 0.9, 1.1}, negative[4] = {-0.6, 1.7, 0.9, 1.1};

	for (size_t i = 0; i < COUNT_OF(law); i++)
		CHECK(gives_input_back(law[i], near));
	CHECK(gives_input_back("sin(x1)", far));
	CHECK(gives_input_back("cos(x1)^2", far));
	CHECK(gives_input_back("cos(x1)*x2", negative));
	CHECK(gives_input_back("sqrt(x1^2 + x2^2)", negative));
	CHECK(gives_input_back("abs(x1)*x2", negative));
	CHECK(gives_input_back("x1^4 - x3", negative));
	CHECK(!gives_input_back("sin(2.5*x1)", (const double[4]){9.7, 1, 1, 1})); /* three turns away */
}

TEST(a_variable_that_stands_twice_or_under_no_invertible_operator_is_not_solved_for)
{
	static const char *const law[] = {"x1 + x1*x2", "tanh(x1)", "x2*sinh(x1)", "min(x1, x2)", "x2^2 + x3"};
	struct expr e, solution;

	for (size_t i = 0; i < COUNT_OF(law); i++) {
		CHECK_OK(parse_expr(law[i], NULL, NULL, &e));
		for (int node = -1; node <= e.n; node++) {
			bool other = node >= 0 && node < e.n && e.node[node].op == OP_VAR && e.node[node].arg != 0;

			if (other)
				continue;
			CHECK_EQ(expr_solvable(&e, node), -1);
			CHECK(!expr_solve(&e, node, 0, &solution));
		}
	}
}

/* How much of the last column's variance two others, or their product or ratio, explain, is not asked: only that exactly
 * one or two columns are others than before, and signs are kept. */
TEST(columns_that_depend_on_others_keep_the_sign_that_was_asked_for)
{
	enum { COLUMNS = 4, ROWS = 50 };
	double before[COLUMNS][ROWS], after[COLUMNS][ROWS];
	double *x[COLUMNS], *y[COLUMNS];
	int changed = 0;

	for (int j = 0; j < COLUMNS; j++) {
		x[j] = before[j];
		y[j] = after[j];
	}
	for (uint64_t i = 0; i < 200; i++) {
		struct rng r = rng_stream(9, 7, i);
		bool positive = i % 2;
		int others = 0;

		synth_inputs(&r, COLUMNS, ROWS, positive, x);
		memcpy(after, before, sizeof(after));
		synth_depend(&r, COLUMNS, ROWS, positive, y);
		for (int j = 0; j < COLUMNS; j++) {
			others += memcmp(before[j], after[j], sizeof(before[j])) != 0;
			for (int k = 0; k < ROWS; k++)
				CHECK(isfinite(after[j][k]) && (!positive || after[j][k] > 0));
		}
		CHECK(others <= 2);
		changed += others > 0;
	}
	CHECK(changed > 150);
	{
		struct rng r = rng_stream(9, 8, 0);

		synth_depend(&r, 1, ROWS, false, y); /* nothing to depend on */
	}
}
