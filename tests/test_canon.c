/* test_canon.c — the canonical form and its hashes on what the generator draws, and rules one by
 * one. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/prior.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "ref_eval.h"
#include "test.h"

enum { DRAWS = 20000 };

static bool draw(uint64_t index, struct rng *r, struct expr *e)
{
	struct prior_config c = prior_default();

	*r = rng_stream(11, 0, index);
	return prior_draw(&c, prior_draw_vars(&c, 16, r), r, e);
}

/* e with operands of sums and products exchanged at random. */
static void shuffle(const struct expr *e, int i, struct rng *r, struct expr *out)
{
	struct node a = e->node[i];
	int left = i + 1, right;
	bool swap = (op_info[a.op].flags & OPF_COMMUTES) && rng_bool(r, 0.5);

	expr_push(out, a.op, a.arg);
	if (node_arity(a) == 0)
		return;
	right = node_arity(a) == 2 ? expr_end(e, left) : left;
	shuffle(e, swap ? right : left, r, out);
	if (node_arity(a) == 2)
		shuffle(e, swap ? left : right, r, out);
}

static struct expr shuffled(const struct expr *e, struct rng *r)
{
	struct expr out = *e;

	out.n = 0;
	shuffle(e, 0, r, &out);
	return out;
}

TEST(canonical_forms_do_not_depend_on_the_order_of_operands)
{
	int different = 0;

	for (int i = 0, n = test_cases(DRAWS); i < n; i++) {
		struct rng r;
		struct expr e, other;

		if (!draw((uint64_t)i, &r, &e))
			continue;
		other = shuffled(&e, &r);
		different += expr_canonical_hash(&e) != expr_canonical_hash(&other);
	}
	CHECK_EQ(different, 0);
}

TEST(hashes_up_to_names_are_equal_after_renaming_but_for_rare_symmetric_forms)
{
	int drawn = 0, different = 0;

	for (int i = 0; i < DRAWS; i++) {
		struct rng r;
		struct expr e, other;
		int name[16];

		if (!draw((uint64_t)i, &r, &e))
			continue;
		other = shuffled(&e, &r);
		for (int k = 0; k < 16; k++)
			name[k] = k;
		rng_shuffle(&r, name, 16);
		for (int k = 0; k < other.n; k++)
			if (other.node[k].op == OP_VAR)
				other.node[k].arg = (uint16_t)name[other.node[k].arg];
		drawn++;
		different += expr_canonical_hash_renamed(&e) != expr_canonical_hash_renamed(&other);
	}
	CHECK(drawn > DRAWS / 2);
	CHECK(different <= drawn / 500);
}

TEST(hashes_up_to_names_tell_structures_apart)
{
	struct expr a = ref_polish("add sin x0 mul x0 x1"), b = ref_polish("add sin x1 mul x0 x1"),
		    c = ref_polish("add sin x0 mul x2 x1"), d = ref_polish("sub sin x0 mul x0 x1");

	CHECK(expr_canonical_hash_renamed(&a) == expr_canonical_hash_renamed(&b));
	CHECK(expr_canonical_hash_renamed(&a) != expr_canonical_hash_renamed(&c));
	CHECK(expr_canonical_hash_renamed(&a) != expr_canonical_hash_renamed(&d));
}

TEST(an_exponential_of_a_difference_looks_the_same_whichever_variable_comes_first)
{
	/* the same twice, and a third time with the names of x1 and x2 exchanged */
	static const char *const alike[][3] = {
		{"div x0 exp sub x1 x2", "mul x0 exp sub x2 x1", "div x0 exp sub x2 x1"},
		{"div x0 square exp sub x1 x2", "mul x0 square exp sub x2 x1", "div x0 square exp sub x2 x1"},
		{"mul x0 sqrt exp sub x1 x2", "div x0 sqrt exp sub x2 x1", "mul x0 sqrt exp sub x2 x1"},
		{"div x0 exp mul 3 sub x1 x2", "mul x0 exp mul 3 sub x2 x1", "div x0 exp mul 3 sub x2 x1"},
	};

	for (size_t i = 0; i < COUNT_OF(alike); i++) {
		struct expr a = ref_polish(alike[i][0]), b = ref_polish(alike[i][1]), renamed = ref_polish(alike[i][2]);

		if (expr_canonical_hash(&a) != expr_canonical_hash(&b))
			test_failed(__FILE__, __LINE__, "%s and %s differ", alike[i][0], alike[i][1]);
		if (expr_canonical_hash_renamed(&a) != expr_canonical_hash_renamed(&renamed))
			test_failed(__FILE__, __LINE__, "%s and %s differ up to names", alike[i][0], alike[i][2]);
	}
}

