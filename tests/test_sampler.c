/* test_sampler.c — forward passes against the reference, and what the sampler promises. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/policy/sampler.h"
#include "../src/policy/net_kernels.h"
#include "ref_network.h"
#include "test.h"

#include <stdlib.h>

enum { POINTS = 12 };

static struct net_config small_config(void)
{
	return (struct net_config){
		.vocab = VOCAB_SIZE,
		.width = 32,
		.heads = 2,
		.ff = 40,
		.encoder_layers = 2,
		.decoder_layers = 2,
		.latents = 5,
		.points = POINTS,
		.features = encoding_features(ENCODING_MULTISCALE),
		.context = encoding_context(ENCODING_MULTISCALE),
		.max_len = 31,
	};
}

/* Random weights, large enough for probabilities far from uniform; biases and gains random, too. */
static struct policy lively_policy(const struct net_config *c, uint64_t seed)
{
	struct rng r = rng_stream(seed, 1, 0);
	struct policy p;

	policy_init(&p, c, ENCODING_MULTISCALE, seed);
	for (size_t i = 0; i < net_size(c); i++)
		p.params[i] = p.params[i] * 5 + (float)(0.05 * rng_normal(&r));
	return p;
}

struct view {
	float *points, *context;
};

static struct view random_view(const struct net_config *c, int n, uint64_t seed)
{
	struct view v = {xcalloc((size_t)(n * c->features), sizeof(float)), xcalloc((size_t)c->context, sizeof(float))};
	struct rng r = rng_stream(seed, 2, 0);

	for (int i = 0; i < n * c->features; i++)
		v.points[i] = (float)rng_normal(&r);
	for (int i = 0; i < c->context; i++)
		v.context[i] = (float)rng_normal(&r);
	return v;
}

static void view_release(struct view *v)
{
	free(v->points);
	free(v->context);
}

/* A policy with one encoded context and everything that draws from it. */
struct setup {
	struct policy p;
	struct view view;
	struct memory memory;
	struct grammar grammar;
	struct syntax syntax;
	struct samples out;
};

static struct setup setup_of(struct net_config c, uint64_t seed)
{
	struct setup s = {
		.p = lively_policy(&c, seed), .view = random_view(&c, POINTS, seed), .grammar = grammar_default(3)};

	s.grammar.max_len = c.max_len - 1;
	policy_encode(&s.p, s.view.points, POINTS, s.view.context, &s.memory);
	return s;
}

static void setup_release(struct setup *s)
{
	memory_release(&s->memory);
	view_release(&s->view);
	samples_release(&s->out);
	policy_release(&s->p);
}

static struct sample_request request_of(struct setup *s, const struct memory *const *m, int n)
{
	s->syntax = grammar_syntax(&s->grammar);
	return (struct sample_request){.policy = &s->p,
				       .memory = m,
				       .shared_memory = true,
				       .syntax = &s->syntax,
				       .shared_syntax = true,
				       .n = n,
				       .temperature = 1,
				       .seed = 42};
}

static void draw(const struct sample_request *r, int threads, struct samples *out)
{
	struct pool *pool = pool_new(threads);
	struct sampler *sampler = sampler_new(pool);
	struct syntax now = grammar_syntax(r->syntax->rules); /* its grammar may have changed since */
	struct sample_request request = *r;

	request.syntax = &now;
	CHECK(sampler_draw(sampler, &request, out, NULL));
	sampler_free(sampler);
	pool_free(pool);
}

/* Row i of a and row k of b are the same draw, to the last bit. */
static bool same_row(const struct samples *a, int i, const struct samples *b, int k)
{
	size_t w = (size_t)a->width, at = (size_t)i * w, bt = (size_t)k * w;

	return a->width == b->width && a->len[i] == b->len[k] && memcmp(a->tokens + at, b->tokens + bt, w) == 0 &&
	       memcmp(a->legal + at, b->legal + bt, w * sizeof(*a->legal)) == 0 &&
	       memcmp(a->logp + at, b->logp + bt, w * sizeof(*a->logp)) == 0;
}

