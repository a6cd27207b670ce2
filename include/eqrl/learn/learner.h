/* learner.h — the only door between the program and libtorch: a small table of functions.
 *
 * Implemented in src/learn/ and built into libeqrl_learn.so, which is opened at run time by the commands that train
 * (learner_load in src/rl/). Everything crosses this boundary as plain C arrays.
 *
 * One loss serves pretraining and reinforcement learning. For sequence r, token t with π = softmax of the masked
 * logits, ℓ = log π(token):
 *
 *   L = 1/divisor · Σ_{r,t} [ − ce[r,t] · ℓ                                    cross-entropy, elites (PQT)
 *                             − min(ρ A, clip(ρ, 1−clip_low, 1+clip_high) A)   PPO, ρ = exp(ℓ − logp_old)
 *                             + kl · Σ_a π(a) log(π(a)/π_ref(a))               exact KL to the reference
 *                             − entropy · γ^t · H(π) ]                         0·log 0 = 0
 *
 * Rows are independent micro-batches: each is worked on by one worker with one-thread BLAS, and gradients are summed
 * in micro-batch order, so results do not depend on the number of threads. */
#ifndef EQRL_LEARNER_H
#define EQRL_LEARNER_H

#include "eqrl/base/error.h"
#include "eqrl/policy/network.h"

#include <stdbool.h>
#include <stdint.h>

enum { LEARNER_ABI = 5 };

/* One micro-batch. Absent parts are NULL. The arrays are the caller's, who may change them once the call that takes
 * them has returned. */
struct learn_batch {
	int n_contexts, n_points; /* P, N: all contexts of a micro-batch show the same number of points … */
	const int *points_of;	/* … or (P): context p shows that many, which lie behind each other; N is not read */
	const float *points;	/* (P, N, F), or NULL: then memory is given and the encoder is fixed */
	const float *context;	/* (P, G) */
	const float *memory;	/* (P, M, D): struct memory's latent, used when points is NULL */
	int n, width;		/* R sequences, T columns */
	const int *context_of;	/* (R): which context */
	const uint8_t *tokens;	/* (R, T): targets; EOS last, PAD after: PAD positions have no loss */
	const uint8_t *slot;	/* (R, T): the slot that each token fills, see syntax.h */
	const uint64_t *legal;	/* (R, T), or NULL: everything legal */
	const float *ce;	/* (R, T) or NULL: 0 (then no cross-entropy term) */
	const float *advantage; /* (R, T) or NULL */
	const float *logp_old;	/* (R, T), needed with advantage */
};

struct learn_loss {
	double divisor;
	double clip_low, clip_high;
	double kl; /* 0: the reference is not evaluated */
	double entropy, entropy_decay;
};

struct learn_stats {
	double loss, ce_loss;  /* ce_loss: mean −ℓ over tokens with ce > 0 */
	double token_accuracy; /* share of those tokens that are the most probable legal one */
	double kl, entropy;    /* means over tokens */
	double ratio_mean, ratio_max_deviation, clip_fraction; /* of ρ, over tokens with an advantage */
	double grad_norm;				       /* before clipping */
	int64_t tokens;
};

struct adam_config {
	double beta1, beta2, eps, weight_decay; /* AdamW; decay on matrices only */
	double max_grad_norm;			/* 0: no clipping */
};

/* Other ranks (ranks.h) that differentiate micro-batches: k is rank k mod n's, whose gradients and sums go to all. */
struct learner_peers {
	int n, mine;
	void (*broadcast)(void *data, size_t bytes, int from);
};

struct learner_config {
	struct net_config net;
	struct adam_config adam;
	int threads;
	bool bf16;		    /* matrix products in bfloat16 where the device has them */
	bool decoder_only;	    /* train only the decoder: encoder, point and context tensors stay */
	const char *device;	    /* "cpu", "cuda", "cuda:1" */
	struct learner_peers peers; /* n 0: none */
};

struct learner; /* opaque */

struct learner_api {
	int abi;		      /* LEARNER_ABI */
	const char *(*version)(void); /* libtorch's version and BLAS */
	const char *(*error)(void);   /* message of the last failed call of this thread */

	enum status (*open)(struct learner **l, const struct learner_config *c, const float *params);
	void (*close)(struct learner *l);

	/* Flat arrays of net_size(net) floats. */
	enum status (*set_params)(struct learner *l, const float *params);
	enum status (*get_params)(struct learner *l, float *params);
	/* The frozen reference of the KL term: a copy of the given parameters (policy refresh: call again). */
	enum status (*set_reference)(struct learner *l, const float *params);
	/* AdamW's moments and its step count, for exact resume; reset = zeros and 0. */
	enum status (*get_moments)(struct learner *l, float *m, float *v, int64_t *step);
	enum status (*set_moments)(struct learner *l, const float *m, const float *v, int64_t step);

	/* Sum of gradients over the micro-batches, clip, one AdamW step with this learning rate (0: the weights
	 * stay, statistics are still filled). ST_NOT_FINITE: the gradient is not finite; weights and moments stay as
	 * they were. ST_TORCH: libtorch failed; ask for the weights, they may have moved. */
	enum status (*step)(struct learner *l, const struct learn_batch *batches, int n, const struct learn_loss *loss,
			    double lr, struct learn_stats *stats);
	/* Statistics and loss without gradients. */
	enum status (*evaluate)(struct learner *l, const struct learn_batch *batches, int n,
				const struct learn_loss *loss, struct learn_stats *stats);
	/* Gradients only (tests): flat array like the parameters. */
	enum status (*gradient)(struct learner *l, const struct learn_batch *batches, int n,
				const struct learn_loss *loss, float *grad);
	/* (R, T) log-probabilities of the batch's tokens under the current (reference = false) weights. */
	enum status (*logprobs)(struct learner *l, const struct learn_batch *batch, bool reference, float *logp);

	/* Memory, not zeroed, for a batch's arrays from which the device reads them fastest; it lives as long as the
	 * learner. NULL is a failure, see error(). Not at the same time as any other call. */
	void *(*shared)(struct learner *l, size_t bytes);
};

/* The one exported symbol of libeqrl_learn.so. */
const struct learner_api *eqrl_learner_api(void);

#endif
