/* test_hints.c — own operators and guesses: what is read, what is refused, and that a search starts from them. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/definitions.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/search_setup.h"
#include "search_case.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- own operators ---------------------------------------------------------------------------------------------------- */

static void check_same(const char *with_own, const char *plain, const struct definitions *d)
{
	static const char *const column[] = {"x1", "x2"};
	const struct names names = {.n = 2, .column = column, .defined = d};
	struct expr a, b;

	CHECK_OK(parse_expr(with_own, &names, NULL, &a));
	CHECK_OK(parse_expr(plain, &names, NULL, &b));
	expr_pack_consts(&a);
	expr_pack_consts(&b);
	if (!expr_same_skeleton(&a, &b))
		test_failed(__FILE__, __LINE__, "%s is not %s", with_own, plain);
}

TEST(a_call_of_an_own_operator_is_its_body_with_the_arguments_in_place)
{
	struct definitions *d = xcalloc(1, sizeof(*d));

	CHECK_OK(definitions_read("gauss(x)=exp(-x^2)\nmix (a, b) = a*b/(a + b)\ntwice(u)=gauss(gauss(u))\nfree(x)=?*x",
				  d));
	CHECK_EQ(d->n, 4);
	check_same("gauss(x1)", "exp(-x1^2)", d);
	check_same("2*gauss((x1 - 0.5)/x2) + x2", "2*exp(-((x1 - 0.5)/x2)^2) + x2", d);
	check_same("mix(sin(x1), 2)", "sin(x1)*2/(sin(x1) + 2)", d);
	check_same("mix(x2 + 0.5, 0.5)^2", "((x2 + 0.5)*0.5/(x2 + 0.5 + 0.5))^2", d);
	check_same("twice(x1)", "exp(-exp(-x1^2)^2)", d);
	check_same("free(x1) + free(x2)", "?*x1 + ?*x2", d);
	free(d);
}

TEST(definitions_that_mean_nothing_are_refused_with_the_reason)
{
	static const struct {
		const char *text, *reason;
	} refused[] = {
		{"gauss(x) exp(x)", "not of the form"},
		{"gauss(x, y, z) = x*y*z", "not of the form"},
		{"gauss() = 2", "not of the form"},
		{"(x) = 2", "not of the form"},
		{"sin(x) = x", "built in"},
		{"pi(x) = x", "built in"},
		{"f(x) = f(x) + 1", "calls itself"},
		{"f(x) = g(x) + 1", "unknown function 'g'"},
		{"f(x) = x + z", "unknown name 'z'"},
		{"f(x, y) = x", "does not use y"},
		{"f(x, x) = x", "both arguments"},
		{"f(x) = x\nf(x) = 2*x", "twice"},
		{"f(x) = x +", "expected an expression"},
		{"f(x) = x*x*x*x*x*x*x*x\ng(x) = f(f(x))", "too long"},
	};
	struct definitions *d = xcalloc(1, sizeof(*d));

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		d->n = 0;
		CHECK_EQ(definitions_read(refused[i].text, d), ST_USAGE);
		if (!strstr(error_message(), refused[i].reason))
			test_failed(__FILE__, __LINE__, "%s: %s", refused[i].text, error_message());
	}
	free(d);
}

/* ---- guesses ---------------------------------------------------------------------------------------------------------- */

struct given {
	struct option_set options;
	struct dataset d;
	struct bounds bounds;
	struct hints hints;
};

static enum status read_given(struct given *g, int n_args, const char *const *args)
{
	char *argv[16] = {(char *)"-d", (char *)"made.csv"};

	*g = (struct given){0};
	for (int i = 0; i < n_args; i++)
		argv[2 + i] = (char *)(uintptr_t)args[i];
	CHECK_OK(options_parse(&g->options, command_find("infer"), 2 + n_args, argv));
	search_case_data(&g->d, 60, search_case_law);
	CHECK_OK(search_bounds_on(&g->options.values, &g->d, &g->bounds));
	return search_hints_on(&g->options.values, &g->d, &g->bounds, &g->hints);
}

static void release_given(struct given *g)
{
	hints_release(&g->hints);
	dataset_release(&g->d);
	options_release(&g->options);
}

/* The first guess of `args`, stripped, as it is printed. */
static void check_guess(const char *const *args, int n_args, const char *want)
{
	struct given *g = xcalloc(1, sizeof(*g));
	struct str text = {0};

	CHECK_OK(read_given(g, n_args, args));
	CHECK(g->hints.n > 0);
	print_expr(&text, &g->hints.guess[0].skeleton, NULL, NOTATION_TEXT);
	CHECK_STR(text.data, want);
	str_release(&text);
	release_given(g);
	free(g);
}

