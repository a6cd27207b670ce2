/* test_elites.c — the best different equations of every length stay. */
#include "../src/rl/elites.h"
#include "test.h"

static bool insert(struct elites *e, double fitness, uint64_t hash, int len)
{
	return elites_insert(e, &(struct elite){.fitness = fitness, .hash = hash, .len = len});
}

TEST(elites_are_different_and_sorted_and_the_worst_make_room)
{
	struct elites e = {.capacity = 3};

	CHECK(insert(&e, 0.5, 1, 5));
	CHECK(insert(&e, 0.7, 2, 6));
	CHECK(!insert(&e, 0.9, 1, 5)); /* known */
	CHECK(insert(&e, 0.6, 3, 7));
	CHECK(!insert(&e, 0.4, 4, 8));
	CHECK(insert(&e, 0.65, 5, 9));
	CHECK_EQ(e.n, 3);
	CHECK(e.elite[0].hash == 2 && e.elite[1].hash == 5 && e.elite[2].hash == 3);
}

TEST(one_length_does_not_crowd_out_the_others)
{
	struct elites e = {.capacity = 16};

	for (int i = 0; i < ELITES_PER_LENGTH; i++)
		CHECK(insert(&e, 0.5 + 0.01 * i, (uint64_t)i + 1, 9));
	CHECK(insert(&e, 0.1, 100, 4)); /* another length */
	CHECK(!insert(&e, 0.4, 101, 9));
	CHECK(insert(&e, 0.9, 102, 9)); /* takes the place of the worst of its length */
	CHECK_EQ(e.n, ELITES_PER_LENGTH + 1);
	CHECK_EQ(e.elite[0].hash, 102);
	for (int i = 0; i < e.n; i++)
		CHECK(e.elite[i].hash != 1);
	CHECK_EQ(e.elite[e.n - 1].hash, 100);
}
