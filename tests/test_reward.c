/* test_reward.c — rewards against hand numbers, and what counts as noise. */
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/score/noise.h"
#include "eqrl/score/reward.h"
#include "test.h"

#include <math.h>
#include <string.h>

static int kind_of(const char *name)
{
	for (int i = 0; i < reward_rows; i++)
		if (strcmp(reward_table[i].name, name) == 0)
			return i;
	test_failed(__FILE__, __LINE__, "no reward %s", name);
	return 0;
}

static double worth(const char *kind, double fvu, double noise_floor)
{
	struct score s = {.verdict = VERDICT_OK, .fvu_fit = fvu, .size = 10};
	struct reward_config c = {.kind = kind_of(kind), .max_size = 20, .floor = noise_floor};

	return reward_of(&c, &s);
}

TEST(each_reward_follows_its_formula)
{
	CHECK_NEAR(worth("r2", 1e-2, 0), 0.99, 1e-15);
	CHECK_NEAR(worth("r2", 7, 0), 0, 0);
	CHECK_NEAR(worth("inv_nmse", 0.25, 0), 0.6, 1e-15);
	CHECK_NEAR(worth("inv_nrmse", 0.25, 0), 1.0 / 3, 1e-15);
	CHECK_NEAR(worth("log_fvu", 1e-4, 0), 0.5, 1e-15);
	CHECK_NEAR(worth("log_fvu", 1e-11, 0), 1, 0);
	CHECK_NEAR(worth("binary", 2e-6, 0), 0, 0);
	CHECK_NEAR(worth("binary", 1e-6, 0), 1, 0);
	CHECK_NEAR(worth("partial", 0.99e-3, 0), 3.0 / 8, 1e-15);
	CHECK_NEAR(worth("partial", 1.01e-3, 0), 2.0 / 8, 1e-15);
	CHECK_NEAR(worth("rescaled", 1, 0), -1, 0);
	CHECK_NEAR(worth("rescaled", 1e-2, 0), -0.5, 1e-15);
}

TEST(no_reward_pays_for_less_error_than_noise_leaves)
{
	CHECK_NEAR(worth("log_fvu", 1e-6, 1e-2), 0.25, 1e-15);
	CHECK_NEAR(worth("inv_nrmse", 1e-6, 0.25), 1.0 / 3, 1e-15);
	CHECK_NEAR(worth("binary", 0.015, 1e-2), 1, 0); /* as good as noise permits */
	CHECK_NEAR(worth("binary", 0.025, 1e-2), 0, 0);
}

TEST(the_rank_is_the_share_of_worse_equations_with_ties_at_half)
{
	static const double fvu[5] = {0.1, 0.5, 0.5, 1e-3, 2};
	static const double want[5] = {0.75, 0.375, 0.375, 1, 0};
	struct reward_config c = {.kind = kind_of("rank"), .max_size = 20};
	struct score s[5];
	double got[5];

	for (int i = 0; i < 5; i++)
		s[i] = (struct score){.verdict = VERDICT_OK, .fvu_fit = fvu[i], .size = 10};
	reward_step(&c, s, 5, got);
	for (int i = 0; i < 5; i++)
		CHECK_NEAR(got[i], want[i], 1e-12);
	s[4].verdict = VERDICT_NONFINITE; /* still worse than the others */
	reward_step(&c, s, 5, got);
	CHECK_NEAR(got[0], 0.75, 1e-12);
	CHECK(got[4] < 0);
}

TEST(size_costs_and_invalid_is_strictly_lowest_for_every_reward)
{
	for (int kind = 0; kind < reward_rows; kind++) {
		struct reward_config c = {.kind = kind, .size_cost = 0.1, .max_size = 20};
		struct score small = {.verdict = VERDICT_OK, .fvu_fit = 1e-4, .size = 4}, large = small, bad = small;

		large.size = 14;
		CHECK_NEAR(reward_of(&c, &small) - reward_of(&c, &large), 0.05, 1e-12);
		large.size = 60; /* coefficients come on top of max_size: no more than the whole cost */
		large.fvu_fit = 1e6;
		bad.verdict = VERDICT_NONFINITE;
		CHECK_NEAR(reward_of(&c, &bad), reward_invalid(&c), 0);
		CHECK(reward_of(&c, &large) > reward_of(&c, &bad));
	}
}

TEST(sharpness_leads_from_the_graded_reward_to_the_binary_one)
{
	struct score near = {.verdict = VERDICT_OK, .fvu_fit = 1e-4, .size = 1}, exact = near;
	struct reward_config c = {.kind = kind_of("log_fvu"), .max_size = 20};

	exact.fvu_fit = 1e-7;
	c.sharpness = 0.5;
	CHECK_NEAR(reward_of(&c, &near), 0.25, 1e-12);
	CHECK_NEAR(reward_of(&c, &exact), (7.0 / 8 + 1) / 2, 1e-12);
	c.sharpness = 1;
	CHECK_NEAR(reward_of(&c, &near), 0, 0);
	CHECK_NEAR(reward_of(&c, &exact), 1, 0);
}

TEST(residuals_without_neighbourhood_are_noise_and_smooth_ones_are_not)
{
	enum { N = 200 };
	double x[2][N], noise[N], smooth[N], zero[N] = {0};
	const double *columns[2] = {x[0], x[1]};
	struct rows rows = {.n = N, .n_columns = 2, .x = columns};
	struct rng r = rng_stream(4, 0, 0);

	for (int i = 0; i < N; i++) {
		x[0][i] = 1e6 * rng_uniform(&r); /* units do not matter */
		x[1][i] = rng_uniform(&r);
		noise[i] = rng_normal(&r);
		smooth[i] = sin(4e-6 * x[0][i]) * x[1][i];
	}
	CHECK(noise_share(&rows, noise) > 0.8);
	CHECK(noise_share(&rows, smooth) < 0.1);
	CHECK_EQ(noise_share(&rows, zero), 0);
	rows.n = 7;
	CHECK_EQ(noise_share(&rows, noise), 0);
}
