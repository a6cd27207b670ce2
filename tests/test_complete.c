/* test_complete.c — what is missing in an equation, and equations that the policy completes. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/strip.h"
#include "eqrl/search/hole.h"
#include "eqrl/search/semantic.h"
#include "search_case.h"
#include "test.h"
#include "../src/rl/pieces.h"
#include "../src/rl/task.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 40, COLUMNS = 3 };

struct table {
	double x[COLUMNS][ROWS + ROWS_BLOCK], y[ROWS + ROWS_BLOCK];
	const double *column[COLUMNS];
	struct rows rows;
};

/* Columns in [0.5, 1.2], where the inverses taken are the true ones; y = e. */
static struct table *table_of(const struct expr *e)
{
	struct table *t = xcalloc(1, sizeof(*t));
	struct rng r = rng_stream(5, 1, 1);

	for (int i = 0; i < ROWS; i++) {
		double row[COLUMNS];

		for (int c = 0; c < COLUMNS; c++)
			row[c] = t->x[c][i] = rng_range(&r, 0.5, 1.2);
		t->y[i] = expr_value(e, row);
	}
	for (int c = 0; c < COLUMNS; c++)
		t->column[c] = t->x[c];
	t->rows = (struct rows){.n = ROWS, .n_columns = COLUMNS, .x = t->column, .y = t->y};
	return t;
}

TEST(what_a_subtree_has_to_be_is_what_it_is_where_the_equation_is_right)
{
	static const char *const formulas[] = {
		"2*exp(0.5*x1) + x2/x3 - 3",
		"log(x1 + x2)*x3",
		"sqrt(x1*x2 + 1) - x3^2",
		"x1^x2/7",
		"1/(x1 + 2*x2)",
		"tanh(0.2*x1*x3)",
		"asin(0.5*x1) + acos(0.3*x2)",
		"atan(x1)/x2",
		"sinh(x1) - cosh(x2)",
		"sin(x1)*cos(x2)^3",
		"abs(x1 + x2)*tan(x3)",
		"-x1/(2 - x2)",
	};
	double target[ROWS + ROWS_BLOCK], scratch[ROWS + ROWS_BLOCK];
	struct tape *tape = tape_new();

	for (size_t f = 0; f < COUNT_OF(formulas); f++) {
		struct expr e;
		struct table *t;

		CHECK_OK(parse_expr(formulas[f], NULL, NULL, &e));
		t = table_of(&e);
		for (int node = 0; node < e.n; node++) {
			struct expr part = {0};

			expr_append_subtree(&part, &e, node);
			semantic_targets(tape, &e, node, &t->rows, target, scratch);
			for (int i = 0; i < ROWS; i++) {
				double row[COLUMNS] = {t->x[0][i], t->x[1][i], t->x[2][i]},
				       value = expr_value(&part, row);

				CHECK_NEAR(target[i], value, 1e-9 * (1 + fabs(value)));
			}
		}
		free(t);
	}
	tape_free(tape);
}

TEST(where_nothing_would_do_the_target_is_not_finite)
{
	double target[ROWS + ROWS_BLOCK], scratch[ROWS + ROWS_BLOCK];
	struct tape *tape = tape_new();
	struct expr truth, e;
	struct table *t;

	CHECK_OK(parse_expr("-x1 - 2", NULL, NULL, &truth));
	CHECK_OK(parse_expr("exp(x1)", NULL, NULL, &e));
	t = table_of(&truth);
	semantic_targets(tape, &e, 1, &t->rows, target, scratch);
	for (int i = 0; i < ROWS; i++)
		CHECK(!isfinite(target[i]));
	free(t);
	tape_free(tape);
}

TEST(a_hole_is_seen_through_the_link_that_makes_a_line_or_a_product_of_it_and_what_is_written_there_fits)
{
	static const char *const formulas[] = {"sqrt(2*x1 + 3*x2)", "exp(x1 - 0.5*x3)", "1/(x2 + 4*x3)",
					       "x1 + x2^2/x3"};
	double seen[ROWS];

	for (size_t f = 0; f < COUNT_OF(formulas); f++) {
		struct rng r = rng_stream(2, 3, (uint64_t)f);
		struct expr truth, e = {0};
		int node = 0, used = 0;
		struct table *t;

		CHECK_OK(parse_expr(formulas[f], NULL, NULL, &truth));
		t = table_of(&truth);
		for (int draw = 0; draw < 20; draw++) {
			e = (struct expr){0};
			node = 0;
			expr_push(&e, OP_VAR, 0);
			if (!hole_link(&e, &node, &t->rows, &r, seen))
				continue;
			used++;
			CHECK(expr_valid(&e) && e.node[node].op == OP_VAR);
			for (int i = 0; i < ROWS; i++) { /* the hole's variable stands behind the columns */
				double row[COLUMNS + 1] = {t->x[0][i], t->x[1][i], t->x[2][i], seen[i]};

				CHECK_NEAR(expr_value(&e, row), t->y[i], 1e-5 * fabs(t->y[i]));
			}
		}
		CHECK(used >= 15);
		free(t);
	}
}

