/* test_pretrain.c — problems are functions of their stream; training is a function of its steps. */
#include "eqrl/base/error.h"
#include "eqrl/base/mem.h"
#include "eqrl/bench/problem_file.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/rl/learner_load.h"
#include "eqrl/pretrain/census.h"
#include "eqrl/pretrain/pretrain.h"
#include "eqrl/pretrain/source.h"
#include "../src/pretrain/feed.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static void draw(const struct problem_config *c, int n_rows, uint64_t index, struct problem *p)
{
	struct rng r = rng_stream(9, 1, index);

	problem_draw(c, n_rows, &r, NULL, p);
}

TEST(problems_are_legal_finite_and_repeat_with_their_stream)
{
	struct problem_config c = problem_default();
	struct problem *p = xcalloc(2, sizeof(*p));
	int noisy = 0, several = 0;

	for (uint64_t i = 0; i < 300; i++) {
		int rows = i % 2 ? 64 : 7;
		uint64_t legal[VOCAB_MAX_LEN + 1];

		draw(&c, rows, i, &p[0]);
		draw(&c, rows, i, &p[1]);
		CHECK_EQ(p[0].rows.n, rows);
		CHECK(p[0].len == p[1].len && memcmp(p[0].tokens, p[1].tokens, (size_t)p[0].len) == 0);
		CHECK(memcmp(p[0].y, p[1].y, (size_t)rows * sizeof(double)) == 0);
		CHECK_EQ(grammar_masks(&c.grammar, p[0].tokens, p[0].len, legal), p[0].len);
		CHECK(expr_columns(&p[0].skeleton) <= p[0].n_columns);
		for (int k = 0; k < rows; k++)
			CHECK(isfinite(p[0].y[k]));
		noisy += p[0].noise > 0;
		several += p[0].n_columns > 2;
	}
	CHECK(noisy > 90 && noisy < 210);
	CHECK(several > 60);
	free(p);
}

/* Rounding to digits divided the smallest numbers by a unit of 0: one NaN among 850,000 pairs, and a whole
 * batch without a gradient. */
TEST(noise_leaves_the_smallest_and_the_largest_numbers_finite)
{
	static const double extreme[] = {4.9e-324, -7e-322, 3e-310, 1e30, -1e30, 0, 2.5, 1e-300};
	const struct synth_noise noise = {.share = 1, .low = 1e-3, .high = 0.2};
	int changed = 0;

	for (uint64_t i = 0; i < 400; i++) {
		struct rng r = rng_stream(9, 4, i);
		double y[COUNT_OF(extreme)];

		memcpy(y, extreme, sizeof(y));
		synth_add_noise(&r, &noise, COUNT_OF(extreme), y);
		for (size_t k = 0; k < COUNT_OF(extreme); k++)
			CHECK(isfinite(y[k]));
		changed += memcmp(y, extreme, sizeof(y)) != 0;
	}
	CHECK(changed > 300);
}

/* Two of the pairs that had one. */
TEST(pairs_with_targets_near_zero_are_encoded_as_finite_numbers)
{
	static const uint64_t index[] = {1020541, 1306963};
	struct problem_config c = problem_default();
	struct problem *p = xcalloc(1, sizeof(*p));
	float *points =
		xcalloc((size_t)PROBLEM_MAX_ROWS * (size_t)encoding_features(ENCODING_MULTISCALE), sizeof(float));
	float *context = xcalloc((size_t)encoding_context(ENCODING_MULTISCALE), sizeof(float));

	for (size_t k = 0; k < COUNT_OF(index); k++) {
		draw(&c, 64, index[k], p);
		encode_rows(ENCODING_MULTISCALE, &p->rows, NULL, p->n_columns, points, context);
		for (int i = 0; i < 64 * encoding_features(ENCODING_MULTISCALE); i++)
			CHECK(isfinite(points[i]));
	}
	free(points);
	free(context);
	free(p);
}

