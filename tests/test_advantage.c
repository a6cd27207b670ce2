/* test_advantage.c — rewards and advantages against numbers worked out by hand. */
#include "eqrl/rl/advantage.h"
#include "test.h"

TEST(grpo_standardises_the_different_equations_of_a_group)
{
	double reward[4] = {1, 1, 0, 0.5}, out[4];
	bool first[4] = {true, false, true, true}; /* the second repeats the first */

	/* of 1, 0, 0.5: mean 0.5, deviation sqrt(1/6) */
	advantage_table[0].of_group(reward, first, 4, NULL, out);
	CHECK_NEAR(out[0], 0.5 / sqrt(1.0 / 6), 1e-12);
	CHECK_NEAR(out[1], 0, 0);
	CHECK_NEAR(out[2], -0.5 / sqrt(1.0 / 6), 1e-12);
	CHECK_NEAR(out[3], 0, 1e-12);
}

TEST(a_group_without_variance_gives_no_signal)
{
	double reward[3] = {0.4, 0.4, 0.4}, out[3];
	bool first[3] = {true, true, true};

	advantage_table[0].of_group(reward, first, 3, NULL, out);
	for (int i = 0; i < 3; i++)
		CHECK_NEAR(out[i], 0, 0);
}

TEST(reinforce_compares_with_the_moving_baseline)
{
	struct baseline b = {0};
	double reward[2] = {1, 0}, out[2];
	bool first[2] = {true, true};

	baseline_update(&b, reward, first, 2);
	CHECK_NEAR(b.mean, 0.5, 1e-12);
	CHECK_NEAR(b.deviation, 0.5, 1e-12);
	reward[0] = 2;
	baseline_update(&b, reward, first, 2); /* mean 1, deviation 1 enter with weight 0.13 */
	CHECK_NEAR(b.mean, 0.87 * 0.5 + 0.13 * 1, 1e-12);
	advantage_table[1].of_group(reward, first, 2, &b, out);
	CHECK_NEAR(out[0], (2 - b.mean) / b.deviation, 1e-12);
	CHECK_NEAR(out[1], -b.mean / b.deviation, 1e-12);
}

static const struct advantage_row *row(const char *name)
{
	for (int i = 0; i < advantage_rows; i++)
		if (strcmp(advantage_table[i].name, name) == 0)
			return &advantage_table[i];
	return NULL;
}

TEST(leave_one_out_and_undivided_means_are_their_formulas)
{
	double reward[4] = {1, 1, 0, 0.5}, out[4];
	bool first[4] = {true, false, true, true};

	row("rloo")->of_group(reward, first, 4, NULL, out); /* 1 − (0 + 0.5)/2 */
	CHECK_NEAR(out[0], 0.75, 1e-12);
	CHECK_NEAR(out[1], 0, 0);
	CHECK_NEAR(out[2], -0.75, 1e-12);
	row("dr_grpo")->of_group(reward, first, 4, NULL, out);
	CHECK_NEAR(out[0], 0.5, 1e-12);
	CHECK_NEAR(out[2], -0.5, 1e-12);
	CHECK_NEAR(out[3], 0, 1e-12);
}

TEST(risk_keeps_the_best_twentieth_against_the_best_of_the_rest)
{
	double reward[40], out[40];
	bool first[40];

	for (int i = 0; i < 40; i++) {
		reward[i] = i / 40.0;
		first[i] = true;
	}
	row("risk")->of_group(reward, first, 40, NULL, out); /* 2 of 40: 38 and 39, against 37 */
	CHECK_NEAR(out[39], 2 / 1.5, 1e-12);		     /* 2 and 1, over their mean */
	CHECK_NEAR(out[38], 1 / 1.5, 1e-12);
	CHECK_NEAR(out[37], 0, 0);
	CHECK_NEAR(out[0], 0, 0);
}

TEST(risks_advantages_have_unit_size_however_little_the_rewards_differ)
{
	double reward[40], out[40], sum[2] = {0};
	bool first[40];

	for (int k = 0; k < 2; k++) {
		for (int i = 0; i < 40; i++) {
			reward[i] = 0.9 + (k ? 1e-4 : 1e-2) * i;
			first[i] = true;
		}
		row("risk")->of_group(reward, first, 40, NULL, out);
		for (int i = 0; i < 40; i++)
			sum[k] += out[i];
	}
	CHECK_NEAR(sum[0], 2, 1e-9);
	CHECK_NEAR(sum[1], 2, 1e-9);
}

TEST(entropic_weights_have_their_divergence_and_favour_the_best)
{
	double reward[3] = {0, 0, 1}, out[3], z, q, divergence;
	bool first[3] = {true, true, true};

	row("entropic")->of_group(reward, first, 3, NULL, out);
	/* with e = exp(−β): A = 1/((2e)/2) − 1 = 1/e − 1 for the best, so e = 1/(A + 1) */
	z = 1 + 2 / (out[2] + 1);
	q = 1 / z;
	divergence = q * log(3 * q) + (1 - q) * log(3 * (1 - q) / 2);
	CHECK_NEAR(divergence, log(2), 1e-6);
	CHECK(out[0] < 0 && out[0] == out[1]);
}

TEST(the_subset_takes_both_ends_and_never_a_zero)
{
	double advantage[7] = {0.1, -2, 0, 3, -0.2, 1, -1};
	int index[7], n = advantage_subset(advantage, 7, 4, index);

	CHECK_EQ(n, 4);
	CHECK_EQ(index[0], 1);
	CHECK_EQ(index[1], 3);
	CHECK_EQ(index[2], 5);
	CHECK_EQ(index[3], 6);
	CHECK_EQ(advantage_subset(advantage, 7, 100, index), 6);
}
