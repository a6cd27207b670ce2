/* test_checkpoint.c — a run that is stopped after any batch and resumed equals one left alone; damaged files and errors of
 * the learner leave nothing half done. */
#include "eqrl/base/error.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/rl/learner_load.h"
#include "../src/rl/checkpoint.h"
#include "search_case.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SETS = 3 };

/* What a run is made of, so that it can be opened again and again. */
struct bench {
	struct train_config config;
	const struct learner_api *api;
	struct pool *pool;
	struct policy policy;
	struct dataset d[SETS];
};

static double product(double a, double b)
{
	return a * b;
}

static void bench_open(struct bench *b, const struct learner_api *api, int threads)
{
	*b = (struct bench){.config = search_case_config(), .api = api, .pool = pool_new(threads)};
	search_case_policy(&b->policy);
	search_case_data(&b->d[0], 120, search_case_law);
	search_case_data(&b->d[1], 60, product);
	search_case_data(&b->d[2], 90, search_case_short_law);
	b->config.offspring = 64;
	b->config.complete = 0.25;
	b->config.adapt = true;
}

static void bench_close(struct bench *b)
{
	for (int i = 0; i < SETS; i++)
		dataset_release(&b->d[i]);
	policy_release(&b->policy);
	pool_free(b->pool);
}

static struct trainer *start(const struct bench *b)
{
	struct trainer *t;

	CHECK_OK(trainer_open(&t, &b->config,
			      &(struct trainer_inputs){b->d, SETS, b->config.from_prior ? NULL : &b->policy, b->api,
						       b->pool, NULL, false}));
	return t;
}

static void steps(struct trainer *t, int n)
{
	for (int i = 0; i < n; i++)
		CHECK_OK(trainer_step(t, NULL));
}

static char *path_of(const char *name)
{
	return path_join(test_dir(), name);
}

/* The bytes of what is saved: equal states give equal bytes. */
static void save(struct trainer *t, char **data, size_t *size)
{
	char *path = path_of("state.safetensors");

	CHECK_OK(trainer_save(t, path));
	CHECK_OK(file_read(path, ST_DATA, data, size));
	free(path);
}

/* Left alone; and stopped after every single batch, closed, opened and resumed. */
static void check_any_batch(struct bench *b, int n)
{
	struct trainer *whole = start(b), *part = start(b);
	char *path = path_of("part.safetensors"), *a, *z;
	int64_t drawn[PROPOSERS] = {0};
	int stages = 0; /* data sets whose curriculum has gone on, and most of which were not on turn when it stopped */
	size_t a_size, z_size;

	steps(whole, n);
	for (int i = 0; i < n; i++) {
		steps(part, 1);
		CHECK_OK(trainer_save(part, path));
		trainer_close(part);
		part = start(b);
		CHECK_OK(trainer_load(part, path));
		CHECK_EQ(trainer_stats(part)->step, i + 1);
	}
	save(whole, &a, &a_size);
	save(part, &z, &z_size);
	CHECK(a_size == z_size && memcmp(a, z, a_size) == 0);
	for (int i = 0; i < SETS; i++) {
		stages += trainer_task(whole, i)->pace.stage > 0;
		for (int by = 0; by < PROPOSERS; by++)
			drawn[by] += task_stats(trainer_task(whole, i))->drawn[by];
	}
	CHECK_EQ(stages, b->config.curriculum > 0 ? SETS : 0);
	CHECK((drawn[BY_SPARSE] > 0) == b->config.sparse);
	if (b->config.from_prior)
		CHECK(drawn[BY_PRIOR] > 0 && drawn[BY_VARIATION] > 0);
	else
		CHECK(drawn[BY_POLICY] > 0 && drawn[BY_COMPLETION] > 0 && drawn[BY_VARIATION] > 0);
	trainer_close(whole);
	trainer_close(part);
	free(path);
	free(a);
	free(z);
}

TEST(stopped_after_any_batch_and_resumed_three_data_sets_equal_ones_left_alone)
{
	const struct learner_api *api = search_case_learner();
	struct bench b;

	if (!api)
		return;
	bench_open(&b, api, 2);
	check_any_batch(&b, 20);
	bench_close(&b);
}

TEST(so_do_they_with_curriculum_refresh_and_all_that_adapts)
{
	const struct learner_api *api = search_case_learner();
	struct bench b;

	if (!api)
		return;
	bench_open(&b, api, 1);
	b.config.refresh = 3;
	b.config.curriculum = 1;
	b.config.anneal = 5;
	b.config.kl_half_life = 4;
	b.config.kl_in_reward = true;
	b.config.feedback = 1;
	b.config.feedback_weight = 0.5;
	b.config.reward.kind = REWARD_RANK;
	b.config.rest_solved = true;
	check_any_batch(&b, 24);
	bench_close(&b);
}

