/* test_base.c — the foundations: streams, strings, files, workers. */
#include "eqrl/base/error.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/pool.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/str.h"
#include "test.h"

#include <stdlib.h>

TEST(streams_of_other_index_or_purpose_differ_and_same_ones_repeat)
{
	struct rng a = rng_stream(1, 2, 3), b = rng_stream(1, 2, 3), c = rng_stream(1, 2, 4), d = rng_stream(1, 3, 3);
	uint64_t u = rng_u64(&a);

	CHECK(u == rng_u64(&b));
	CHECK(u != rng_u64(&c));
	CHECK(u != rng_u64(&d));
}

TEST(normal_draws_have_mean_0_and_variance_1)
{
	struct rng r = rng_stream(7, 0, 0);
	double sum = 0, squares = 0;
	int n = 200000;

	for (int i = 0; i < n; i++) {
		double v = rng_normal(&r);

		sum += v;
		squares += v * v;
	}
	CHECK_NEAR(sum / n, 0, 0.01);
	CHECK_NEAR(squares / n, 1, 0.02);
}

TEST(a_weight_of_zero_is_never_drawn)
{
	struct rng r = rng_stream(7, 0, 1);
	double w[3] = {0, 1, 0};

	for (int i = 0; i < 1000; i++)
		CHECK_EQ(rng_weighted(&r, w, 3), 1);
}

TEST(nearest_name_is_found_for_a_slip_and_not_for_another_word)
{
	const char *names[] = {"grpo", "rloo", "reinforce"};

	CHECK_STR(str_nearest("grop", names, 3), "grpo");
	CHECK(str_nearest("elephant", names, 3) == NULL);
}

TEST(shortest_decimal_reads_back_exactly)
{
	char text[32];

	str_double(text, 0.1);
	CHECK_STR(text, "0.1");
	str_double(text, 1.0 / 3);
	CHECK(strtod(text, NULL) == 1.0 / 3);
}

static void add_one(void *context, int piece, int worker)
{
	((int *)context)[piece]++;
}

TEST(every_piece_runs_exactly_once_for_any_number_of_workers)
{
	for (int threads = 1; threads <= 4; threads++) {
		struct pool *p = pool_new(threads);
		int counts[100] = {0};

		for (int round = 0; round < 5; round++)
			pool_run(p, 100, add_one, counts);
		for (int i = 0; i < 100; i++)
			CHECK_EQ(counts[i], 5);
		pool_free(p);
	}
}

TEST(a_written_file_reads_back_and_a_missing_one_names_itself)
{
	char *path = path_join(test_dir(), "a.bin"), *data;
	size_t size;

	CHECK_OK(file_write_atomic(path, "a\0b", 3));
	CHECK_OK(file_read(path, ST_DATA, &data, &size));
	CHECK_EQ(size, 3);
	CHECK(memcmp(data, "a\0b", 4) == 0);
	free(data);
	CHECK_EQ(file_read("/no/such", ST_DATA, &data, &size), ST_DATA);
	CHECK(strstr(error_message(), "/no/such") != NULL);
	free(path);
}

TEST(arena_memory_is_zeroed_and_aligned)
{
	struct arena a = {0};

	for (int i = 0; i < 100; i++) {
		unsigned char *p = arena_alloc(&a, 5000);

		CHECK(((size_t)p & 63) == 0);
		CHECK_EQ(p[0] | p[4999], 0);
		memset(p, 255, 5000);
		if (i == 50)
			arena_clear(&a);
	}
	arena_release(&a);
}