/* Every draw in every mode: shorter or equal, stable, and made of tokens if it was. */
static void check_mode(const struct expr *e, struct simplify_options o)
{
	struct expr s = *e, again;
	int fixed = 0;

	simplify(&s, &o);
	again = s;
	simplify(&again, &o);
	if (!expr_valid(&s) || s.n > e->n)
		test_failed(__FILE__, __LINE__, "%d nodes became %d", e->n, s.n);
	if (memcmp(again.node, s.node, (size_t)s.n * sizeof(*s.node)) != 0 || again.n_consts != s.n_consts ||
	    memcmp(again.c, s.c, (size_t)s.n_consts * sizeof(*s.c)) != 0)
		test_failed(__FILE__, __LINE__, "%d nodes are not the last word: %d", s.n, again.n);
	for (int i = 0; i < s.n; i++) {
		fixed += s.node[i].op == OP_FIXED && s.c[s.node[i].arg] != 0;
		if (!o.keep_values && s.node[i].op == OP_CONST && s.c[s.node[i].arg] != 1)
			test_failed(__FILE__, __LINE__, "a placeholder is %g", s.c[s.node[i].arg]);
	}
	if (!o.keep_values && fixed)
		test_failed(__FILE__, __LINE__, "a skeleton of tokens got a literal");
}

TEST(all_modes_shorten_stay_and_write_tokens)
{
	for (int i = 0, n = test_cases(40000); i < n; i++) {
		struct rng r = rng_stream(12, 0, (uint64_t)i);
		struct expr e;

		if (i % 2 || !draw((uint64_t)i, &r, &e))
			ref_random_expr(&r, rng_between(&r, 1, 40), 4, 6, &e);
		if (e.n_consts > 1 && rng_bool(&r, 0.3)) /* tie two constants */
			for (int k = 0; k < e.n; k++)
				if (e.node[k].op == OP_CONST && e.node[k].arg == 1)
					e.node[k].arg = 0;
		for (int mode = 0; mode < 4; mode++)
			check_mode(&e, (struct simplify_options){.keep_values = mode & 1, .assume_domain = mode >> 1});
	}
}

/* ---- rules --------------------------------------------------------------------------------------
 */

static void check_rule(const char *from, const char *to, struct simplify_options o)
{
	struct expr e = ref_polish(from), want = ref_polish(to);

	simplify(&e, &o);
	if (!expr_same_skeleton(&e, &want))
		test_failed(__FILE__, __LINE__, "%s does not become %s (%d nodes)", from, to, e.n);
	for (int i = 0; i < e.n && i < want.n; i++)
		if (e.node[i].op == OP_FIXED && want.node[i].op == OP_FIXED)
			CHECK_NEAR(e.c[e.node[i].arg], want.c[want.node[i].arg], 1e-15);
}

struct rule {
	const char *from, *to;
};

