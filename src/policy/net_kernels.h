/* net_kernels.h — the inner loops of the cached decoder, for the instruction set that runs here.
 *
 * Why not sgemm: the weights are laid out once for many steps, a step has few rows, and every row
 * must get the same bits whatever rows are computed beside it. Here each output is one chain of
 * fused multiply-adds over the inputs in order, so that holds by construction. Private to
 * src/policy. */
#ifndef EQRL_POLICY_NET_KERNELS_H
#define EQRL_POLICY_NET_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KERNEL_TILE = 16,  /* keys are cached in tiles of this many positions: (tile, D, KERNEL_TILE) */
	KERNEL_SLACK = 32, /* floats that may be read past the end of values */
};

/* A linear layer: panels of kernels.panel outputs, in each (in, panel); bias padded with zeros. Either w is there or
 * half: in bfloat16, two neighbouring inputs in one word, the first one low: (in/2 rounded up, panel). */
struct panels {
	int in, out;
	int padded; /* out rounded up to whole panels: columns that linear() writes */
	float *w, *bias;
	uint32_t *half;
};

struct attend_args {
	const float *q;	     /* (D) */
	const float *keys;   /* tiles, see KERNEL_TILE */
	const float *values; /* (n, D) and KERNEL_SLACK floats */
	int n;		     /* positions */
	int heads, head_dim;
	float *scores; /* scratch: n rounded up to a tile, 64-byte aligned */
	float *out;    /* (D) */
};

struct net_kernels {
	const char *name; /* "v4", "v3", "v2": the levels of x86-64; elsewhere "v2" is plain C */
	int panel;

	/* y (rows, padded) = x Wᵀ + b, or y += that. Strides in floats. */
	void (*linear)(const struct panels *p, const float *x, int x_stride, int rows, float *y, int y_stride,
		       bool add);
	/* The same from half weights, with x rounded to bfloat16 and sums in f32; scratch: rows × in/2 rounded up. NULL:
	 * this set has no such products. */
	void (*linear_half)(const struct panels *p, const float *x, int x_stride, int rows, float *y, int y_stride,
			    bool add, uint32_t *scratch);
	void (*layer_norm)(const float *gain, const float *bias, const float *x, float *y, int d);
	void (*gelu)(float *x, int n); /* n: a multiple of the panel */
	void (*attend)(const struct attend_args *a);
	void (*exp)(const float *x, float *y, int n); /* n: a multiple of 16; x ≤ 88; at least e⁻⁸⁷ */
};

/* All sets that this CPU can run, best first, then NULL. */
const struct net_kernels *const *net_kernels_all(void);
/* Whether linear_half is there and this CPU can run it. */
bool net_kernels_have_half(const struct net_kernels *k);
/* The first of them, or the one that the environment variable EQRL_ISA names. */
const struct net_kernels *net_kernels_best(void);

void panels_pack(const struct net_kernels *k, struct panels *p, const float *w, const float *bias, int out, int in,
		 bool half);
void panels_release(struct panels *p);

#endif
