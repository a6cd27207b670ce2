/* network.h — the shape of the policy network: what both forward passes (C and libtorch) agree on.
 *
 * One kind of block is used throughout: pre-norm self-attention, cross-attention, feed-forward.
 *
 *   encoder   latents (M, D) + linear(context) attend to themselves and, by cross-attention, to the
 *             embedded points (N, D); no causal mask. A final norm gives the memory (M, D). (Set
 *             Transformer / Perceiver; no positions: the order of the rows does not matter.)
 *   decoder   tokens attend to themselves causally and, by cross-attention, to the memory.
 *             input(t) = embed[token t-1] + position[t] + slot[parent operator and operand of token t]
 *   output    final norm, linear to V logits; illegal tokens are masked before the softmax.
 *
 * Dimension letters: P problems (contexts), N points, F features per point, G context features,
 * M latents, D width, H heads, R sequences, T tokens, V tokens of the language.
 *
 * All parameters live in ONE flat float array; the specs say where. Matrices are (out, in) row-major,
 * as torch's linear; y = x Wᵀ + b. Layer norm: eps 1e-5. GELU: the tanh approximation. Attention:
 * softmax(q kᵀ / sqrt(D/H)) v, heads are consecutive slices of D/H. */
#ifndef EQRL_NETWORK_H
#define EQRL_NETWORK_H

#include "eqrl/base/error.h"
#include "eqrl/base/rng.h"

#include <stdbool.h>
#include <stddef.h>

struct net_config {
	int vocab; /* V, given by the language */
	int width; /* D */
	int heads; /* H, divides D */
	int ff;	   /* hidden units of the feed-forward part */
	int encoder_layers, decoder_layers;
	int latents;  /* M */
	int points;   /* largest N the network was trained with */
	int features; /* F, given by the encoding */
	int context;  /* G, given by the encoding */
	int max_len;  /* positions of the decoder: tokens and EOS */
};

struct tensor_spec {
	char name[48];
	int rows, cols; /* vectors: rows = 1 */
	size_t offset;	/* first element in the flat array */
};

/* Tensors of one block, as indices into the specs: block.first + BLOCK_… */
enum block_tensor {
	BLOCK_LN1_G,
	BLOCK_LN1_B,
	BLOCK_QKV_W,
	BLOCK_QKV_B, /* (3D, D): q, k, v stacked */
	BLOCK_O_W,
	BLOCK_O_B, /* (D, D) */
	BLOCK_LN2_G,
	BLOCK_LN2_B,
	BLOCK_XQ_W,
	BLOCK_XQ_B, /* (D, D) */
	BLOCK_XKV_W,
	BLOCK_XKV_B, /* (2D, D): k, v of the memory (encoder: of the points) */
	BLOCK_XO_W,
	BLOCK_XO_B, /* (D, D) */
	BLOCK_LN3_G,
	BLOCK_LN3_B,
	BLOCK_FF1_W,
	BLOCK_FF1_B, /* (ff, D) */
	BLOCK_FF2_W,
	BLOCK_FF2_B, /* (D, ff) */
	BLOCK_TENSORS,
};

/* Order of all tensors: these first, then the encoder's blocks, then the decoder's. */
enum net_tensor {
	NET_POINT1_W,
	NET_POINT1_B, /* (ff, F): points → GELU(linear) → linear → (N, D) */
	NET_POINT2_W,
	NET_POINT2_B, /* (D, ff) */
	NET_LATENTS,  /* (M, D) */
	NET_CONTEXT_W,
	NET_CONTEXT_B, /* (D, G), added to every latent */
	NET_MEMORY_G,
	NET_MEMORY_B, /* norm after the encoder */
	NET_EMBED,    /* (V, D) */
	NET_POSITION, /* (max_len, D) */
	NET_SLOT,     /* (2V, D): row parent + V * operand */
	NET_OUT_G,
	NET_OUT_B, /* norm after the decoder */
	NET_LOGITS_W,
	NET_LOGITS_B, /* (V, D) */
	NET_BLOCKS,
};

static inline int net_encoder_block(const struct net_config *c, int layer)
{
	return NET_BLOCKS + layer * BLOCK_TENSORS;
}

static inline int net_decoder_block(const struct net_config *c, int layer)
{
	return NET_BLOCKS + (c->encoder_layers + layer) * BLOCK_TENSORS;
}

static inline int net_tensors(const struct net_config *c)
{
	return NET_BLOCKS + (c->encoder_layers + c->decoder_layers) * BLOCK_TENSORS;
}

/* What the encoder needs, and the decoder does not read. */
static inline bool net_is_encoders(const struct net_config *c, int tensor)
{
	return tensor < NET_EMBED || (tensor >= NET_BLOCKS && tensor < net_decoder_block(c, 0));
}

/* Fails (ST_WEIGHTS) naming the first value that makes no network. */
enum status net_config_check(const struct net_config *c);

/* Specs of all net_tensors(c) tensors (offsets multiples of 16 floats); returns the flat array's length. */
size_t net_specs(const struct net_config *c, struct tensor_spec *specs);
size_t net_size(const struct net_config *c);

/* Number of trained values (without alignment gaps). */
size_t net_parameters(const struct net_config *c);

/* Starting values: weights N(0, 0.02²) (residual outputs scaled by 1/sqrt(2·blocks of
 * that stack)), gains 1, biases 0. */
void net_init(const struct net_config *c, float *params, struct rng *r);

/* Rough cost: multiply-adds × 2 of one forward pass over N points and T tokens of one problem. */
double net_flops(const struct net_config *c, int n_points, int n_tokens);

#endif
