/* test_task_trainer.c — reinforcement on tasks: steps are functions of their number, what is rewarded rises, rewards and
 * credit are what the verdict says. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/domain/task_reward.h"
#include "eqrl/rl/task_trainer.h"
#include "../src/rl/answers.h"
#include "search_case.h"
#include "test.h"

#include <stdlib.h>

struct tasks_case {
	struct task_training c;
	struct policy p;
	struct pool *pool;
};

static void tasks_case_open(struct tasks_case *x, const char *domains, const char *levels, int threads)
{
	const struct net_config net = {.vocab = task_vocabulary.n,
				       .width = 32,
				       .heads = 2,
				       .ff = 64,
				       .encoder_layers = 1,
				       .decoder_layers = 1,
				       .latents = 4,
				       .points = PROMPT_ROWS,
				       .features = encoding_features(ENCODING_SYMBOLS),
				       .context = encoding_context(ENCODING_SYMBOLS),
				       .max_len = ANSWER_LEN + 1};

	*x = (struct tasks_case){.pool = pool_new(threads)};
	policy_init_language(&x->p, &net, ENCODING_SYMBOLS, &task_vocabulary, 5);
	x->c = (struct task_training){.train = search_case_config(), .strict = true};
	x->c.train.batch = x->c.train.train_size = 128;
	x->c.train.group_size = 16;
	x->c.train.algo = 0;
	x->c.train.tune_all = true;
	x->c.train.entropy = 0;
	CHECK_OK(task_mix_parse(domains, levels, &x->c.mix));
}

static void tasks_case_close(struct tasks_case *x)
{
	policy_release(&x->p);
	pool_free(x->pool);
}

static struct task_trainer *start(const struct tasks_case *x, const struct learner_api *api)
{
	struct task_trainer *t;

	CHECK_OK(task_trainer_open(&t, &x->c, &x->p, api, x->pool));
	return t;
}

static void take_steps(struct task_trainer *t, int n)
{
	for (int i = 0; i < n; i++)
		CHECK_OK(task_trainer_step(t, NULL));
}

static void compare_states(struct task_trainer *a, struct task_trainer *b)
{
	char *path[2] = {path_join(test_dir(), "a.state"), path_join(test_dir(), "b.state")}, *bytes[2];
	size_t size[2];

	CHECK_OK(task_trainer_save(a, path[0]));
	CHECK_OK(task_trainer_save(b, path[1]));
	for (int i = 0; i < 2; i++)
		CHECK_OK(file_read(path[i], ST_DATA, &bytes[i], &size[i]));
	CHECK(size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0);
	for (int i = 0; i < 2; i++) {
		free(bytes[i]);
		free(path[i]);
	}
}

/* Ways to train that keep different things from step to step. */
static void vary(struct task_training *c, int variant)
{
	c->train.tune_all = variant != 1;
	if (variant == 1) {
		c->train.feedback = 1;
		c->train.feedback_weight = 0.5;
		c->train.algo = 1; /* a moving baseline */
		c->strict = false;
		c->format_reward = 0.1;
	} else if (variant == 2) {
		c->stage_steps = 1;
		c->stage_refresh = true;
		c->train.kl = 0.1;
		c->train.kl_in_reward = true;
		c->train.lr_half_life = 2;
		c->reward = 1;
	}
}

TEST(training_on_tasks_is_the_same_for_1_and_2_threads_and_after_a_resume_at_every_step)
{
	const struct learner_api *api = search_case_learner();
	char *path = path_join(test_dir(), "part.state");

	for (int variant = 0; api && variant < 3; variant++) {
		struct tasks_case one, two;
		struct task_trainer *whole, *part;

		tasks_case_open(&one, "countdown,kk", "2-4", 1);
		tasks_case_open(&two, "countdown,kk", "2-4", 2);
		vary(&one.c, variant);
		vary(&two.c, variant);
		whole = start(&one, api);
		part = start(&two, api);
		take_steps(whole, 3);
		for (int i = 0; i < 3; i++) {
			take_steps(part, 1);
			CHECK_OK(task_trainer_save(part, path));
			task_trainer_close(part);
			part = start(&two, api);
			CHECK_OK(task_trainer_load(part, path));
			CHECK_EQ(task_trainer_progress(part)->step, i + 1);
		}
		compare_states(whole, part);
		CHECK_EQ(task_trainer_progress(whole)->learning.refreshed, variant == 2 ? 2 : 0);
		CHECK(memcmp(task_trainer_policy(whole)->params, one.p.params,
			     net_size(&one.p.config) * sizeof(float)) != 0);
		task_trainer_close(part);
		two.c.train.lr *= 2;
		part = start(&two, api);
		CHECK_EQ(task_trainer_load(part, path), ST_WEIGHTS);
		task_trainer_close(whole);
		task_trainer_close(part);
		tasks_case_close(&one);
		tasks_case_close(&two);
	}
	free(path);
}