TEST(the_truth_with_its_constants_gives_the_clean_target)
{
	struct problem_config c = problem_default();
	struct problem *p = xcalloc(1, sizeof(*p));
	int checked = 0;

	for (uint64_t i = 0; i < 200; i++) {
		double x[VOCAB_VARS], scale = 0;

		draw(&c, 32, i, p);
		if (p->truth.n == 0)
			continue;
		for (int k = 0; k < 32; k++)
			scale = fmax(scale, fabs(p->clean[k]));
		for (int k = 0; k < 32; k++) {
			for (int j = 0; j < p->n_columns; j++)
				x[j] = p->x[j][k];
			CHECK_NEAR(expr_value(&p->truth, x), p->clean[k], 1e-9 * scale);
		}
		checked++;
	}
	CHECK(checked > 150);
	free(p);
}

TEST(turned_problems_hold_on_their_rows_and_ask_for_an_input_of_the_law)
{
	struct problem_config c = problem_default();
	struct problem *p = xcalloc(1, sizeof(*p));

	c.turned = 1;
	for (uint64_t i = 0; i < 200; i++) {
		double x[VOCAB_VARS], squares = 0;
		struct expr stripped;

		draw(&c, 32, i, p);
		CHECK(p->truth.n > 0 && p->len > 0);
		for (int k = 0; k < 32; k++)
			squares += p->clean[k] * p->clean[k] / 32;
		for (int k = 0; k < 32; k++) {
			for (int j = 0; j < p->n_columns; j++)
				x[j] = p->x[j][k];
			CHECK_NEAR(expr_value(&p->truth, x), p->clean[k], 1e-6 * sqrt(squares));
		}
		CHECK(expr_strip(&p->truth, &stripped) && expr_same_skeleton(&stripped, &p->skeleton));
	}
	free(p);
}

TEST(problems_are_turned_in_the_share_that_was_asked_for)
{
	static const double share[] = {0, 0.25, 1};
	struct problem_config c = problem_default();
	struct problem *p = xcalloc(1, sizeof(*p));

	for (size_t s = 0; s < COUNT_OF(share); s++) {
		int64_t verdicts[PROBLEM_VERDICTS] = {0};
		int turned = 0, n = 800;

		c.turned = share[s];
		for (int i = 0; i < n; i++) {
			struct rng r = rng_stream(9, 5, (uint64_t)i);

			problem_draw(&c, 16, &r, verdicts, p);
			turned += p->kind == PROBLEM_TURNED;
		}
		CHECK_EQ(verdicts[PROBLEM_OK], n);
		CHECK_NEAR((double)turned / n, share[s], 0.04);
		CHECK(share[s] > 0 || verdicts[PROBLEM_UNSOLVABLE] == 0);
	}
	free(p);
}

static struct skeleton_census *census_of(const struct problem_config *c, int draws, const struct expr *excluded)
{
	const struct census_config cc = {
		.prior = &c->prior, .grammar = &c->grammar, .seed = 3, .draws = draws, .max_share = 1};

	return census_new(&cc, excluded, 1, NULL);
}

TEST(excluded_truths_never_become_targets_under_any_names)
{
	struct problem_config c = problem_default();
	struct problem *p = xcalloc(1, sizeof(*p));
	struct expr truth;
	struct skeleton_census *census;
	uint64_t forbidden;
	struct expr stripped;
	int before = 0, after = 0;

	/* a common form of seven nodes: products of powers with a sum */
	CHECK_OK(parse_expr("x1*x2 + x3*x4", NULL, NULL, &truth));
	CHECK(expr_strip(&truth, &stripped));
	forbidden = expr_canonical_hash_renamed(&stripped);
	census = census_of(&c, 1000, &truth);
	CHECK_EQ(census_excluded(census), 1);
	for (int pass = 0; pass < 2; pass++) {
		c.census = pass ? census : NULL;
		for (uint64_t i = 0; i < 20000; i++) {
			struct rng r = rng_stream(9, 2, i);

			if (problem_try(&c, PROBLEM_STRAIGHT, 4, &r, p) != PROBLEM_OK || p->skeleton.n != 7 ||
			    expr_canonical_hash_renamed(&p->skeleton) != forbidden)
				continue;
			*(pass ? &after : &before) += 1;
		}
	}
	CHECK(before > 0);
	CHECK_EQ(after, 0);
	census_free(census);
	free(p);
}

