/* test_simplify.c — same values, never longer, nothing left to do; equal skeletons look equal. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/expr/prior.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "test.h"

#include <float.h>

/* A random equation of any operators and leaves, up to 24 nodes. */
static void grow(struct rng *r, int budget, struct expr *e)
{
	int leaf = rng_below(r, 10), op;

	if (budget <= 1) {
		if (leaf < 5)
			expr_push(e, OP_VAR, rng_below(r, 3));
		else if (leaf < 7)
			expr_push_const(e, rng_bool(r, 0.5) ? OP_CONST : OP_FIXED, rng_range(r, -3, 3));
		else if (leaf < 9 || e->n_consts == 0)
			expr_push(e, OP_INT, rng_between(r, 1, 4));
		else if (rng_bool(r, 0.5))
			expr_push(e, OP_PI, 0);
		else
			expr_push(e, OP_CONST, rng_below(r, e->n_consts)); /* tied */
		return;
	}
	do {
		op = rng_below(r, OP_COUNT);
	} while (op_info[op].arity > budget - 1);
	expr_push(e, (enum op)op, 0);
	if (op_info[op].arity == 1) {
		grow(r, budget - 1, e);
	} else {
		int left = rng_between(r, 1, budget - 2);

		grow(r, left, e);
		grow(r, budget - 1 - left, e);
	}
}

static bool tie_is_clean(const struct expr *e)
{
	for (int i = 0; i < e->n; i++) /* an index is free or fixed, not both */
		for (int j = 0; j < i; j++)
			if (e->node[i].op != e->node[j].op && e->node[i].op >= OP_CONST && e->node[j].op >= OP_CONST &&
			    e->node[i].op <= OP_FIXED && e->node[j].op <= OP_FIXED && e->node[i].arg == e->node[j].arg)
				return false;
	return true;
}

static void random_expr(struct rng *r, struct expr *e)
{
	do {
		e->n = e->n_consts = 0;
		grow(r, rng_between(r, 1, 24), e);
	} while (!expr_valid(e) || !tie_is_clean(e));
}

/* At a jump of floor, sign and the like, where rounding decides. */
static bool at_jump(enum op op, double a, double b)
{
	double below = op_value(op, a - 1e-9 * fabs(a) - 1e-12, b), above = op_value(op, a + 1e-9 * fabs(a) + 1e-12, b);

	return (op_info[op].flags & OPF_EXTRA) && !(fabs(above - below) <= 1e-6 + 1e-6 * fabs(above));
}

/* Value and how far rounding of intermediate results may have moved it: the largest change seen when
 * every operator's result is off by a few units in the last place. */
static double value_and_error(const struct expr *e, const double *x, struct rng *r, double *error)
{
	double exact = expr_value(e, x), worst = 0;
	bool overflow = false;

	for (int k = 0; k < 6; k++) {
		double stack[EXPR_MAX_NODES + 1];
		int depth = 0;

		for (int i = e->n - 1; i >= 0; i--) {
			struct node a = e->node[i];
			double v = a.op == OP_VAR     ? x[a.arg]
				   : a.op == OP_INT   ? a.arg
				   : a.op == OP_PI    ? 3.14159265358979323846
				   : a.op >= OP_COUNT ? e->c[a.arg]
						      : 0;

			if (a.op < OP_COUNT) {
				double left = stack[--depth], right = op_info[a.op].arity == 2 ? stack[--depth] : 0;

				v = op_value((enum op)a.op, left, right);
				overflow |= at_jump((enum op)a.op, left, right);
			}
			if (!(fabs(v) < 1e150) || (v != 0 && fabs(v) < 1e-150))
				overflow = true; /* undefined on the way, or its square would be */
			stack[depth++] = v * (1 + 1e-14 * rng_normal(r));
		}
		worst = fmax(worst, fabs(stack[0] - exact));
	}
	if (overflow || isnan(worst))
		worst = INFINITY;
	*error = worst;
	return exact;
}