TEST(before_the_first_update_on_tasks_the_ratio_is_1_and_the_divergence_0)
{
	const struct learner_api *api = search_case_learner();

	for (int tune_all = 0; api && tune_all < 2; tune_all++) {
		const struct learn_stats *s;
		struct task_trainer *t;
		struct tasks_case x;

		tasks_case_open(&x, "countdown,kk", "2-4", 2);
		x.c.train.tune_all = tune_all;
		x.c.train.kl = 0.1;
		t = start(&x, api);
		s = &task_trainer_progress(t)->learning.last;
		take_steps(t, 1);
		CHECK(s->tokens > 0 && s->grad_norm > 0);
		CHECK_NEAR(s->ratio_mean, 1, 1e-5);
		CHECK_NEAR(s->ratio_max_deviation, 0, 1e-4);
		CHECK_NEAR(s->kl, 0, 1e-9);
		take_steps(t, 1);
		CHECK_NEAR(s->ratio_mean, 1, 1e-5); /* every step samples anew */
		CHECK(s->kl > 1e-9);
		task_trainer_close(t);
		tasks_case_close(&x);
	}
}

/* Over so many further steps. */
static double mean_reward(struct task_trainer *t, int steps)
{
	double sum = 0;

	for (int i = 0; i < steps; i++) {
		take_steps(t, 1);
		sum += task_trainer_progress(t)->reward;
	}
	return sum / steps;
}

/* Under the loose mask a random policy decides persons twice and ends early; that it need not is the same for all questions. */
TEST(what_is_rewarded_rises_where_a_random_policy_makes_faults_of_form)
{
	const struct learner_api *api = search_case_learner();

	for (int credit = 0; api && credit < 2; credit++) {
		struct task_trainer *t;
		struct tasks_case x;
		double before, after;

		tasks_case_open(&x, "kk", "3", 2);
		x.c.reward = 1; /* partial */
		x.c.strict = false;
		x.c.train.lr = 3e-3;
		x.c.train.kl = 0;
		x.c.train.feedback = credit;
		x.c.train.feedback_weight = 0.5;
		t = start(&x, api);
		before = mean_reward(t, 10);
		take_steps(t, 30);
		after = mean_reward(t, 10);
		if (!(after > before + 0.05))
			test_failed(__FILE__, __LINE__, "mean reward %.3f, before %.3f", after, before);
		CHECK(task_trainer_progress(t)->formed == 1 && task_trainer_progress(t)->hit <= 1);
		CHECK_EQ(task_trainer_progress(t)->answers, 50 * 128);
		task_trainer_close(t);
		tasks_case_close(&x);
	}
}

/* The largest change of a weight by one step. */
static double change_by_step(struct task_trainer *t, const struct policy *p)
{
	size_t n = net_size(&p->config);
	float *before = xmalloc(n * sizeof(*before));
	double most = 0;

	memcpy(before, task_trainer_policy(t)->params, n * sizeof(*before));
	take_steps(t, 1);
	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs((double)task_trainer_policy(t)->params[i] - (double)before[i]));
	free(before);
	return most;
}

TEST(the_learning_rate_halves_as_often_as_was_asked)
{
	const struct learner_api *api = search_case_learner();
	struct task_trainer *t;
	struct tasks_case x;

	if (!api)
		return;
	tasks_case_open(&x, "kk", "3", 1);
	x.c.train.lr_half_life = 0.25; /* to a sixteenth by the next update */
	t = start(&x, api);
	CHECK_NEAR(change_by_step(t, &x.p), 1e-3, 1e-4); /* AdamW's first step is the rate */
	CHECK(change_by_step(t, &x.p) < 2e-4);
	task_trainer_close(t);
	tasks_case_close(&x);
}

