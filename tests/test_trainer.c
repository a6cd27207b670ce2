/* test_trainer.c — the loop: what it must not see, what must not change it, and that it learns. */
#include "eqrl/expr/textbook.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/base/mem.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/search_setup.h"
#include "search_case.h"
#include "test.h"

#include <stdlib.h>

/* Runs steps of a fresh trainer and hands out its hall of fame. */
static void run(const struct train_config *c, const struct dataset *d, const struct learner_api *api, int threads,
		int steps, struct hof *out, struct task_stats *stats)
{
	struct pool *pool = pool_new(threads);
	struct policy p;
	struct trainer *t;

	search_case_policy(&p);
	CHECK_OK(
		trainer_open(&t, c, &(struct trainer_inputs){d, 1, c->from_prior ? NULL : &p, api, pool, NULL, false}));
	for (int i = 0; i < steps; i++)
		CHECK_OK(trainer_step(t, NULL));
	*out = *task_hof(trainer_task(t, 0));
	if (stats)
		*stats = *task_stats(trainer_task(t, 0));
	trainer_close(t);
	policy_release(&p);
	pool_free(pool);
}

TEST(report_rows_poisoned_with_nan_change_nothing_in_the_search)
{
	struct train_config c = search_case_config();
	struct dataset d;
	struct hof *clean = xcalloc(1, sizeof(*clean)), *poisoned = xcalloc(1, sizeof(*poisoned));

	search_case_data(&d, 120, search_case_law);
	CHECK_EQ(d.report.n, 24);
	run(&c, &d, NULL, 1, 3, clean, NULL);
	for (int i = 0; i < d.report.n; i++) {
		((double *)d.report.y)[i] = NAN;
		((double *)d.report.x[0])[i] = NAN;
		((double *)d.report.x[1])[i] = NAN;
	}
	run(&c, &d, NULL, 1, 3, poisoned, NULL);
	CHECK(search_case_same_hof(clean, poisoned));
	CHECK(clean->used[3] || clean->used[5] || clean->used[7]);
	free(clean);
	free(poisoned);
	dataset_release(&d);
}

static double saturating_law(double a, double b)
{
	return 3 * b / (b + 0.7) + 0 * a;
}

TEST(curves_of_the_textbooks_are_tried_once_before_all_else_and_on_every_column)
{
	struct train_config c = search_case_config();
	struct hof *h = xcalloc(1, sizeof(*h));
	struct task_stats first, later;
	struct dataset d;

	c.from_prior = true;
	c.textbook = true;
	c.batch = 2 * TEXTBOOK_FORMS;
	search_case_data(&d, 60, saturating_law);
	run(&c, &d, NULL, 1, 1, h, &first);
	CHECK(first.drawn[BY_TEXTBOOK] > 80 && first.equations == first.drawn[BY_TEXTBOOK]);
	CHECK(first.exact); /* the second column's Michaelis-Menten curve is one of them */
	run(&c, &d, NULL, 2, 5, h, &later);
	CHECK_EQ(later.batches[BY_TEXTBOOK], 1);
	CHECK_EQ(later.drawn[BY_TEXTBOOK], first.drawn[BY_TEXTBOOK]);
	free(h);
	dataset_release(&d);
}

TEST(a_learning_run_is_the_same_for_1_and_2_threads)
{
	const struct learner_api *api = search_case_learner();
	struct train_config c = search_case_config();
	struct dataset d;
	struct hof *one = xcalloc(1, sizeof(*one)), *two = xcalloc(1, sizeof(*two));

	if (api) {
		search_case_data(&d, 120, search_case_law);
		run(&c, &d, api, 1, 6, one, NULL);
		run(&c, &d, api, 2, 6, two, NULL);
		CHECK(search_case_same_hof(one, two));
		dataset_release(&d);
	}
	free(one);
	free(two);
}

