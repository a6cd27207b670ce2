/* learn_case.c — see learn_case.h. */
#include "learn_case.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>

int random_sequence(struct rng *r, const struct grammar *g, int size, uint8_t *tokens, uint64_t *legal)
{
	const uint64_t operators = TOK_BIT(TOK_CONST) - 1;
	struct grammar_state s;
	int n = 0, token;

	grammar_start(&s);
	do {
		uint64_t mask = grammar_legal(g, &s), wanted = mask;

		wanted &= s.n + s.open < size ? operators : ~operators;
		if (!wanted)
			wanted = mask;
		do
			token = rng_below(r, VOCAB_SIZE);
		while (!(wanted & TOK_BIT(token)));
		if (legal)
			legal[n] = mask;
		tokens[n++] = (uint8_t)token;
		grammar_push(&s, token);
	} while (token != TOK_EOS);
	return n;
}

static void fill(struct rng *r, float *x, size_t n, double scale)
{
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(scale * rng_normal(r));
}

static void fill_sequences(struct learn_case *c, struct rng *r)
{
	static const int context_of[CASE_SEQUENCES] = {0, 0, 2, 0, 1, 1, 2};
	struct grammar g = grammar_default(3);

	g.max_len = CASE_WIDTH - 1;
	for (int i = 0; i < CASE_SEQUENCES * CASE_WIDTH; i++)
		c->legal[i] = ~(uint64_t)0;
	for (int s = 0; s < CASE_SEQUENCES; s++) {
		int at = s * CASE_WIDTH;
		int n = random_sequence(r, &g, 1 + 2 * s, c->tokens + at, c->legal + at);

		grammar_slots(c->tokens + at, n, c->slot + at);
		c->context_of[s] = context_of[s];
		for (int t = 0; t < n; t++)
			if (s < CASE_SEQUENCES / 2)
				c->ce[at + t] = (float)rng_range(r, 0.5, 1.5);
			else
				c->advantage[at + t] = (float)rng_normal(r);
		for (int t = 0; t < n; t++) /* near the uniform policy of small weights */
			c->logp_old[at + t] =
				-logf((float)__builtin_popcountll(c->legal[at + t])) + (float)rng_range(r, -0.4, 0.4);
	}
}

void learn_case_init(struct learn_case *c, uint64_t seed)
{
	struct rng r = rng_stream(seed, 1, 0);

	*c = (struct learn_case){.net = {.vocab = VOCAB_SIZE,
					 .width = 20,
					 .heads = 2,
					 .ff = 24,
					 .encoder_layers = 2,
					 .decoder_layers = 2,
					 .latents = 5,
					 .points = CASE_POINTS,
					 .features = 11,
					 .context = 5,
					 .max_len = VOCAB_MAX_LEN + 1}};
	c->size = net_size(&c->net);
	c->params = xaligned(c->size * sizeof(float));
	net_init(&c->net, c->params, &r);
	for (size_t i = 0; i < c->size; i++) /* larger than at the start, so that nothing is nearly linear */
		c->params[i] = c->params[i] == 0 ? 0 : c->params[i] * 4 + (float)rng_range(&r, -0.1, 0.1);
	fill(&r, c->points, COUNT_OF(c->points), 1);
	fill(&r, c->context, COUNT_OF(c->context), 1);
	fill_sequences(c, &r);
	c->batch = (struct learn_batch){.n_contexts = CASE_CONTEXTS,
					.n_points = CASE_POINTS,
					.points = c->points,
					.context = c->context,
					.n = CASE_SEQUENCES,
					.width = CASE_WIDTH,
					.context_of = c->context_of,
					.tokens = c->tokens,
					.slot = c->slot,
					.legal = c->legal,
					.ce = c->ce,
					.advantage = c->advantage,
					.logp_old = c->logp_old};
}

void learn_case_release(struct learn_case *c)
{
	free(c->params);
}

struct learn_loss learn_case_loss(void)
{
	return (struct learn_loss){
		.divisor = 10, .clip_low = 0.2, .clip_high = 0.3, .kl = 0.5, .entropy = 0.3, .entropy_decay = 0.9};
}
