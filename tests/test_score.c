/* test_score.c — the scorer's promises, the front and the choice. */
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/eval/significant.h"
#include "eqrl/eval/loss.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/score/chance.h"
#include "eqrl/score/hof.h"
#include "eqrl/score/rounding.h"
#include "eqrl/score/score.h"
#include "test.h"

#include <stdlib.h>

/* y = f over n rows of three columns in [0.5, 3]. */
static void make_data(struct dataset *d, int n, const char *formula, double noise)
{
	struct rng r = rng_stream(8, 1, 2);
	double *x[3], *y = xcalloc((size_t)n + ROWS_BLOCK, sizeof(double));
	struct dataset_source s = {.file = "made up", .target = "y"};
	struct expr e;

	CHECK_OK(parse_expr(formula, NULL, NULL, &e));
	for (int j = 0; j < 3; j++)
		x[j] = xcalloc((size_t)n + ROWS_BLOCK, sizeof(double));
	for (int i = 0; i < n; i++) {
		double row[3];

		for (int j = 0; j < 3; j++)
			row[j] = x[j][i] = rng_range(&r, 0.5, 3);
		y[i] = expr_value(&e, row) + noise * rng_normal(&r);
	}
	s.rows = (struct rows){.n = n, .n_columns = 3, .x = (const double *const *)x, .y = y};
	CHECK_OK(dataset_from_columns(d, &s, &(struct dataset_options){.seed = 1}));
	for (int j = 0; j < 3; j++)
		free(x[j]);
	free(y);
}

static void parse(const char *text, struct expr *e)
{
	CHECK_OK(parse_expr(text, NULL, NULL, e));
}

static const char *const formulas[] = {
	"x1*x2",       "sin(?*x1)", "x1 + x2*x3", "7*x1*x2 + 3", "exp(?*x3)/x1",      "x1*x2/(x3 + ?)",
	"log(x1 - 5)", "x2^2",	    "x1",	  "x2*x1",	 "sqrt(x1^2 + x2^2)",
};
enum { N = COUNT_OF(formulas) };

static void score_all(const struct dataset *d, int threads, struct score *out)
{
	struct pool *pool = pool_new(threads);
	struct scorer_config c = scorer_default();
	struct scorer *s = scorer_new(&c, d, pool);
	struct expr e[N];

	for (int i = 0; i < N; i++)
		parse(formulas[i], &e[i]);
	CHECK(scorer_run(s, e, N, out, NULL));
	scorer_free(s);
	pool_free(pool);
}

TEST(scores_do_not_depend_on_the_number_of_threads)
{
	struct score *a = xcalloc(2 * N, sizeof(*a)), *b = a + N;
	struct dataset d;

	make_data(&d, 150, "2.5*x1*x2/(x3 + 0.7) - 4", 0);
	score_all(&d, 1, a);
	score_all(&d, 3, b);
	for (int i = 0; i < N; i++) {
		CHECK(a[i].verdict == b[i].verdict && a[i].fvu_fit == b[i].fvu_fit);
		CHECK(a[i].fvu_select == b[i].fvu_select || a[i].verdict != VERDICT_OK);
		CHECK_EQ(a[i].size, b[i].size);
	}
	dataset_release(&d);
	free(a);
}

TEST(the_right_skeleton_is_fitted_to_rounding_and_coefficients_cost_no_candidate)
{
	struct score *s = xcalloc(N, sizeof(*s));
	struct dataset d;

	make_data(&d, 150, "2.5*x1*x2/(x3 + 0.7) - 4", 0);
	score_all(&d, 1, s);
	CHECK(s[5].fvu_fit < 1e-20 && s[5].fvu_select < 1e-20);
	CHECK_EQ(s[5].n_consts, 3);
	CHECK(s[0].fvu_fit > 1e-3);
	dataset_release(&d);
	free(s);
}

TEST(a_skeleton_is_fitted_once_and_its_repeats_say_so)
{
	struct score *s = xcalloc(N, sizeof(*s));
	struct dataset d;

	make_data(&d, 150, "x1*x2", 0);
	score_all(&d, 2, s);
	CHECK(!s[0].repeated);
	CHECK(s[3].repeated && s[9].repeated); /* 7*x1*x2 + 3 and x2*x1 */
	CHECK(s[3].fvu_fit == s[0].fvu_fit && s[9].hash == s[0].hash);
	dataset_release(&d);
	free(s);
}

