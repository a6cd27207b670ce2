/* test_bounds.c — what the user forbids is in no equation of the front, and little is lost by it. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/prior.h"
#include "eqrl/expr/print.h"
#include "eqrl/score/hof.h"
#include "eqrl/search/evolve.h"
#include "test.h"

#include <stdlib.h>

enum { ROWS = 60, DRAWN = 300, BRED = 300 };

static struct bounds only(const char *operators, int max_size, int max_consts)
{
	struct bounds b = {.max_size = max_size, .max_consts = max_consts};
	char copy[128], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", operators);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		b.operators |= (uint64_t)1 << op_find(w);
	return b;
}

static void check_spelling(const char *from, const char *operators, const char *to)
{
	struct bounds b = only(operators, 64, 16);
	struct expr e, got;
	struct str text = {0};

	CHECK_OK(parse_expr(from, NULL, NULL, &e));
	if (!bounds_spell(&b, &e, &got)) {
		CHECK(!to);
		return;
	}
	CHECK(bounds_allow(&b, &got));
	print_expr(&text, &got, NULL, NOTATION_TEXT);
	CHECK_STR(text.data, to ? to : "none");
	str_release(&text);
}

TEST(an_operator_that_may_not_occur_is_spelt_by_others_or_refused)
{
	check_spelling("x1^2", "mul", "x1*x1");
	check_spelling("x1^3 + 1", "mul add", "x1*x1*x1 + 1");
	check_spelling("x1^4", "mul", "x1*x1*x1*x1");
	check_spelling("x1/x2", "mul pow", "x1*x2^(-1)");
	check_spelling("1/x2", "pow", NULL); /* a division is the operator div, not inv */
	check_spelling("sqrt(x1)", "pow", "x1^0.5");
	check_spelling("exp(x1)", "mul add pow div", NULL);
	check_spelling("x1 - x2", "add mul", "x1 - x2");
}

TEST(an_inverse_is_printed_as_a_division_and_needs_that_operator)
{
	struct bounds b = only("inv add", 64, 16);
	struct expr e = {0};

	expr_push(&e, OP_INV, 0);
	expr_push(&e, OP_VAR, 0);
	CHECK(!bounds_allow(&b, &e));
	b.operators |= (uint64_t)1 << OP_DIV;
	CHECK(bounds_allow(&b, &e));
}

static void make_data(struct dataset *d, bool corner)
{
	struct rng r = rng_stream(3, 1, 4);
	double x[2][ROWS + ROWS_BLOCK] = {{0}}, y[ROWS + ROWS_BLOCK] = {0};
	const double *column[2] = {x[0], x[1]};
	struct dataset_source s = {.file = "made up", .target = "y"};

	for (int i = 0; i < ROWS; i++) {
		x[0][i] = rng_range(&r, 0.5, 3);
		x[1][i] = rng_range(&r, 0.5, 3);
		y[i] = corner ? 2 * fmin(x[0][i], x[1][i]) + 1
			      : 7 / (x[0][i] * x[0][i]) + 3 * x[1][i] - 2 + 0.05 * rng_normal(&r);
	}
	s.rows = (struct rows){.n = ROWS, .n_columns = 2, .x = column, .y = y};
	CHECK_OK(dataset_from_columns(d, &s, &(struct dataset_options){.seed = 2}));
}

/* Random equations and their offspring, scored within bounds; the front that they leave, finished. */
static void search(const struct dataset *d, const struct bounds *b, struct pareto *front)
{
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct prior_config prior = prior_default();
	struct evolve_config evolve = {.grammar = grammar_default(2), .n_columns = 2};
	struct population *p = xcalloc(1, sizeof(*p));
	struct expr *e = xcalloc(DRAWN + BRED, sizeof(*e));
	struct score *s = xcalloc(DRAWN + BRED, sizeof(*s));
	struct hof *hof = xcalloc(1, sizeof(*hof));
	struct rng r = rng_stream(5, 6, 7);
	struct scorer *scorer;

	c.bounds = *b;
	prior.operators = b->operators;
	evolve.grammar.allowed &= ~((TOK_BIT(OP_COUNT) - 1) << TOK_OP);
	evolve.grammar.allowed |= (b->operators & (TOK_BIT(OP_COUNT) - 1)) << TOK_OP;
	scorer = scorer_new(&c, d, pool);
	for (int i = 0; i < DRAWN; i++)
		while (!prior_draw(&prior, 2, &r, &e[i]))
			;
	CHECK(scorer_run(scorer, e, DRAWN, s, NULL));
	for (int i = 0; i < DRAWN; i++)
		if (s[i].verdict == VERDICT_OK)
			population_insert(p, 0,
					  &(struct individual){-s[i].fvu_fit, s[i].hash, .skeleton = s[i].skeleton});
	for (int i = DRAWN; i < DRAWN + BRED; i++)
		evolve_offspring(&evolve, p, 0, &r, &e[i]);
	CHECK(scorer_run(scorer, e + DRAWN, BRED, s + DRAWN, NULL));
	for (int i = 0; i < DRAWN + BRED; i++)
		hof_insert(hof, &s[i]);
	pareto_build(hof, d, SELECTION_MDL, front);
	front->bounds = *b;
	pareto_finish(front, d, SCALING_AUTO, 1);
	scorer_free(scorer);
	pool_free(pool);
	free(p);
	free(e);
	free(s);
	free(hof);
}

TEST(every_equation_of_a_front_obeys_the_bounds_with_its_coefficients)
{
	const struct bounds bounds[] = {
		only("add sub mul div inv square sqrt", 5, 16),	    only("add mul", 30, 16),
		only("add sub mul log exp square", 30, 16),	    only("add sub mul div inv square sqrt exp", 30, 1),
		only("add sub mul div inv square sqrt exp", 30, 0),
	};
	struct pareto *front = xcalloc(1, sizeof(*front));
	struct dataset d;

	make_data(&d, false);
	for (size_t k = 0; k < COUNT_OF(bounds); k++) {
		double best = 1;

		search(&d, &bounds[k], front);
		CHECK(front->n > 0);
		for (int i = 0; i < front->n; i++) {
			CHECK(bounds_allow(&bounds[k], &front->entry[i].expr));
			best = fmin(best, front->entry[i].fvu_fit);
		}
		CHECK(best < 0.9);
	}
	dataset_release(&d);
	free(front);
}

TEST(an_extra_operator_is_found_where_it_is_asked_for_and_nowhere_else)
{
	struct pareto *front = xcalloc(1, sizeof(*front));
	struct bounds b = only("add sub mul div min", 30, 16);
	struct dataset d;

	make_data(&d, true);
	search(&d, &b, front);
	CHECK(front->entry[front->n - 1].fvu_fit < 1e-20);
	b.operators = grammar_usual_operators();
	search(&d, &b, front);
	CHECK(front->n > 0 && bounds_allow(&b, &front->entry[front->n - 1].expr));
	dataset_release(&d);
	free(front);
}
