/* test_equivalent.c — equivalents of an equation have its values; the one that reads best is taken. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/fit.h"
#include "eqrl/expr/equivalent.h"
#include "eqrl/expr/saturating.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/prior.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_equivalent(const char *from, enum equivalent kind, const char *to)
{
	struct str text = {0};
	struct expr e, got;

	CHECK_OK(parse_expr(from, NULL, NULL, &e));
	if (!expr_equivalent(&e, kind, &got)) {
		CHECK(!to);
		return;
	}
	print_expr_with(&text, &got, NULL, NOTATION_TEXT, &(struct print_options){.digits = 6});
	CHECK_STR(text.data, to ? to : "none");
	str_release(&text);
}

TEST(a_constant_that_a_fraction_takes_away_again_is_a_saturation)
{
	static const struct {
		const char *given, *want;
	} cases[] = {
		{"a - b/(x1 + c)", "a*(x1/(x1 + c))"},
		{"b*(1/(c + x1^2)) + a", "a*(x1^2/(x1^2 + c))"},
		{"a - b/(exp(d*x1) + c)", "a/(1 + c*exp(-(d*x1)))"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct parse_params letters;
		struct expr e, want, got;

		CHECK_OK(parse_expr(cases[i].given, NULL, &letters, &e));
		CHECK_OK(parse_expr(cases[i].want, NULL, &letters, &want));
		CHECK(expr_saturating(&e, &got));
		CHECK(expr_same_skeleton(&got, &want));
	}
	for (double x = 0.5; x < 4; x += 0.5) { /* the same function where s = -c*b */
		struct parse_params letters;
		struct expr e, got;

		CHECK_OK(parse_expr("a - b/(x1 + c)", NULL, &letters, &e));
		e.c[0] = 5.5;
		e.c[1] = 23.1;
		e.c[2] = 4.2;
		CHECK(expr_saturating(&e, &got));
		CHECK_NEAR(expr_value(&e, &x), expr_value(&got, &x), 1e-12);
	}
}

TEST(sums_are_multiplied_out_and_like_terms_meet)
{
	check_equivalent("3*(x1 - 1)^2 + 2", EQUIVALENT_EXPANDED, "3*x1^2 - 6*x1 + 5");
	check_equivalent("(x1 + x2)*(x1 - x2)", EQUIVALENT_EXPANDED, "x1^2 - x2^2");
	check_equivalent("x1*(x1 + 1)*(2*x1 + 1)/6", EQUIVALENT_EXPANDED, "x1^3/3 + 0.5*x1^2 + x1/6");
	check_equivalent("x1*x2 - x1*x3", EQUIVALENT_FACTORED, "x1*(x2 - x3)");
	check_equivalent("x2 - x3", EQUIVALENT_FACTORED, NULL);
	check_equivalent("sqrt(x1^2)", EQUIVALENT_EXPANDED, "sqrt(x1^2)");
}

TEST(exponentials_merge_and_shifts_become_factors)
{
	check_equivalent("exp(-0.15*x1)*exp(-0.15*x1)", EQUIVALENT_EXPANDED, "exp(-0.3*x1)");
	check_equivalent("exp(x1)/exp(x2)", EQUIVALENT_EXPANDED, "exp(x1 - x2)");
	check_equivalent("exp(x1)*exp(-x1)", EQUIVALENT_EXPANDED, "1");
	check_equivalent("exp(x1)^2", EQUIVALENT_EXPANDED, "exp(2*x1)");
	check_equivalent("log(x1) - log(x2) + 7.5", EQUIVALENT_LOGS, "log(x1/x2) + 7.5");
	check_equivalent("2.5*log(x1) + 2.5*log(x2 + x3)", EQUIVALENT_LOGS, "2.5*log(x1*x2 + x1*x3)");
	check_equivalent("2*log(x1) + 3*log(x2)", EQUIVALENT_LOGS, "2*log(x1) + 3*log(x2)");
}

TEST(phases_are_reduced_and_amplitudes_positive)
{
	check_equivalent("-cos(1.6*x1 - 11*pi/2)", EQUIVALENT_DROPPED, "sin(1.6*x1)");
	check_equivalent("-91*sin(34 - 197*x1)", EQUIVALENT_EXPANDED, "91*sin(197*x1 + 3.69911)");
	check_equivalent("-2*cos(x1 + 1)", EQUIVALENT_EXPANDED, "2*cos(x1 + 4.14159)");
	check_equivalent("2*cos(x1 + 1)", EQUIVALENT_SINE, "2*sin(x1 + 2.5708)");
	check_equivalent("2*sin(x1 + 1.9)", EQUIVALENT_COSINE, "2*cos(x1 + 0.329204)");
	check_equivalent("-2*sin(0.03 - x1)", EQUIVALENT_DROPPED, "2*sin(x1)");
}

