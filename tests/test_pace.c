/* test_pace.c — what adapts from turn to turn follows its formulas. */
#include "../src/rl/brood.h"
#include "../src/rl/pace.h"
#include "../src/rl/rollout.h"
#include "../src/rl/task.h"
#include "test.h"

#include <math.h>

static struct train_config config(void)
{
	return (struct train_config){
		.adapt = true, .batch = 512, .offspring = 512, .group_size = 128, .temperature = 1};
}

static void tell_unique(struct task *k, const struct train_config *c, double unique)
{
	k->stats.unique = unique;
	pace_end(k, c);
}

TEST(policy_and_evolution_share_effort_by_what_paid_off_but_nobody_becomes_idle)
{
	struct train_config c = config();
	struct turn_plan plan;
	struct pace p;

	pace_open(&p, &c);
	p.cost[BY_POLICY] = 1024; /* half of a batch: 2.6e5 microseconds; a round: 5.1e4 */
	p.cost[BY_EVOLUTION] = 100;
	plan = pace_plan(&p, &c);
	CHECK_EQ(plan.written, 256);
	CHECK_EQ(plan.rounds, 5);
	p.gain[BY_POLICY] = 1;
	p.gain[BY_EVOLUTION] =
		0.2; /* about four times the rate: four fifths of a batch, a quarter of its cost in rounds */
	plan = pace_plan(&p, &c);
	CHECK_EQ(plan.written, 384);
	CHECK_EQ(plan.rounds, 2);
	p.gain[BY_POLICY] = 100;
	plan = pace_plan(&p, &c);
	CHECK_EQ(plan.written, 512);
	CHECK_EQ(plan.rounds, 1);
	p.gain[BY_EVOLUTION] = 1e6;
	plan = pace_plan(&p, &c);
	CHECK_EQ(plan.written, 128);
	CHECK_EQ(plan.rounds, 18);
	p.effort[BY_EVOLUTION] = 1e15; /* the same decades for endless effort */
	plan = pace_plan(&p, &c);
	CHECK_EQ(plan.written, 512);
	CHECK_EQ(plan.rounds, 1);
	c.adapt = false;
	plan = pace_plan(&p, &c);
	CHECK_EQ(plan.written, 512);
	CHECK_EQ(plan.rounds, 1);
}

TEST(effort_counts_tokens_new_skeletons_and_sequences_learned_from)
{
	struct train_config c = config();
	struct score score[2] = {{.repeated = true}, {.repeated = false}};
	int len[2] = {10, 20};
	struct rollout r = {.n = 2, .score = score, .samples.len = len};
	struct brood b = {.n = 2, .score = score};
	struct pace p;

	pace_open(&p, &c);
	pace_count_written(&p, &r);
	pace_count_learning(&p, 1);
	CHECK_NEAR(p.effort[BY_POLICY], 30 * 30 + 80 + 1300, 1e-9);
	CHECK_NEAR(p.cost[BY_POLICY], (30 * 30 + 80) / 2.0, 1e-9);
	CHECK_NEAR(p.learning, 1300, 1e-9);
	pace_count_bred(&p, &b);
	CHECK_NEAR(p.effort[BY_EVOLUTION], 2 * 45 + 80, 1e-9);
	b.n_written = 1; /* by the policy, for evolution */
	b.completions.len = len;
	pace_count_bred(&p, &b);
	CHECK_NEAR(p.effort[BY_EVOLUTION], 2 * (2 * 45 + 80) + 10 * 30 + 80, 1e-9);
	CHECK_NEAR(p.cost[BY_EVOLUTION], (2 * 45 + 80 + 10 * 30 + 80) / 2.0, 1e-9);
}

TEST(temperature_rises_while_the_policy_repeats_itself_and_falls_back)
{
	struct train_config c = config();
	struct task k = {0};

	pace_open(&k.pace, &c);
	tell_unique(&k, &c, 0.2);
	CHECK_NEAR(k.pace.temperature, 1.15, 1e-12);
	tell_unique(&k, &c, 0.4);
	CHECK_NEAR(k.pace.temperature, 1.15, 1e-12);
	for (int i = 0; i < 20; i++)
		tell_unique(&k, &c, 0);
	CHECK_NEAR(k.pace.temperature, 2, 1e-12);
	for (int i = 0; i < 20; i++)
		tell_unique(&k, &c, 0.9);
	CHECK_NEAR(k.pace.temperature, 1, 1e-12);
}

TEST(second_fits_become_more_or_fewer_by_what_they_pay)
{
	struct pace p = {.promising = 0.1};

	p.fit_gain[1] = 3; /* three decades by second fits, none by first ones, at the same cost */
	pace_follow_fits(&p, 1e7, 1e7);
	CHECK_NEAR(p.promising, 0.125, 1e-12);
	for (int i = 0; i < 10; i++) {
		p.fit_gain[1] = 3;
		pace_follow_fits(&p, 1e7, 1e7);
	}
	CHECK_NEAR(p.promising, 0.3, 1e-12);
	for (int i = 0; i < 60; i++) { /* and now for nothing */
		p.fit_gain[0] = 1;
		pace_follow_fits(&p, 1e7, 1e8);
	}
	CHECK_NEAR(p.promising, 0.05, 1e-12);
}

TEST(the_policy_is_refreshed_when_progress_stalls)
{
	struct train_config c = config();
	struct task k = {0};

	c.refresh = 3;
	pace_open(&k.pace, &c);
	CHECK(!pace_end(&k, &c));
	CHECK(!pace_end(&k, &c));
	k.pace.best_fvu = 0.5; /* something was found */
	CHECK(!pace_end(&k, &c));
	CHECK(!pace_end(&k, &c));
	CHECK(!pace_end(&k, &c));
	CHECK(pace_end(&k, &c));
	CHECK(!pace_end(&k, &c));
}

TEST(the_curriculum_allows_more_operators_stage_by_stage_and_refreshes_at_its_ends)
{
	struct train_config c = config();
	struct task k = {.grammar.max_len = 20};
	static const int allowed[6] = {4, 4, 7, 7, VOCAB_MAX_LEN, VOCAB_MAX_LEN};

	c.curriculum = 2;
	pace_open(&k.pace, &c);
	for (int i = 0; i < 6; i++, k.stats.turns++) {
		pace_begin(&k, &c);
		CHECK_EQ(k.grammar.max_operators, allowed[i]);
		CHECK_EQ(pace_end(&k, &c), i == 1 || i == 3);
	}
}

TEST(the_reward_sharpens_over_the_configured_turns)
{
	struct train_config c = config();
	struct task k = {0};

	pace_begin(&k, &c);
	CHECK_NEAR(k.reward.sharpness, 0, 0);
	c.anneal = 8;
	k.stats.turns = 2;
	pace_begin(&k, &c);
	CHECK_NEAR(k.reward.sharpness, 0.25, 1e-12);
	k.stats.turns = 100;
	pace_begin(&k, &c);
	CHECK_NEAR(k.reward.sharpness, 1, 0);
}
