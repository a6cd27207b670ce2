/* test_base.c — the foundations: streams, strings, files, workers. */
#include "eqrl/base/child.h"
#include "eqrl/base/error.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/pool.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/sort.h"
#include "eqrl/base/str.h"
#include "eqrl/data/notes.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(a_message_that_is_too_long_ends_with_a_whole_character)
{
	char name[2048];

	for (int first = 0; first < 4; first++) { /* wherever the cut falls in a character of three bytes */
		struct str clean = {0};

		memset(name, 'a', (size_t)first);
		for (size_t i = 0; i < 600; i++)
			memcpy(name + first + 3 * i, "\342\202\254", 4);
		fail(ST_DATA, "column %s: not a number", name);
		fail_prefix(ST_DATA, "input");
		text_clean(&clean, error_message(), strlen(error_message()));
		CHECK_STR(str_text(&clean), error_message());
		CHECK(strlen(error_message()) > 1000 && strstr(error_message(), "\342\200\246"));
		str_release(&clean);
	}
}

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

/* ---- processes ---------------------------------------------------------------------------------- */

static enum status write_pages(void *context, struct str *text)
{
	for (int i = 0; i < *(int *)context; i++)
		str_addf(text, "line %6d of a text that is far beyond the 64 kB which a pipe holds\n", i);
	return ST_DATA;
}

/* Waits for one child as a command does. */
static int wait_for_one(struct child *c, int n)
{
	int i = -1;

	for (int tries = 0; i < 0 && tries < 60; tries++)
		i = child_wait(c, n);
	return i;
}

TEST(a_child_that_ends_is_known_with_its_whole_text_when_sigchld_is_ignored)
{
	struct child c = {0};
	int lines = 5000;

	signal(SIGCHLD, SIG_IGN);
	CHECK_OK(child_start(&c, write_pages, &lines));
	CHECK_EQ(wait_for_one(&c, 1), 0);
	CHECK_EQ(c.output.len,
		 5000 * strlen("line   1234 of a text that is far beyond the 64 kB which a pipe holds\n"));
	CHECK(WIFEXITED(c.wait_status) && WEXITSTATUS(c.wait_status) == ST_DATA);
	CHECK_EQ(child_wait(&c, 1), -1);
	child_kill_all(&c, 1);
	signal(SIGCHLD, SIG_DFL);
}

static enum status wait_for_a_kill(void *context, struct str *text)
{
	sleep(60);
	return ST_OK;
}

TEST(children_that_are_killed_are_reaped_and_those_of_others_are_left_alone)
{
	struct child c[2] = {{0}, {0}};
	int status = 0;
	pid_t other = fork(), pid;

	if (other == 0)
		_exit(7);
	CHECK_OK(child_start(&c[0], wait_for_a_kill, NULL));
	CHECK_OK(child_start(&c[1], wait_for_a_kill, NULL));
	pid = c[1].pid;
	kill(c[0].pid, SIGTERM);
	CHECK_EQ(wait_for_one(c, 2), 0);
	CHECK(WIFSIGNALED(c[0].wait_status) && WTERMSIG(c[0].wait_status) == SIGTERM);
	child_kill_all(c, 2);
	CHECK(kill(pid, 0) < 0 && errno == ESRCH);
	CHECK_EQ(waitpid(other, &status, 0), other);
	CHECK_EQ(WEXITSTATUS(status), 7);
}

/* ---- the end of a resource ----------------------------------------------------------------------- */

static void say_exit_handler(void)
{
	fprintf(stderr, "an exit handler ran\n");
}

static void ask_too_much(void *context, int piece, int worker)
{
	volatile size_t bytes = (size_t)1 << 62;

	free(xmalloc(bytes));
}

static enum status run_out_of_memory(void *context, struct str *text)
{
	dup2(*(int *)context, STDERR_FILENO);
	atexit(say_exit_handler);
	pool_run(pool_new(4), 64, ask_too_much, NULL);
	return ST_OK;
}

static enum status ask_for_threads(void *context, struct str *text)
{
	struct rlimit space = {(rlim_t)1 << 30, (rlim_t)1 << 30}; /* 1 GB: less than 400 stacks of 8 MB */

	dup2(*(int *)context, STDERR_FILENO);
	setrlimit(RLIMIT_AS, &space);
	pool_new(400);
	return ST_OK;
}

/* Its stderr in `said`; its exit status. */
static int run_to_the_end(enum status (*work)(void *, struct str *), char said[1024])
{
	struct child c = {0};
	int ends[2];
	ssize_t n;

	CHECK_EQ(pipe(ends), 0);
	CHECK_OK(child_start(&c, work, &ends[1]));
	CHECK_EQ(wait_for_one(&c, 1), 0);
	close(ends[1]);
	n = read(ends[0], said, 1023);
	said[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	child_kill_all(&c, 1);
	return WIFEXITED(c.wait_status) ? WEXITSTATUS(c.wait_status) : -1;
}

TEST(no_memory_in_a_worker_ends_with_one_line_and_without_exit_handlers)
{
	char said[1024];

#if defined(__SANITIZE_ADDRESS__)
	test_skip("the sanitizer's allocator ends the process itself");
	return;
#endif
	CHECK_EQ(run_to_the_end(run_out_of_memory, said), ST_RESOURCE);
	CHECK_STR(said, "eqrl: out of memory (asked for 4611686018427387904 bytes)\n");
}

TEST(a_refused_thread_ends_with_the_limit_and_what_to_do)
{
	char said[1024];

#if defined(__SANITIZE_ADDRESS__)
	test_skip("a sanitizer needs more address space than the limit");
	return;
#endif
	CHECK_EQ(run_to_the_end(ask_for_threads, said), ST_RESOURCE);
	CHECK(strstr(said, "of 400") && strstr(said, "--threads ") && strstr(said, "ulimit -v, now 1048576 kB"));
	CHECK(strchr(said, '\n') == said + strlen(said) - 1);
}

TEST(recording_a_failure_leaves_errno)
{
	errno = ENOSPC;
	fail(ST_RESOURCE, "%s: %s", "x", strerror(errno));
	CHECK_EQ(errno, ENOSPC);
}

/* ---- order ---- */

TEST(an_order_is_by_key_and_equal_keys_stay_in_order)
{
	enum { N = 3000 };
	int32_t key[N], order[N];
	struct rng r = rng_stream(1, 2, 3);

	for (int i = 0; i < N; i++)
		key[i] = i % 3 == 0 ? rng_below(&r, 50) : i % 3 == 1 ? rng_below(&r, INT32_MAX) : INT32_MAX - i % 7;
	sort_order(key, N, order);
	for (int i = 1; i < N; i++) {
		int a = order[i - 1], b = order[i];

		if (key[a] > key[b] || (key[a] == key[b] && a >= b))
			test_failed(__FILE__, __LINE__, "keys %d (row %d) and %d (row %d)", key[a], a, key[b], b);
	}
	sort_order(key, 0, order);
}
