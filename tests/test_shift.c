/* test_shift.c — columns far from zero: where they are counted from, and the way back. */
#include "eqrl/data/dataset.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/shift.h"
#include "test.h"

#include <math.h>
#include <string.h>

static const char *const column[] = {"t", "u"};
static const struct names names = {.n = 2, .column = column};

static struct expr parsed(const char *text)
{
	struct expr e;

	CHECK_OK(parse_expr(text, &names, NULL, &e));
	return e;
}

TEST(an_origin_is_subtracted_or_goes_into_the_number_beside_its_column)
{
	static const struct {
		const char *centred, *users;
	} pairs[] = {
		{"0.24*exp(-0.19*t)", "0.24*exp(-0.19*(t - 56210))"},
		{"t + 3.5", "t - 56206.5"},
		{"3 + t*u", "3 + (t - 56210)*u"},
		{"t - 4", "t - 56214"},
		{"7 - t", "56217 - t"},
		{"(2.5 + t)^2", "(t - 56207.5)^2"},
		{"u/(t + 56211)", "u/(t + 1)"},
		{"u*(t + 56210)", "u*t"},
		{"t*t", "(t - 56210)*(t - 56210)"},
		{"u + 1", "u + 1"},
	};
	const double offset[] = {56210, 0};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct expr e = parsed(pairs[i].centred), want = parsed(pairs[i].users);
		double at[] = {56213.25, 2.5}, centred[] = {3.25, 2.5};
		double value = expr_value(&e, centred);
		struct str text = {0}, wanted = {0};

		CHECK(expr_shift_columns(&e, offset, 1, NULL));
		CHECK(expr_valid(&e));
		print_expr(&text, &e, &names, NOTATION_TEXT);
		print_expr(&wanted, &want, &names, NOTATION_TEXT);
		CHECK_STR(text.data, wanted.data);
		CHECK(fabs(expr_value(&e, at) - value) <= 1e-11 * fabs(value));
		str_release(&text);
		str_release(&wanted);
	}
}

TEST(there_and_back_again_is_the_same_equation)
{
	static const char *const texts[] = {"0.24*exp(-0.19*t)", "t*u + t", "t + 3.5", "7 - t"};
	const double offset[] = {2000, -300};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct expr e = parsed(texts[i]);
		double x[] = {3.25, 2.5}, value = expr_value(&e, x);

		CHECK(expr_shift_columns(&e, offset, 1, NULL) && expr_shift_columns(&e, offset, -1, NULL));
		CHECK(fabs(expr_value(&e, x) - value) <= 1e-12 * fabs(value));
		CHECK_EQ(e.n, parsed(texts[i]).n);
	}
}

TEST(constants_whose_sign_turns_are_named)
{
	static const struct {
		const char *text;
		uint32_t turned;
	} cases[] = {{"t + 3.5", 1}, {"3.5 + t", 1},   {"t - 3.5", 0},
		     {"7.5 - t", 0}, {"t + 100.5", 0}, {"2.5*(t + 3.5)", 2}};
	const double offset[] = {100, 0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct expr e = parsed(cases[i].text);
		uint32_t turned;

		CHECK(expr_shift_columns(&e, offset, 1, &turned));
		CHECK_EQ(turned, cases[i].turned);
	}
}

TEST(a_tied_constant_keeps_its_value)
{
	struct expr e = parsed("t - 2");
	const double offset[] = {100, 0}, x[] = {103};

	e = (struct expr){.n = 5, .n_consts = 1, .c = {2}};
	e.node[0] = (struct node){OP_MUL, 0}, e.node[1] = (struct node){OP_CONST, 0};
	e.node[2] = (struct node){OP_SUB, 0}, e.node[3] = (struct node){OP_VAR, 0};
	e.node[4] = (struct node){OP_CONST, 0};
	CHECK(expr_shift_columns(&e, offset, 1, NULL));
	CHECK_EQ(expr_value(&e, x), 2 * (3 - 2));
}

TEST(an_equation_without_room_is_left_alone)
{
	struct expr e = {0}, before;
	const double offset[] = {100, 0};

	for (int i = 0; i < 31; i++)
		expr_push(&e, OP_ADD, 0);
	for (int i = 0; i < 32; i++)
		expr_push(&e, OP_VAR, 0);
	before = e;
	CHECK(!expr_shift_columns(&e, offset, 1, NULL));
	CHECK(memcmp(&e, &before, sizeof(e)) == 0);
}