TEST(simplified_equations_keep_their_values_are_never_longer_and_stay_as_they_are)
{
	struct rng r = rng_stream(1, 2, 3);
	int compared = 0, shorter = 0, unstable = 0, draws = test_cases(1000000);

	for (int i = 0; i < draws; i++) {
		struct expr e, s, again;
		double x[3], error, v, got;

		random_expr(&r, &e);
		s = e;
		simplify(&s, &(struct simplify_options){.keep_values = true});
		if (!expr_valid(&s) || s.n > e.n)
			test_failed(__FILE__, __LINE__, "draw %d: longer or no equation", i);
		shorter += s.n < e.n;
		again = s;
		simplify(&again, &(struct simplify_options){.keep_values = true});
		unstable += !expr_same_skeleton(&again, &s);
		for (int k = 0; k < 3; k++)
			x[k] = rng_bool(&r, 0.2) ? rng_between(&r, -2, 2) : rng_range(&r, -3, 3);
		v = value_and_error(&e, x, &r, &error);
		if (!isfinite(v) || !(error <= 1e-6 * fabs(v)))
			continue;
		got = expr_value(&s, x);
		compared++;
		if (!(fabs(got - v) <= 1e3 * error + 1e-9 * fabs(v)))
			test_failed(__FILE__, __LINE__, "draw %d: %.17g became %.17g", i, v, got);
	}
	CHECK_EQ(unstable, 0);
	CHECK(compared > draws / 10 * 3);
	CHECK(shorter > draws / 10 * 3);
}

static void from_tokens(const char *text, struct expr *e)
{
	char copy[256], *save = NULL;

	e->n = e->n_consts = 0;
	snprintf(copy, sizeof(copy), "%s", text);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (strcmp(w, "c") == 0)
			expr_push_const(e, OP_CONST, 1);
		else if (w[0] == 'x')
			expr_push(e, OP_VAR, w[1] - '1');
		else if (w[0] >= '0' && w[0] <= '9')
			expr_push(e, OP_INT, w[0] - '0');
		else
			expr_push(e, (enum op)op_find(w), 0);
	}
}

static void check_canonical(const char *from, const char *to)
{
	struct expr e, want, got;

	from_tokens(from, &e);
	from_tokens(to, &want);
	expr_canonical(&e, &got);
	if (!expr_same_skeleton(&got, &want))
		test_failed(__FILE__, __LINE__, "%s does not become %s (%d nodes)", from, to, got.n);
}

TEST(skeletons_have_one_form)
{
	check_canonical("mul c mul c x1", "mul c x1");
	check_canonical("add c add x1 c", "add x1 c");
	check_canonical("mul x1 x1", "square x1");
	check_canonical("mul x1 square x1", "cube x1");
	check_canonical("mul c add mul c x1 c", "add mul c x1 c");
	check_canonical("div mul c x1 mul c x2", "div mul c x1 x2");
	check_canonical("sub x2 neg x1", "add x1 x2");
	check_canonical("exp log x1", "x1");
	check_canonical("sqrt square x1", "abs x1");
	check_canonical("div x1 div x2 x3", "div mul x1 x3 x2");
	check_canonical("add mul c x1 mul c x1", "mul c x1");
	check_canonical("mul square x1 square x2", "square mul x1 x2");
	check_canonical("exp add c x1", "mul c exp x1");
	check_canonical("sin neg x1", "neg sin x1");
	check_canonical("pow x1 2", "square x1");
}

TEST(operand_order_does_not_change_the_hash)
{
	struct expr a, b, ca, cb;

	from_tokens("add mul x1 sin x2 div x3 x1", &a);
	from_tokens("add div x3 x1 mul sin x2 x1", &b);
	expr_canonical(&a, &ca);
	expr_canonical(&b, &cb);
	CHECK(expr_canonical_hash(&ca) == expr_canonical_hash(&cb));
	from_tokens("add div x2 x3 mul sin x1 x3", &b); /* renamed */
	expr_canonical(&b, &cb);
	CHECK(expr_canonical_hash(&ca) != expr_canonical_hash(&cb));
	CHECK(expr_canonical_hash_renamed(&ca) == expr_canonical_hash_renamed(&cb));
}

static void check_strip(const char *from, const char *to)
{
	struct expr e, want, got;

	from_tokens(from, &e);
	from_tokens(to, &want);
	CHECK(expr_strip(&e, &got));
	if (!expr_same_skeleton(&got, &want))
		test_failed(__FILE__, __LINE__, "%s is not stripped to %s", from, to);
}

TEST(stripping_removes_what_least_squares_finds)
{
	check_strip("add mul c x1 c", "x1");
	check_strip("add sub mul 2 x1 mul c sin mul c x2 7", "add x1 sin mul c x2");
	check_strip("neg x1", "x1");
	check_strip("div c x1", "inv x1");
	check_strip("mul c add x1 mul c x2", "add x1 x2");
	check_strip("div add x1 x2 c", "add x1 x2");
}

