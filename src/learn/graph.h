/* graph.h — the network of network.h as a differentiable graph on ctorch.
 *
 * Threads: parameters may be read by several threads at once; a graph belongs to the thread that builds it, inside
 * its scope. Failure: sticky, ask ct_ok(). */
#ifndef EQRL_GRAPH_H
#define EQRL_GRAPH_H

#include "layout.h"

/* One set of weights: a flat tensor, and one leaf per spec that shares its memory. */
struct net_params {
	struct net_config config;
	int n, device;
	enum ct_dtype type; /* CT_F32, or CT_F64 to check gradients */
	bool bf16;	    /* matrix products in bf16, see params_refresh */
	struct tensor_spec *spec;
	ct_tensor *flat, *flat16;
	ct_tensor **leaf;   /* shaped (rows, cols), vectors (cols) */
	ct_tensor **leaf16; /* the matrices; NULL unless bf16 */
};

/* What happens to a tensor in training. */
enum training { TRAIN_NOT, TRAIN_PLAIN, TRAIN_DECAYED };

/* Matrices of linear layers decay; embeddings, latents, norms and biases do not. decoder_only: tensors that the
 * decoder does not read stay. */
enum training params_training(const struct net_config *c, int tensor, bool decoder_only);

/* Where parameters lie and what for. trained: leaves that are trained ask for gradients. */
struct params_use {
	enum ct_dtype type;
	int device;
	bool bf16, trained, decoder_only;
};

/* values: net_size floats (doubles in f64). */
void params_open(struct net_params *p, const struct net_config *c, const void *values, const struct params_use *use);
void params_close(struct net_params *p);
/* Call after the flat array changed: brings the bf16 copies up to date. */
void params_refresh(struct net_params *p);

/* points (P·N, F), context (P, G) → memory (P·M, D) */
ct_tensor *graph_encode(const struct net_params *p, const struct token_layout *l, ct_tensor *points,
			ct_tensor *context);
/* memory (P·M, D) → masked log-probabilities (S, V) */
ct_tensor *graph_decode(const struct net_params *p, const struct token_layout *l, ct_tensor *memory);

/* Both, from the host arrays of a batch. */
ct_tensor *graph_forward(const struct net_params *p, const struct token_layout *l, const struct learn_batch *b);

#endif
