/* test_outline.c — templates: read, made whole and taken apart again; a search within one. */
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/eval/fit.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/outline.h"
#include "eqrl/run/search_setup.h"
#include "search_case.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const column[] = {"x1", "x2", "x3"};
static const struct names names = {.n = 3, .column = column};

static struct expr parsed(const char *text)
{
	struct parse_params params;
	struct expr e;

	CHECK_OK(parse_expr(text, &names, &params, &e));
	return e;
}

static struct outline form(const char *text)
{
	struct outline t;

	CHECK_OK(outline_parse(text, &names, &t));
	return t;
}

/* Functions of `text` as they are printed, joined by "; "; "no" if it has not the form. */
static void check_functions(const char *of, const char *text, const char *want)
{
	struct outline t = form(of);
	struct expr e = parsed(text), body[OUTLINE_FUNCTIONS], again;
	struct str out = {0};

	if (!outline_match(&t, &e, false, body)) {
		CHECK_STR("no", want);
		return;
	}
	for (int f = 0; f < t.n_functions; f++) {
		str_add(&out, f ? "; " : "");
		outline_print(&t, f, &body[f], &names, &out);
	}
	CHECK_STR(out.data, want);
	str_release(&out);
	CHECK(outline_rewrite(&t, &e, body, &again));
	expr_pack_consts(&e);
	CHECK(expr_same_skeleton(&e, &again));
	CHECK(memcmp(e.c, again.c, (size_t)e.n_consts * sizeof(*e.c)) == 0);
}

TEST(an_equation_that_has_the_form_is_taken_apart_into_the_functions)
{
	check_functions("sin(f(x1,x2)) + g(x3)", "sin(x1 + x2*0.5) + x3^2", "f(x1, x2) = x1 + x2*0.5; g(x3) = x3^2");
	check_functions("sin(f(x1,x2)) + g(x3)", "sin(x1 + x3) + x3^2", "no");
	check_functions("sin(f(x1,x2)) + g(x3)", "x3^2 + sin(x1)", "no");
	check_functions("a*exp(f(x1)) + 2.5", "0.3*exp(1/x1) + 2.5", "f(x1) = 1/x1");
	check_functions("a*exp(f(x1)) + 2.5", "(2/3)*exp(1/x1) + 2.5", "f(x1) = 1/x1");
	check_functions("a*exp(f(x1)) + 2.5", "x2*exp(1/x1) + 2.5", "no");
	check_functions("a*exp(f(x1)) + 2.5", "0.3*exp(1/x1) + 2.6", "no");
	check_functions("a*f(x1) + a", "0.3*x1 + 0.3", "f(x1) = x1");
	check_functions("a*f(x1) + a", "0.3*x1 + 0.4", "no");
	check_functions("f(x1) - f(x2)", "exp(-1.5*x1) - exp(-1.5*x2)", "f(u1) = exp(-1.5*u1)");
	check_functions("f(x1) - f(x2)", "exp(-1.5*x1) - exp(-1.6*x2)", "no");
	check_functions("f(x1) - f(x2)", "x1^2 - x1^2", "no");
	check_functions("f(x1 - x2, x3)/x3", "((x1 - x2)^2 + x3)/x3", "f(u1, u2) = u1^2 + u2");
	check_functions("f(x1, x2)*f(x2, x1)", "x1/x2^2*(x2/x1^2)", "f(u1, u2) = u1/u2^2");
}

TEST(bodies_with_constants_become_one_equation_in_which_a_function_is_the_same_everywhere)
{
	struct outline t = form("p*f(x1) + f(x2)*g(x3)");
	struct expr body[2] = {parsed("a*x1 + b"), parsed("exp(c*x1)")}, e, carrier, again[OUTLINE_FUNCTIONS];
	struct str text = {0};

	CHECK(outline_expand(&t, body, &e));
	CHECK_EQ(expr_free_consts(&e), 4);
	CHECK(outline_match(&t, &e, false, again));
	CHECK(expr_same_skeleton(&again[0], &body[0]) && expr_same_skeleton(&again[1], &body[1]));
	print_expr(&text, &e, &names, NOTATION_TEXT);
	CHECK_STR(text.data, "1.0*(1.0*x1 + 1.0) + (1.0*x2 + 1.0)*exp(1.0*x3)");
	CHECK(outline_join(&t, body, &carrier) && outline_split(&t, &carrier, again));
	CHECK(expr_same_skeleton(&again[0], &body[0]) && expr_same_skeleton(&again[1], &body[1]));
	str_release(&text);
}

/* ---- searches ---------------------------------------------------------------------------------------------------------- */

static double two_parts(double a, double b)
{
	return sin(a * b) + sqrt(a);
}

static double difference(double a, double b)
{
	return 2 * exp(-0.7 * a) - 2 * exp(-0.7 * b);
}