TEST(so_do_they_when_everything_is_tuned_in_a_fixed_circle)
{
	const struct learner_api *api = search_case_learner();
	struct bench b;

	if (!api)
		return;
	bench_open(&b, api, 1);
	b.config.tune_all = true;
	b.config.adapt = false;
	b.config.algo = 1;
	check_any_batch(&b, 12);
	bench_close(&b);
}

TEST(so_do_they_when_the_policy_learns_from_completions)
{
	const struct learner_api *api = search_case_learner();
	struct bench b;

	if (!api)
		return;
	for (int all = 0; all < 2; all++) {
		bench_open(&b, api, 1 + all);
		b.config.learn_completions = true;
		b.config.tune_all = all;
		check_any_batch(&b, 14);
		bench_close(&b);
	}
}

TEST(so_do_they_when_sparse_regression_proposes_beside_the_policy)
{
	const struct learner_api *api = search_case_learner();
	struct bench b;

	if (!api)
		return;
	bench_open(&b, api, 2);
	b.config.sparse = true;
	check_any_batch(&b, 20);
	bench_close(&b);
}

TEST(so_do_prior_and_evolution_with_sparse_regression_and_without)
{
	struct bench b;

	bench_open(&b, NULL, 2);
	b.config.from_prior = true;
	for (int sparse = 0; sparse < 2; sparse++) {
		b.config.sparse = sparse;
		b.config.adapt = !sparse; /* in a fixed circle everybody comes soon */
		check_any_batch(&b, 12);
	}
	bench_close(&b);
}

TEST(every_state_is_the_same_for_1_and_2_threads)
{
	const struct learner_api *api = search_case_learner();
	struct bench one, two;
	struct trainer *a, *z;
	char *bytes[2];
	size_t size[2];

	if (!api)
		return;
	bench_open(&one, api, 1);
	bench_open(&two, api, 2);
	one.config.sparse = two.config.sparse = true;
	one.config.curriculum = two.config.curriculum = 1;
	one.config.learn_completions = two.config.learn_completions = true;
	a = start(&one);
	z = start(&two);
	steps(a, 14);
	steps(z, 14);
	save(a, &bytes[0], &size[0]);
	save(z, &bytes[1], &size[1]);
	CHECK(size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0);
	trainer_close(a);
	trainer_close(z);
	free(bytes[0]);
	free(bytes[1]);
	bench_close(&one);
	bench_close(&two);
}

/* ---- a learner that is opened meanwhile ------------------------------------------------------------ */

static struct trainer *start_opening(const struct bench *b, struct learner_loading *l, bool go_on)
{
	struct trainer *t;

	CHECK_OK(trainer_open(&t, &b->config,
			      &(struct trainer_inputs){b->d, SETS, &b->policy, NULL, b->pool, l, go_on}));
	return t;
}

TEST(a_learner_that_is_opened_while_the_search_starts_leaves_the_same_bytes_as_one_that_was_there)
{
	const struct learner_api *api = search_case_learner();
	const char *path = getenv("EQRL_LEARNER");
	struct learner_loading *l;
	struct bench b;
	struct trainer *there, *opened;
	char *bytes[2];
	size_t size[2];

	if (!api)
		return;
	bench_open(&b, api, 2);
	l = learner_load_start(path ? path : "build/libeqrl_learn.so");
	there = start(&b);
	opened = start_opening(&b, l, false);
	for (int n = 0; n < 9; n += 3) { /* saved before its first update, too */
		save(there, &bytes[0], &size[0]);
		save(opened, &bytes[1], &size[1]);
		CHECK(size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0);
		free(bytes[0]);
		free(bytes[1]);
		steps(there, 3);
		steps(opened, 3);
	}
	CHECK(trainer_stats(opened)->learning.updates > 0);
	trainer_close(there);
	trainer_close(opened);
	learner_load_free(l);
	bench_close(&b);
}

/* Opening it as a library waits until somebody writes; and then it is none. */
static char *make_pipe(const char *name)
{
	char *path = path_of(name);

	unlink(path);
	CHECK(mkfifo(path, 0600) == 0);
	return path;
}

static void end_pipe(char *path)
{
	close(open(path, O_WRONLY));
	unlink(path);
	free(path);
}