TEST(rules_of_skeletons)
{
	static const struct rule rules[] = {
		{"mul c0 add mul c1 x0 1", "add mul c0 x0 c1"},
		{"mul c0 add x0 x1", "mul c0 add x0 x1"},
		{"add c0 mul c1 add x0 3", "add mul c0 x0 c1"},
		{"div mul c0 x0 add c1 mul c2 x1", "div mul c0 x0 add x1 c1"},
		{"div add mul c0 x0 c1 add mul c2 x1 c3", "div mul c0 add x0 c1 add x1 c2"},
		{"square add mul c0 x0 c1", "mul c0 square add x0 c1"},
		{"square mul c0 x0", "mul c0 square x0"},
		{"sqrt mul c0 x0", "sqrt mul c0 x0"},
		{"log mul c0 x0", "log mul c0 x0"},
		{"neg mul c0 sin mul c1 x0", "mul c0 sin mul c1 x0"},
		{"neg sin mul c1 x0", "sin mul c0 x0"},
		{"sub x0 c0", "add x0 c0"},
		{"sub c0 x0", "sub c0 x0"},
		{"mul 2 mul pi x0", "mul c0 x0"},
		{"cos mul pi x0", "cos mul pi x0"},
		{"mul x0 pow x0 c0", "pow x0 c0"},
		{"exp mul c0 log x0", "pow x0 c0"},
		{"pow exp x0 c0", "exp mul c0 x0"},
		{"inv mul c0 exp neg x0", "mul c0 exp x0"},
		{"div x0 exp mul c0 x1", "mul x0 exp mul c0 x1"},
		{"square mul 4 x0", "square mul 4 x0"},
		{"add mul c0 x0 mul c0 x1", "add mul c0 x0 mul c0 x1"},
		{"add c0 add c1 x0", "add x0 c0"},
	};

	for (int i = 0; i < (int)COUNT_OF(rules); i++)
		check_rule(rules[i].from, rules[i].to, (struct simplify_options){0});
}

TEST(rules_for_signs_powers_and_quotients)
{
	static const struct rule rules[] = {
		{"div x0 div x1 x2", "div mul x0 x2 x1"},
		{"div div x0 x1 x2", "div x0 mul x1 x2"},
		{"mul neg x0 neg add x1 3", "mul x0 add x1 3"},
		{"neg sub x0 x1", "sub x1 x0"},
		{"neg add x0 x1", "neg add x0 x1"},
		{"square sub x1 x0", "square sub x0 x1"},
		{"mul sub x1 x0 sub x3 x2", "mul sub x0 x1 sub x2 x3"},
		{"sub 1 x0", "sub 1 x0"},
		{"div square x0 square x1", "square div x0 x1"},
		{"mul square x0 square x1", "square mul x0 x1"},
		{"pow mul x0 square x1 3", "cube mul x0 square x1"},
		{"mul sqrt x0 sqrt x1", "sqrt mul x0 x1"},
		{"mul sqrt mul x0 x1 sqrt mul x0 x1", "mul x0 x1"},
		{"mul x0 sqrt x0", "sqrt cube x0"},
		{"inv sqrt x0", "sqrt inv x0"},
		{"sqrt square x0", "abs x0"},
		{"square sqrt x0", "x0"},
		{"sqrt mul square x0 square x1", "abs mul x0 x1"},
		{"abs mul x0 square x1", "mul square x1 abs x0"},
		{"abs add square x0 square x1", "add square x0 square x1"},
		{"square square x0", "pow x0 4"},
		{"pow x0 0.5", "sqrt x0"},
		{"pow x0 1", "x0"},
		{"inv inv x0", "x0"},
		{"inv exp x0", "exp neg x0"},
		{"mul x0 exp neg x1", "div x0 exp x1"},
		{"log inv x0", "neg log x0"},
		{"tan neg sin x0", "neg tan sin x0"},
		{"cos abs x0", "cos x0"},
		{"asin sin x0", "asin sin x0"},
		{"sin asin x0", "x0"},
		{"add div x0 2 div x0 3", "div mul 5 x0 6"},
		{"add mul 2 x0 mul 2 x1", "mul 2 add x0 x1"},
		{"sub mul x0 x1 mul x1 x0", "0"},
		{"sub x0 sub x1 x2", "add sub x0 x1 x2"},
	};

	for (int i = 0; i < (int)COUNT_OF(rules); i++)
		check_rule(rules[i].from, rules[i].to, (struct simplify_options){.keep_values = true});
}