/* Stripped skeletons of more than 6 nodes, which the census keeps out; 0 where there is none. */
static uint64_t hash_of_truth(const struct expr *truth)
{
	struct expr free = *truth, skeleton;

	if (expr_columns(truth) > VOCAB_VARS)
		return 0;
	for (int i = 0; i < free.n; i++)
		if (free.node[i].op == OP_FIXED)
			free.node[i].op = OP_CONST;
	return expr_strip(&free, &skeleton) && skeleton.n > 6 ? expr_canonical_hash_renamed(&skeleton) : 0;
}

TEST(no_law_of_the_benchmarks_is_written_by_turning_others_around)
{
	static const char *const files =
		"data/benchmarks/formulas.json\ndata/benchmarks/turned.json\ndata/benchmarks/fastsrb.json";
	struct problem_config c = problem_default();
	struct problem *p = xcalloc(1, sizeof(*p));
	struct census_config cc = {.prior = &c.prior, .grammar = &c.grammar, .draws = 1000, .max_share = 1};
	struct skeleton_census *census;
	struct expr *truth;
	uint64_t *hash;
	int n, written[2] = {0};

	CHECK_OK(problem_files_truths(files, &truth, &n));
	hash = xcalloc((size_t)n, sizeof(*hash));
	for (int i = 0; i < n; i++)
		hash[i] = hash_of_truth(&truth[i]);
	census = census_new(&cc, truth, n, NULL);
	CHECK(census_excluded(census) > 400);
	for (int pass = 0; pass < 2; pass++) {
		c.census = pass ? census : NULL;
		for (uint64_t i = 0; i < 12000; i++) {
			struct rng r = rng_stream(9, 6, i);
			uint64_t h;

			if (problem_try(&c, PROBLEM_TURNED, 4, &r, p) != PROBLEM_OK)
				continue;
			h = expr_canonical_hash_renamed(&p->skeleton);
			for (int k = 0; k < n; k++)
				written[pass] += p->skeleton.n > 6 && hash[k] == h;
		}
	}
	CHECK(written[0] > 5);
	CHECK_EQ(written[1], 0);
	census_free(census);
	free(hash);
	free(truth);
	free(p);
}

/* Which of two terms carries a free coefficient depends on the names of the variables. */
TEST(excluded_truths_are_known_with_their_coefficients_on_any_term)
{
	static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct problem_config c = problem_default();
	struct skeleton_census *census;
	struct expr truth, named, skeleton;
	struct rng r = rng_stream(9, 3, 0);

	CHECK_OK(parse_expr("x1/(2.5*x2 + x3*x3 + sin(x2))", NULL, NULL, &truth));
	census = census_of(&c, 10, &truth);
	for (int k = 0; k < 6; k++) {
		named = truth;
		for (int i = 0; i < named.n; i++) {
			if (named.node[i].op == OP_VAR)
				named.node[i].arg = (uint16_t)order[k][named.node[i].arg];
			else if (named.node[i].op == OP_FIXED)
				named.node[i].op = OP_CONST;
		}
		CHECK(expr_strip(&named, &skeleton));
		CHECK_EQ(census_judge(census, &skeleton, &r), PROBLEM_EXCLUDED);
	}
	census_free(census);
}

static struct pretrain_config config(int threads)
{
	struct pretrain_config c = {.encoding = ENCODING_MULTISCALE,
				    .problem = problem_default(),
				    .seed = 3,
				    .threads = threads,
				    .micro_batch = 8,
				    .micro_batches = 2,
				    .pairs = 16 * 6,
				    .lr = 1e-3,
				    .warmup = 2,
				    .device = "cpu"};

	c.net = (struct net_config){.vocab = VOCAB_SIZE,
				    .width = 32,
				    .heads = 2,
				    .ff = 64,
				    .encoder_layers = 1,
				    .decoder_layers = 1,
				    .latents = 4,
				    .points = 16,
				    .max_len = VOCAB_MAX_LEN + 1};
	c.net.features = encoding_features(c.encoding);
	c.net.context = encoding_context(c.encoding);
	return c;
}