/* Whether the last bits of x decide about the value. */
static bool is_chaotic(const struct expr *e, const double *x)
{
	double moved[3], want = expr_value(e, x);

	for (int k = 0; k < 3; k++)
		moved[k] = x[k] * (1 + 1e-13 * (k + 1));
	return !(fabs(expr_value(e, moved) - want) <= 1e-8 * (1 + fabs(want)));
}

/* Phases close to a quarter are left out of the later kinds, and only tried on data. */
static bool has_wave(const struct expr *e)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_SIN || e->node[i].op == OP_COS)
			return true;
	return false;
}

TEST(equivalents_have_the_values_of_the_equation)
{
	struct prior_config c = prior_default();
	int compared = 0, draws = test_cases(20000);

	for (int i = 0; i < draws; i++) {
		struct rng r = rng_stream(21, 0, (uint64_t)i);
		struct expr e, other;
		double x[3], want;

		if (!prior_draw(&c, 3, &r, &e))
			continue;
		for (int k = 0; k < e.n_consts; k++)
			e.c[k] = rng_range(&r, -2, 2);
		for (int k = 0; k < 3; k++)
			x[k] = rng_range(&r, 0.3, 2);
		want = expr_value(&e, x);
		for (int kind = 0; kind < EQUIVALENT_COUNT; kind++) {
			if ((kind >= EQUIVALENT_DROPPED && has_wave(&e)) || !isfinite(want) || fabs(want) > 1e6 ||
			    is_chaotic(&e, x) || !expr_equivalent(&e, (enum equivalent)kind, &other))
				continue;
			compared++;
			if (!(fabs(expr_value(&other, x) - want) <= 1e-6 * (1 + fabs(want)))) {
				struct str text = {0};
				print_expr(&text, &e, NULL, NOTATION_TEXT);
				str_add(&text, " became ");
				print_expr(&text, &other, NULL, NOTATION_TEXT);
				test_failed(__FILE__, __LINE__, "%s: %g, %g", text.data, want, expr_value(&other, x));
				str_release(&text);
			}
		}
	}
	CHECK(compared > draws);
}

/* ---- the one that reads best ------------------------------------------------------------------------------------ */

enum { ROWS = 40 };

struct table {
	double x[2][ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK];
	const double *column[2];
	struct rows rows;
};

static void fill(struct table *t, const char *law, bool whole, double noise)
{
	struct rng r = rng_stream(6, 2, 1);
	struct expr e;

	memset(t, 0, sizeof(*t));
	CHECK_OK(parse_expr(law, NULL, NULL, &e));
	for (int i = 0; i < ROWS; i++) {
		double x[2] = {whole ? i + 1 : rng_range(&r, 0.5, 3), rng_range(&r, 0.5, 3)};

		t->x[0][i] = x[0];
		t->x[1][i] = x[1];
		t->y[i] = expr_value(&e, x) + noise * rng_normal(&r);
	}
	t->column[0] = t->x[0];
	t->column[1] = t->x[1];
	t->rows = (struct rows){.n = ROWS, .n_columns = 2, .x = t->column, .y = t->y};
}

/* The text of what reads best beside `written`, all of whose literals are free constants. */
static struct str best_text(struct table *t, const char *written, struct expr *e, struct fit_result *r)
{
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct str text = {0};

	CHECK_OK(parse_expr(written, NULL, NULL, e));
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_FIXED)
			e->node[i].op = OP_CONST;
	o.max_iterations = 200;
	fit_constants(f, e, &t->rows, &o, r);
	fit_readable(f, e, &t->rows, &o, r);
	print_expr(&text, e, NULL, NOTATION_TEXT);
	fitter_free(f);
	return text;
}

static void check_best(const char *law, bool whole, const char *written, const char *want)
{
	static struct table t;
	struct fit_result r;
	struct expr e;
	struct str text;

	fill(&t, law, whole, 0);
	text = best_text(&t, written, &e, &r);
	CHECK_STR(text.data, want);
	str_release(&text);
}