/* Every pair below spans the same family of functions, once coefficients and constants are fitted. */
TEST(forms_that_differ_in_what_free_coefficients_take_up_strip_to_one)
{
	static const char *const pair[][2] = {
		{"inv add 1 mul c x1", "inv add x1 c"},
		{"div x2 add 1 mul c exp mul c x1", "div x2 add exp mul c x1 c"},
		{"inv sub x1 x2", "inv sub x2 x1"},
		{"mul x1 sub c x1", "mul x1 add x1 c"},
		{"sin sub c x1", "sin add x1 c"},
		{"mul x3 pow add mul c x1 x2 3", "mul x3 pow add x1 mul c x2 3"},
	};

	for (int i = 0; i < (int)COUNT_OF(pair); i++) {
		struct expr a, b, stripped_a, stripped_b;

		from_tokens(pair[i][0], &a);
		from_tokens(pair[i][1], &b);
		CHECK(expr_strip(&a, &stripped_a));
		CHECK(expr_strip(&b, &stripped_b));
		CHECK(expr_same_skeleton(&stripped_a, &stripped_b));
	}
}

TEST(stripped_equations_of_the_prior_obey_the_masks)
{
	struct prior_config c = prior_default();
	struct grammar g = grammar_default(VOCAB_VARS);
	int drawn = 0, legal = 0, draws = test_cases(20000);

	g.max_len = VOCAB_MAX_LEN;
	g.max_consts = EXPR_MAX_CONSTS;
	for (int i = 0; i < draws; i++) {
		struct rng r = rng_stream(5, 0, (uint64_t)i);
		uint8_t tokens[VOCAB_MAX_LEN + 1];
		uint64_t masks[VOCAB_MAX_LEN + 1];
		struct expr e, s;
		int n;

		if (!prior_draw(&c, prior_draw_vars(&c, 16, &r), &r, &e) || !expr_strip(&e, &s) || s.n == 0 ||
		    expr_columns(&s) == 0)
			continue;
		n = vocab_encode(&s, NULL, 0, tokens);
		drawn++;
		legal += n > 0 && grammar_masks(&g, tokens, n, masks) == n;
	}
	CHECK(drawn > draws / 4 * 3);
	CHECK(legal > 0.9 * drawn);
	if (legal <= 0.95 * drawn)
		printf("    %d of %d legal\n", legal, drawn);
}

/* x1 to x3 are not negative. */
static void check_simplified(const char *given, const char *want)
{
	struct parse_params params;
	struct str text = {0};
	struct expr e;

	CHECK_OK(parse_expr(given, NULL, &params, &e));
	simplify(&e, &(struct simplify_options){.keep_values = true, .positive = 7});
	print_expr(&text, &e, NULL, NOTATION_TEXT);
	CHECK_STR(text.data, want);
	str_release(&text);
}

TEST(minima_and_maxima_make_way_in_products)
{
	static const struct {
		const char *given, *want;
	} cases[] = {
		{"x3*x1*x2/max(x1, x2)", "x3*min(x1, x2)"},
		{"x2*x3/max(x2/x1, 1)", "x3*min(x1, x2)"},
		{"x4*x5/min(x4, x5)", "max(x4, x5)"},	  /* of any sign */
		{"x4*min(x1/x4, 1)", "x4*min(x1/x4, 1)"}, /* is max(x1, x4) where x4 is negative */
		{"x1*min(1/x1, x2)", "min(x1*x2, 1)"},
		{"2.5*min(4.0*x1, 10.0)", "min(10*x1, 25)"},
		{"-2*min(3*x1, 4*x2)", "max(-6*x1, -8*x2)"},
		{"2.5*min(x1, 10.0)", "2.5*min(x1, 10)"},
		{"40.0*x3*sqrt(0.0025*max(x1, x2)^2)", "2*x3*max(x1, x2)"},
		{"1/max(x1, 0)", "1/max(x1, 0)"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_simplified(cases[i].given, cases[i].want);
}

TEST(squares_of_what_is_not_negative_leave_a_root)
{
	static const struct {
		const char *given, *want;
	} cases[] = {
		{"sqrt(x1^2/(1 - 4*x2^2))", "x1/sqrt(1 - 4*x2^2)"},
		{"sqrt(x1^2*x2^2*x3)/x1", "x2*sqrt(x3)"},
		{"1/sqrt(x1^2*x4)", "1/(x1*sqrt(x4))"},
		{"sqrt(x4^2*x1)", "sqrt(x1*x4^2)"}, /* of any sign */
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_simplified(cases[i].given, cases[i].want);
}