static void make_data(struct dataset *d)
{
	struct expr e;
	struct table *t;
	struct dataset_source s = {.file = "made up", .target = "y"};

	CHECK_OK(parse_expr("x1*x2 + sin(2*x3)", NULL, NULL, &e));
	t = table_of(&e);
	s.rows = t->rows;
	CHECK_OK(dataset_from_columns(d, &s, &(struct dataset_options){.seed = 1}));
	free(t);
}

/* A batch by one proposer on a task without learning; it is scored, and not yet committed. */
static void draw(struct task *k, const struct tools *tools, int by, int64_t step, struct turn *turn, struct batch *b)
{
	struct task_view view = task_view(k);

	*turn = turn_of(tools->config, k, step);
	turn->by = b->by = by;
	turn->n = proposer_table[by].count(tools->config, 1);
	b->n_written = 0;
	CHECK(proposer_table[by].draw(turn, &view, tools, NULL, b));
	CHECK(task_score(k, turn, b, NULL));
}

/* Completes what one batch of the policy has found; at most n of them. */
static int complete(int threads, int n, struct expr *candidate, struct expr *start)
{
	struct train_config c = search_case_config();
	struct pool *pool = pool_new(threads);
	struct fitter *fitter[2] = {fitter_new(), fitter_new()};
	struct policy p;
	struct tools tools = {.config = &c, .pool = pool, .policy = &p, .sampler = sampler_new(pool), .fitter = fitter};
	struct turn turn;
	struct batch b;
	struct dataset d;
	struct task k;
	int done;

	c.batch = 256;
	c.group_size = c.offspring = 64;
	c.complete = (double)n / c.offspring;
	c.max_consts = 4;
	make_data(&d);
	search_case_policy(&p);
	p.grammar_max_consts = 4;
	batch_open(&b, 256);
	CHECK_OK(task_open(&k, &c, &d, NULL, &p, pool));
	draw(&k, &tools, BY_POLICY, 0, &turn, &b);
	task_commit(&k, &c, &turn, &b, false);
	draw(&k, &tools, BY_COMPLETION, 1, &turn, &b);
	done = b.n;
	memcpy(candidate, b.candidate, (size_t)n * sizeof(*candidate));
	memcpy(start, b.start, (size_t)n * sizeof(*start));
	task_close(&k);
	batch_close(&b);
	sampler_free(tools.sampler);
	policy_release(&p);
	dataset_release(&d);
	fitter_free(fitter[0]);
	fitter_free(fitter[1]);
	pool_free(pool);
	return done;
}

TEST(completed_offspring_are_stripped_legal_and_start_from_constants_of_the_same_skeleton)
{
	enum { N = 48 };
	struct expr *candidate = xcalloc(2 * N, sizeof(*candidate)), *start = candidate + N;
	int n = complete(1, N, candidate, start), whole = 0;

	CHECK(n > 0 && n <= N);
	for (int i = 0; i < n; i++) {
		struct expr stripped;

		if (candidate[i].n == 0)
			continue;
		whole++;
		CHECK(expr_valid(&candidate[i]) && expr_valid(&start[i]));
		CHECK(candidate[i].n <= 15);
		CHECK(expr_strip(&start[i], &stripped));
		CHECK(expr_same_skeleton(&stripped, &candidate[i]));
	}
	CHECK(whole > 0);
	free(candidate);
}

TEST(completed_offspring_are_the_same_for_1_and_2_threads)
{
	enum { N = 48 };
	struct expr *a = xcalloc(4 * N, sizeof(*a)), *b = a + N, *start = a + 2 * N;
	int n = complete(1, N, a, start);

	CHECK_EQ(complete(2, N, b, start + N), n);
	for (int i = 0; i < n; i++)
		CHECK(a[i].n == b[i].n && (a[i].n == 0 || expr_same_skeleton(&a[i], &b[i])));
	free(a);
}

/* ---- learning from pieces -------------------------------------------------------------------------- */

/* A scored batch of completions of a task on which the policy has written one batch before. */
struct completed {
	struct train_config c;
	struct pool *pool;
	struct fitter *fitter[2];
	struct policy p;
	struct tools tools;
	struct dataset d;
	struct task k;
	struct batch b, lesson;
};