TEST(an_exact_law_is_printed_in_its_plainest_form)
{
	check_best("3*x1^2 - 2*x1 + 1", false, "3.0*(x1 - 0.3)^2 + 0.7", "3*x1^2 - 2*x1 + 1");
	check_best("23*x1^2 + 8*x1 + 1975", false, "23.0*(x1 + 0.2)^2 + 1975.0", "23*x1^2 + 8*x1 + 1975");
	check_best("x1*(x1 + 1)*(2*x1 + 1)/6", true, "0.33*(x1 + 0.5)^3 - 0.2", "x1^3/3 + 0.5*x1^2 + x1/6");
	check_best("1.7*sin(11*x1 + 0.6)", false, "-1.7*sin(33.9575 - 11.0*x1)", "1.7*sin(11*x1 + 0.6)");
	check_best("sin(1.6*x1)", false, "-cos(1.6*x1 - 17.27876)", "sin(1.6*x1)");
	check_best("4*exp(-0.3*x1)", false, "4.0*exp(-0.15*x1)*exp(-0.15*x1)", "4*exp(-0.3*x1)");
	check_best("2.5*x1 + x2", false, "2.5*abs(x1) + sqrt(x2^2)", "2.5*x1 + x2");
	check_best("2.5*x2", false, "2.5*x2*tanh(3863.0*x1)", "2.5*x2");
}

/* y = 2.3456789 x1 + noise: the standard error is noise / sqrt(sum x^2), and digits beyond it are none of the data. */
TEST(no_constant_has_more_digits_than_the_data_determine)
{
	static struct table t;
	struct fit_result r;
	struct expr e;
	struct str text;
	double xx = 0, xy = 0, yy = 0, slope, se;

	fill(&t, "2.3456789*x1 + 1.2345678*x2", false, 0.01);
	text = best_text(&t, "2.0*x1 + 1.0*x2", &e, &r);
	if (text.len > strlen("2.3456*x1 + 1.2346*x2"))
		test_failed(__FILE__, __LINE__, "%s", text.data);
	CHECK(r.nmse < 1e-3);
	str_release(&text);
	fill(&t, "2.3456789*x1", false, 0.05);
	for (int i = 0; i < ROWS; i++) {
		xx += t.x[0][i] * t.x[0][i];
		xy += t.x[0][i] * t.y[i];
		yy += t.y[i] * t.y[i];
	}
	slope = xy / xx;
	se = sqrt((yy - slope * xy) / (ROWS - 1) / xx);
	text = best_text(&t, "2.0*x1", &e, &r);
	CHECK(e.n_consts == 1 && fabs(e.c[0] - slope) <= 2 * se);
	CHECK(text.len <= strlen("2.345*x1"));
	str_release(&text);
}

/* What reads best on noisy rows of a law; returns its free and fixed numbers that are no tokens. */
static int count_numbers(const char *law, double noise, const char *written, struct str *text)
{
	static struct table t;
	struct fit_result r;
	struct expr e;

	fill(&t, law, false, noise);
	*text = best_text(&t, written, &e, &r);
	return e.n_consts;
}

TEST(constants_that_say_the_same_become_one)
{
	static const struct {
		const char *law, *written;
		int numbers;
	} cases[] = {
		{"365.04*x1^1.5", "6.0*sqrt(3600.5*x1^3)", 2}, /* and the exponent */
		{"4.3*exp(0.7*x1 - 0.3*x2)", "2.2*exp(0.7*x1 + 0.5)*exp(-0.3*x2)", 3},
		{"2.37*log(x1) + 4.51", "2.4*log(1.7*x1) + 3.1", 2},
		{"2.37*log(x1 + 1.3*x2) + 4.51", "2.4*log(1.7*x1 + 2.2*x2) + 3.1", 3},
		{"3.19*1.7^x1", "3.1*1.3^(2.1*x1)", 2},
		{"5.43*x1/(2.3 + x1)", "1/(0.45/x1 + 0.2)", 2},
		{"5.43/(x1 + 2.3*x2)", "11.2/(2.1*x1 + 4.5*x2)", 2},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str text = {0};
		int n = count_numbers(cases[i].law, 0.001, cases[i].written, &text);

		if (n > cases[i].numbers)
			test_failed(__FILE__, __LINE__, "%s has %d numbers: %s", cases[i].written, n, text.data);
		if (getenv("SHOW"))
			printf("%s -> %s\n", cases[i].written, text.data);
		str_release(&text);
	}
}

/* Exponents that a fit has apart are one, the phase is of the function that needs fewer digits for it, and no number is pi
 * because it is close to it. */
