/* bench_learner.c — pairs per second of supervised training, on random data, through the library.
 *
 *	bench_learner [LIBRARY [threads [fp32|bf16]]]
 *
 * Each measurement is one step of 8 micro-batches of 32 pairs; prints median and quartiles. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/rl/learner_load.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCHES = 8, PAIRS = 32, POINTS = 64, STEPS = 12 };

static const struct net_config net = {
	.vocab = VOCAB_SIZE,
	.width = 192,
	.heads = 6,
	.ff = 768,
	.encoder_layers = 3,
	.decoder_layers = 3,
	.latents = 24,
	.points = POINTS,
	.features = 200,
	.context = 100,
	.max_len = VOCAB_MAX_LEN + 1,
};

/* An equation of up to 2·size tokens, with EOS, grown at random under the grammar. */
static int random_tokens(struct rng *r, const struct grammar *g, int size, uint8_t *tokens)
{
	struct grammar_state s;
	int n = 0;

	grammar_start(&s);
	while (n <= VOCAB_MAX_LEN) {
		uint64_t legal = grammar_legal(g, &s), leaves;
		int token;

		leaves = legal & ~(TOK_BIT(TOK_CONST) - 1);
		if (s.n + s.open >= size && leaves)
			legal = leaves;
		else if (s.n + s.open < size && (legal & ~leaves))
			legal &= ~leaves;
		do
			token = rng_below(r, VOCAB_SIZE);
		while (!(legal & TOK_BIT(token)));
		tokens[n++] = (uint8_t)token;
		if (token == TOK_EOS)
			break;
		grammar_push(&s, token);
	}
	return n;
}

static float *random_floats(struct rng *r, size_t n)
{
	float *x = xaligned(n * sizeof(float));

	for (size_t i = 0; i < n; i++)
		x[i] = (float)rng_normal(r);
	return x;
}

static struct learn_batch random_batch(struct rng *r, int *total)
{
	struct grammar g = grammar_default(VOCAB_VARS);
	uint8_t *tokens = xcalloc(PAIRS, VOCAB_MAX_LEN + 1), *slot = xcalloc(PAIRS, VOCAB_MAX_LEN + 1);
	int *context_of = xcalloc(PAIRS, sizeof(int));
	float *ce = xcalloc((size_t)PAIRS * (VOCAB_MAX_LEN + 1), sizeof(float));

	for (int i = 0; i < PAIRS * (VOCAB_MAX_LEN + 1); i++)
		ce[i] = 1;
	for (int p = 0; p < PAIRS; p++) {
		size_t at = (size_t)p * (VOCAB_MAX_LEN + 1);
		int n = random_tokens(r, &g, rng_between(r, 10, 26), tokens + at);

		grammar_slots(tokens + at, n, slot + at);
		context_of[p] = p;
		*total += n;
	}
	return (struct learn_batch){
		.n_contexts = PAIRS,
		.n_points = POINTS,
		.points = random_floats(r, (size_t)PAIRS * POINTS * (size_t)net.features),
		.context = random_floats(r, (size_t)PAIRS * (size_t)net.context),
		.n = PAIRS,
		.width = VOCAB_MAX_LEN + 1,
		.context_of = context_of,
		.tokens = tokens,
		.slot = slot,
		.ce = ce,
	};
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Gflop/s of one large product on one core. */
static double sgemm_peak(void)
{
	enum { N = 1024 };
	struct rng r = rng_stream(1, 2, 3);
	float *a = random_floats(&r, (size_t)N * N), *c = random_floats(&r, (size_t)N * N);
	double best = 0;

	openblas_set_num_threads(1);
	for (int i = 0; i < 10; i++) {
		double t = clock_seconds();

		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, N, N, N, 1, a, N, a, N, 0, c, N);
		t = 2.0 * N * N * N / (clock_seconds() - t) / 1e9;
		best = t > best ? t : best;
	}
	free(a);
	free(c);
	return best;
}

static void die_on(enum status st, const char *what)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "bench_learner: %s\n", what);
	exit(st);
}

static void report(const double *rate, double tokens, double peak, int threads)
{
	double median = rate[STEPS / 2], flops = 3 * net_flops(&net, POINTS, (int)lround(tokens)) / 1e9;

	printf("pairs/s: median %.0f, quartiles %.0f–%.0f (%.1f tokens a pair)\n", median, rate[STEPS / 4],
	       rate[3 * STEPS / 4], tokens);
	printf("%.2f Gflop a pair, %.0f Gflop/s = %.0f %% of the sgemm peak of %d × %.0f\n", flops, flops * median,
	       100 * flops * median / peak / threads, threads, peak);
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "build/libeqrl_learn.so";
	int threads = argc > 2 ? atoi(argv[2]) : 2, tokens = 0;
	struct learner_config config = {
		.net = net,
		.adam = {.beta1 = 0.9, .beta2 = 0.98, .eps = 1e-8, .weight_decay = 0.01, .max_grad_norm = 1},
		.threads = threads,
		.bf16 = argc > 3 && strcmp(argv[3], "bf16") == 0,
		.device = "cpu",
	};
	struct learn_loss loss = {.divisor = BATCHES * PAIRS};
	struct learn_batch batches[BATCHES];
	struct rng r = rng_stream(1, 0, 0);
	float *params = xaligned(net_size(&net) * sizeof(float));
	const struct learner_api *api;
	struct learner *l;
	struct learn_stats stats;
	double rate[STEPS];
	clock_t cpu = 0;

	die_on(learner_load(path, &api), error_message());
	net_init(&net, params, &r);
	for (int i = 0; i < BATCHES; i++)
		batches[i] = random_batch(&r, &tokens);
	die_on(api->open(&l, &config, params), api->error());
	for (int i = -2; i < STEPS; i++) {
		double t = clock_seconds();

		if (i == 0)
			cpu = clock();
		die_on(api->step(l, batches, BATCHES, &loss, 1e-4, &stats), api->error());
		t = BATCHES * PAIRS / (clock_seconds() - t);
		if (i >= 0)
			rate[i] = t;
	}
	cpu = clock() - cpu;
	qsort(rate, STEPS, sizeof(*rate), by_value);
	printf("%s, %d threads, %s, %zu parameters, loss %.3f\n", api->version(), threads,
	       config.bf16 ? "bf16" : "fp32", net_parameters(&net), stats.loss);
	printf("pairs per second of one core's time: %.0f\n", STEPS * BATCHES * PAIRS / ((double)cpu / CLOCKS_PER_SEC));
	report(rate, (double)tokens / (BATCHES * PAIRS), sgemm_peak(), threads);
	api->close(l);
	return 0;
}