TEST(pretraining_is_the_same_for_any_threads_and_after_a_resume)
{
	const char *path = getenv("EQRL_LEARNER");
	const struct learner_api *api;
	struct pretrain *t;
	double loss[3], found[3];
	char state[128];

#if defined(__SANITIZE_ADDRESS__)
	test_skip("libtorch is not loaded under sanitizers");
	return;
#endif
	if (learner_load(path ? path : "build/libeqrl_learn.so", &api) != ST_OK) {
		test_skip(error_message());
		return;
	}
	snprintf(state, sizeof(state), "%s/pretrain.state", test_dir());
	for (int run = 0; run < 3; run++) { /* one thread; two threads; two, interrupted after 2 steps */
		struct pretrain_config c = config(run == 0 ? 1 : 2);

		CHECK_OK(pretrain_open(&t, &c, api, NULL));
		while (!pretrain_done(t)) {
			if (run == 2 && pretrain_progress(t)->step == 2) {
				CHECK_OK(pretrain_save_state(t, state));
				pretrain_close(t);
				CHECK_OK(pretrain_open(&t, &c, api, state));
				CHECK_EQ(pretrain_progress(t)->step, 2);
			}
			CHECK_OK(pretrain_step(t));
		}
		CHECK_EQ(pretrain_progress(t)->pairs, 96);
		CHECK_OK(pretrain_evaluate(t));
		CHECK_OK(pretrain_measure_recovery(t, 3));
		loss[run] = pretrain_progress(t)->held_loss;
		CHECK_EQ(pretrain_progress(t)->recovery[0].n, PRETRAIN_RECOVERY_PROBLEMS);
		found[run] = pretrain_progress(t)->recovery[1].mean_log2;
		pretrain_close(t);
	}
	{
		struct pretrain_config other = config(1);
		uint64_t seed = 0;

		CHECK_OK(pretrain_state_seed(state, &seed));
		CHECK_EQ(seed, other.seed);
		other.problem.noise.share = 0;
		CHECK_EQ(pretrain_open(&t, &other, api, state), ST_WEIGHTS);
		CHECK(strstr(error_message(), "another recipe") != NULL);
	}
	CHECK(isfinite(loss[0]) && loss[0] > 0);
	CHECK(loss[0] == loss[1]);
	CHECK(loss[0] == loss[2]);
	CHECK(found[0] == found[1] && found[0] == found[2]);
}

static void *plain_memory(struct learner *l, size_t bytes)
{
	static void *kept[8];
	static int n;

	free(kept[n % 8]); /* of tests before: a feed here asks for at most four */
	return kept[n++ % 8] = xcalloc(1, bytes);
}

TEST(batches_made_in_advance_by_many_equal_those_made_on_demand_by_one)
{
	const struct learner_api api = {.shared = plain_memory};
	struct pretrain_config c = {.problem = problem_default(), .seed = 5, .micro_batch = 8, .micro_batches = 2};
	struct pool *one = pool_new(1), *three = pool_new(3);
	struct feed *alone, *ahead;

	c.net.points = 16;
	CHECK_OK(feed_new(&alone, &c, &(struct feed_options){one, 0, 3, &api, NULL}));
	CHECK_OK(feed_new(&ahead, &c, &(struct feed_options){three, 2, 3, &api, NULL}));
	for (int step = 0; step < 7; step++) {
		const struct step_batch *a = feed_take(alone), *b = feed_take(ahead);

		CHECK_EQ(a->n_tokens, b->n_tokens);
		for (int k = 0; k < 2; k++) {
			const struct learn_batch *p = &a->batch[k], *q = &b->batch[k];
			size_t points = (size_t)p->n_contexts * (size_t)p->n_points * (size_t)a->features;

			CHECK_EQ(p->n_points, q->n_points);
			CHECK(memcmp(p->points, q->points, points * sizeof(float)) == 0);
			CHECK(memcmp(p->tokens, q->tokens, (size_t)(p->n * p->width)) == 0);
			CHECK(memcmp(p->legal, q->legal, (size_t)(p->n * p->width) * sizeof(uint64_t)) == 0);
		}
	}
	feed_free(alone);
	feed_free(ahead);
	pool_free(one);
	pool_free(three);
}