/* Advantages that differ give weights, and so equations, that differ. */
TEST(token_credit_changes_learning_only_where_it_is_asked_for_and_not_by_threads)
{
	const struct learner_api *api = search_case_learner();
	struct train_config c = search_case_config();
	struct dataset d;
	struct hof *h = xcalloc(4, sizeof(*h));
	struct task_stats none, idle, one, two;

	if (api) {
		search_case_data(&d, 120, search_case_law);
		run(&c, &d, api, 2, 4, &h[0], &none);
		c.feedback = 1;
		c.feedback_weight = 0;
		run(&c, &d, api, 2, 4, &h[1], &idle);
		c.feedback_weight = 0.5;
		run(&c, &d, api, 1, 4, &h[2], &one);
		run(&c, &d, api, 2, 4, &h[3], &two);
		CHECK(search_case_same_hof(&h[0], &h[1]) && none.log_fvu == idle.log_fvu);
		CHECK(search_case_same_hof(&h[2], &h[3]) && one.log_fvu == two.log_fvu);
		CHECK(one.log_fvu != none.log_fvu);
		dataset_release(&d);
	}
	free(h);
}

/* Seven steps in one go, and three, a checkpoint, four: the same front and the same statistics. */
static void check_resume(struct train_config c)
{
	const struct learner_api *api = search_case_learner();
	struct dataset d;
	struct hof *whole = xcalloc(1, sizeof(*whole));
	struct pool *pool = pool_new(2);
	struct policy p;
	struct trainer *t;
	char path[128];
	struct task_stats end = {0};

	snprintf(path, sizeof(path), "%s/checkpoint.safetensors", test_dir());
	if (api) {
		search_case_data(&d, 120, search_case_law);
		run(&c, &d, api, 2, 7, whole, &end);
		search_case_policy(&p);
		CHECK_OK(trainer_open(&t, &c, &(struct trainer_inputs){&d, 1, &p, api, pool, NULL, false}));
		for (int i = 0; i < 3; i++)
			CHECK_OK(trainer_step(t, NULL));
		CHECK_OK(trainer_save(t, path));
		trainer_close(t);
		CHECK_OK(trainer_open(&t, &c, &(struct trainer_inputs){&d, 1, &p, api, pool, NULL, false}));
		CHECK_OK(trainer_load(t, path));
		CHECK_EQ(trainer_stats(t)->step, 3);
		for (int i = 0; i < 4; i++)
			CHECK_OK(trainer_step(t, NULL));
		CHECK(search_case_same_hof(whole, task_hof(trainer_task(t, 0))));
		CHECK_EQ(memcmp(&end, task_stats(trainer_task(t, 0)), sizeof(end)), 0);
		trainer_close(t);
		c.seed = 12;
		CHECK_OK(trainer_open(&t, &c, &(struct trainer_inputs){&d, 1, &p, api, pool, NULL, false}));
		CHECK_EQ(trainer_load(t, path), ST_WEIGHTS);
		trainer_close(t);
		policy_release(&p);
		dataset_release(&d);
	}
	free(whole);
	pool_free(pool);
}

TEST(a_run_that_is_saved_and_resumed_equals_one_left_alone)
{
	check_resume(search_case_config());
}

TEST(so_does_one_with_evolution_curriculum_refresh_and_all_that_adapts)
{
	struct train_config c = search_case_config();

	c.offspring = 96;
	c.complete = 0.25;
	c.adapt = true;
	c.refresh = c.curriculum = 2;
	c.anneal = 5;
	c.kl_half_life = 4;
	c.kl_in_reward = true;
	c.reward.kind = REWARD_RANK;
	check_resume(c);
}

TEST(before_the_first_update_the_ratio_is_1_and_the_divergence_0_on_the_samplers_own_tokens)
{
	const struct learner_api *api = search_case_learner();
	struct train_config c = search_case_config();
	struct pool *pool = pool_new(1);
	struct learn_stats s;
	struct dataset d;
	struct policy p;
	struct trainer *t;

	if (api) {
		search_case_data(&d, 120, search_case_law);
		search_case_policy(&p);
		CHECK_OK(trainer_open(&t, &c, &(struct trainer_inputs){&d, 1, &p, api, pool, NULL, false}));
		CHECK_OK(trainer_step(t, NULL));
		s = trainer_stats(t)->learning.last;
		CHECK(s.tokens > 100);
		CHECK_NEAR(s.ratio_mean, 1, 1e-4);
		CHECK_NEAR(s.ratio_max_deviation, 0, 1e-3);
		CHECK_NEAR(s.kl, 0, 1e-6);
		CHECK_NEAR(s.clip_fraction, 0, 0);
		trainer_close(t);
		policy_release(&p);
		dataset_release(&d);
	}
	pool_free(pool);
}