TEST(until_the_learner_is_open_a_search_that_goes_on_counts_its_batches_and_then_says_what_is_wrong)
{
	struct bench b;
	char *path = make_pipe("slow.so"), *file = path_of("slow.safetensors");
	struct learner_loading *l;
	const struct learner_api *api;
	struct trainer *t;
	int stop = 1;

	bench_open(&b, NULL, 1);
	b.config.offspring = 0; /* every step is the policy's */
	t = start(&b); /* the linker lets nobody start threads while it waits for the pipe: they are started here */
	steps(t, 1);
	trainer_close(t);
	l = learner_load_start(path);
	CHECK(!learner_load_is_over(l));
	CHECK(learner_load_wait(l, &stop, &api) == ST_OK && !api);
	t = start_opening(&b, l, true);
	steps(t, 4);
	CHECK_EQ(trainer_stats(t)->step, 4);
	CHECK_EQ(trainer_stats(t)->learning.updates, 0);
	CHECK_OK(trainer_save(t, file));
	end_pipe(path);
	CHECK(learner_load_wait(l, NULL, &api) == ST_RESOURCE && !api);
	CHECK_EQ(trainer_step(t, NULL), ST_RESOURCE);
	CHECK(strstr(error_message(), "cannot open the learner library") != NULL);
	CHECK_EQ(trainer_stats(t)->step, 4);
	trainer_close(t);
	learner_load_free(l);
	free(file);
	bench_close(&b);
}

/* ---- damage ---------------------------------------------------------------------------------------- */

/* A state without a learner: then no part of a failed load needs libtorch. */
static void make_file(struct bench *b, char **bytes, size_t *size, struct trainer **open)
{
	bench_open(b, NULL, 1);
	*open = start(b);
	steps(*open, 9);
	save(*open, bytes, size);
}

static enum status load_bytes(struct trainer *t, const char *bytes, size_t size)
{
	char *path = path_of("damaged.safetensors");
	FILE *f = fopen(path, "wb");
	enum status st;

	CHECK(f && fwrite(bytes, 1, size, f) == size && fclose(f) == 0);
	st = trainer_load(t, path);
	free(path);
	return st;
}

TEST(a_checkpoint_with_any_bit_flipped_is_refused)
{
	struct rng r = rng_stream(3, 1, 1);
	struct bench b;
	struct trainer *t;
	size_t size;
	char *bytes;

	make_file(&b, &bytes, &size, &t);
	CHECK_OK(load_bytes(t, bytes, size));
	for (int i = 0; i < 400; i++) { /* half of them in the header */
		size_t at = i % 2 ? (size_t)(rng_uniform(&r) * (double)size) : (size_t)rng_below(&r, 1200);
		char was = bytes[at];

		bytes[at] = (char)(was ^ (1 << rng_below(&r, 8)));
		if (load_bytes(t, bytes, size) != ST_WEIGHTS)
			test_failed(__FILE__, __LINE__, "byte %zu: %02x for %02x is accepted", at, bytes[at] & 255,
				    was & 255);
		bytes[at] = was;
	}
	CHECK_OK(load_bytes(t, bytes, size));
	trainer_close(t);
	free(bytes);
	bench_close(&b);
}

TEST(a_checkpoint_that_is_cut_off_or_has_tensors_swapped_is_refused)
{
	struct rng r = rng_stream(3, 1, 2);
	struct bench b;
	struct trainer *t;
	char *bytes, *first, *second;
	size_t size;

	make_file(&b, &bytes, &size, &t);
	for (int i = 0; i < 100; i++)
		CHECK_EQ(load_bytes(t, bytes, (size_t)(rng_uniform(&r) * (double)size)), ST_WEIGHTS);
	first = strstr(bytes + 8, "\"0.population\"");
	second = strstr(bytes + 8, "\"1.population\"");
	CHECK(first && second);
	first[1] = '1';
	second[1] = '0';
	CHECK_EQ(load_bytes(t, bytes, size), ST_WEIGHTS);
	trainer_close(t);
	free(bytes);
	bench_close(&b);
}