TEST(batches_of_tasks_hold_questions_of_their_own_length_behind_each_other)
{
	const struct learner_api api = {.shared = plain_memory};
	struct pretrain_config c = {.encoding = ENCODING_SYMBOLS,
				    .seed = 5,
				    .micro_batch = 8,
				    .micro_batches = 2,
				    .net = {.points = PROMPT_ROWS}};
	int features = encoding_features(ENCODING_SYMBOLS), about = encoding_context(ENCODING_SYMBOLS);
	float *points = xaligned(PROMPT_ROWS * (size_t)features * sizeof(float));
	float *context = xaligned((size_t)about * sizeof(float));
	struct pool *pool = pool_new(2);
	struct task_mix mix;
	struct feed *feed;
	int lengths = 0;
	struct step_batch *b = NULL;

	CHECK_OK(task_mix_parse("countdown,kk", "2-4", &mix));
	CHECK_EQ(mix.n, 5);
	c.tasks = &mix;
	CHECK_OK(feed_new(&feed, &c, &(struct feed_options){pool, 0, 0, &api, NULL}));
	for (int i = 0; i < 16; i++) { /* each pair again, alone */
		uint8_t tokens[ANSWER_LEN + 1] = {0}, slot[ANSWER_LEN + 1] = {0};
		uint64_t legal[ANSWER_LEN + 1] = {0};
		struct pair_place alone = {points, context, PROMPT_ROWS, tokens, slot, legal, 0};
		struct rng r = rng_stream(5, RNG_PAIR, (uint64_t)i);
		const struct learn_batch *p;
		struct prompt scratch;
		size_t before = 0, at = (size_t)(i % 8) * (ANSWER_LEN + 1);

		b = i ? b : feed_take(feed);
		p = &b->batch[i / 8];
		task_source.draw(&c, false, &r, &scratch, &alone);
		for (int k = 0; k < i % 8; k++)
			before += (size_t)p->points_of[k] * (size_t)features;
		CHECK_EQ(p->points_of[i % 8], alone.n_points);
		CHECK(memcmp(p->points + before, points, (size_t)(alone.n_points * features) * sizeof(float)) == 0);
		CHECK(memcmp(p->context + i % 8 * about, context, (size_t)about * sizeof(float)) == 0);
		CHECK(memcmp(p->tokens + at, tokens, sizeof(tokens)) == 0);
		CHECK(memcmp(p->slot + at, slot, sizeof(slot)) == 0);
		CHECK(memcmp(p->legal + at, legal, sizeof(legal)) == 0);
		CHECK(prompt_split(&scratch) == SPLIT_TRAIN);
		lengths |= 1 << alone.n_points;
		task_source.draw(&c, true, &r, &scratch, &alone);
		CHECK(prompt_split(&scratch) == SPLIT_HELD_OUT);
	}
	CHECK(lengths & (lengths - 1)); /* of several lengths */
	feed_free(feed);
	pool_free(pool);
	free(points);
	free(context);
}

TEST(domains_and_levels_are_read_as_people_write_them)
{
	struct task_mix mix;

	CHECK_OK(task_mix_parse("all", NULL, &mix));
	CHECK_EQ(mix.n, 15);
	CHECK_OK(task_mix_parse("game24,kk", "4", &mix));
	CHECK(mix.n == 2 && mix.level[0].domain == &domain_game24 && mix.level[1].level == 4);
	CHECK(task_mix_parse("kk,game24", "2-3", &mix) == ST_USAGE);
	CHECK_STR(error_message(), "game24 has levels 4 to 4");
	CHECK(task_mix_parse("all", "9", &mix) == ST_USAGE);
	CHECK(task_mix_parse("kk", "4-2", &mix) == ST_USAGE);
}