TEST(an_equation_outside_its_domain_has_a_verdict_and_the_node_to_blame)
{
	struct score *s = xcalloc(N, sizeof(*s));
	struct dataset d;

	make_data(&d, 150, "x1*x2", 0);
	score_all(&d, 1, s);
	CHECK_EQ(s[6].verdict, VERDICT_NONFINITE);
	CHECK(s[6].culprit >= 0 && s[6].fitted.node[s[6].culprit].op == OP_LOG);
	CHECK(isinf(s[6].fvu_fit));
	dataset_release(&d);
	free(s);
}

TEST(a_second_batch_is_answered_from_the_cache_with_the_same_numbers)
{
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct score first, again;
	struct dataset d;
	struct scorer *s;
	struct expr e;

	make_data(&d, 150, "x1*x2 + sin(x3)", 0.1);
	s = scorer_new(&c, &d, pool);
	parse("x1*x2 + x3", &e);
	CHECK(scorer_run(s, &e, 1, &first, NULL));
	scorer_commit(s, &first, 1);
	CHECK(scorer_run(s, &e, 1, &again, NULL));
	scorer_commit(s, &again, 1);
	CHECK(again.repeated && !first.repeated);
	CHECK((float)first.fvu_fit == (float)again.fvu_fit && first.size == again.size);
	CHECK_EQ(scorer_cache_size(s), 1);
	CHECK_EQ(scorer_counts(s)->cached, 1);
	scorer_free(s);
	pool_free(pool);
	dataset_release(&d);
}

TEST(skeletons_that_are_stripped_already_get_the_same_scores)
{
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct score raw, stripped;
	struct dataset d;
	struct scorer *a, *b;
	struct expr e, skeleton;

	make_data(&d, 150, "2*x1*x2/(x3 + 0.7) - 4", 0);
	a = scorer_new(&c, &d, pool);
	b = scorer_new(&c, &d, pool);
	for (int i = 0; i < N; i++) {
		parse(formulas[i], &e);
		CHECK(expr_strip(&e, &skeleton));
		CHECK(scorer_run(a, &e, 1, &raw, NULL));
		CHECK(scorer_run_stripped(b, &skeleton, NULL, 1, &stripped, NULL));
		CHECK(raw.hash == stripped.hash && raw.hash == expr_canonical_hash(&skeleton));
		CHECK(raw.fvu_fit == stripped.fvu_fit && raw.size == stripped.size);
	}
	scorer_free(a);
	scorer_free(b);
	pool_free(pool);
	dataset_release(&d);
}

TEST(a_first_fit_starts_from_the_constants_that_are_given_with_the_skeleton)
{
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct score score;
	struct dataset d;
	struct scorer *s;
	struct expr start, skeleton;

	make_data(&d, 150, "2*sin(61.7*x1*x2) + x3", 0); /* too fast for chance to hit */
	s = scorer_new(&c, &d, pool);
	parse("1.9*sin(61.699*x2*x1) + 1.02*x3", &start);
	CHECK(expr_strip(&start, &skeleton));
	for (int i = 0; i < start.n; i++) /* literals of the text are free here */
		if (start.node[i].op == OP_FIXED)
			start.node[i].op = OP_CONST;
	for (int i = 0; i < skeleton.n; i++)
		if (skeleton.node[i].op == OP_FIXED)
			skeleton.node[i].op = OP_CONST;
	CHECK(scorer_run_stripped(s, &skeleton, &start, 1, &score, NULL));
	CHECK(score.fvu_fit < 1e-20);
	CHECK_EQ(score.stage, 2);
	scorer_free(s);
	pool_free(pool);
	dataset_release(&d);
}