TEST(rules_that_assume_positive_factors)
{
	static const struct rule rules[] = {
		{"sqrt mul c0 x0", "mul c0 sqrt x0"},	   {"log mul c0 x0", "add log x0 c0"},
		{"log div c0 x0", "sub c0 log x0"},	   {"sqrt square x0", "x0"},
		{"mul sqrt x0 sqrt x1", "sqrt mul x0 x1"}, {"pow mul x0 x1 c0", "pow mul x0 x1 c0"},
	};

	for (int i = 0; i < (int)COUNT_OF(rules); i++)
		check_rule(rules[i].from, rules[i].to, (struct simplify_options){.assume_domain = true});
}

TEST(rules_of_columns_that_are_positive)
{
	static const struct rule rules[] = {
		{"mul x2 sqrt max square x0 square x1", "mul x2 max x0 x1"},
		{"min div x0 x2 div x1 x2", "div min x0 x1 x2"},
		{"max mul x0 x2 mul x1 x2", "mul x2 max x0 x1"},
		{"min mul 2.5 x0 mul x1 x0", "mul x0 min x1 2.5"},
		{"max sqrt x0 sqrt x1", "sqrt max x0 x1"},
	};
	struct expr kept = ref_polish("min mul x0 x3 mul x1 x3"), out;

	for (int i = 0; i < (int)COUNT_OF(rules); i++)
		check_rule(rules[i].from, rules[i].to, (struct simplify_options){.keep_values = true, .positive = 7});
	out = kept;
	simplify(&out, &(struct simplify_options){.keep_values = true, .positive = 7}); /* x3 may be negative */
	CHECK(expr_same_skeleton(&out, &kept));
}

TEST(merged_constants_keep_the_function)
{
	struct expr e = ref_polish("div mul c0 add mul c1 x0 c2 exp add x1 c3");
	double x[2] = {0.7, -1.3}, before;

	for (int i = 0; i < 4; i++)
		e.c[i] = 1.5 - 0.8 * i;
	before = expr_value(&e, x);
	simplify(&e, &(struct simplify_options){.keep_values = true});
	CHECK_EQ(expr_free_consts(&e), 2);
	CHECK_NEAR(expr_value(&e, x), before, 1e-14);
}

TEST(tied_constants_keep_their_identity)
{
	struct expr e = ref_polish("add mul c0 sin x0 mul c0 cos mul c1 mul c2 x1"), s = e;

	simplify(&s, &(struct simplify_options){.keep_values = true});
	CHECK_EQ(expr_free_consts(&s), 2);
	CHECK_EQ(s.n, e.n - 2);
	e = ref_polish("sub mul c0 x0 mul c0 x0"); /* the same constant, so the difference vanishes */
	expr_canonical(&e, &s);
	CHECK_EQ(s.n, 1);
	e = ref_polish("sub mul c0 x0 mul c1 x0"); /* two constants are one */
	expr_canonical(&e, &s);
	CHECK_EQ(s.n, 3);
}

TEST(literals_stay_literal_and_tell_skeletons_apart)
{
	struct expr a = ref_polish("mul 2.5 x0"), b = ref_polish("mul 3.5 x0"), c = ref_polish("mul c0 x0"), s;

	expr_canonical(&a, &s);
	CHECK(expr_same_skeleton(&s, &a));
	CHECK(expr_canonical_hash(&a) != expr_canonical_hash(&b));
	CHECK(expr_canonical_hash(&a) != expr_canonical_hash(&c));
	a = ref_polish("mul 2.5 mul c0 x0");
	CHECK(expr_canonical_hash(&a) == expr_canonical_hash(&c));
}

TEST(what_is_never_finite_is_left_alone)
{
	struct expr e = ref_polish("mul x0 log neg 2"), s = e;

	simplify(&s, &(struct simplify_options){.keep_values = true});
	CHECK(s.n <= e.n);
	CHECK(expr_valid(&s));
	CHECK(isnan(expr_value(&s, (double[]){1.0})));
}

TEST(exponentials_of_one_difference_cancel)
{
	const struct simplify_options o = {.keep_values = true};

	check_rule("div exp sub x1 x2 exp sub x1 x2", "1", o);
	check_rule("mul exp sub x1 x2 exp sub x2 x1", "1", o);
	check_rule("mul mul x0 exp sub x1 x2 div x0 exp sub x1 x2", "square x0", o);
}