TEST(values_out_of_range_are_found_without_a_checksum)
{
	struct hof *h = xcalloc(1, sizeof(*h));
	struct population *p = xcalloc(1, sizeof(*p));
	struct contexts contexts = {.n = 4};
	struct grammar g = grammar_default(2);
	struct elites e = {.n = 1, .capacity = 8, .elite[0] = {.len = 2, .tokens = {TOK_VAR, TOK_EOS}}};
	struct task_stats stats = {.first_exact = -1, .first_exact_of_all = -1};
	struct train_config c = search_case_config();
	struct cached_score entry = {.hash = 1, .fvu_fit = 0.5, .stage = 1};
	struct effort effort = {0};
	struct expr x = {.n = 1, .node = {{.op = OP_VAR, .arg = 1}}};
	struct pace pace;

	h->used[1] = true;
	h->best[1] =
		(struct score){.size = 1, .stage = 1, .fvu_fit = 0.5, .fvu_select = 0.5, .fitted = x, .skeleton = x};
	h->likely[1] = h->best[1];
	CHECK(!check_hof(h, 2) && check_hof(h, 1)); /* column 2 of 1 */
	h->best[1].fitted.node[0].op = OP_KINDS;
	CHECK(check_hof(h, 2));
	h->best[1].fitted = x;
	h->best[1].by = PROPOSERS;
	CHECK(check_hof(h, 2));
	h->best[1].by = 0;
	h->best[1].fvu_fit = NAN;
	CHECK(check_hof(h, 2));
	h->best[1] = h->likely[1];
	h->likely[1].by = PROPOSERS;
	CHECK(check_hof(h, 2));

	p->island[1].n = 1;
	p->island[1].member[0].skeleton = x;
	CHECK(!check_population(p, 2) && check_population(p, 1));
	p->island[1].n = ISLAND_MAX + 1;
	CHECK(check_population(p, 2));

	CHECK(!check_elites(&e, &contexts, &g));
	e.elite[0].context = 4;
	CHECK(check_elites(&e, &contexts, &g));
	e.elite[0].context = 0;
	e.elite[0].tokens[0] = VOCAB_SIZE;
	CHECK(check_elites(&e, &contexts, &g));
	e.n = 9;
	CHECK(check_elites(&e, &contexts, &g));

	pace_open(&pace, &c, 0);
	CHECK(!check_pace(&pace, &c));
	pace.temperature = 0;
	CHECK(check_pace(&pace, &c));
	CHECK(!check_effort(&effort));
	effort.owed[2] = INFINITY;
	CHECK(check_effort(&effort));
	CHECK(!check_task_stats(&stats));
	stats.turns_written = 3;
	CHECK(check_task_stats(&stats));
	CHECK(!check_cache(&entry, 1));
	entry.verdict = VERDICT_COUNT;
	CHECK(check_cache(&entry, 1));
	free(h);
	free(p);
}

/* ---- errors of the learner ------------------------------------------------------------------------- */

static const struct learner_api *sound; /* what the failing one passes calls on to */
static int calls, fails_from, fails_to; /* of the function that fails: numbers of its calls */
static enum status fails_with;

static enum status fail_in_time(void)
{
	calls++;
	return calls >= fails_from && calls < fails_to ? fails_with : ST_OK;
}

static enum status step_or_fail(struct learner *l, const struct learn_batch *batches, int n,
				const struct learn_loss *loss, double lr, struct learn_stats *stats)
{
	enum status st = fail_in_time();

	return st != ST_OK ? st : sound->step(l, batches, n, loss, lr, stats);
}

static enum status params_or_fail(struct learner *l, float *params)
{
	enum status st = fail_in_time();

	return st != ST_OK ? st : sound->get_params(l, params);
}

static const char *made_up_error(void)
{
	return "made up by the test";
}

static struct learner_api failing_from(int from, int to, enum status with)
{
	struct learner_api api = *sound;

	calls = 0;
	fails_from = from;
	fails_to = to;
	fails_with = with;
	api.error = made_up_error;
	return api;
}

TEST(failures_of_libtorch_and_gradients_that_are_not_finite_are_counted_apart_and_the_search_goes_on)
{
	static const enum status with[2] = {ST_TORCH, ST_NOT_FINITE};
	struct bench b;

	sound = search_case_learner();
	for (int i = 0; sound && i < 2; i++) {
		struct learner_api api = failing_from(2, 4, with[i]);
		const struct learning_record *r;
		struct trainer *t;

		api.step = step_or_fail;
		bench_open(&b, &api, 1);
		b.config.offspring = 0; /* every step is the policy's */
		t = start(&b);
		r = &trainer_stats(t)->learning;
		steps(t, 5);
		CHECK_EQ(r->updates, 5);
		CHECK_EQ(r->failures, i == 0 ? 2 : 0);
		CHECK_EQ(r->not_finite, i == 0 ? 0 : 2);
		CHECK_EQ(r->in_a_row, 0);
		trainer_close(t);
		bench_close(&b);
	}
}