TEST(a_batch_that_is_not_committed_leaves_no_trace)
{
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct score known, first, again;
	struct dataset d;
	struct scorer *s;
	struct expr a, b;

	make_data(&d, 150, "x1*x2 + sin(x3)", 0.1);
	s = scorer_new(&c, &d, pool);
	parse("x1*x2 + x3", &a);
	parse("x1*x2 + log(x3)", &b);
	CHECK(scorer_run(s, &a, 1, &known, NULL));
	scorer_commit(s, &known, 1);
	CHECK(scorer_run(s, &b, 1, &first, NULL));
	CHECK_EQ(scorer_cache_size(s), 1);
	CHECK_EQ(scorer_counts(s)->candidates, 1);
	CHECK(isinf(scorer_best(s, first.size)));
	CHECK(scorer_run(s, &b, 1, &again, NULL));
	CHECK(!first.repeated && !again.repeated);
	CHECK(first.fvu_fit == again.fvu_fit);
	CHECK(scorer_run(s, &a, 1, &again, NULL));
	CHECK(again.repeated);
	scorer_free(s);
	pool_free(pool);
	dataset_release(&d);
}

static struct scorer_state state_of(const struct scorer *s)
{
	return (struct scorer_state){
		.cache = scorer_cache(s),
		.n_cached = scorer_cache_size(s),
		.best = scorer_best_by_size(s),
		.counts = scorer_counts(s),
	};
}

TEST(what_a_restored_scorer_knows_is_what_the_first_one_knew)
{
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct score made_up[3] = {{.hash = 1, .fvu_fit = 0.5, .size = 7, .stage = 1},
				   {.hash = 2, .fvu_fit = 1e-9, .size = 5, .verdict = VERDICT_OVERFLOW, .stage = 2},
				   {.hash = 3, .fvu_fit = 0.25, .size = 7, .stage = 2}};
	struct scorer_state state;
	struct scorer *s, *again;
	struct dataset d;

	make_data(&d, 150, "x1*x2 + sin(x3)", 0.1);
	s = scorer_new(&c, &d, pool);
	again = scorer_new(&c, &d, pool);
	scorer_commit(s, made_up, 3);
	CHECK(isinf(scorer_best(s, 5))); /* an equation that overflows is not the best of its size … */
	state = state_of(s);
	scorer_restore(again, &state);
	for (int size = 0; size <= EXPR_MAX_NODES; size++) /* … here nor there */
		CHECK(scorer_best(s, size) == scorer_best(again, size));
	CHECK_EQ(scorer_counts(again)->candidates, 3);
	CHECK_EQ(memcmp(scorer_cache(s), scorer_cache(again), 3 * sizeof(struct cached_score)), 0);
	scorer_free(s);
	scorer_free(again);
	pool_free(pool);
	dataset_release(&d);
}

TEST(the_cache_stays_small_and_forgets_first_what_nobody_asked_for)
{
	enum { ASKED = 1000, MANY = 1200000 };
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct score made_up = {.stage = 1, .fvu_fit = 0.5, .size = 9};
	int asked = 0, newest = 0;
	struct dataset d;
	struct scorer *s;

	make_data(&d, 50, "x1*x2", 0.1);
	s = scorer_new(&c, &d, pool);
	for (int i = 1; i <= MANY; i++) {
		made_up.hash = (uint64_t)i * 0x9e3779b97f4a7c15u;
		made_up.repeated = false;
		scorer_commit(s, &made_up, 1);
		if (i % 1000 == 0) /* the first thousand come again and again */
			for (int k = 1; k <= ASKED; k++) {
				made_up.hash = (uint64_t)k * 0x9e3779b97f4a7c15u;
				made_up.repeated = true;
				scorer_commit(s, &made_up, 1);
			}
		CHECK(scorer_cache_size(s) * sizeof(struct cached_score) <= 10e6);
	}
	for (int i = 0; i < scorer_cache_size(s); i++) {
		uint64_t hash = scorer_cache(s)[i].hash;

		for (int k = 1; k <= ASKED; k += 100)
			asked += hash == (uint64_t)k * 0x9e3779b97f4a7c15u;
		for (int k = MANY - 200000; k <= MANY; k += 50000)
			newest += hash == (uint64_t)k * 0x9e3779b97f4a7c15u;
	}
	CHECK_EQ(asked, 10);
	CHECK_EQ(newest, 5);
	scorer_free(s);
	pool_free(pool);
	dataset_release(&d);
}