static void compare_with_reference(struct setup *s, int n, double tolerance)
{
	const struct memory *m = &s->memory;
	struct sample_request r = request_of(s, &m, n);
	double *latent = xcalloc((size_t)(s->p.config.latents * s->p.config.width), sizeof(*latent));
	double want[VOCAB_MAX_LEN + 1];

	draw(&r, 1, &s->out);
	ref_encode(&s->p, s->view.points, POINTS, s->view.context, latent);
	for (int i = 0; i < s->p.config.latents * s->p.config.width; i++)
		CHECK_NEAR(m->latent[i], latent[i], tolerance);
	for (int i = 0; i < n; i++) {
		int row = i * s->out.width;

		ref_logprobs(&s->p, latent, s->out.tokens + row, s->out.legal + row, s->out.len[i], want);
		for (int t = 0; t < s->out.width; t++) {
			CHECK_NEAR(s->out.logp[row + t], t < s->out.len[i] ? want[t] : 0, tolerance);
		}
	}
	free(latent);
}

TEST(cached_and_reference_passes_agree)
{
	struct setup s = setup_of(small_config(), 1);

	compare_with_reference(&s, 40, 1e-4);
	setup_release(&s);
}

TEST(the_passes_agree_for_widths_that_fill_no_vector)
{
	struct net_config c = small_config();
	struct setup s;

	c.width = 21;
	c.heads = 3;
	c.ff = 27;
	c.latents = 19;
	s = setup_of(c, 2);
	compare_with_reference(&s, 20, 1e-4);
	setup_release(&s);
}

TEST(the_passes_agree_at_full_size)
{
	struct net_config c = small_config();
	struct setup s;

	c.width = 192;
	c.heads = 8;
	c.ff = 768;
	c.decoder_layers = 3;
	c.encoder_layers = 1;
	c.latents = 24;
	c.max_len = 61;
	s = setup_of(c, 3);
	for (size_t i = 0; i < net_size(&c); i++) /* wide sums: smaller weights keep logits moderate */
		s.p.params[i] *= 0.5f;
	memory_release(&s.memory);
	policy_encode(&s.p, s.view.points, POINTS, s.view.context, &s.memory);
	compare_with_reference(&s, 2, 1e-4);
	setup_release(&s);
}

TEST(half_precision_weights_keep_the_log_probabilities)
{
	struct setup s = setup_of(small_config(), 4);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, 16);
	struct memory half_memory;
	struct policy half;
	float *full, *rounded;
	char path[256];

	draw(&r, 1, &s.out);
	full = xcalloc((size_t)(16 * s.out.width), sizeof(*full));
	rounded = xcalloc((size_t)(16 * s.out.width), sizeof(*rounded));
	snprintf(path, sizeof(path), "%s/half-policy", test_dir());
	CHECK_OK(policy_save(&s.p, path, DTYPE_F16));
	CHECK_OK(policy_load(&half, path));
	policy_encode(&half, s.view.points, POINTS, s.view.context, &half_memory);
	ref_policy_logprobs(&s.p, m, s.out.tokens, s.out.legal, 16, s.out.width, full);
	ref_policy_logprobs(&half, &half_memory, s.out.tokens, s.out.legal, 16, s.out.width, rounded);
	for (int i = 0; i < 16 * s.out.width; i++)
		CHECK_NEAR(rounded[i], full[i], 0.02);
	free(full);
	free(rounded);
	memory_release(&half_memory);
	policy_release(&half);
	setup_release(&s);
}

TEST(the_order_of_the_points_does_not_matter)
{
	struct setup s = setup_of(small_config(), 5);
	int f = s.p.config.features;
	struct view turned = random_view(&s.p.config, POINTS, 5);
	struct memory m;

	for (int i = 0; i < POINTS; i++)
		memcpy(turned.points + i * f, s.view.points + (POINTS - 1 - i) * f, (size_t)f * sizeof(float));
	policy_encode(&s.p, turned.points, POINTS, turned.context, &m);
	for (int i = 0; i < m.latents * s.p.config.width; i++)
		CHECK_NEAR(m.latent[i], s.memory.latent[i], 1e-4);
	turned.points[0] += 1; /* but the points do */
	memory_release(&m);
	policy_encode(&s.p, turned.points, POINTS, turned.context, &m);
	CHECK(memcmp(m.latent, s.memory.latent, (size_t)s.p.config.width * sizeof(float)) != 0);
	memory_release(&m);
	view_release(&turned);
	setup_release(&s);
}