static void completed_open(struct completed *x)
{
	struct turn turn;

	*x = (struct completed){.c = search_case_config(), .pool = pool_new(2)};
	x->fitter[0] = fitter_new();
	x->fitter[1] = fitter_new();
	x->c.batch = x->c.offspring = x->c.train_size = 256;
	x->c.complete = 1;
	x->c.learn_completions = true;
	make_data(&x->d);
	search_case_policy(&x->p);
	x->tools = (struct tools){.config = &x->c,
				  .pool = x->pool,
				  .policy = &x->p,
				  .sampler = sampler_new(x->pool),
				  .fitter = x->fitter};
	batch_open(&x->b, 256);
	CHECK_OK(task_open(&x->k, &x->c, &x->d, NULL, &x->p, x->pool));
	draw(&x->k, &x->tools, BY_POLICY, 0, &turn, &x->b);
	task_commit(&x->k, &x->c, &turn, &x->b, false);
	draw(&x->k, &x->tools, BY_COMPLETION, 1, &turn, &x->b);
}

static void completed_close(struct completed *x)
{
	task_close(&x->k);
	batch_close(&x->b);
	batch_close(&x->lesson);
	sampler_free(x->tools.sampler);
	policy_release(&x->p);
	dataset_release(&x->d);
	fitter_free(x->fitter[0]);
	fitter_free(x->fitter[1]);
	pool_free(x->pool);
}

TEST(a_piece_is_worth_the_decades_by_which_the_whole_became_better_and_equal_pieces_of_a_hole_the_same)
{
	struct completed x;
	int rewarded = 0;

	completed_open(&x);
	CHECK(pieces_make_lesson(&x.b, 0, &x.lesson));
	CHECK_EQ(x.lesson.n, x.b.n_written);
	for (int i = 0; i < x.b.n; i++) {
		int piece = x.b.piece[i], per = x.b.pieces.per_hole;
		double before = x.b.pieces.hole[piece / per].before, now = x.b.score[i].fvu_fit;

		CHECK(piece >= 0 && piece < x.lesson.n);
		if (x.b.score[i].verdict == VERDICT_OK && now < before)
			CHECK(x.lesson.reward[piece] >= fmin(log10(before / fmax(now, 1e-12)), 8) / 8 - 1e-12);
		for (int j = piece / per * per; j < piece; j++)
			if (x.lesson.score[j].hash == x.lesson.score[piece].hash)
				CHECK(x.lesson.reward[j] == x.lesson.reward[piece]);
	}
	for (int i = 0; i < x.lesson.n; i++) {
		CHECK(x.lesson.context[i] == &x.b.pieces.hole[i / x.b.pieces.per_hole].shown);
		rewarded += x.lesson.reward[i] > 0;
	}
	CHECK(rewarded > 0 && rewarded < x.lesson.n);
	pieces_end_lesson(&x.lesson);
	completed_close(&x);
}

/* Σ advantage · log π(piece) over the pieces that are taught, each in its hole's context. */
static double weighted_logp(const struct completed *x, const struct learning *l)
{
	struct arena arena = {0};
	struct packing all = {.batch = &x->lesson, .tune_all = x->c.tune_all, .net = &x->p.config, .arena = &arena};
	double sum = 0;

	pack_sequences(&all, x->lesson.chosen, x->lesson.n_chosen, 0);
	for (int k = 0; k < all.n; k++) {
		const struct learn_batch *p = &all.packed[k];
		float *logp = xcalloc((size_t)(p->n * p->width), sizeof(*logp));

		CHECK_OK(l->api->logprobs(l->learner, p, false, logp));
		for (int i = 0; i < p->n * p->width; i++)
			sum += p->tokens[i] != TOK_PAD ? p->advantage[i] * logp[i] : 0;
		free(logp);
	}
	arena_release(&arena);
	return sum;
}

TEST(an_update_makes_rewarded_pieces_more_probable_in_their_holes)
{
	const struct learner_api *api = search_case_learner();

	for (int all = 0; api && all < 2;
	     all++) { /* the decoder alone; the encoder, which sees the holes' tables, too */
		struct baseline none = {0};
		struct learning l;
		struct completed x;
		double before;

		completed_open(&x);
		x.c.tune_all = all;
		x.c.kl = x.c.entropy = 0;
		CHECK_OK(learning_open(&l, &x.c, &x.p, &(struct trainer_inputs){.api = api, .pool = x.pool}));
		CHECK(pieces_make_lesson(&x.b, 0, &x.lesson));
		batch_advantage(&x.lesson, 0, x.b.pieces.per_hole, x.c.train_size, &none);
		CHECK(x.lesson.n_chosen > 0);
		before = weighted_logp(&x, &l);
		CHECK_OK(learning_step(&l, &x.c, &(struct lesson){.batch = &x.lesson}, &x.p));
		CHECK_NEAR(l.record.last.ratio_mean, 1, 1e-4); /* the holes are those that the sampler was shown */
		CHECK(weighted_logp(&x, &l) > before);
		pieces_end_lesson(&x.lesson);
		learning_close(&l);
		completed_close(&x);
	}
}
