/* decode.h — the cached decoder: one token at a time for up to SAMPLER_CHUNK lanes. Private.
 *
 * A lane is a place for one sequence under way: its cached keys and values. A step works on any
 * subset of the lanes, each at its own position and with its own memory; the logits of a lane
 * depend on nothing but the weights, its memory and its tokens, to the last bit.
 *
 * Threads: struct decoder and struct cross are read-only once made; lanes belong to one worker. */
#ifndef EQRL_POLICY_DECODE_H
#define EQRL_POLICY_DECODE_H

#include "eqrl/policy/sampler.h"
#include "net_kernels.h"

/* The decoder's weights, laid out for the kernels. Borrows the policy's small tensors. */
struct decoder {
	const struct net_kernels *kernels;
	struct net_config config;
	const float **tensor; /* by index of network.h */
	struct decoder_layer *layer;
	struct panels logits;
};

/* half: products in bfloat16, if the kernels have them. */
struct decoder *decoder_new(const struct policy *p, const struct net_kernels *k, bool half);
void decoder_free(struct decoder *d);

/* The memory as cross-attention wants it: per layer tiles of keys, and rows of values. */
struct cross {
	int latents;
	size_t keys_stride, values_stride; /* floats from layer to layer */
	float *keys, *values;
};

void cross_init(struct cross *x, const struct net_config *c, const struct memory *m);
void cross_release(struct cross *x);

struct lanes; /* caches and activations for SAMPLER_CHUNK lanes */
struct lanes *lanes_new(const struct decoder *d, int positions);
bool lanes_fit(const struct lanes *l, const struct decoder *d, int positions);
void lanes_free(struct lanes *l);

/* What a step needs to know of one sequence. */
struct decode_input {
	int lane;
	int position; /* 0 … positions-1; the lane has seen all earlier ones */
	int embed;    /* the token before, TOK_BOS at position 0 */
	int slot;     /* row of NET_SLOT */
	const struct cross *cross;
};

/* Logits of input i stand at decoder_step(…)[i * DECODE_LOGITS …], one for each token, 64-byte
 * aligned; valid until the next step. */
enum { DECODE_LOGITS = SYNTAX_MAX_TOKENS };
const float *decoder_step(const struct decoder *d, struct lanes *l, const struct decode_input *in, int n);

#endif
