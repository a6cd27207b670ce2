/* net_kernels.c — the kernels of net_kernels_isa.inc for each instruction set. */
#include "net_kernels.h"

#include "eqrl/base/mem.h"
#include "eqrl/policy/weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Neighbours in one word, the first one low, to nearest, ties to even. */
static uint32_t half_pair(float first, float second)
{
	return bf16_from_float(first) | (uint32_t)bf16_from_float(second) << 16;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* ---- products in bfloat16: AVX512_BF16, which x86-64-v4 does not include ------------------------ */

#define HALF_TARGET __attribute__((target("arch=x86-64-v4,avx512bf16")))
enum { HALF_LANES = 16, HALF_PANEL = 2 * HALF_LANES, HALF_ROWS = 12 };

/* rows ≤ HALF_ROWS outputs of one panel; like block() of net_kernels_isa.inc. */
HALF_TARGET static inline __attribute__((always_inline)) void
half_block(int rows, const struct panels *p, int panel, const uint32_t *x, float *y, int y_stride, bool add)
{
	int pairs = (p->in + 1) / 2;
	const uint32_t *w = p->half + (size_t)panel * (size_t)pairs * HALF_PANEL;
	__m512 low[HALF_ROWS], high[HALF_ROWS];

#pragma GCC unroll 16
	for (int i = 0; i < rows; i++) {
		low[i] = _mm512_loadu_ps(p->bias + panel * HALF_PANEL);
		high[i] = _mm512_loadu_ps(p->bias + panel * HALF_PANEL + HALF_LANES);
	}
	for (int k = 0; k < pairs; k++, w += HALF_PANEL) {
		__m512bh wl = (__m512bh)_mm512_loadu_si512(w);
		__m512bh wh = (__m512bh)_mm512_loadu_si512(w + HALF_LANES);

#pragma GCC unroll 16
		for (int i = 0; i < rows; i++) {
			__m512bh a = (__m512bh)_mm512_set1_epi32((int)x[i * pairs + k]);

			low[i] = _mm512_dpbf16_ps(low[i], a, wl);
			high[i] = _mm512_dpbf16_ps(high[i], a, wh);
		}
	}
	y += panel * HALF_PANEL;
#pragma GCC unroll 16
	for (int i = 0; i < rows; i++, y += y_stride) {
		if (add) {
			low[i] = _mm512_add_ps(low[i], _mm512_loadu_ps(y));
			high[i] = _mm512_add_ps(high[i], _mm512_loadu_ps(y + HALF_LANES));
		}
		_mm512_storeu_ps(y, low[i]);
		_mm512_storeu_ps(y + HALF_LANES, high[i]);
	}
}

HALF_TARGET static void half_row(const float *x, int n, uint32_t *pairs)
{
	int k = 0;

	for (; k + 2 * HALF_LANES <= n; k += 2 * HALF_LANES)
		_mm512_storeu_si512(pairs + k / 2, (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + k + HALF_LANES),
										_mm512_loadu_ps(x + k)));
	for (; k < n; k += 2)
		pairs[k / 2] = half_pair(x[k], k + 1 < n ? x[k + 1] : 0);
}

HALF_TARGET static void linear_half(const struct panels *p, const float *x, int x_stride, int rows, float *y,
				    int y_stride, bool add, uint32_t *scratch)
{
	int pairs = (p->in + 1) / 2;

	for (int i = 0; i < rows; i++)
		half_row(x + i * x_stride, p->in, scratch + i * pairs);
	for (int panel = 0; panel < p->padded / HALF_PANEL; panel++) {
		int i = 0;

		for (; i + HALF_ROWS <= rows; i += HALF_ROWS)
			half_block(HALF_ROWS, p, panel, scratch + i * pairs, y + i * y_stride, y_stride, add);
		for (; i + 4 <= rows; i += 4)
			half_block(4, p, panel, scratch + i * pairs, y + i * y_stride, y_stride, add);
		for (; i < rows; i++)
			half_block(1, p, panel, scratch + i * pairs, y + i * y_stride, y_stride, add);
	}
}

/* ---- the levels of x86-64 ----------------------------------------------------------------------- */