TEST(stages_begin_with_the_lowest_level_and_the_last_one_stays)
{
	const struct learner_api *api = search_case_learner();
	struct task_trainer *t;
	struct tasks_case x;

	if (!api)
		return;
	tasks_case_open(&x, "countdown,kk", "2-4", 1);
	x.c.stage_steps = 2;
	t = start(&x, api);
	CHECK_EQ(task_trainer_stages(t), 3);
	for (int i = 0; i < 8; i++) {
		take_steps(t, 1);
		CHECK_EQ(task_trainer_progress(t)->stage, i < 4 ? i / 2 : 2);
	}
	task_trainer_close(t);
	tasks_case_close(&x);
}

/* ---- equal answers ------------------------------------------------------------------------------ */

/* Two questions with three answers each, of three tokens: the first and the third of the first are equal, and the first of
 * the second says the same to another question. */
TEST(equal_answers_to_a_question_are_learned_from_once_with_the_weight_of_all)
{
	static const uint8_t tokens[6][3] = {{4, 5, 2}, {4, 6, 2}, {4, 5, 2}, {4, 5, 2}, {5, 5, 2}, {6, 6, 2}};
	static const double advantage[6] = {1, -2, 1, 0.5, 0, -0.5};
	struct batch b;

	batch_open(&b, 6);
	b.n = 6;
	b.samples = (struct samples){
		.n = 6, .width = 3, .tokens = xmalloc(sizeof(tokens)), .len = xmalloc(6 * sizeof(int))};
	memcpy(b.samples.tokens, tokens, sizeof(tokens));
	b.has_credit = true;
	batch_clear_credit(&b);
	for (int i = 0; i < 6; i++) {
		b.samples.len[i] = 3;
		b.advantage[i] = advantage[i];
		b.credit[3 * i] = i == 4 ? 0 : 1;
	}
	answers_choose_credited(&b);
	CHECK_EQ(b.n_chosen, 5); /* all but the one without advantage and credit */
	CHECK_NEAR(answers_merge(&b, 3), 0.8, 1e-12);
	CHECK_EQ(b.n_chosen, 4);
	CHECK(b.chosen[0] == 0 && b.chosen[1] == 1 && b.chosen[2] == 3 && b.chosen[3] == 5);
	CHECK_NEAR(b.advantage[0], 2 * 0.8, 1e-12);
	CHECK_NEAR(b.advantage[1], -2 * 0.8, 1e-12);
	CHECK_NEAR(b.advantage[3], 0.5 * 0.8, 1e-12);
	CHECK_NEAR(b.credit[0], 2 * 0.8, 1e-6);
	CHECK_NEAR(b.credit[3], 0.8, 1e-6);
	batch_close(&b);
}

/* ---- rewards and credit ------------------------------------------------------------------------- */

static double worth_of(const char *name, double format, const struct judgement *j)
{
	for (int row = 0; row < task_reward_rows; row++)
		if (strcmp(task_reward_table[row].name, name) == 0)
			return answer_reward(row, format, j);
	test_failed(__FILE__, __LINE__, "no reward %s", name);
	return 0;
}

TEST(rewards_are_what_the_verdict_says)
{
	const struct judgement right = {.formed = true, .right = true, .share = 1},
			       half = {.formed = true, .share = 0.5};
	const struct judgement none = {0};

	CHECK(worth_of("binary", 0, &right) == 1 && worth_of("binary", 0, &half) == 0);
	CHECK(worth_of("partial", 0, &right) == 1 && worth_of("partial", 0, &half) == 0.5);
	CHECK(worth_of("rescaled", 0, &right) == 1 && worth_of("rescaled", 0, &half) == 0);
	CHECK(worth_of("rescaled", 0, &none) == -1);
	CHECK_NEAR(worth_of("binary", 0.2, &half), 0.2, 1e-12);
	CHECK(worth_of("binary", 0.2, &none) == 0);
}

TEST(credit_of_the_smallest_part_counts_and_sums_to_nothing_over_the_choices)
{
	const struct judgement j = {.n_spans = 2, .span = {{1, 3, 1, ""}, {0, 4, -1, ""}}};
	const uint64_t legal[] = {3, 3, 1, 3, 3, 1};
	float out[6];

	answer_credit(&j, legal, 6, 0.5, out); /* -1 1 . 1 -1 . have the mean 0 */
	CHECK(out[0] == -0.5F && out[1] == 0.5F && out[2] == 0 && out[3] == 0.5F && out[4] == -0.5F && out[5] == 0);
	answer_credit(&j, legal, 4, 0.5, out); /* -1 1 . 1: 1/3 */
	CHECK_NEAR(out[0], -0.5 * 4 / 3, 1e-6);
	CHECK_NEAR(out[0] + out[1] + out[3], 0, 1e-6);
}