TEST(a_step_without_any_advantage_still_learns_from_the_elites)
{
	const struct learner_api *api = search_case_learner();
	struct train_config c = search_case_config();
	struct pool *pool = pool_new(1);
	struct dataset d;
	struct policy p;
	struct trainer *t;

	c.group_size = 1; /* groups without variance: no advantage at all */
	if (api) {
		search_case_data(&d, 120, search_case_law);
		search_case_policy(&p);
		CHECK_OK(trainer_open(&t, &c, &(struct trainer_inputs){&d, 1, &p, api, pool, NULL, false}));
		for (int i = 0; i < 3; i++) {
			CHECK_OK(trainer_step(t, NULL));
			CHECK(trainer_stats(t)->learning.last.ce_loss > 0);
		}
		CHECK(memcmp(p.params, trainer_policy(t)->params, net_size(&p.config) * sizeof(float)) != 0);
		trainer_close(t);
		policy_release(&p);
		dataset_release(&d);
	}
	pool_free(pool);
}

TEST(a_task_of_three_operators_is_learned_from_a_fixed_seed)
{
	const struct learner_api *api = search_case_learner();
	struct dataset d;
	struct hof *h = xcalloc(1, sizeof(*h));
	struct task_stats idle = {0}; /* without learning, which is the same whatever the algorithm */

	for (int algo = 0; api && algo < advantage_rows; algo++) {
		struct train_config c = search_case_config();
		struct task_stats s;

		c.algo = algo;
		c.lr = 3e-3;
		c.entropy = 0.02;
		c.reward.size_cost = 0.05;
		c.max_size = 7;
		c.max_consts = 0;
		c.allowed = TOK_BIT(TOK_OP + OP_ADD) | TOK_BIT(TOK_OP + OP_MUL) | TOK_BIT(TOK_OP + OP_SIN) |
			    TOK_BIT(TOK_VAR) | TOK_BIT(TOK_VAR + 1) | TOK_BIT(TOK_EOS);
		search_case_data(&d, 120, search_case_short_law);
		run(&c, &d, api, 2, 60, h, &s);
		CHECK(s.exact);
		CHECK(s.log_fvu_last < s.log_fvu_first - 0.5);
		c.lr = 0;
		if (algo == 0)
			run(&c, &d, api, 2, 60, h, &idle);
		CHECK(s.log_fvu_last < idle.log_fvu_last - 0.5);
		dataset_release(&d);
	}
	free(h);
}

TEST(a_stopped_step_leaves_no_trace_in_the_state)
{
	struct train_config c = search_case_config();
	struct pool *pool = pool_new(1);
	struct dataset d;
	struct policy p;
	struct trainer *t;
	volatile int stop = 1;

	search_case_data(&d, 120, search_case_law);
	search_case_policy(&p);
	CHECK_OK(trainer_open(&t, &c, &(struct trainer_inputs){&d, 1, &p, NULL, pool, NULL, false}));
	CHECK_OK(trainer_step(t, &stop));
	CHECK_EQ(trainer_stats(t)->step, 0);
	CHECK_EQ(task_counts(trainer_task(t, 0))->candidates, 0);
	trainer_close(t);
	policy_release(&p);
	dataset_release(&d);
	pool_free(pool);
}

TEST(the_prior_alone_finds_a_product)
{
	struct train_config c = search_case_config();
	struct dataset d;
	struct task_stats s;
	struct hof *h = xcalloc(1, sizeof(*h));

	c.from_prior = true;
	c.batch = 512;
	search_case_data(&d, 120, fmax);
	run(&c, &d, NULL, 1, 1, h, &s);
	CHECK(!s.exact);
	CHECK_EQ(s.equations, 512);
	CHECK(s.valid > 0.5);
	dataset_release(&d);
	free(h);
}

static double product(double a, double b)
{
	return a * b;
}

/* ---- several data sets --------------------------------------------------------------------------- */

enum { SETS = 3 };

static void make_sets(struct dataset *d)
{
	search_case_data(&d[0], 120, search_case_law);
	search_case_data(&d[1], 60, fmax);
	search_case_data(&d[2], 90, search_case_short_law);
}