/* Scores the formulas and builds the front. */
static void front_of(const struct dataset *d, enum selection by, struct pareto *p)
{
	struct score *s = xcalloc(N, sizeof(*s));
	struct hof *h = xcalloc(1, sizeof(*h));

	score_all(d, 1, s);
	for (int i = 0; i < N; i++)
		hof_insert(h, &s[i]);
	pareto_build(h, d, by, p);
	pareto_sift(p);
	free(h);
	free(s);
}

TEST(the_front_improves_with_size_and_the_truth_is_chosen_by_every_rule)
{
	struct pareto *p = xcalloc(1, sizeof(*p));
	struct dataset d;

	make_data(&d, 150, "2.5*x1*x2/(x3 + 0.7) - 4", 0.02);
	for (int by = 0; by < selection_rows; by++) {
		front_of(&d, (enum selection)by, p);
		CHECK(p->n >= 2);
		for (int i = 1; i < p->n; i++) {
			CHECK(p->entry[i].size > p->entry[i - 1].size);
			CHECK(p->entry[i].fvu_fit < p->entry[i - 1].fvu_fit);
		}
		CHECK(p->chosen >= 0 && p->entry[p->chosen].fvu_select < 1e-2);
	}
	dataset_release(&d);
	free(p);
}

TEST(final_constants_are_plain_where_the_data_are_exact_and_report_rows_are_read_last)
{
	struct pareto *p = xcalloc(1, sizeof(*p));
	const struct pareto_entry *e;
	struct dataset d;
	double c[3];

	make_data(&d, 150, "2.5*x1*x2/(x3 + 0.7) - 4", 0);
	front_of(&d, SELECTION_MDL, p);
	CHECK(isnan(p->entry[p->chosen].fvu_report));
	pareto_finish(p, &d, SCALING_AUTO, 1);
	e = &p->entry[p->chosen];
	CHECK(e->fvu_report < 1e-20);
	CHECK_EQ(e->n_consts, 2); /* 2.5 and 0.7 */
	c[0] = c[1] = c[2] = 0;
	for (int i = 0; i < e->expr.n; i++)
		if (e->expr.node[i].op == OP_FIXED) {
			c[0] += e->expr.c[e->expr.node[i].arg] == 2.5;
			c[1] += e->expr.c[e->expr.node[i].arg] == 0.7;
		} else if (e->expr.node[i].op == OP_INT) {
			c[2] += e->expr.node[i].arg == 4;
		}
	CHECK(c[0] == 1 && c[1] == 1 && c[2] == 1);
	dataset_release(&d);
	free(p);
}

/* The finished front of a noisy table. */
static void finished_front(struct dataset *d, struct pareto *before, struct pareto *after)
{
	make_data(d, 150, "2.5*x1*x2/(x3 + 0.7) - 4", 0.1);
	front_of(d, SELECTION_EVIDENCE, before);
	*after = *before;
	pareto_finish(after, d, SCALING_AUTO, 1);
}

TEST(the_error_on_select_rows_stays_the_one_that_the_choice_saw_before_constants_were_refitted_on_them)
{
	struct pareto *before = xcalloc(1, sizeof(*before)), *p = xcalloc(1, sizeof(*p));
	struct dataset d;

	finished_front(&d, before, p);
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];

		CHECK(e->fvu_select == before->entry[e->seen].fvu_select &&
		      e->fvu_fit == before->entry[e->seen].fvu_fit);
		CHECK(e->fvu_all > 0 && e->fvu_cv >= e->fvu_all * 0.99);
	}
	dataset_release(&d);
	free(before);
	free(p);
}