TEST(guesses_are_read_as_other_programs_write_them)
{
	check_guess((const char *[]){"--guess", "2*x1*x2 + sin(x1) + 7"}, 2, "sin(x1) + x1*x2");
	check_guess((const char *[]){"--guess", "x0**2/x1"}, 2, "x1^2/x2");
	check_guess((const char *[]){"--guess", "square(x1)", "--guess-from", "pysr"}, 4, "x2^2");
	check_guess((const char *[]){"--guess", "(0.5 * (X1 / X2))", "--guess-from", "operon"}, 4, "x1/x2");
	check_guess((const char *[]){"--guess", "relu(x1)*log1p(x2)", "--ops", "+max"}, 4, "max(x1, 1.0)*log(x2 + 1)");
	check_guess((const char *[]){"--guess", "gauss(x2)", "--def", "gauss(x)=exp(-x^2)"}, 4, "exp(-x2^2)");
}

TEST(guesses_in_a_file_stand_one_a_line_and_a_mistake_names_its_line)
{
	static const char hall[] = "Complexity,Loss,Equation\n3,2.5,\"x0 * 0.5\"\n5,0.1,\"square(x1)\"\n";
	char path[512];
	struct given *g = xcalloc(1, sizeof(*g));

	snprintf(path, sizeof(path), "%s/hall_of_fame.csv", test_dir());
	CHECK_OK(file_write_atomic(path, hall, strlen(hall)));
	CHECK_OK(read_given(g, 2, (const char *[]){"--guess", path}));
	CHECK_EQ(g->hints.n, 2);
	release_given(g);
	CHECK_OK(file_write_atomic(path, "# mine\n\nx1\nx1 + * x2\n", 22));
	CHECK_EQ(read_given(g, 2, (const char *[]){"--guess", path}), ST_USAGE);
	CHECK(strstr(error_message(), "hall_of_fame.csv:4: column 6"));
	release_given(g);
	free(g);
}

TEST(guesses_that_no_equation_may_be_are_refused_before_the_search)
{
	static const struct {
		const char *args[6], *reason;
		int n;
	} refused[] = {
		{{"--guess", "x1 +"}, "expected an expression", 2},
		{{"--guess", "3.5"}, "uses no input column", 2},
		{{"--guess", "x0 + x3"}, "x3 is no column", 2},
		{{"--guess", "foo(x1)"}, "unknown function", 2},
		{{"--guess", "sin(x1)", "--ops", "add,mul"}, "may not occur", 4},
		{{"--guess", "sin(cos(x1*x2))", "--max-size", "4"}, "--max-size", 4},
		{{"--guess", "sin(sin(x1))", "--nest", "sin(sin)=0"}, "breaks a constraint", 4},
		{{"--def", "f(x)=sin(x)", "--ops", "add,mul"}, "body of f", 4},
		{{"--def", "x1(x)=sin(x)"}, "a column called x1", 2},
	};

	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct given *g = xcalloc(1, sizeof(*g));

		CHECK_EQ(read_given(g, refused[i].n, refused[i].args), ST_USAGE);
		if (!strstr(error_message(), refused[i].reason))
			test_failed(__FILE__, __LINE__, "%s %s: %s", refused[i].args[0], refused[i].args[1],
				    error_message());
		release_given(g);
		free(g);
	}
}

/* ---- the search ------------------------------------------------------------------------------------------------------- */

TEST(the_first_step_scores_the_guesses_and_the_front_has_the_right_one)
{
	struct given *g = xcalloc(1, sizeof(*g));
	struct train_config c = search_case_config();
	struct policy policy;
	struct pool *pool = pool_new(1);
	struct trainer *t = NULL;
	const struct task_stats *s;
	bool found = false;

	CHECK_OK(read_given(g, 4, (const char *[]){"--guess", "a*sin(b*x1*x2) + c*x1", "--guess", "exp(k*x1)"}));
	search_case_policy(&policy);
	c.bounds = &g->bounds;
	c.hints = &g->hints;
	c.offspring = 64;
	CHECK_OK(trainer_open(&t, &c,
			      &(struct trainer_inputs){.d = &g->d, .n_data = 1, .policy = &policy, .pool = pool}));
	CHECK_OK(trainer_step(t, NULL));
	s = task_stats(trainer_task(t, 0));
	CHECK_EQ(s->drawn[BY_GUESS], g->hints.n);
	CHECK(s->exact);
	for (int size = 1; size <= HOF_MAX_SIZE; size++)
		found |= task_hof(trainer_task(t, 0))->used[size] &&
			 task_hof(trainer_task(t, 0))->best[size].by == BY_GUESS;
	CHECK(found);
	for (int i = 0; i < 4; i++)
		CHECK_OK(trainer_step(t, NULL));
	CHECK_EQ(s->batches[BY_GUESS], 1);
	trainer_close(t);
	pool_free(pool);
	policy_release(&policy);
	release_given(g);
	free(g);
}
