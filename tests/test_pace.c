/* test_pace.c — what adapts from turn to turn follows its formulas. */
#include "../src/rl/batch.h"
#include "../src/rl/effort.h"
#include "../src/rl/pace.h"
#include "test.h"

#include <math.h>

static struct train_config config(void)
{
	return (struct train_config){
		.adapt = true, .batch = 512, .offspring = 512, .group_size = 128, .temperature = 1};
}

static const bool all_three[PROPOSERS] = {[BY_POLICY] = true, [BY_COMPLETION] = true, [BY_VARIATION] = true};

TEST(shares_of_effort_follow_what_paid_off_and_nobody_becomes_idle)
{
	struct effort e = {0};
	double share[PROPOSERS], floors = 0.125 + 0.0625 + 0.125;

	effort_share(&e, all_three, share); /* nothing known: floors, and the rest in equal parts */
	CHECK_NEAR(share[BY_POLICY], 0.125 + (1 - floors) / 3, 1e-12);
	CHECK_NEAR(share[BY_COMPLETION], 0.0625 + (1 - floors) / 3, 1e-12);
	CHECK_NEAR(share[BY_PRIOR], 0, 0);
	e.gain[BY_POLICY] = 1; /* 1.05 to 0.05 to 0.05, beside a ten-thousandth each */
	effort_share(&e, all_three, share);
	CHECK_NEAR(share[BY_POLICY], 0.125 + (1 - floors) * 1.0501 / 1.1503, 1e-12);
	CHECK_NEAR(share[BY_POLICY] + share[BY_COMPLETION] + share[BY_VARIATION], 1, 1e-12);
	e.spent[BY_POLICY] = 1e15; /* the same decade for endless effort */
	effort_share(&e, all_three, share);
	CHECK_NEAR(share[BY_POLICY], 0.125, 1e-6);
	CHECK(share[BY_COMPLETION] > 0.4);
}

TEST(in_the_long_run_effort_is_divided_as_the_shares_say_whatever_the_batches_cost)
{
	static const double cost[PROPOSERS] = {[BY_POLICY] = 3e5, [BY_COMPLETION] = 7e4, [BY_VARIATION] = 2e4};
	double share[PROPOSERS] = {[BY_POLICY] = 0.5, [BY_COMPLETION] = 0.1, [BY_VARIATION] = 0.4};
	double spent[PROPOSERS] = {0}, all = 0;
	struct effort e = {0};

	for (int i = 0; i < 1000; i++) {
		int by = effort_next(&e, share);

		CHECK(share[by] > 0);
		effort_spend(&e, by, cost[by], share);
		spent[by] += cost[by];
		all += cost[by];
	}
	for (int by = 0; by < PROPOSERS; by++)
		CHECK_NEAR(spent[by] / all, share[by], 0.02);
}

TEST(without_adaptation_those_who_can_take_turns_in_a_fixed_circle)
{
	double share[PROPOSERS] = {[BY_POLICY] = 0.8, [BY_VARIATION] = 0.2};
	struct effort e = {0};

	for (int i = 0; i < 6; i++) {
		int by = effort_after(&e, share);

		CHECK_EQ(by, i % 2 ? BY_VARIATION : BY_POLICY);
		effort_spend(&e, by, 1e5, share);
	}
}

TEST(effort_counts_tokens_new_skeletons_pieces_and_what_was_asked_for)
{
	struct score score[2] = {{.repeated = true}, {.repeated = false}};
	int len[2] = {10, 20};
	struct batch b = {.by = BY_POLICY, .n = 2, .score = score, .n_written = 2, .samples.len = len};

	CHECK_NEAR(effort_of_batch(&b, 2), 30 * 30 + 80, 1e-9);
	b.by = BY_VARIATION;
	b.n_written = 0;
	CHECK_NEAR(effort_of_batch(&b, 2), 2 * 45 + 80, 1e-9);
	b.by = BY_COMPLETION;
	b.n_written = 1;
	CHECK_NEAR(effort_of_batch(&b, 2), 2 * 45 + 80 + 10 * 30 + 80, 1e-9);
	b.n = b.n_written = 0;
	CHECK(effort_of_batch(&b, 2) > 0); /* one that came to nothing is not drawn for ever */
	CHECK_NEAR(effort_of_learning(3), 3900, 1e-9);
}

TEST(temperature_rises_while_the_policy_repeats_itself_and_falls_back)
{
	struct train_config c = config();
	struct pace p;

	pace_open(&p, &c, 0);
	pace_end_turn(&p, &c, 20, 0, 0.2);
	CHECK_NEAR(p.temperature, 1.15, 1e-12);
	pace_end_turn(&p, &c, 20, 1, 0.4);
	CHECK_NEAR(p.temperature, 1.15, 1e-12);
	for (int i = 0; i < 20; i++)
		pace_end_turn(&p, &c, 20, i, 0);
	CHECK_NEAR(p.temperature, 2, 1e-12);
	for (int i = 0; i < 20; i++)
		pace_end_turn(&p, &c, 20, i, 0.9);
	CHECK_NEAR(p.temperature, 1, 1e-12);
}

TEST(second_fits_become_more_or_fewer_by_what_they_pay)
{
	struct pace p = {.promising = 0.1};

	p.fit_gain[1] = 3; /* three decades by second fits, none by first ones, at the same cost */
	pace_follow_fits(&p, 1e7, 1e7, 0.9);
	CHECK_NEAR(p.promising, 0.125, 1e-12);
	for (int i = 0; i < 10; i++) {
		p.fit_gain[1] = 3;
		pace_follow_fits(&p, 1e7, 1e7, 0.9);
	}
	CHECK_NEAR(p.promising, 0.3, 1e-12);
	for (int i = 0; i < 60; i++) { /* and now for nothing */
		p.fit_gain[0] = 1;
		pace_follow_fits(&p, 1e7, 1e8, 0.9);
	}
	CHECK_NEAR(p.promising, 0.05, 1e-12);
}

TEST(the_policy_is_refreshed_when_progress_stalls)
{
	static const bool refreshed[7] = {false, false, false, false, false, true, false};
	struct train_config c = config();
	struct pace p;

	c.refresh = 3;
	pace_open(&p, &c, 0);
	for (int i = 0; i < 7; i++) {
		p.improved = i == 2; /* something was found */
		CHECK_EQ(pace_end_turn(&p, &c, 20, i, 0.4), refreshed[i]);
	}
}

TEST(the_curriculum_allows_more_operators_stage_by_stage_and_refreshes_at_its_ends)
{
	static const int allowed[6] = {4, 4, 7, 7, VOCAB_MAX_LEN, VOCAB_MAX_LEN};
	struct train_config c = config();
	struct pace p;

	c.curriculum = 2;
	pace_open(&p, &c, 0);
	for (int i = 0; i < 6; i++) {
		CHECK_EQ(pace_operators(&p, &c, 20), allowed[i]);
		CHECK_EQ(pace_end_turn(&p, &c, 20, i, 0.4), i == 1 || i == 3);
	}
}

TEST(the_reward_sharpens_over_the_configured_turns)
{
	struct train_config c = config();

	CHECK_NEAR(pace_sharpness(&c, 5), 0, 0);
	c.anneal = 8;
	CHECK_NEAR(pace_sharpness(&c, 2), 0.25, 1e-12);
	CHECK_NEAR(pace_sharpness(&c, 100), 1, 0);
}