TEST(a_finished_front_has_strictly_rising_sizes_falling_errors_and_counts_the_numbers_in_it)
{
	struct pareto *before = xcalloc(1, sizeof(*before)), *p = xcalloc(1, sizeof(*p));
	struct dataset d;

	finished_front(&d, before, p);
	CHECK(p->n >= 2 && p->chosen >= 0 && p->entry[p->chosen].chosen);
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];
		uint32_t numbers = 0;

		for (int k = 0; k < e->expr.n; k++)
			if (e->expr.node[k].op == OP_CONST || e->expr.node[k].op == OP_FIXED)
				numbers |= 1u << e->expr.node[k].arg;
		CHECK_EQ(e->n_consts, __builtin_popcount(numbers));
		CHECK_EQ(e->size, expr_size(&e->expr));
		if (i > 0)
			CHECK(e->size > e[-1].size && e->fvu_all < e[-1].fvu_all);
		for (int k = 0; k < e->expr.n_consts; k++) { /* noise is a share of 1/20, of 120 rows */
			char text[32];

			snprintf(text, sizeof(text), "%.6g", e->expr.c[k]);
			CHECK(strtod(text, NULL) == e->expr.c[k]);
		}
	}
	dataset_release(&d);
	free(before);
	free(p);
}

TEST(a_front_that_is_shown_during_a_search_has_few_digits_and_its_errors_but_for_that_of_what_is_printed)
{
	struct pareto *before = xcalloc(1, sizeof(*before)), *p = xcalloc(1, sizeof(*p));
	double fvu[PARETO_MAX];
	struct dataset d;
	int longest = 0;

	make_data(&d, 150, "2.5*x1*x2/(x3 + 0.7) - 4", 0.1);
	front_of(&d, SELECTION_EVIDENCE, before);
	*p = *before;
	pareto_limit_digits(p, &d, 1, fvu);
	CHECK_EQ(p->n, before->n);
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i], *old = &before->entry[i];

		CHECK(e->seen == i && e->fvu_fit == old->fvu_fit && e->fvu_select == old->fvu_select &&
		      e->fvu_all == old->fvu_all);
		CHECK(fvu[i] > 0 && fvu[i] < e->fvu_all * 1.05 && fvu[i] > e->fvu_all * 0.9);
		CHECK(expr_same_skeleton(&e->expr, &old->expr));
		for (int k = 0; k < e->expr.n_consts; k++) {
			CHECK(digits_written(e->expr.c[k]) <= 6);
			longest = digits_written(old->expr.c[k]) > longest ? digits_written(old->expr.c[k]) : longest;
		}
	}
	CHECK(longest > 12);
	dataset_release(&d);
	free(before);
	free(p);
}

/* Two equations without constants, of sizes 3 and 5, that leave 9 and 8 tenths of the loss. */
static void two_equations(const struct dataset *d, struct pareto *p)
{
	struct hof *h = xcalloc(1, sizeof(*h));

	for (int i = 0; i < 2; i++) {
		struct score s = {.verdict = VERDICT_OK, .size = 3 + 2 * i, .fvu_fit = 0.9 - 0.1 * i};

		s.fvu_select = s.fvu_fit;
		CHECK_OK(parse_expr(i ? "x1*x2*x3" : "x1*x2", NULL, NULL, &s.fitted));
		CHECK(hof_insert(h, &s));
	}
	pareto_build(h, d, SELECTION_BIC, p);
	CHECK_EQ(p->n, 2);
	free(h);
}

TEST(the_criterion_of_counts_is_half_their_deviance_over_their_dispersion)
{
	struct loss loss = {LOSS_POISSON, 1};
	struct pareto *p = xcalloc(1, sizeof(*p));
	static const char *const formula[] = {"0.5*x1*x1", "200*x1"};

	for (int i = 0; i < 2; i++) { /* targets that vary less than counts do, and more */
		struct target_moments t;
		struct dataset d;
		double n, dispersion;

		make_data(&d, 60, formula[i], 0);
		n = d.all_but_report.n;
		two_equations(&d, p);
		CHECK_NEAR(p->entry[0].criterion - p->entry[1].criterion, 0.5 * n * log(9.0 / 8), 1e-9);
		d.fit.loss = d.select.loss = d.all_but_report.loss = &loss;
		rows_measure_target(&d.all_but_report, &t);
		dispersion = fmax(1, 0.8 * t.sst / (n - 1));
		CHECK_EQ(dispersion > 1, i);
		two_equations(&d, p);
		CHECK_NEAR(p->entry[0].criterion - p->entry[1].criterion, 0.05 * t.sst / dispersion, 1e-9 * t.sst);
		dataset_release(&d);
	}
	free(p);
}