#define ISA	      v4
#define TARGET	      __attribute__((target("arch=x86-64-v4")))
#define LANES	      16
#define ROWS	      12
#define VSET(s)	      ((vf)_mm512_set1_ps(s))
#define VMAX(a, b)    ((vf)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define VFMA(a, b, c) ((vf)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#define LINEAR_HALF   linear_half
#include "net_kernels_isa.inc"
#undef LINEAR_HALF
#undef ISA
#undef TARGET
#undef LANES
#undef ROWS
#undef VSET
#undef VMAX
#undef VFMA

#define ISA	      v3
#define TARGET	      __attribute__((target("arch=x86-64-v3")))
#define LANES	      8
#define ROWS	      6
#define VSET(s)	      ((vf)_mm256_set1_ps(s))
#define VMAX(a, b)    ((vf)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define VFMA(a, b, c) ((vf)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define LINEAR_HALF   NULL
#include "net_kernels_isa.inc"
#undef ISA
#undef TARGET
#undef LANES
#undef ROWS
#undef VSET
#undef VMAX
#undef VFMA
#undef LINEAR_HALF
#endif

/* Any CPU: four lanes in the compiler's own vectors; product and sum are rounded apart. */
#define ISA v2
#define TARGET
#define LANES	      4
#define ROWS	      4
#define VSET(s)	      ((vf){(s), (s), (s), (s)})
#define VMAX(a, b)    ((vf)((((a) > (b)) & (vi)(a)) | (~((a) > (b)) & (vi)(b))))
#define VFMA(a, b, c) ((a) * (b) + (c))
#define LINEAR_HALF   NULL
#include "net_kernels_isa.inc"

const struct net_kernels *const *net_kernels_all(void)
{
	static const struct net_kernels *const sets[] = {
#if defined(__x86_64__)
		&kernels_v4,
		&kernels_v3,
#endif
		&kernels_v2,
		NULL,
	};
	int skip = 0;

#if defined(__x86_64__)
	__builtin_cpu_init();
	skip += !__builtin_cpu_supports("x86-64-v4");
	skip += !__builtin_cpu_supports("x86-64-v3");
#endif
	return sets + skip;
}

bool net_kernels_have_half(const struct net_kernels *k)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	return k->linear_half && __builtin_cpu_supports("avx512bf16");
#else
	return false;
#endif
}

const struct net_kernels *net_kernels_best(void)
{
	const struct net_kernels *const *sets = net_kernels_all();
	const char *asked = getenv("EQRL_ISA");

	for (int i = 0; asked && sets[i]; i++)
		if (strcmp(sets[i]->name, asked) == 0)
			return sets[i];
	return sets[0];
}

static void pack_full(struct panels *p, const float *w, int n)
{
	p->w = xaligned((size_t)p->padded * (size_t)p->in * sizeof(*p->w));
	for (int row = 0; row < p->out; row++) {
		const float *from = w + (size_t)row * (size_t)p->in;
		float *to = p->w + (size_t)(row / n) * (size_t)p->in * (size_t)n + row % n;

		for (int i = 0; i < p->in; i++)
			to[i * n] = from[i];
	}
}

static void pack_half(struct panels *p, const float *w, int n)
{
	size_t pairs = (size_t)(p->in + 1) / 2;

	p->half = xaligned((size_t)p->padded * pairs * sizeof(*p->half));
	for (int row = 0; row < p->out; row++) {
		const float *from = w + (size_t)row * (size_t)p->in;
		uint32_t *to = p->half + (size_t)(row / n) * pairs * (size_t)n + row % n;

		for (int i = 0; i < p->in; i += 2)
			to[i / 2 * n] = half_pair(from[i], i + 1 < p->in ? from[i + 1] : 0);
	}
}

void panels_pack(const struct net_kernels *k, struct panels *p, const float *w, const float *bias, int out, int in,
		 bool half)
{
	int count = (out + k->panel - 1) / k->panel;

	*p = (struct panels){.in = in, .out = out, .padded = count * k->panel};
	p->bias = xaligned((size_t)p->padded * sizeof(*p->bias));
	memcpy(p->bias, bias, (size_t)out * sizeof(*bias));
	if (half)
		pack_half(p, w, k->panel);
	else
		pack_full(p, w, k->panel);
}

void panels_release(struct panels *p)
{
	free(p->w);
	free(p->bias);
	free(p->half);
	*p = (struct panels){0};
}