TEST(memory_follows_the_decoder_when_projected_again)
{
	struct setup s = setup_of(small_config(), 6);
	size_t n = (size_t)(2 * s.p.config.decoder_layers * s.memory.latents * s.p.config.width);
	float *before = xcalloc(n, sizeof(*before));
	struct tensor_spec spec[512];
	int bias = net_decoder_block(&s.p.config, 1) + BLOCK_XKV_B;

	memcpy(before, s.memory.kv, n * sizeof(*before));
	net_specs(&s.p.config, spec);
	s.p.params[spec[bias].offset] += 1; /* the first key of the second layer */
	memory_project(&s.p, &s.memory);
	CHECK(memcmp(before, s.memory.kv, n / 2 * sizeof(*before)) == 0);
	CHECK_NEAR(s.memory.kv[n / 2] - before[n / 2], 1, 1e-5);
	free(before);
	setup_release(&s);
}

TEST(probabilities_of_the_legal_tokens_sum_to_one)
{
	struct setup s = setup_of(small_config(), 7);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, 8);

	draw(&r, 1, &s.out);
	for (int i = 0; i < 8; i++)
		for (int t = 0; t < s.out.len[i]; t++) { /* every legal token in place of the drawn one */
			uint8_t *cell = &s.out.tokens[i * s.out.width + t], drawn = *cell;
			uint64_t *legal = &s.out.legal[i * s.out.width];
			float logp[VOCAB_MAX_LEN + 1];
			double sum = 0;

			for (int k = 1; k < VOCAB_SIZE; k++) {
				if (!(legal[t] & TOK_BIT(k)))
					continue;
				*cell = (uint8_t)k;
				ref_policy_logprobs(&s.p, m, &s.out.tokens[i * s.out.width], legal, 1, t + 1, logp);
				sum += exp(logp[t]);
			}
			*cell = drawn;
			CHECK_NEAR(sum, 1, 1e-5);
		}
	setup_release(&s);
}

TEST(drawn_frequencies_follow_the_probabilities)
{
	enum { N = 20000 };
	struct setup s = setup_of(small_config(), 8);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, N);
	int count[VOCAB_SIZE] = {0};
	double logp[VOCAB_SIZE];

	s.grammar.max_len = 3;
	draw(&r, 1, &s.out);
	for (int i = 0; i < N; i++) {
		int token = s.out.tokens[i * s.out.width];

		logp[token] = s.out.logp[i * s.out.width];
		count[token]++;
	}
	for (int k = 0; k < VOCAB_SIZE; k++) {
		double p = count[k] ? exp(logp[k]) : 0;

		if (count[k] > 50) /* 4.5 standard deviations */
			CHECK_NEAR(count[k], N * p, 4.5 * sqrt(N * p * (1 - p)));
	}
	setup_release(&s);
}

TEST(temperature_sharpens_the_draw_but_not_the_recorded_probability)
{
	enum { N = 64 };
	struct setup s = setup_of(small_config(), 9);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, N);
	float *plain;
	int differ = 0;

	r.temperature = 1e-3;
	draw(&r, 1, &s.out);
	plain = xcalloc((size_t)(N * s.out.width), sizeof(*plain));
	ref_policy_logprobs(&s.p, m, s.out.tokens, s.out.legal, N, s.out.width, plain);
	for (int i = 0; i < N * s.out.width; i++)
		CHECK_NEAR(s.out.logp[i], plain[i], 1e-5);
	for (int i = 1; i < N; i++)
		differ += s.out.tokens[i * s.out.width] != s.out.tokens[0];
	CHECK_EQ(differ, 0); /* the most probable token, always */
	free(plain);
	setup_release(&s);
}

