/* complete.c — see complete.h. */
#include "complete.h"

#include "trainer_internal.h"

#include <stdlib.h>
#include <string.h>

enum { RNG_CUT = 0x637574, RNG_COMPLETE = 0x636d70 };

struct cut {
	struct expr parent;
	int node;
};

/* Draws parents and cuts, and writes down what stands before them. */
static void draw_cuts(const struct trainer *t, const struct task *k, int n, struct cut *cut, uint8_t *prefix,
		      int *prefix_len)
{
	int max_len = k->grammar.max_len;

	for (int i = 0; i < n; i++) {
		struct rng r = rng_stream(t->c.seed, RNG_CUT, (uint64_t)(t->stats.step * t->brood.capacity + i));
		uint8_t tokens[VOCAB_MAX_LEN + 1];
		int island = i % ISLANDS, len;

		while (k->population.island[island].n == 0)
			island = (island + 1) % ISLANDS;
		cut[i].parent = *evolve_parent(&k->population, island, &r);
		cut[i].node = rng_below(&r, cut[i].parent.n);
		len = vocab_encode(&cut[i].parent, NULL, 0, tokens);
		prefix_len[i] = len > 0 && cut[i].parent.n <= max_len ? cut[i].node : 0;
		memcpy(prefix + i * max_len, tokens, (size_t)prefix_len[i]);
	}
}

/* Parent i with the subtree that the policy wrote in place of the one that was cut. */
static bool splice(const struct samples *drawn, int i, const struct cut *cut, int given, struct expr *raw)
{
	const uint8_t *tokens = drawn->tokens + (size_t)i * (size_t)drawn->width;
	struct expr subtree;

	return vocab_decode(tokens + given, drawn->len[i] - given, NULL, &subtree) &&
	       expr_replace_subtree(raw, &cut->parent, cut->node, &subtree);
}

bool complete_offspring(struct trainer *t, const struct task *k, const struct evolve_config *c, int n,
			const volatile int *stop)
{
	struct brood *b = &t->brood;
	const struct memory *memory = &k->contexts.context[k->stats.turns % k->contexts.n].memory;
	struct cut *cut = xcalloc((size_t)n, sizeof(*cut));
	uint8_t *prefix = xcalloc((size_t)n, (size_t)k->grammar.max_len);
	int *prefix_len = xcalloc((size_t)n, sizeof(*prefix_len));
	struct sample_request request = {
		.policy = &t->policy, .memory = &memory, .shared_memory = true, .grammar = &k->grammar, .n = n,
		.temperature = k->pace.temperature, .bf16 = t->c.bf16, .seed = mix64(t->c.seed, RNG_COMPLETE),
		.first = (uint64_t)(t->stats.step * b->capacity), .prefix = prefix, .prefix_len = prefix_len,
	};
	bool done;

	draw_cuts(t, k, n, cut, prefix, prefix_len);
	done = sampler_draw(t->sampler, &request, &b->completions, stop);
	b->n_completed = done ? n : 0;
	for (int i = 0; i < n && done; i++) {
		struct expr *out = &b->candidate[i], raw;

		if (!splice(&b->completions, i, &cut[i], prefix_len[i], &raw) ||
		    !evolve_accept(c, &raw, &cut[i].parent, out))
			out->n = 0;
	}
	free(cut);
	free(prefix);
	free(prefix_len);
	return done;
}
