/* fused.h — the parts of the training graph that are worth their own loops, for one instruction set.
 *
 * Attention here is tiny (tens of rows, heads of 24–32 values): as batched products and softmaxes of libtorch its
 * calls cost more than its arithmetic. Everything between two matrix products is bound by memory, so each such step
 * is one pass. fused_rows.c and fused_attention.c are compiled once for each of x86-64-v2, v3 and v4.
 *
 * Activations between matrix products are f32, or bf16 where `half` says so: uint16_t, the upper half of a float.
 * Arithmetic is f32 either way. Threads: re-entrant, no state. */
#ifndef EQRL_FUSED_H
#define EQRL_FUSED_H

#include "eqrl/learn/ctorch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Padding of a row of probabilities: a multiple of every vector width. */
enum { FUSED_PAD = 16 };

static inline int fused_padded(int n)
{
	return (n + FUSED_PAD - 1) / FUSED_PAD * FUSED_PAD;
}

/* Strides in elements. dq, dk, dv have the strides of q, k, v; biases are added to q, k, v. */
struct span_attention {
	const struct ct_span *spans;
	int n_spans, heads, head_width;
	bool causal, half;
	const void *q, *k, *v;
	const float *q_bias, *k_bias, *v_bias;
	size_t q_stride, kv_stride;
	void *out;	      /* rows of heads · head_width */
	float *probabilities; /* fused_probabilities() floats: written forward, read backward */
	const void *d_out;
	void *dq, *dk, *dv;
	bool add_keys; /* dk and dv are added to, since spans share keys; else written */
};

struct fused {
	const char *name;
	void (*attention)(const struct span_attention *a);
	void (*attention_backward)(const struct span_attention *a);

	/* a = gelu(u + bias). Backward: d holds da, becomes du = da · gelu'(u + bias); dbias = Σ rows du. */
	void (*gelu)(int rows, int cols, bool half, const void *u, const float *bias, void *a);
	void (*gelu_backward)(int rows, int cols, bool half, const void *u, const float *bias, void *d, float *dbias);

	/* y = norm(x) · gain + bias, row by row; mean and rstd (rows) are kept for the backward pass: dx = rest +
	 * (what dy is worth at x), dgain and dbias are sums over rows. rest may be NULL: 0. */
	void (*norm)(int rows, int cols, bool half, const float *x, const float *gain, const float *bias, void *y,
		     float *mean, float *rstd);
	void (*norm_backward)(int rows, int cols, bool half, const float *x, const float *gain, const float *mean,
			      const float *rstd, const void *dy, const float *rest, float *dx, float *dgain,
			      float *dbias);

	/* y = x + o + bias; x and bias may be NULL: 0. */
	void (*residual)(int rows, int cols, bool half, const float *x, const void *o, const float *bias, float *y);

	/* half: y = x in bf16 (else y is not written). sum, unless NULL, = Σ rows x. */
	void (*narrow)(int rows, int cols, bool half, const float *x, void *y, float *sum);
	void (*sum)(int rows, int cols, bool half, const void *x, float *sum);
};

size_t fused_probabilities(const struct ct_span *spans, int n, int heads);

extern const struct fused fused_v2, fused_v3, fused_v4;

/* The widest set that this CPU runs; $EQRL_ISA (v2, v3, v4) asks for another. */
const struct fused *fused_choose(void);

#endif