TEST(description_length_is_its_formula)
{
	/* (100 - 2)/2 ln 0.01 + 2/2 ln 100 + 5 ln 16 */
	CHECK_NEAR(description_length(0.01, 100, 2, 5, 1e-20), 49 * log(0.01) + log(100) + 5 * log(16), 1e-12);
	CHECK_NEAR(description_length(1e-30, 100, 0, 1, 1e-2), 50 * log(0.01) + log(16), 1e-12);
}

TEST(rounding_of_the_written_target_is_seen)
{
	double y[ROWS_BLOCK * 2] = {0};
	struct rows r = {.n = 64, .y = y};
	struct rng g = rng_stream(1, 1, 1);

	for (int i = 0; i < 64; i++)
		y[i] = nearbyint(rng_range(&g, 1, 9) * 100) / 100; /* three digits: q = 0.01 */
	CHECK(rounding_level(&r) > 1e-7 && rounding_level(&r) < 1e-5);
	for (int i = 0; i < 64; i++)
		y[i] = rng_range(&g, 1, 9);
	CHECK(rounding_level(&r) <= 1e-25);
}

TEST(chance_is_likely_for_a_blind_prediction_and_least_for_a_perfect_one)
{
	struct rng r = rng_stream(2, 2, 2);
	double y[50], blind[50];
	int likely = 0;

	for (int k = 0; k < 20; k++) {
		for (int i = 0; i < 50; i++) {
			y[i] = rng_normal(&r);
			blind[i] = rng_normal(&r);
		}
		likely += chance_probability(&(struct rows){.n = 50, .y = y}, blind, 199, 1) > 0.05;
	}
	CHECK(likely >= 16);
	CHECK_NEAR(chance_probability(&(struct rows){.n = 50, .y = y}, y, 199, 1), 1.0 / 200, 1e-12);
}

/* One column, temperatures of 300 to 360. */
static void make_temperatures(struct dataset *d, const char *formula)
{
	enum { ROWS = 36 };
	double x[ROWS + ROWS_BLOCK] = {0}, y[ROWS + ROWS_BLOCK] = {0};
	const double *column[] = {x};
	struct dataset_source s = {
		.file = "made up", .target = "y", .rows = {.n = ROWS, .n_columns = 1, .x = column, .y = y}};
	struct expr e;

	parse(formula, &e);
	for (int i = 0; i < ROWS; i++) {
		x[i] = 300 + 60.0 * i / (ROWS - 1);
		y[i] = expr_value(&e, &x[i]);
	}
	CHECK_OK(dataset_from_columns(d, &s, &(struct dataset_options){.seed = 1}));
}

static enum verdict verdict_on(const struct dataset *d, const char *text)
{
	struct pool *pool = pool_new(1);
	struct scorer_config c = scorer_default();
	struct scorer *s;
	struct score score;
	struct expr e;

	c.promising = 1;
	s = scorer_new(&c, d, pool);
	parse(text, &e);
	CHECK(scorer_run(s, &e, 1, &score, NULL));
	if (score.verdict == VERDICT_OK)
		CHECK(score.fvu_fit < 1e-3);
	scorer_free(s);
	pool_free(pool);
	return score.verdict;
}

TEST(a_power_that_imitates_an_exponential_is_refused_and_a_law_is_not)
{
	struct dataset d;

	make_temperatures(&d, "2.5e13*exp(-12629/x1)"); /* its slope is that of x^38 */
	CHECK_EQ(verdict_on(&d, "exp(?/x1)"), VERDICT_OK);
	CHECK_EQ(verdict_on(&d, "x1^?"), VERDICT_BOUNDS);
	CHECK_EQ(verdict_on(&d, "cube(cube(cube(x1)))"), VERDICT_BOUNDS);
	dataset_release(&d);
	make_temperatures(&d, "5.67e-8*x1^4 - 300");
	CHECK_EQ(verdict_on(&d, "x1^?"), VERDICT_OK);
	CHECK_EQ(verdict_on(&d, "square(square(x1))"), VERDICT_OK);
	dataset_release(&d);
}

