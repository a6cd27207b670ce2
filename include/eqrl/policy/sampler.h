/* sampler.h — sentences drawn from the policy, in C on OpenBLAS, without libtorch.
 *
 * A sequence's tokens depend on (weights, memory, syntax, temperature, precision, seed, its number) alone: not on
 * the thread count, nor on which other sequences are drawn beside it. Every worker keeps up
 * to SAMPLER_CHUNK sequences under way: the cached keys and values of the decoder grow by one position a
 * step, a finished sequence makes room for the next one of the request. Kernels are the sampler's own, so a
 * row's bits never depend on its neighbours.
 * The caller has checked: syntax->max_len < config.max_len, the syntax always leaves a known token, temperature ≥ 0. */
#ifndef EQRL_SAMPLER_H
#define EQRL_SAMPLER_H

#include "eqrl/base/pool.h"
#include "eqrl/expr/syntax.h"
#include "eqrl/policy/weights.h"

enum { SAMPLER_CHUNK = 64 };

/* What the decoder attends to: per decoder layer the keys and values of the memory, computed once. */
struct memory {
	int latents;
	float *latent; /* (M, D): the encoder's output after its norm; what the learner takes when the encoder is fixed */
	float *kv;     /* (decoder_layers, M, 2D): keys then values, cross-attention projections applied */
};

/* points (n, F), context (G): see encode.h. Threads: re-entrant. */
void policy_encode(const struct policy *p, const float *points, int n, const float *context, struct memory *out);
/* Recomputes kv from latent after the decoder's weights changed. */
void memory_project(const struct policy *p, struct memory *m);
void memory_release(struct memory *m);

struct sample_request {
	const struct policy *policy;
	const struct memory *const *memory; /* one pointer per sequence, or one for all (shared_memory) */
	bool shared_memory;
	const struct syntax *syntax; /* one per sequence, all of one max_len, or one for all (shared_syntax) */
	bool shared_syntax;
	int n;		      /* sequences */
	double temperature;   /* 1: as trained; 0: the most probable token, of equals the first */
	bool bf16;	      /* products in bfloat16 where the CPU has them: twice as fast, logits off by a per cent */
	uint64_t seed, first; /* sequence i draws from rng_stream(seed, PURPOSE, first + i) */
};

/* Arrays of n rows and `width` columns (width = max_len + 1). */
struct samples {
	int n, width;
	uint8_t *tokens; /* (n, width): EOS at len-1, PAD after */
	uint8_t *slot;	 /* (n, width): slots that the tokens fill */
	uint64_t *legal; /* (n, width): masks used */
	float *logp;	 /* (n, width): log-probability of each token under its mask at temperature 1 */
	int *len;	 /* tokens including EOS */
};

void samples_release(struct samples *s);

/* Draws request->n sequences. *out is allocated (or reused when large enough). stop (may be NULL) is
 * polled once a step; a stopped draw returns false and its samples are unusable. */
struct sampler;
struct sampler *sampler_new(struct pool *pool);
void sampler_free(struct sampler *s);
bool sampler_draw(struct sampler *s, const struct sample_request *request, struct samples *out,
		  const volatile int *stop);

#endif