TEST(at_temperature_zero_the_most_probable_token_is_taken)
{
	struct setup s = setup_of(small_config(), 9);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, 1);
	float logp[VOCAB_MAX_LEN + 1];

	r.temperature = 0;
	draw(&r, 1, &s.out);
	for (int t = 0; t < s.out.len[0]; t++) {
		uint8_t drawn = s.out.tokens[t];

		for (int k = TOK_EOS; k < VOCAB_SIZE; k++) {
			if (!(s.out.legal[t] & TOK_BIT(k)))
				continue;
			s.out.tokens[t] = (uint8_t)k;
			ref_policy_logprobs(&s.p, m, s.out.tokens, s.out.legal, 1, t + 1, logp);
			CHECK(logp[t] <= s.out.logp[t] + 1e-4F);
		}
		s.out.tokens[t] = drawn;
	}
	setup_release(&s);
}

TEST(the_recorded_slots_are_those_of_the_grammar)
{
	struct setup s = setup_of(small_config(), 10);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, 50);
	uint8_t slot[VOCAB_MAX_LEN + 1];

	draw(&r, 1, &s.out);
	for (int i = 0; i < 50; i++) {
		grammar_slots(s.out.tokens + i * s.out.width, s.out.len[i], slot);
		CHECK(memcmp(slot, s.out.slot + i * s.out.width, (size_t)s.out.len[i]) == 0);
	}
	setup_release(&s);
}

TEST(every_draw_is_one_equation_of_the_grammar)
{
	enum { N = 500 };
	struct setup s = setup_of(small_config(), 10);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, N);
	const int forbidden = TOK_OP + OP_SIN, unknown = TOK_OP + OP_EXP;
	uint64_t legal[VOCAB_MAX_LEN + 1];
	struct grammar known;
	int longest = 0;

	s.grammar.allowed &= ~TOK_BIT(forbidden);
	s.p.known_tokens &= ~TOK_BIT(unknown);
	known = s.grammar;
	known.allowed &= s.p.known_tokens;
	draw(&r, 2, &s.out);
	CHECK_EQ(s.out.width, s.grammar.max_len + 1);
	for (int i = 0; i < N; i++) {
		const uint8_t *tokens = s.out.tokens + i * s.out.width;
		int len = s.out.len[i];
		struct expr e;

		CHECK(len >= 2 && len <= s.out.width && tokens[len - 1] == TOK_EOS);
		CHECK(vocab_decode(tokens, len - 1, NULL, &e));
		CHECK_EQ(grammar_masks(&known, tokens, len, legal), len);
		CHECK(memcmp(legal, s.out.legal + i * s.out.width, (size_t)len * sizeof(*legal)) == 0);
		for (int t = 0; t < s.out.width; t++) {
			CHECK(tokens[t] != forbidden && tokens[t] != unknown);
			CHECK(t < len || (tokens[t] == TOK_PAD && s.out.logp[i * s.out.width + t] == 0));
		}
		longest = len > longest ? len : longest;
	}
	CHECK(longest > 12);
	setup_release(&s);
}

TEST(draws_do_not_depend_on_threads_or_neighbours)
{
	enum { N = 300 };
	struct setup s = setup_of(small_config(), 11);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, N);
	struct samples other = {0};
	int different = 0;

	draw(&r, 1, &s.out);
	for (int threads = 2; threads <= 3; threads++) {
		draw(&r, threads, &other);
		for (int i = 0; i < N; i++)
			CHECK(same_row(&s.out, i, &other, i));
	}
	for (int n = 1; n < 90; n += 11) { /* part of smaller requests that start elsewhere */
		r.n = n;
		r.first = (uint64_t)n;
		draw(&r, 1, &other);
		for (int i = 0; i < n; i++)
			CHECK(same_row(&s.out, n + i, &other, i));
	}
	for (int i = 1; i < N; i++)
		different += !same_row(&s.out, i, &s.out, 0);
	CHECK(different > N / 4);
	samples_release(&other);
	setup_release(&s);
}

TEST(full_size_draws_do_not_depend_on_neighbours)
{
	enum { N = 70 };
	struct net_config c = small_config();
	struct setup s;
	const struct memory *m;
	struct samples other = {0};
	struct sample_request r;

	c.width = 192;
	c.heads = 8;
	c.ff = 768;
	c.decoder_layers = 3;
	c.encoder_layers = 1;
	s = setup_of(c, 12);
	m = &s.memory;
	r = request_of(&s, &m, N);
	draw(&r, 1, &s.out);
	for (int n = 1; n <= 13; n += 4) {
		r.n = n;
		r.first = 40;
		draw(&r, 2, &other);
		for (int i = 0; i < n; i++)
			CHECK(same_row(&s.out, 40 + i, &other, i));
	}
	samples_release(&other);
	setup_release(&s);
}

