/* bench_sampler.c — tokens drawn per second by the cached decoder, full size.
 *
 *   bench_sampler [threads [sequences [shared|own [width [layers [f32|bf16]]]]]]
 *
 * The weights are random, but sums and products are favoured: equations get the length that a
 * trained policy's have (printed). Tokens are network steps: the closing EOS, which needs none, is
 * not counted. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/policy/sampler.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUNS = 9, CONTEXTS = 8 };

static struct net_config config_of(int width, int layers)
{
	return (struct net_config){
		.vocab = VOCAB_SIZE,
		.width = width,
		.heads = 8,
		.ff = 4 * width,
		.encoder_layers = 2,
		.decoder_layers = layers,
		.latents = 32,
		.points = 64,
		.features = encoding_features(ENCODING_MULTISCALE),
		.context = encoding_context(ENCODING_MULTISCALE),
		.max_len = 61,
	};
}

/* Adds to the logits of the operators with two operands. */
static void favour_binary(struct policy *p, float by)
{
	struct tensor_spec specs[512];

	net_specs(&p->config, specs);
	for (int op = OP_ADD; op <= OP_DIV; op++)
		p->params[specs[NET_LOGITS_B].offset + TOK_OP + (size_t)op] += by;
}

static void encode_random(const struct policy *p, uint64_t index, struct memory *out)
{
	size_t n = 64 * (size_t)p->config.features;
	float *points = xcalloc(n, sizeof(*points));
	float *context = xcalloc((size_t)p->config.context, sizeof(*context));
	struct rng r = rng_stream(1, 2, index);

	for (size_t i = 0; i < n; i++)
		points[i] = (float)rng_normal(&r);
	policy_encode(p, points, 64, context, out);
	free(points);
	free(context);
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 1, n = argc > 2 ? atoi(argv[2]) : 512;
	bool shared = argc <= 3 || strcmp(argv[3], "own") != 0;
	bool bf16 = argc > 6 && strcmp(argv[6], "bf16") == 0;
	struct net_config c = config_of(argc > 4 ? atoi(argv[4]) : 192, argc > 5 ? atoi(argv[5]) : 3);
	struct pool *pool = pool_new(threads);
	struct sampler *sampler = sampler_new(pool);
	const struct memory **memory = xcalloc((size_t)n, sizeof(*memory));
	struct memory contexts[CONTEXTS];
	struct grammar g = grammar_default(4);
	const struct syntax syntax = grammar_syntax(&g);
	struct samples out = {0};
	double rate[RUNS], equations[RUNS], length = 0;
	struct policy p;

	policy_init(&p, &c, ENCODING_MULTISCALE, 1);
	favour_binary(&p, 1.5f);
	for (int i = 0; i < CONTEXTS; i++)
		encode_random(&p, (uint64_t)i, &contexts[i]);
	for (int i = 0; i < n; i++)
		memory[i] = &contexts[i * CONTEXTS / n];
	for (int run = 0; run < RUNS; run++) {
		struct sample_request r = {.policy = &p,
					   .memory = memory,
					   .shared_memory = shared,
					   .syntax = &syntax,
					   .shared_syntax = true,
					   .n = n,
					   .temperature = 1,
					   .bf16 = bf16,
					   .seed = 1,
					   .first = (uint64_t)(run * n)};
		double start = clock_seconds(), tokens = 0;

		sampler_draw(sampler, &r, &out, NULL);
		for (int i = 0; i < n; i++)
			tokens += out.len[i] - 1;
		rate[run] = tokens / (clock_seconds() - start);
		length = tokens / n;
		equations[run] = rate[run] / length;
	}
	report_header("sampler");
	report_row("sample_tokens", "tokens/s", rate, RUNS);
	report_row("sample", "equations/s", equations, RUNS);
	printf("mean length %.1f; threads %d, sequences %d, width %d, layers %d\n", length, threads, n, c.width,
	       c.decoder_layers);
	for (int i = 0; i < CONTEXTS; i++)
		memory_release(&contexts[i]);
	samples_release(&out);
	free(memory);
	sampler_free(sampler);
	pool_free(pool);
	policy_release(&p);
	return 0;
}