static void release_sets(struct dataset *d)
{
	for (int i = 0; i < SETS; i++)
		dataset_release(&d[i]);
}

static bool same_results(const struct trainer *a, const struct trainer *b)
{
	const struct policy *p = trainer_policy(a), *q = trainer_policy(b);
	bool same = memcmp(p->params, q->params, net_size(&p->config) * sizeof(float)) == 0;

	for (int i = 0; i < SETS; i++)
		same &= search_case_same_hof(task_hof(trainer_task(a, i)), task_hof(trainer_task(b, i)));
	return same;
}

static struct trainer *sets_after(const struct train_config *c, const struct dataset *d, const struct learner_api *api,
				  struct pool *pool, int steps)
{
	struct trainer *t;
	struct policy p;

	search_case_policy(&p);
	CHECK_OK(trainer_open(&t, c,
			      &(struct trainer_inputs){d, SETS, c->from_prior ? NULL : &p, api, pool, NULL, false}));
	for (int i = 0; i < steps; i++)
		CHECK_OK(trainer_step(t, NULL));
	policy_release(&p);
	return t;
}

TEST(several_data_sets_give_the_same_fronts_and_policy_for_1_and_2_threads)
{
	const struct learner_api *api = search_case_learner();
	struct pool *one = pool_new(1), *two = pool_new(2);
	struct train_config c = search_case_config();
	struct dataset d[SETS];

	c.offspring = 32;
	make_sets(d);
	if (api) {
		struct trainer *a = sets_after(&c, d, api, one, 7), *b = sets_after(&c, d, api, two, 7);

		CHECK(same_results(a, b));
		CHECK_EQ(task_stats(trainer_task(a, 0))->turns, 3);
		CHECK_EQ(task_stats(trainer_task(a, 2))->turns, 2);
		trainer_close(a);
		trainer_close(b);
	}
	release_sets(d);
	pool_free(one);
	pool_free(two);
}

TEST(several_data_sets_saved_and_resumed_equal_ones_left_alone)
{
	const struct learner_api *api = search_case_learner();
	struct pool *pool = pool_new(2);
	struct train_config c = search_case_config();
	struct dataset d[SETS], other[SETS];
	char path[128];

	snprintf(path, sizeof(path), "%s/several.safetensors", test_dir());
	c.offspring = 32;
	make_sets(d);
	make_sets(other);
	dataset_release(&other[1]);
	search_case_data(&other[1], 60, search_case_short_law);
	if (api) {
		struct trainer *whole = sets_after(&c, d, api, pool, 7), *part = sets_after(&c, d, api, pool, 4);
		struct trainer *again;

		CHECK_OK(trainer_save(part, path));
		trainer_close(part);
		again = sets_after(&c, d, api, pool, 0);
		CHECK_OK(trainer_load(again, path));
		CHECK_EQ(trainer_stats(again)->step, 4);
		for (int i = 0; i < 3; i++)
			CHECK_OK(trainer_step(again, NULL));
		CHECK(same_results(whole, again));
		trainer_close(whole);
		trainer_close(again);
		again = sets_after(&c, other, api, pool, 0);
		CHECK_EQ(trainer_load(again, path), ST_WEIGHTS); /* one data set is another */
		trainer_close(again);
	}
	release_sets(d);
	release_sets(other);
	pool_free(pool);
}

TEST(a_solved_data_set_rests_while_others_are_not_and_takes_turns_otherwise)
{
	struct pool *pool = pool_new(1);
	struct train_config c = search_case_config();
	struct dataset d[SETS];

	c.from_prior = true;
	c.batch = 256;
	search_case_data(&d[0], 120, search_case_law);
	search_case_data(&d[1], 60, fmax);
	search_case_data(&d[2], 90, product); /* any sample has it */
	for (int rest = 0; rest < 2; rest++) {
		struct trainer *t;

		c.rest_solved = rest;
		t = sets_after(&c, d, NULL, pool, 9);
		CHECK(task_stats(trainer_task(t, 2))->exact);
		CHECK(!task_stats(trainer_task(t, 1))->exact);
		CHECK_EQ(task_stats(trainer_task(t, 2))->turns, rest ? 1 : 3);
		CHECK_EQ(task_stats(trainer_task(t, 0))->turns + task_stats(trainer_task(t, 1))->turns, rest ? 8 : 6);
		trainer_close(t);
	}
	release_sets(d);
	pool_free(pool);
}

