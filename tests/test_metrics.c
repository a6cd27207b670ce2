/* test_metrics.c — measures of error against values worked out by hand. */
#include "eqrl/eval/metrics.h"
#include "test.h"

TEST(metrics_have_their_hand_values)
{
	static const double y[] = {1, 2, 3, 4}, p[] = {1.5, 2, 2, 4.5};
	struct metrics m;

	metrics_measure(y, p, NULL, 4, &m); /* errors ½ 0 1 ½; SST 2.25 + 0.25 + 0.25 + 2.25 = 5 */
	CHECK_NEAR(m.sse, 1.5, 1e-15);
	CHECK_NEAR(m.fvu, 0.3, 1e-15);
	CHECK_NEAR(m.r2, 0.7, 1e-15);
	CHECK_NEAR(m.rmse, sqrt(1.5 / 4), 1e-15);
	CHECK_NEAR(m.mae, 0.5, 1e-15);
	CHECK_NEAR(m.max_error, 1, 0);
}

TEST(weighted_metrics_have_their_hand_values)
{
	static const double y[] = {1, 3, 77}, p[] = {2, 3, NAN}, w[] = {1, 3, 0};
	struct metrics m;

	metrics_measure(y, p, w, 3, &m); /* mean 2.5, SST 2.25 + 3 · 0.25 = 3, SSE 1 */
	CHECK_NEAR(m.sse, 1, 0);
	CHECK_NEAR(m.fvu, 1 / 3.0, 1e-15);
	CHECK_NEAR(m.rmse, 0.5, 1e-15);
	CHECK_NEAR(m.mae, 0.25, 1e-15);
	CHECK_NEAR(m.max_error, 1, 0);
}

TEST(r2_is_against_the_targets_variance)
{
	static const double y[] = {0, 0, 3}, p[] = {10, 10, 13};
	struct metrics m;

	metrics_measure(y, p, NULL, 3, &m); /* perfectly correlated and far off: 1 − 300 / 6 */
	CHECK_NEAR(m.r2, -49, 1e-13);
}

TEST(a_prediction_that_is_no_number_is_infinitely_bad)
{
	static const double y[] = {1, 2, 3};
	static const double bad[] = {NAN, INFINITY, -INFINITY};
	struct metrics m;

	for (int i = 0; i < 3; i++) {
		double p[] = {1, 2, bad[i]};

		metrics_measure(y, p, NULL, 3, &m);
		CHECK(m.r2 == -INFINITY && m.fvu == INFINITY && m.rmse == INFINITY);
	}
}

TEST(a_constant_target_is_guarded)
{
	static const double y[] = {0.1, 0.1, 0.1}, off[] = {0.1, 0.1, 0.2};
	struct metrics m;
	struct target_moments t;

	target_measure(y, NULL, 3, &t);
	CHECK_NEAR(t.sst, 0, 0);
	metrics_measure(y, y, NULL, 3, &m);
	CHECK_NEAR(m.r2, 1, 0);
	metrics_measure(y, off, NULL, 3, &m);
	CHECK(m.r2 == -INFINITY);
	CHECK(fvu_of(NAN, 1) == INFINITY);
}

TEST(a_small_spread_on_a_large_offset_is_not_lost)
{
	static const double y[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
	struct target_moments t;

	target_measure(y, NULL, 3, &t);
	CHECK_NEAR(t.mean, 1e9 + 2, 0);
	CHECK_NEAR(t.sst, 2, 1e-12);
	CHECK_NEAR(t.largest, 1e9 + 3, 0);
}