/* Steps until the form is solved; the functions of the answer. */
static void check_solved(const char *of, double (*law)(double, double), const char *const *functions)
{
	struct train_config c = search_case_config();
	struct bounds b = {.operators = grammar_usual_operators(), .max_size = 40, .max_consts = 16};
	struct expr body[OUTLINE_FUNCTIONS];
	struct trainer *t = NULL;
	struct pool *pool = pool_new(1);
	struct policy policy;
	struct dataset d;
	struct pareto p;

	search_case_data(&d, 80, law);
	search_case_policy(&policy);
	CHECK_OK(outline_parse(of, &names, &b.form));
	c.bounds = &b;
	c.offspring = 256;
	CHECK_OK(trainer_open(&t, &c, &(struct trainer_inputs){.d = &d, .n_data = 1, .policy = &policy, .pool = pool}));
	for (int i = 0; i < 60 && !task_stats(trainer_task(t, 0))->exact; i++)
		CHECK_OK(trainer_step(t, NULL));
	CHECK(task_stats(trainer_task(t, 0))->exact);
	task_front(trainer_task(t, 0), SELECTION_EVIDENCE, &p);
	p.bounds = b;
	pareto_finish(&p, &d, SCALING_AUTO, 1);
	CHECK(p.chosen >= 0 && outline_match(&b.form, &p.entry[p.chosen].expr, false, body));
	for (int f = 0; f < b.form.n_functions && p.chosen >= 0; f++) {
		struct str text = {0};

		outline_print(&b.form, f, &body[f], &names, &text);
		CHECK_STR(text.data, functions[f]);
		str_release(&text);
	}
	trainer_close(t);
	pool_free(pool);
	policy_release(&policy);
	dataset_release(&d);
}

TEST(a_search_within_a_template_finds_its_functions)
{
	check_solved("sin(f(x1,x2)) + g(x1)", two_parts, (const char *[]){"f(x1, x2) = x1*x2", "g(x1) = sqrt(x1)"});
	check_solved("f(x1) - f(x2)", difference, (const char *[]){"f(u1) = 2*exp(-0.7*u1)"});
}

TEST(constants_are_fitted_to_the_nearest_allowed_numbers_and_the_others_make_good)
{
	const struct rows *rows;
	struct bounds b = bounds_none();
	struct fit_options o = fit_defaults();
	struct fitter *f = fitter_new();
	struct expr e = parsed("a*x1*x2 + b*sin(x2) + c");
	struct fit_result r;
	struct str text = {0};
	struct dataset d;

	search_case_data(&d, 80, search_case_short_law); /* x1*x2 + sin(x2) */
	rows = &d.fit;
	b.whole_numbers = true;
	o.bounds = &b;
	fit_constants(f, &e, rows, &o, &r);
	CHECK_EQ(fit_to_numbers(f, &e, rows, &o, &r), 3);
	print_expr(&text, &e, &names, NOTATION_TEXT);
	CHECK_STR(text.data, "x1*x2 + sin(x2)");
	CHECK(r.nmse < 1e-20);

	b.whole_numbers = false; /* 1.4 of the slope has to become 2, and the offset, 0.5, pays for it */
	b.n_numbers = 2;
	b.number[0] = 2;
	b.number[1] = 0.5;
	e = parsed("a*x1*x2 + c");
	fit_constants(f, &e, rows, &o, &r);
	CHECK_EQ(fit_to_numbers(f, &e, rows, &o, &r), 2);
	CHECK_EQ(expr_free_consts(&e), 0);
	CHECK(bounds_allow(&b, &e));
	CHECK(r.nmse > 1e-6 && r.nmse < 1);
	fitter_free(f);
	str_release(&text);
	dataset_release(&d);
}

/* x1*x2 + sin(x2) with whole numbers, beginning at these. */
static void check_whole(const char *start, const char *of, const char *want)
{
	struct bounds b = bounds_none();
	struct fit_options o = fit_defaults();
	struct fitter *f = fitter_new();
	struct expr e = parsed(start);
	struct fit_result r;
	struct str text = {0};
	struct dataset d;

	search_case_data(&d, 80, search_case_short_law);
	b.whole_numbers = true;
	if (of)
		CHECK_OK(outline_parse(of, &names, &b.form));
	o.bounds = &b;
	fit_constants(f, &e, &d.fit, &o, &r);
	fit_to_numbers(f, &e, &d.fit, &o, &r);
	print_expr(&text, &e, &names, NOTATION_TEXT);
	CHECK_STR(text.data, want);
	CHECK(r.nmse < 1e-20);
	fitter_free(f);
	str_release(&text);
	dataset_release(&d);
}

TEST(what_an_allowed_number_makes_vanish_is_left_out_of_the_functions_of_a_template_as_well)
{
	check_whole("x1*x2^a + sin(x2)", NULL, "sin(x2) + x1*x2");
	check_whole("x1*x2 + sin(x2)/sqrt(b*cos(x1)^2 + 1)", NULL, "sin(x2) + x1*x2");
	check_whole("x1*x2^a + sin(x2)", "f(x1,x2) + sin(x2)", "x1*x2 + sin(x2)");
	check_whole("x1*x2 + sin(x2)/sqrt(b*cos(x1)^2 + 1)", "f(x1,x2) + g(x1,x2)", "x1*x2 + sin(x2)");
}
