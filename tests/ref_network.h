/* ref_network.h — the network of network.h in double precision, slow and literal: what the fast
 * ones (forward.c, decode.c, the training graph) are compared with. */
#ifndef EQRL_REF_NETWORK_H
#define EQRL_REF_NETWORK_H

#include "eqrl/policy/sampler.h"
#include "eqrl/policy/weights.h"

/* latent: (M, D) from points (n, F) and context (G). */
void ref_encode(const struct policy *p, const float *points, int n, const float *context, double *latent);

/* logp: (len) of the len tokens (EOS included) under their masks. */
void ref_logprobs(const struct policy *p, const double *latent, const uint8_t *tokens, const uint64_t *legal, int len,
		  double *logp);

/* The same for n sequences with a memory: tokens (n, width) with EOS and PAD; logp like those of struct samples. */
void ref_policy_logprobs(const struct policy *p, const struct memory *m, const uint8_t *tokens, const uint64_t *legal,
			 int n, int width, float *logp);

#endif