TEST(each_sequence_may_have_its_own_memory)
{
	enum { N = 60 };
	struct setup s = setup_of(small_config(), 13);
	struct view view = random_view(&s.p.config, POINTS, 99);
	const struct memory *own[N], *first = &s.memory, *second;
	struct sample_request r = request_of(&s, own, N);
	struct samples all_first = {0}, all_second = {0};
	struct memory m;
	int different = 0;

	policy_encode(&s.p, view.points, POINTS, view.context, &m);
	second = &m;
	for (int i = 0; i < N; i++)
		own[i] = i / 7 % 2 ? second : first;
	r.shared_memory = false;
	draw(&r, 2, &s.out);
	r.shared_memory = true;
	r.memory = &first;
	draw(&r, 1, &all_first);
	r.memory = &second;
	draw(&r, 1, &all_second);
	for (int i = 0; i < N; i++) {
		CHECK(same_row(&s.out, i, own[i] == first ? &all_first : &all_second, i));
		different += !same_row(&all_first, i, &all_second, i);
	}
	CHECK(different > N / 2);
	samples_release(&all_first);
	samples_release(&all_second);
	memory_release(&m);
	view_release(&view);
	setup_release(&s);
}

TEST(a_sampler_serves_networks_and_requests_of_changing_size)
{
	struct net_config wide = small_config();
	struct setup a = setup_of(small_config(), 14), b;
	struct pool *pool = pool_new(2);
	struct sampler *sampler = sampler_new(pool);
	struct samples fresh = {0}, reused = {0};

	wide.width = 48;
	wide.heads = 4;
	b = setup_of(wide, 15);
	for (int round = 0; round < 6; round++) {
		struct setup *s = round % 2 ? &b : &a;
		const struct memory *m = &s->memory;
		struct sample_request r;

		s->grammar.max_len = 10 + 4 * round;
		r = request_of(s, &m, 150 - 25 * round);
		CHECK(sampler_draw(sampler, &r, &reused, NULL));
		draw(&r, 1, &fresh);
		for (int i = 0; i < r.n; i++)
			CHECK(same_row(&fresh, i, &reused, i));
	}
	samples_release(&fresh);
	samples_release(&reused);
	sampler_free(sampler);
	pool_free(pool);
	setup_release(&a);
	setup_release(&b);
}

TEST(a_draw_can_be_stopped_and_the_sampler_used_again)
{
	struct setup s = setup_of(small_config(), 16);
	const struct memory *m = &s.memory;
	struct sample_request r = request_of(&s, &m, 200);
	struct pool *pool = pool_new(2);
	struct sampler *sampler = sampler_new(pool);
	volatile int stop = 1;

	CHECK(!sampler_draw(sampler, &r, &s.out, &stop));
	stop = 0;
	CHECK(sampler_draw(sampler, &r, &s.out, &stop));
	r.n = 0;
	CHECK(sampler_draw(sampler, &r, &s.out, &stop));
	CHECK_EQ(s.out.n, 0);
	sampler_free(sampler);
	pool_free(pool);
	setup_release(&s);
}

/* ---- kernels of every instruction set that runs here ---- */

TEST(exponentials_are_right_to_a_few_units_in_the_last_place)
{
	for (const struct net_kernels *const *k = net_kernels_all(); *k; k++) {
		_Alignas(64) float x[16], y[16];

		for (int i = 0; i < 16000; i += 16) {
			for (int j = 0; j < 16; j++)
				x[j] = -87 + 175 * (float)(i + j) / 16000;
			(*k)->exp(x, y, 16);
			for (int j = 0; j < 16; j++)
				CHECK_NEAR(y[j] / exp(x[j]), 1, 3e-7);
		}
		for (int j = 0; j < 16; j++)
			x[j] = j % 2 ? -INFINITY : -1000;
		(*k)->exp(x, y, 16);
		for (int j = 0; j < 16; j++)
			CHECK(y[j] >= 0 && y[j] < 2e-38);
	}
}