TEST(a_policy_that_learns_from_several_data_sets_writes_better_equations_for_each)
{
	const struct learner_api *api = search_case_learner();
	struct pool *pool = pool_new(2);
	struct train_config c = search_case_config();
	struct dataset d[SETS];

	c.lr = 3e-3;
	c.max_size = 9;
	make_sets(d);
	if (api) {
		struct trainer *t = sets_after(&c, d, api, pool, 45);

		for (int i = 0; i < SETS; i++) {
			const struct task_stats *s = task_stats(trainer_task(t, i));

			CHECK(s->log_fvu_last < s->log_fvu_first - 0.05);
		}
		trainer_close(t);
	}
	release_sets(d);
	pool_free(pool);
}

static double easier_law(double a, double b)
{
	return a * a / (b + 1) + b;
}

/* Three laws of different difficulty, none of which a batch solves. */
static void make_mixed_sets(struct dataset *d)
{
	search_case_data(&d[0], 60, easier_law);
	search_case_data(&d[1], 90, search_case_short_law);
	search_case_data(&d[2], 120, search_case_law);
}

/* Mean reward of the first and of the last `n` of the turns of each data set. */
static void mean_rewards(struct trainer *t, int turns, int n, double first[SETS], double last[SETS])
{
	for (int turn = 0; turn < turns; turn++)
		for (int i = 0; i < SETS; i++) {
			CHECK_OK(trainer_step(t, NULL));
			CHECK_EQ(trainer_stats(t)->task, i);
			first[i] += turn < n ? task_stats(trainer_task(t, i))->reward_mean / n : 0;
			last[i] += turn >= turns - n ? task_stats(trainer_task(t, i))->reward_mean / n : 0;
		}
}

/* The configuration of a search by the policy alone, as it is by default. */
static struct train_config default_config(void)
{
	struct option_set defaults = {0};
	struct train_config c;

	options_default(&defaults);
	CHECK_OK(search_config(&defaults.values, ARM_TRAIN, &c));
	c.seed = 1;
	c.bf16 = c.rest_solved = false;
	options_release(&defaults);
	return c;
}

/* `turns` of each of three mixed data sets; then by how much the mean reward of the last `n` is above that of the first: at
 * least `each` on each of them, and `mean` in the mean. */
static void check_rise(const struct train_config *c, const struct policy *p, int turns, int n, double each, double mean)
{
	const struct learner_api *api = search_case_learner();
	struct pool *pool = pool_new(2);
	double first[SETS] = {0}, last[SETS] = {0}, rise = 0;
	struct dataset d[SETS];
	struct trainer *t;

	make_mixed_sets(d);
	if (api) {
		CHECK_OK(trainer_open(&t, c, &(struct trainer_inputs){d, SETS, p, api, pool, NULL, false}));
		mean_rewards(t, turns, n, first, last);
		for (int i = 0; i < SETS; i++) {
			CHECK(last[i] > first[i] + each);
			rise += (last[i] - first[i]) / SETS;
		}
		CHECK(rise > mean);
		trainer_close(t);
	}
	release_sets(d);
	pool_free(pool);
}

/* From a random policy; one of this size needs larger steps than the one that is shipped. With advantages of a few
 * hundredths against a bonus of entropy of 0.02 it was 0.04 to 0.07; it is 0.17 and more. */
TEST(by_default_the_mean_reward_of_each_of_three_mixed_data_sets_rises)
{
	struct train_config c = default_config();
	struct policy p;

	c.lr = 3e-3;
	c.batch = 256;
	c.max_size = 9;
	search_case_policy(&p);
	check_rise(&c, &p, 16, 4, 0.12, 0.12);
	policy_release(&p);
}

/* A batch's mean varies by some 0.04. Before, all three fell, by 0.11 in the mean. */
TEST(the_shipped_policy_gains_on_mixed_data_sets_and_unlearns_none_of_them)
{
	struct train_config c = default_config();
	struct policy p;

	c.batch = 256;
	CHECK_OK(policy_load(&p, "data/weights/default.safetensors"));
	check_rise(&c, &p, 5, 2, -0.05, 0.1);
	policy_release(&p);
}
