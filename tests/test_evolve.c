/* test_evolve.c — offspring obey the masks and depend on nothing but their stream. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/bounds.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/search/evolve.h"
#include "test.h"

#include <stdlib.h>

static void add(struct population *p, int island, double fitness, const char *tokens)
{
	struct individual who = {.fitness = fitness};
	char copy[128], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", tokens);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (w[0] == 'x')
			expr_push(&who.skeleton, OP_VAR, w[1] - '1');
		else if (strcmp(w, "c") == 0)
			expr_push_const(&who.skeleton, OP_CONST, 1);
		else
			expr_push(&who.skeleton, (enum op)op_find(w), 0);
	}
	who.hash = expr_canonical_hash(&who.skeleton);
	population_insert(p, island, &who);
}

TEST(a_population_keeps_different_skeletons_best_first)
{
	struct population *p = xcalloc(1, sizeof(*p));

	CHECK(population_empty(p));
	add(p, 0, 0.2, "sin x1");
	add(p, 0, 0.5, "mul x1 x2");
	add(p, 0, 0.5, "mul x1 x2");
	add(p, 0, 0.3, "exp x2");
	CHECK_EQ(p->island[0].n, 3);
	CHECK_NEAR(p->island[0].member[0].fitness, 0.5, 0);
	CHECK_NEAR(p->island[0].member[2].fitness, 0.2, 0);
	population_migrate(p);
	CHECK_EQ(p->island[1].n, 1);
	CHECK_EQ(p->island[2].n, 0);
	free(p);
}

TEST(an_island_never_grows_beyond_its_size_and_drops_the_worst)
{
	struct population *p = xcalloc(1, sizeof(*p));

	for (int i = 0; i < 3 * ISLAND_MAX; i++) {
		struct individual who = {.fitness = i, .hash = (uint64_t)i + 1, .skeleton.n = i % 30 + 1};

		CHECK(population_insert(p, 2, &who));
	}
	CHECK_EQ(p->island[2].n, ISLAND_MAX);
	CHECK_NEAR(p->island[2].member[ISLAND_MAX - 1].fitness, 2 * ISLAND_MAX, 0);
	free(p);
}

TEST(variants_of_one_size_push_out_each_other_and_not_the_other_sizes)
{
	struct population *p = xcalloc(1, sizeof(*p));
	struct individual small = {.fitness = 0.1, .hash = 1, .skeleton.n = 3};

	CHECK(population_insert(p, 0, &small));
	for (int i = 0; i < 2 * ISLAND_MAX; i++) {
		struct individual who = {.fitness = 1 + i, .hash = (uint64_t)i + 2, .skeleton.n = 20};

		CHECK(population_insert(p, 0, &who));
	}
	CHECK_EQ(p->island[0].n, ISLAND_PER_SIZE + 1);
	CHECK_NEAR(p->island[0].member[0].fitness, 2 * ISLAND_MAX, 0);
	CHECK_NEAR(p->island[0].member[ISLAND_PER_SIZE].fitness, 0.1, 0);
	small = (struct individual){.fitness = 1, .hash = 9999, .skeleton.n = 20};
	CHECK(!population_insert(p, 0, &small));
	free(p);
}

TEST(offspring_obey_the_masks_differ_from_each_other_and_repeat_with_their_stream)
{
	struct population *p = xcalloc(1, sizeof(*p));
	struct evolve_config c = {.grammar = grammar_default(16), .n_columns = 3};
	int made[VARY_COUNT] = {0}, repeats = 0;
	struct definitions *own = xcalloc(1, sizeof(*own));
	uint64_t last = 0;

	CHECK_OK(definitions_read("gauss(x) = exp(-x^2)\nmix(a, b) = a*b/(a + b)", own));
	c.own = own;
	c.grammar.max_len = 15;
	add(p, 0, 0.2, "sin mul c x1");
	add(p, 0, 0.5, "mul x1 x2");
	add(p, 0, 0.3, "add div x1 x2 exp x3");
	for (int i = 0; i < 3000; i++) {
		struct rng r = rng_stream(3, 1, (uint64_t)i), again = r;
		uint8_t tokens[VOCAB_MAX_LEN + 1];
		uint64_t legal[VOCAB_MAX_LEN + 1];
		struct expr e, same;
		int n;

		made[evolve_offspring(&c, p, 0, &r, &e)]++;
		evolve_offspring(&c, p, 0, &again, &same);
		CHECK(expr_valid(&e) && expr_same_skeleton(&e, &same));
		n = vocab_encode(&e, NULL, 0, tokens);
		CHECK(n > 0 && n <= 16);
		CHECK_EQ(grammar_masks(&c.grammar, tokens, n, legal), n);
		repeats += expr_canonical_hash(&e) == last;
		last = expr_canonical_hash(&e);
	}
	for (int v = 0; v < VARY_COUNT; v++)
		if (made[v] < 30)
			test_failed(__FILE__, __LINE__, "%s was made %d times", variation_name((enum variation)v),
				    made[v]);
	CHECK(repeats < 100);
	free(own);
	free(p);
}

TEST(what_is_bred_can_be_spelt_with_the_operators_that_are_allowed)
{
	struct population *p = xcalloc(1, sizeof(*p));
	const struct bounds allowed = {
		.operators = 1 << OP_ADD | 1 << OP_MUL, .max_size = EXPR_MAX_NODES, .max_consts = EXPR_MAX_CONSTS};
	struct evolve_config c = {.grammar = grammar_default(16), .n_columns = 2};

	c.grammar.allowed &=
		~(((TOK_BIT(OP_COUNT) - 1) << TOK_OP) & ~(TOK_BIT(TOK_OP + OP_ADD) | TOK_BIT(TOK_OP + OP_MUL)));
	add(p, 1, 0.5, "mul x1 x2");
	for (int i = 0; i < 500; i++) {
		struct rng r = rng_stream(3, 2, (uint64_t)i);
		struct expr e, spelled;

		evolve_offspring(&c, p, 1, &r, &e);
		CHECK(bounds_spell(&allowed, &e, &spelled) && bounds_allow(&allowed, &spelled));
	}
	free(p);
}