/* A line with noise and one row far off, which a pole beside it can reach. */
static void make_line_with_outlier(struct dataset *d, struct pareto *p)
{
	static const char *const text[] = {"2*x1 + 1", "2*x1 + 1 + 0.02/(x1 - 1.6999)"};
	struct hof *h = xcalloc(1, sizeof(*h));
	int far = 0;

	make_data(d, 150, "2*x1 + 1", 0.5);
	for (int i = 0; i < d->fit.n; i++)
		if (fabs(d->fit.x[0][i] - 1.7) < fabs(d->fit.x[0][far] - 1.7))
			far = i;
	for (int k = 0; k < 2; k++) {
		struct score s = {.verdict = VERDICT_OK, .culprit = -1, .fvu_fit = 0.2 - 0.01 * k};

		parse(text[k], &s.fitted);
		for (int i = 0; i < s.fitted.n; i++)
			if (s.fitted.node[i].op == OP_FIXED)
				s.fitted.node[i].op = OP_CONST;
		if (k == 1) { /* the pole beside the row */
			s.fitted.c[s.fitted.n_consts - 1] = d->fit.x[0][far] - 0.02 / 4.5;
			d->y[far] += 4.5;
		}
		s.fvu_select = s.fvu_fit;
		s.size = expr_size(&s.fitted);
		s.n_consts = expr_free_consts(&s.fitted);
		hof_insert(h, &s);
	}
	pareto_build(h, d, SELECTION_MDL, p);
	free(h);
}

TEST(a_pole_between_the_rows_loses_to_a_regular_equation_of_similar_error)
{
	struct pareto *p = xcalloc(1, sizeof(*p));

	for (int allow = 0; allow < 2; allow++) {
		struct dataset d;

		make_line_with_outlier(&d, p);
		p->allow_poles = allow;
		pareto_finish(p, &d, SCALING_AUTO, 1);
		CHECK_EQ(p->n, 2);
		CHECK_EQ(p->entry[0].regularity.kind, REGULARITY_REGULAR);
		CHECK_EQ(p->entry[1].regularity.kind, REGULARITY_POLE);
		CHECK_EQ(p->chosen, allow);
		dataset_release(&d);
	}
	free(p);
}

TEST(an_answer_to_pure_noise_is_named_and_marked_as_not_significant)
{
	struct pareto *p = xcalloc(1, sizeof(*p));
	struct dataset d;

	make_data(&d, 200, "0*x1", 1);
	front_of(&d, SELECTION_R2, p);
	pareto_finish(p, &d, SCALING_AUTO, 1);
	CHECK(p->chosen >= 0 && !p->significant && p->chance > 0.05);
	dataset_release(&d);
	free(p);
}

/* Every 15th row is 60 off: absolute errors pass by them, so that they are all the error of the law that is left. */
TEST(errors_of_the_choice_are_by_the_loss_of_the_rows)
{
	struct pareto *p = xcalloc(1, sizeof(*p));
	struct target_moments target;
	struct dataset d;
	double spoilt = 0;

	make_data(&d, 150, "2.5*x1*x2/(x3 + 0.7) - 4", 0);
	d.loss = xcalloc(1, sizeof(*d.loss));
	*d.loss = (struct loss){LOSS_MAE, 1};
	d.fit.loss = d.select.loss = d.all_but_report.loss = d.report.loss = d.loss;
	for (int i = 0; i < d.all_but_report.n; i += 15, spoilt += 60)
		d.y[i] += 60;
	rows_measure_target(&d.all_but_report, &target);
	front_of(&d, SELECTION_EVIDENCE, p);
	pareto_finish(p, &d, SCALING_AUTO, 1);
	CHECK_NEAR(p->entry[p->chosen].fvu_all, spoilt / target.sst, 1e-4);
	CHECK_NEAR(p->entry[p->chosen].fvu_cv, spoilt / target.sst, 1e-3);
	CHECK(p->entry[p->chosen].fvu_report < 1e-4 && p->significant);
	dataset_release(&d);
	free(p);
}