TEST(gelu_kernels_follow_the_tanh_formula_from_end_to_end)
{
	for (const struct net_kernels *const *k = net_kernels_all(); *k; k++) {
		_Alignas(64) float x[32], y[32];

		for (int i = 0; i < 32; i++)
			x[i] = y[i] = i < 31 ? (float)(i - 15) * 0.7f : -1e6f;
		(*k)->gelu(y, 32);
		for (int i = 0; i < 32; i++) {
			double v = x[i];
			double want = 0.5 * v * (1 + tanh(0.7978845608028654 * (v + 0.044715 * v * v * v)));

			CHECK_NEAR(y[i], want, fabs(v) < 1e5 ? 1e-6 * (1 + fabs(v)) : 1e-30);
		}
	}
}

TEST(linear_kernels_are_exact_in_whole_numbers_for_every_count_of_rows)
{
	enum { IN = 39, OUT = 37, ROWS = 29, STRIDE = 64 };
	static float w[OUT * IN], b[OUT], x[ROWS * IN], y[ROWS * STRIDE];
	static uint32_t pairs[ROWS * (IN + 1) / 2];

	for (int i = 0; i < OUT * IN; i++)
		w[i] = (float)(i * 7 % 11 - 5);
	for (int i = 0; i < OUT; i++)
		b[i] = (float)(i - 20);
	for (int i = 0; i < ROWS * IN; i++)
		x[i] = (float)(i * 5 % 13 - 6);
	for (const struct net_kernels *const *k = net_kernels_all(); *k; k++) {
		struct panels p;

		for (int half = 0; half <= net_kernels_have_half(*k); half++) {
			panels_pack(*k, &p, w, b, OUT, IN, half);
			for (int rows = 0; rows <= ROWS; rows++)
				for (int add = 0; add < 2; add++) {
					for (int i = 0; i < ROWS * STRIDE; i++)
						y[i] = 1000;
					if (half)
						(*k)->linear_half(&p, x, IN, rows, y, STRIDE, add, pairs);
					else
						(*k)->linear(&p, x, IN, rows, y, STRIDE, add);
					for (int i = 0; i < ROWS * OUT; i++) {
						int r = i / OUT, o = i % OUT;
						float want = b[o] + (float)(1000 * add);

						for (int j = 0; j < IN; j++)
							want += x[r * IN + j] * w[o * IN + j];
						CHECK(y[r * STRIDE + o] == (r < rows ? want : 1000));
					}
				}
			panels_release(&p);
		}
	}
}

TEST(attention_kernels_agree_with_the_formula)
{
	enum { HEADS = 3, DH = 11, D = HEADS * DH, MAX = 50 };
	static float q[D], keys[64 * D], values[MAX * D + KERNEL_SLACK], out[D];
	_Alignas(64) static float scores[64];
	struct rng r = rng_stream(3, 0, 0);

	for (int i = 0; i < D; i++)
		q[i] = (float)rng_normal(&r);
	for (int i = 0; i < MAX * D; i++)
		values[i] = (float)rng_normal(&r);
	for (int i = 0; i < 64 * D; i++)
		keys[i] = (float)rng_normal(&r);
	for (const struct net_kernels *const *k = net_kernels_all(); *k; k++)
		for (int n = 1; n <= MAX; n++) {
			struct attend_args a = {q, keys, values, n, HEADS, DH, scores, out};

			(*k)->attend(&a);
			for (int i = 0; i < D; i++) {
				double sum = 0, mean = 0;

				for (int j = 0; j < n; j++) {
					const float *key = keys + j / KERNEL_TILE * D * KERNEL_TILE;
					double s = 0;

					for (int m = i / DH * DH; m < i / DH * DH + DH; m++)
						s += q[m] * key[m * KERNEL_TILE + j % KERNEL_TILE];
					sum += exp(s / sqrt(DH));
					mean += exp(s / sqrt(DH)) * values[j * D + i];
				}
				CHECK_NEAR(out[i], mean / sum, 1e-5);
			}
		}
}