TEST(noisy_constants_read_as_those_of_the_law)
{
	static const struct {
		double noise;
		const char *law, *written, *want;
	} cases[] = {
		{0.005, "7.313*x1^2.617/(9.13 + x1^2.617)", "7.0*x1^2.55/(8.0 + x1^2.65)",
		 "7.3*x1^2.617/(x1^2.617 + 9.1)"},
		{0.02, "5.1*cos(2.4*x1 + 0.4)", "5.0*sin(2.4*x1 + 2.0)", "5.1*cos(2.4*x1 + 0.4)"},
		{0.05, "4.2*exp(-0.3165*x1)", "4.0*exp(-x1/3.0)", "4.2*exp(-0.32*x1)"},
		{0.05, "3.2*log(x1) + 1.1", "960.0*x1^0.0033 - 959.0", "3.2*log(x1) + 1.1"},
		{0.05, "0.7*x1^2 + 1.3", "130.0*exp(0.005*x1^2) - 129.0", "0.7*x1^2 + 1.3"},
		{0.05, "2.7*sin(3*x1) + 1.3", "28.0*sqrt(18.0 + sin(3.0*x1)) - 117.0", "2.7*sin(3*x1) + 1.3"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str text = {0};

		count_numbers(cases[i].law, cases[i].noise, cases[i].written, &text);
		CHECK_STR(text.data, cases[i].want);
		str_release(&text);
	}
}

/* ---- digits ------------------------------------------------------------------------------------------------------ */

static int count_digits(double v)
{
	char text[32];
	int digits = 0;

	for (int most = 1; most <= 17; most++) {
		snprintf(text, sizeof(text), "%.*e", most - 1, v);
		if (strtod(text, NULL) == v)
			return most;
		digits = most;
	}
	return digits;
}

/* Fits the equation, whose parameters are ?, and limits its digits. */
static void limit(const char *law, double noise, const char *written, struct expr *e, struct fit_result *before,
		  struct fit_result *after)
{
	static struct table t;
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct parse_params params = {0};

	fill(&t, law, false, noise);
	CHECK_OK(parse_expr(written, NULL, &params, e));
	o.max_iterations = 200;
	o.restarts = 8;
	fit_constants(f, e, &t.rows, &o, before);
	*after = *before;
	fit_limit_digits(f, e, &t.rows, &o, true, after);
	fitter_free(f);
}

TEST(constants_that_the_data_do_not_determine_have_few_digits_and_cost_no_error)
{
	static const char *const written[] = {"a*exp(b*x1 + c)", "a/(b*x1 + c)", "a*sqrt(b*x1) + c", "a*b*x1 + c*d"};
	struct fit_result before, after;
	struct expr e;

	for (size_t i = 0; i < COUNT_OF(written); i++) {
		limit("2.3456789*exp(0.31*x1)", 0.05, written[i], &e, &before, &after);
		for (int c = 0; c < e.n_consts; c++)
			if (count_digits(e.c[c]) > 6)
				test_failed(__FILE__, __LINE__, "%s: %.17g", written[i], e.c[c]);
		CHECK(after.sse <= before.sse * (1 + 0.5 * e.n_consts / (ROWS - e.n_consts)));
	}
}

TEST(an_error_larger_than_the_constant_leaves_one_digit)
{
	struct fit_result before, after;
	struct expr e;

	limit("2*x1 + 0.003*x2", 0.05, "a*x1 + b*x2", &e, &before, &after);
	CHECK(count_digits(e.c[1]) == 1);
	CHECK(count_digits(e.c[0]) <= 4);
}

TEST(an_exact_fit_stays_exact_with_the_fewest_digits)
{
	struct fit_result before, after;
	struct expr e;

	limit("0.123456*x1 + 1975", 0, "a*x1 + b", &e, &before, &after);
	CHECK(e.c[0] == 0.123456 && e.c[1] == 1975);
	limit("1.2345678901234567*x1*x2", 0, "a*x1*x2", &e, &before, &after);
	CHECK(after.nmse <= 1e-20);
	CHECK(count_digits(e.c[0]) <= 11);
}

TEST(a_literal_that_was_computed_from_fitted_ones_is_rounded_too)
{
	struct fit_result before, after;
	struct expr e;

	limit("2.5*x1", 0.05, "2.4987654321*x1 + c", &e, &before, &after);
	CHECK(count_digits(e.c[0]) <= 5 && count_digits(e.c[1]) <= 5);
	CHECK(e.node[2].op == OP_FIXED);
}
