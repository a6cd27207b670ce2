/* test_learner.c — the learner through its library, as the program uses it. */
#include "eqrl/base/mem.h"
#include "eqrl/policy/sampler.h"
#include "eqrl/rl/learner_load.h"
#include "learn_case.h"
#include "ref_network.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

/* The library, or NULL (and the test counts as skipped). */
static const struct learner_api *library(void)
{
	const char *asked = getenv("EQRL_LEARNER"), *path = asked ? asked : "build/libeqrl_learn.so";
	const struct learner_api *api = NULL;

#if defined(__SANITIZE_ADDRESS__)
	test_skip("libtorch is not opened under sanitizers");
	return NULL;
#endif
	if (access(path, R_OK) != 0) {
		test_skip("build/libeqrl_learn.so is not there");
		return NULL;
	}
	CHECK_OK(learner_load(path, &api));
	return api;
}

static struct learner_config config_of(const struct learn_case *c, int threads)
{
	return (struct learner_config){
		.net = c->net,
		.adam = {.beta1 = 0.9, .beta2 = 0.98, .eps = 1e-8, .weight_decay = 0.01, .max_grad_norm = 1},
		.threads = threads,
		.device = "cpu",
	};
}

#define API_OK(call)                                                                                                   \
	do {                                                                                                           \
		if (call)                                                                                              \
			test_failed(__FILE__, __LINE__, "%s: %s", #call, api->error());                                \
	} while (0)

static struct learner *open_case(const struct learner_api *api, const struct learn_case *c, int threads)
{
	struct learner_config config = config_of(c, threads);
	struct learner *l = NULL;

	API_OK(api->open(&l, &config, c->params));
	return l;
}

static float *params_of(const struct learner_api *api, struct learner *l, size_t size)
{
	float *p = xaligned(size * sizeof(float));

	API_OK(api->get_params(l, p));
	return p;
}

/* --- agreement with the forward pass in C --- */

/* Context p shows the first points[p] of its points. */
static void c_logprobs(const struct learn_case *c, const int *points, float *logp)
{
	struct policy policy = {.config = c->net, .params = c->params};

	for (int s = 0; s < CASE_SEQUENCES; s++) {
		size_t p = (size_t)c->context_of[s], at = (size_t)s * CASE_WIDTH;
		struct memory memory = {0};

		policy_encode(&policy, c->points + p * CASE_POINTS * (size_t)c->net.features, points[p],
			      c->context + p * (size_t)c->net.context, &memory);
		ref_policy_logprobs(&policy, &memory, c->tokens + at, c->legal + at, 1, CASE_WIDTH, logp + at);
		memory_release(&memory);
	}
}

static const int all_points[CASE_CONTEXTS] = {CASE_POINTS, CASE_POINTS, CASE_POINTS};

TEST(training_graph_gives_the_log_probabilities_of_the_c_forward_pass)
{
	const struct learner_api *api = library();
	float want[CASE_SEQUENCES * CASE_WIDTH], got[CASE_SEQUENCES * CASE_WIDTH];
	struct learn_case c;
	struct learner *l;

	if (!api)
		return;
	learn_case_init(&c, 3);
	l = open_case(api, &c, 1);
	c_logprobs(&c, all_points, want);
	API_OK(api->logprobs(l, &c.batch, false, got));
	for (int i = 0; i < CASE_SEQUENCES * CASE_WIDTH; i++)
		CHECK_NEAR((double)got[i], (double)want[i], 1e-4);
	CHECK(fabs((double)want[0]) > 0.01);
	api->close(l);
	learn_case_release(&c);
}

TEST(each_context_may_show_its_own_number_of_points)
{
	static const int few[CASE_CONTEXTS] = {2, CASE_POINTS, 4};
	const struct learner_api *api = library();
	float want[CASE_SEQUENCES * CASE_WIDTH], got[CASE_SEQUENCES * CASE_WIDTH];
	float packed[CASE_CONTEXTS * CASE_POINTS * 11];
	struct learn_case c;
	struct learner *l;
	int at = 0;

	if (!api)
		return;
	learn_case_init(&c, 3);
	for (int p = 0; p < CASE_CONTEXTS; at += few[p++])
		memcpy(packed + at * 11, c.points + p * CASE_POINTS * 11, (size_t)few[p] * 11 * sizeof(float));
	l = open_case(api, &c, 1);
	c_logprobs(&c, few, want);
	c.batch.points = packed;
	c.batch.points_of = few;
	c.batch.n_points = 0;
	API_OK(api->logprobs(l, &c.batch, false, got));
	for (int i = 0; i < CASE_SEQUENCES * CASE_WIDTH; i++)
		CHECK_NEAR((double)got[i], (double)want[i], 1e-4);
	c_logprobs(&c, all_points, want);
	CHECK(fabs((double)(want[0] - got[0])) > 1e-4); /* fewer points do say something else */
	api->close(l);
	learn_case_release(&c);
}

TEST(a_given_memory_stands_for_the_encoder)
{
	const struct learner_api *api = library();
	float want[CASE_SEQUENCES * CASE_WIDTH], got[CASE_SEQUENCES * CASE_WIDTH];
	struct learn_case c;
	struct learner *l;
	float *latents;

	if (!api)
		return;
	learn_case_init(&c, 3);
	latents = xcalloc((size_t)(CASE_CONTEXTS * c.net.latents * c.net.width), sizeof(float));
	for (int p = 0; p < CASE_CONTEXTS; p++) {
		struct policy policy = {.config = c.net, .params = c.params};
		struct memory m = {0};
		size_t n = (size_t)(c.net.latents * c.net.width);

		policy_encode(&policy, c.points + p * CASE_POINTS * c.net.features, CASE_POINTS,
			      c.context + p * c.net.context, &m);
		memcpy(latents + (size_t)p * n, m.latent, n * sizeof(float));
		memory_release(&m);
	}
	l = open_case(api, &c, 1);
	API_OK(api->logprobs(l, &c.batch, false, want));
	c.batch.points = NULL;
	c.batch.memory = latents;
	API_OK(api->logprobs(l, &c.batch, false, got));
	for (int i = 0; i < CASE_SEQUENCES * CASE_WIDTH; i++)
		CHECK_NEAR((double)got[i], (double)want[i], 1e-4);
	api->close(l);
	free(latents);
	learn_case_release(&c);
}

/* --- the loss --- */

TEST(before_the_first_update_the_ratio_is_one_and_the_kl_is_zero)
{
	const struct learner_api *api = library();
	struct learn_loss loss = learn_case_loss();
	struct learn_stats stats;
	struct learn_case c;
	struct learner *l;

	if (!api)
		return;
	learn_case_init(&c, 4);
	l = open_case(api, &c, 1);
	API_OK(api->set_reference(l, c.params));
	API_OK(api->logprobs(l, &c.batch, false, c.logp_old));
	API_OK(api->evaluate(l, &c.batch, 1, &loss, &stats));
	CHECK_NEAR(stats.ratio_mean, 1, 1e-6);
	CHECK_NEAR(stats.ratio_max_deviation, 0, 1e-6);
	CHECK_NEAR(stats.kl, 0, 1e-7);
	CHECK_NEAR(stats.clip_fraction, 0, 0);
	API_OK(api->step(l, &c.batch, 1, &loss, 1e-2, &stats));
	CHECK(stats.grad_norm > 0);
	API_OK(api->evaluate(l, &c.batch, 1, &loss, &stats));
	CHECK(stats.ratio_max_deviation > 1e-3);
	CHECK(stats.kl > 1e-6);
	api->close(l);
	learn_case_release(&c);
}

/* The loss of learner.h from log-probabilities alone: cross-entropy and PPO terms. */
TEST(loss_and_statistics_equal_the_formula)
{
	const struct learner_api *api = library();
	struct learn_loss loss = {.divisor = 3, .clip_low = 0.2, .clip_high = 0.3};
	double want = 0, ce = 0, ratios = 0, n_ce = 0, n_ratio = 0, clipped = 0;
	float logp[CASE_SEQUENCES * CASE_WIDTH];
	struct learn_stats stats;
	struct learn_case c;
	struct learner *l;

	if (!api)
		return;
	learn_case_init(&c, 5);
	l = open_case(api, &c, 1);
	API_OK(api->logprobs(l, &c.batch, false, logp));
	for (int i = 0; i < CASE_SEQUENCES * CASE_WIDTH; i++) {
		double a = (double)c.advantage[i], lp = (double)logp[i];
		double ratio = exp(lp - (double)c.logp_old[i]);
		double within = fmin(fmax(ratio, 0.8), 1.3);

		want -= (double)c.ce[i] * lp;
		if (c.ce[i] > 0)
			ce -= lp, n_ce++;
		if (a == 0)
			continue;
		want -= fmin(ratio * a, within * a);
		ratios += ratio;
		n_ratio++;
		clipped += a > 0 ? ratio > 1.3 : ratio < 0.8;
	}
	API_OK(api->evaluate(l, &c.batch, 1, &loss, &stats));
	CHECK_NEAR(stats.loss, want / 3, 1e-4 * (1 + fabs(want)));
	CHECK_NEAR(stats.ce_loss, ce / n_ce, 1e-5);
	CHECK_NEAR(stats.ratio_mean, ratios / n_ratio, 1e-5);
	CHECK_NEAR(stats.clip_fraction, clipped / n_ratio, 1e-12);
	CHECK(clipped > 0);
	CHECK(stats.entropy > 0);
	api->close(l);
	learn_case_release(&c);
}

/* --- steps --- */

enum { MICRO = 5 };

/* Weights after some steps on MICRO different micro-batches. */
static float *trained(const struct learner_api *api, int threads, int steps, bool bf16)
{
	struct learn_loss loss = learn_case_loss();
	struct learn_batch batches[MICRO];
	struct learn_case c[MICRO];
	struct learner_config config;
	struct learn_stats stats;
	struct learner *l = NULL;
	float *p;

	for (int i = 0; i < MICRO; i++) {
		learn_case_init(&c[i], 10 + (uint64_t)i);
		batches[i] = c[i].batch;
	}
	config = config_of(&c[0], threads);
	config.bf16 = bf16;
	API_OK(api->open(&l, &config, c[0].params));
	API_OK(api->set_reference(l, c[1].params));
	for (int i = 0; i < steps; i++)
		API_OK(api->step(l, batches, MICRO, &loss, 1e-3, &stats));
	p = params_of(api, l, c[0].size);
	api->close(l);
	for (int i = 0; i < MICRO; i++)
		learn_case_release(&c[i]);
	return p;
}

TEST(weights_are_the_same_bits_with_one_two_and_three_threads)
{
	const struct learner_api *api = library();
	struct learn_case c;
	size_t bytes;

	if (!api)
		return;
	learn_case_init(&c, 10);
	bytes = c.size * sizeof(float);
	for (int bf16 = 0; bf16 < 2; bf16++) {
		float *one = trained(api, 1, 3, bf16), *two = trained(api, 2, 3, bf16);
		float *three = trained(api, 3, 3, bf16);

		CHECK(memcmp(one, two, bytes) == 0);
		CHECK(memcmp(one, three, bytes) == 0);
		CHECK(memcmp(one, c.params, bytes) != 0);
		free(one);
		free(two);
		free(three);
	}
	learn_case_release(&c);
}

TEST(a_run_resumed_from_weights_and_moments_equals_one_left_alone)
{
	const struct learner_api *api = library();
	struct learn_loss loss = learn_case_loss();
	struct learn_stats stats;
	struct learn_case c;
	struct learner *l;
	float *m, *v, *p, *whole;
	int64_t step;

	if (!api)
		return;
	learn_case_init(&c, 6);
	m = xaligned(c.size * sizeof(float));
	v = xaligned(c.size * sizeof(float));
	l = open_case(api, &c, 1);
	API_OK(api->set_reference(l, c.params));
	for (int i = 0; i < 2; i++)
		API_OK(api->step(l, &c.batch, 1, &loss, 1e-2, &stats));
	API_OK(api->get_moments(l, m, v, &step));
	CHECK_EQ(step, 2);
	p = params_of(api, l, c.size);
	API_OK(api->step(l, &c.batch, 1, &loss, 1e-2, &stats));
	whole = params_of(api, l, c.size);
	api->close(l);

	l = open_case(api, &c, 1);
	API_OK(api->set_reference(l, c.params));
	API_OK(api->set_params(l, p));
	API_OK(api->set_moments(l, m, v, step));
	API_OK(api->step(l, &c.batch, 1, &loss, 1e-2, &stats));
	free(p);
	p = params_of(api, l, c.size);
	CHECK(memcmp(p, whole, c.size * sizeof(float)) == 0);
	api->close(l);
	free(p);
	free(whole);
	free(m);
	free(v);
	learn_case_release(&c);
}

TEST(learning_rate_zero_leaves_every_bit_of_the_weights)
{
	const struct learner_api *api = library();
	struct learn_loss loss = learn_case_loss();
	struct learn_stats stats;
	struct learn_case c;
	struct learner *l;
	float *p;

	if (!api)
		return;
	learn_case_init(&c, 7);
	l = open_case(api, &c, 1);
	API_OK(api->set_reference(l, c.params));
	API_OK(api->step(l, &c.batch, 1, &loss, 0, &stats));
	CHECK(stats.grad_norm > 0);
	CHECK(stats.tokens > CASE_SEQUENCES);
	p = params_of(api, l, c.size);
	CHECK(memcmp(p, c.params, c.size * sizeof(float)) == 0);
	api->close(l);
	free(p);
	learn_case_release(&c);
}

TEST(decoder_only_leaves_the_encoder_and_moves_the_decoder)
{
	const struct learner_api *api = library();
	struct learn_loss loss = learn_case_loss();
	struct tensor_spec specs[200];
	struct learner_config config;
	struct learn_stats stats;
	struct learn_case c;
	struct learner *l = NULL;
	float *p;

	if (!api)
		return;
	learn_case_init(&c, 8);
	config = config_of(&c, 1);
	config.decoder_only = true;
	API_OK(api->open(&l, &config, c.params));
	API_OK(api->set_reference(l, c.params));
	API_OK(api->step(l, &c.batch, 1, &loss, 1e-2, &stats));
	p = params_of(api, l, c.size);
	net_specs(&c.net, specs);
	for (int i = 0; i < net_tensors(&c.net); i++) {
		size_t bytes = (size_t)specs[i].rows * (size_t)specs[i].cols * sizeof(float);
		bool encoder = i < NET_EMBED || (i >= NET_BLOCKS && i < net_decoder_block(&c.net, 0));
		bool same = memcmp(p + specs[i].offset, c.params + specs[i].offset, bytes) == 0;

		if (same != encoder)
			test_failed(__FILE__, __LINE__, "%s %s", specs[i].name, same ? "did not move" : "moved");
	}
	api->close(l);
	free(p);
	learn_case_release(&c);
}

/* One context per equation: the network has to read the points to know which to write. */
TEST(cross_entropy_falls_on_a_small_copy_task)
{
	const struct learner_api *api = library();
	struct learn_loss loss = {.divisor = 60};
	struct learn_stats first, last;
	struct learn_case c;
	struct learner *l;

	if (!api)
		return;
	learn_case_init(&c, 9);
	c.batch.n = CASE_CONTEXTS;
	for (int s = 0; s < CASE_CONTEXTS; s++) {
		c.context_of[s] = s;
		memcpy(c.tokens + s * CASE_WIDTH, c.tokens + (4 + s) * CASE_WIDTH, CASE_WIDTH);
		memcpy(c.legal + s * CASE_WIDTH, c.legal + (4 + s) * CASE_WIDTH, CASE_WIDTH * sizeof(*c.legal));
	}
	for (int i = 0; i < CASE_SEQUENCES * CASE_WIDTH; i++)
		c.ce[i] = 1;
	c.batch.advantage = NULL;
	l = open_case(api, &c, 1);
	API_OK(api->step(l, &c.batch, 1, &loss, 3e-3, &first));
	for (int i = 0; i < 150; i++)
		API_OK(api->step(l, &c.batch, 1, &loss, 3e-3, &last));
	CHECK(first.ce_loss > 1);
	CHECK(last.ce_loss < 0.1);
	CHECK(last.token_accuracy > 0.95);
	api->close(l);
	learn_case_release(&c);
}

/* --- failures --- */

TEST(failures_of_the_learner_are_one_line_with_a_place)
{
	const struct learner_api *api = library();
	struct learn_loss loss = learn_case_loss();
	struct learner_config config;
	struct learn_stats stats;
	struct learn_case c;
	struct learner *l;

	if (!api)
		return;
	learn_case_init(&c, 11);
	l = open_case(api, &c, 2);
	CHECK_EQ(api->step(l, &c.batch, 1, &loss, 1e-3, &stats), ST_INTERNAL);
	CHECK(strstr(api->error(), "set_reference") != NULL);
	API_OK(api->set_reference(l, c.params));
	c.context_of[2] = CASE_CONTEXTS;
	CHECK_EQ(api->step(l, &c.batch, 1, &loss, 1e-3, &stats), ST_INTERNAL);
	CHECK(strstr(api->error(), "micro-batch 0: learner: sequence 2 is of context 3 of 3") != NULL);
	CHECK(strchr(api->error(), '\n') == NULL);
	c.context_of[2] = 0;
	c.points[0] = NAN;
	CHECK_EQ(api->step(l, &c.batch, 1, &loss, 1e-3, &stats), ST_NOT_FINITE);
	CHECK(strstr(api->error(), "not finite") != NULL);
	api->close(l);

	config = config_of(&c, 1);
	config.device = "abacus";
	CHECK_EQ(api->open(&l, &config, c.params), ST_USAGE);
	CHECK(l == NULL);
	CHECK(strstr(api->error(), "abacus") != NULL);
	learn_case_release(&c);
}

TEST(a_missing_learner_library_is_explained)
{
	const struct learner_api *api;

	CHECK(learner_load("/nonexistent/libeqrl_learn.so", &api) != ST_OK);
	CHECK(api == NULL);
	CHECK(strstr(error_message(), "/nonexistent/libeqrl_learn.so") != NULL);
	CHECK(strstr(error_message(), "libtorch-dev") != NULL);
}

TEST(a_learner_opened_in_a_thread_is_the_one_and_an_error_there_is_that_of_opening_it_here)
{
	const char *path = getenv("EQRL_LEARNER"), *nowhere = "/nonexistent/libeqrl_learn.so";
	const struct learner_api *api, *same;
	struct learner_loading *l = learner_load_start(nowhere);
	char *why;

	CHECK(learner_load_wait(l, NULL, &api) == ST_RESOURCE && !api);
	CHECK(learner_load_is_over(l));
	why = xstrdup(error_message());
	CHECK(learner_load(nowhere, &api) == ST_RESOURCE);
	CHECK_STR(error_message(), why);
	learner_load_free(l);
	free(why);
#if !defined(__SANITIZE_ADDRESS__)
	l = learner_load_start(path ? path : "build/libeqrl_learn.so");
	if (learner_load_wait(l, NULL, &api) == ST_OK) {
		CHECK_OK(learner_load(path ? path : "build/libeqrl_learn.so", &same));
		CHECK(api == same);
		CHECK(learner_load_wait(l, NULL, &same) == ST_OK && api == same);
	}
	learner_load_free(l);
#endif
}
