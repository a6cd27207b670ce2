/* test_checkpoint_schedule.c — when checkpoints are written, with a clock that the test turns. */
#include "eqrl/run/checkpoint_schedule.h"
#include "test.h"

TEST(the_first_checkpoint_comes_early_and_intervals_rise_to_a_minute)
{
	static const double want[] = {3, 6 + 3, 12 + 9, 24 + 21, 48 + 45, 60 + 93, 60 + 153};
	struct checkpoint_schedule s = checkpoint_schedule_start(0, 100);
	double now = 100;

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		CHECK(!checkpoint_due(&s, 100 + want[i] - 0.01));
		now = 100 + want[i];
		CHECK(checkpoint_due(&s, now));
		checkpoint_done(&s, now, 0.001);
	}
}

TEST(checkpoints_take_less_than_a_fiftieth_of_the_time_whatever_one_costs)
{
	static const double costs[] = {0.01, 0.5, 2, 30};

	for (size_t c = 0; c < sizeof(costs) / sizeof(costs[0]); c++) {
		struct checkpoint_schedule s = checkpoint_schedule_start(0, 0);
		double spent = 0;

		for (int i = 0; i < 20; i++) {
			spent += costs[c];
			checkpoint_done(&s, s.next + costs[c], costs[c]);
			CHECK(spent < 0.02 * s.next); /* until the next one is due */
		}
	}
}

TEST(an_interval_that_the_user_gives_is_kept_and_never_means_never)
{
	struct checkpoint_schedule s = checkpoint_schedule_start(7, 0);

	CHECK(!checkpoint_due(&s, 6.9) && checkpoint_due(&s, 7));
	checkpoint_done(&s, 9, 2);
	CHECK(!checkpoint_due(&s, 15.9) && checkpoint_due(&s, 16));
	s = checkpoint_schedule_start(-1, 0);
	CHECK(!checkpoint_due(&s, 1e9));
}
