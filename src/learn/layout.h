/* layout.h — a micro-batch laid out for the graph: real tokens only, one row each.
 *
 * Sequences are packed behind each other, so no work is spent on padding (a rollout of width 61 has mostly short
 * equations); attention knows the sequences as spans of rows. In bf16 on the CPU the number of rows is rounded up,
 * since oneDNN compiles its kernels per shape: rows beyond the tokens are in no span, have weight 0 everywhere and
 * therefore no influence. */
#ifndef EQRL_LAYOUT_H
#define EQRL_LAYOUT_H

#include "eqrl/base/mem.h"
#include "eqrl/learn/ctorch.h"
#include "eqrl/learn/learner.h"

struct token_layout {
	int vocab;	  /* V */
	int tokens, rows; /* rows ≥ tokens: S of the graph */
	int64_t points;	  /* rows of all contexts' points */
	int *begin;	  /* (R + 1): first row of each sequence */
	int64_t *input;	  /* (S): token before, BOS at the start */
	int64_t *position, *slot, *target;
	uint8_t *legal;			  /* (S, V) */
	float *alive;			  /* (S): 1, in padding rows 0 */
	float *ce, *advantage, *logp_old; /* (S), or NULL as in the batch */
	float *discount;		  /* (S): entropy_decay^t */
	struct ct_span *self, *cross;	  /* decoder: each sequence; each run of sequences with one context */
	int n_self, n_cross;
	struct ct_span *latent, *look; /* (P), encoder: latents with themselves; latents with points */
};

/* Everything lives in the arena. Fails (internal error) naming sequence and token where a batch breaks the contract
 * of learner.h: no legal token, a target that is masked out, a token out of range. */
enum status layout_build(struct token_layout *l, struct arena *a, const struct net_config *net,
			 const struct learn_batch *b, double entropy_decay, int rows_multiple);

#endif