/* Where a column from low to high is counted from; 0: left alone. */
static double origin_for(double low, double high)
{
	double v[30], y[30];
	const double *columns[] = {v};
	struct dataset_source s = {.file = "made", .target = "y", .rows = {30, 1, columns, y, NULL}};
	struct dataset_options o = {.no_split = true};
	struct dataset d;
	double origin;

	for (int i = 0; i < 30; i++) {
		v[i] = low + (high - low) * i / 29;
		y[i] = i * i;
	}
	CHECK_OK(dataset_from_columns(&d, &s, &o));
	origin = dataset_centre(&d, false) ? d.origin[0] : 0;
	for (int i = 0; i < d.all_but_report.n; i++) {
		double there = d.all_but_report.x[0][i] + origin;

		CHECK(there >= low * (low < 0 ? 1 + 1e-15 : 1 - 1e-15) && there <= high * (high < 0 ? 1 : 1 + 1e-15));
	}
	CHECK(fabs(d.stats[0].max - d.stats[0].min - (high - low)) <= 1e-9 * fabs(high));
	dataset_release(&d);
	return origin;
}

TEST(columns_far_from_zero_are_counted_from_a_round_number)
{
	CHECK_EQ(origin_for(56210, 56225), 56210);		  /* Julian dates */
	CHECK_EQ(origin_for(1.7e9 + 3600, 1.7e9 + 90000), 1.7e9); /* Unix times */
	CHECK_EQ(origin_for(1991, 2024), 1990);
	CHECK_EQ(origin_for(101325.2, 101325.9), 101325.2);
	CHECK_EQ(origin_for(-5004, -5001), -5004);
}

TEST(columns_near_zero_are_left_alone)
{
	CHECK_EQ(origin_for(273, 373), 0); /* a law of T in kelvin is one of T */
	CHECK_EQ(origin_for(0, 1), 0);
	CHECK_EQ(origin_for(-3, 5), 0);
	CHECK_EQ(origin_for(1e-30, 5e-30), 0);
	CHECK_EQ(origin_for(1e30, 5e30), 0);
}

/* What is left of a target of so many decimals once its origin is gone. */
TEST(a_target_far_from_zero_is_counted_from_a_round_number_and_keeps_its_decimals)
{
	double v[30], y[30];
	const double *columns[] = {v};
	struct dataset_source s = {.file = "made", .target = "y", .rows = {30, 1, columns, y, NULL}};
	struct dataset_options o = {.no_split = true};
	struct dataset d;

	for (int i = 0; i < 30; i++) {
		v[i] = i;
		y[i] = 1e9 + 0.001 * (i * i + 617);
	}
	CHECK_OK(dataset_from_columns(&d, &s, &o));
	CHECK(!dataset_centre(&d, false));
	CHECK(dataset_centre(&d, true));
	CHECK_EQ(d.target_origin, 1e9 + 0.6);
	for (int i = 0; i < 30; i++) {
		double x = d.all_but_report.x[0][i];

		CHECK_EQ(d.all_but_report.y[i], (x * x + 17) / 1000);
	}
	dataset_release(&d);
}

static void check_sum(const char *from, double by, const char *want)
{
	struct str text = {0};
	struct expr e;

	CHECK_OK(parse_expr(from, NULL, NULL, &e));
	CHECK(expr_add_number(&e, by));
	print_expr(&text, &e, NULL, NOTATION_TEXT);
	CHECK_STR(text.data, want);
	str_release(&text);
}

TEST(a_number_goes_into_the_one_that_a_sum_has)
{
	check_sum("2.5*x1", 1000.5, "2.5*x1 + 1000.5");
	check_sum("2.5*x1 + 3.25", 1000.5, "2.5*x1 + 1003.75");
	check_sum("3.25 - exp(x1)", 1000.5, "1003.75 - exp(x1)");
	check_sum("x1 - 2", 1000, "x1 + 998");
	check_sum("x1 - (x2 - 2)", 5, "x1 - (x2 - 7)");
	check_sum("2*x1", -1000, "2*x1 - 1000");
}
