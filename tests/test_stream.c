/* test_stream.c — reinforcement on a stream of problems: steps are functions of their number, and what is rewarded rises. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/run/fresh.h"
#include "search_case.h"
#include "test.h"

#include <stdlib.h>

struct streaming {
	struct fresh_problems fresh;
	struct stream_config c;
	struct policy p;
	struct pool *pool;
};

static void streaming_open(struct streaming *x, int threads)
{
	*x = (struct streaming){.fresh = {.problem = problem_default(), .rows = 16, .seed = 4},
				.pool = pool_new(threads)};
	search_case_policy(&x->p);
	x->c = (struct stream_config){.train = search_case_config(), .problems = 4};
	x->c.train.group_size = 16;
	x->c.train.train_size = 64;
	x->c.source = fresh_source(&x->fresh);
}

static struct stream *start(const struct streaming *x, const struct learner_api *api)
{
	struct stream *s;

	CHECK_OK(stream_open(&s, &x->c, &x->p, api, x->pool));
	return s;
}

static void streaming_close(struct streaming *x)
{
	policy_release(&x->p);
	pool_free(x->pool);
}

static void take_steps(struct stream *s, int n)
{
	for (int i = 0; i < n; i++)
		CHECK_OK(stream_step(s, NULL));
}

static void state_bytes(struct stream *s, char **bytes, size_t *size)
{
	char *path = path_join(test_dir(), "stream.state");

	CHECK_OK(stream_save(s, path));
	CHECK_OK(file_read(path, ST_DATA, bytes, size));
	free(path);
}

TEST(a_stream_is_the_same_for_1_and_2_threads_and_after_a_resume_at_every_step)
{
	const struct learner_api *api = search_case_learner();
	char *path = path_join(test_dir(), "part.state");

	for (int variant = 0; api && variant < 3; variant++) { /* decoder; everything; imitation */
		struct streaming one, two;
		struct stream *whole, *part;
		char *a, *z;
		size_t a_size, z_size;

		streaming_open(&one, 1);
		streaming_open(&two, 2);
		one.c.train.tune_all = two.c.train.tune_all = variant == 1;
		one.c.expert = two.c.expert = variant == 2;
		whole = start(&one, api);
		part = start(&two, api);
		take_steps(whole, 3);
		for (int i = 0; i < 3; i++) {
			take_steps(part, 1);
			CHECK_OK(stream_save(part, path));
			stream_close(part);
			part = start(&two, api);
			CHECK_OK(stream_load(part, path));
			CHECK_EQ(stream_progress(part)->step, i + 1);
		}
		state_bytes(whole, &a, &a_size);
		state_bytes(part, &z, &z_size);
		CHECK(a_size == z_size && memcmp(a, z, a_size) == 0);
		CHECK(memcmp(stream_policy(whole)->params, one.p.params, net_size(&one.p.config) * sizeof(float)) != 0);
		stream_close(part);
		two.c.train.lr *= 2;
		part = start(&two, api);
		CHECK_EQ(stream_load(part, path), ST_WEIGHTS);
		stream_close(whole);
		stream_close(part);
		streaming_close(&one);
		streaming_close(&two);
		free(a);
		free(z);
	}
	free(path);
}

TEST(what_a_random_policy_earns_on_problems_that_it_never_saw_rises_on_a_stream)
{
	const struct learner_api *api = search_case_learner();

	for (int expert = 0; api && expert < 2; expert++) {
		struct stream_worth before, after;
		struct streaming x;
		struct stream *s;

		streaming_open(&x, 2);
		x.c.expert = expert;
		x.c.train.kl = 0.001;
		x.c.train.lr = 3e-3;
		s = start(&x, api);
		stream_measure(s, 24, 16, &before);
		take_steps(s, 20);
		stream_measure(s, 24, 16, &after);
		CHECK_EQ(after.n, 24);
		if (!(after.reward > before.reward + 0.02))
			test_failed(__FILE__, __LINE__, "reward %.4f, before %.4f", after.reward, before.reward);
		stream_close(s);
		streaming_close(&x);
	}
}

TEST(held_out_problems_are_those_of_no_seed_and_a_problem_is_a_function_of_its_number)
{
	struct fresh_problems f[2] = {{problem_default(), 16, 4}, {problem_default(), 16, 5}};
	struct dataset d[4];

	for (int i = 0; i < 2; i++) {
		struct stream_source s = fresh_source(&f[i]);

		s.draw(s.context, true, 7, &d[i]);
		s.draw(s.context, false, 7, &d[2 + i]);
	}
	CHECK(d[0].fit.n == 16 && memcmp(d[0].fit.y, d[1].fit.y, 16 * sizeof(double)) == 0);
	CHECK(memcmp(d[2].fit.y, d[3].fit.y, 16 * sizeof(double)) != 0);
	CHECK(memcmp(d[0].fit.y, d[2].fit.y, 16 * sizeof(double)) != 0);
	CHECK(fresh_source(&f[0]).identity != fresh_source(&f[1]).identity);
	for (int i = 0; i < 4; i++)
		dataset_release(&d[i]);
}