TEST(a_learner_that_goes_on_failing_ends_the_run_and_what_is_saved_is_a_complete_step)
{
	struct bench b;
	struct learner_api api;
	struct trainer *t, *again;
	char *path = path_of("failing.safetensors");
	enum status st = ST_OK;
	int64_t step;

	sound = search_case_learner();
	if (!sound) {
		free(path);
		return;
	}
	api = failing_from(3, 1000, ST_TORCH);
	api.step = step_or_fail;
	bench_open(&b, &api, 1);
	b.config.offspring = 0;
	t = start(&b);
	for (int i = 0; i < 20 && st == ST_OK; i++)
		st = trainer_step(t, NULL);
	CHECK_EQ(st, ST_TORCH);
	CHECK(strstr(error_message(), "made up by the test") != NULL);
	step = trainer_stats(t)->step;
	CHECK_OK(trainer_save(t, path));
	again = start(&b);
	CHECK_OK(trainer_load(again, path));
	CHECK_EQ(trainer_stats(again)->step, step);
	for (int i = 0; i < SETS; i++) {
		CHECK_EQ(task_stats(trainer_task(again, i))->turns, step / SETS + (i < step % SETS));
		CHECK_EQ(task_counts(trainer_task(again, i))->candidates,
			 task_stats(trainer_task(again, i))->equations);
	}
	trainer_close(t);
	trainer_close(again);
	free(path);
	bench_close(&b);
}

TEST(an_error_between_learner_and_policy_saves_nothing_over_the_last_good_state)
{
	struct bench b;
	struct learner_api api;
	struct trainer *t;
	char *path = path_of("good.safetensors"), *before, *after;
	size_t before_size, after_size;

	sound = search_case_learner();
	if (!sound) {
		free(path);
		return;
	}
	api = failing_from(3, 4, ST_TORCH);
	api.get_params = params_or_fail;
	bench_open(&b, &api, 1);
	b.config.offspring = 0;
	t = start(&b);
	steps(t, 2);
	CHECK_OK(trainer_save(t, path));
	CHECK_OK(file_read(path, ST_DATA, &before, &before_size));
	CHECK_EQ(trainer_step(t, NULL), ST_TORCH);
	CHECK_EQ(trainer_save(t, path), ST_INTERNAL);
	CHECK_OK(file_read(path, ST_DATA, &after, &after_size));
	CHECK(before_size == after_size && memcmp(before, after, before_size) == 0);
	trainer_close(t);
	free(path);
	free(before);
	free(after);
	bench_close(&b);
}

/* ---- a batch that is cut short --------------------------------------------------------------------- */

TEST(a_batch_that_is_cut_short_is_shown_and_otherwise_forgotten)
{
	struct train_config c = search_case_config();
	struct pool *pool = pool_new(1);
	struct fitter *fitter = fitter_new();
	struct policy none = {0};
	struct tools tools = {.config = &c, .pool = pool, .policy = &none, .fitter = &fitter};
	struct pareto shown, after;
	struct batch b;
	struct dataset d;
	struct task_view view;
	struct turn turn;
	struct task k;

	c.from_prior = true;
	c.batch = 256;
	search_case_data(&d, 120, search_case_law);
	batch_open(&b, 256);
	CHECK_OK(task_open(&k, &c, &d, NULL, &none, pool));
	view = task_view(&k);
	turn = turn_of(&c, &k, 0);
	b.by = turn.by;
	CHECK_EQ(turn.by, BY_PRIOR);
	CHECK(proposer_table[turn.by].draw(&turn, &view, &tools, NULL, &b));
	CHECK(task_score(&k, &turn, &b, NULL));
	task_show_late(&k, &b);
	task_front(&k, SELECTION_MDL, &shown);
	CHECK(shown.n > 0);
	CHECK_EQ(shown.entry[0].by, BY_PRIOR);
	CHECK_EQ(task_counts(&k)->candidates, 0);
	CHECK_EQ(task_stats(&k)->equations, 0);
	CHECK_EQ(scorer_cache_size(k.scorer), 0);
	for (int size = 0; size <= HOF_MAX_SIZE; size++)
		CHECK(!task_hof(&k)->used[size]);

	CHECK(task_score(&k, &turn, &b, NULL)); /* drawn again, it enters, and the front is the same */
	task_commit(&k, &c, &turn, &b, false);
	task_front(&k, SELECTION_MDL, &after);
	CHECK_EQ(after.n, shown.n);
	for (int i = 0; i < after.n; i++)
		CHECK(after.entry[i].fvu_fit == shown.entry[i].fvu_fit);
	CHECK(!k.late);
	task_close(&k);
	batch_close(&b);
	fitter_free(fitter);
	dataset_release(&d);
	pool_free(pool);
}
