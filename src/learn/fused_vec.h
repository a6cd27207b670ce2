/* fused_vec.h — one instruction set's vectors, and the elementary functions on floats that vectorise. For the files
 * that are compiled once per instruction set. */
#ifndef EQRL_FUSED_VEC_H
#define EQRL_FUSED_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Conditionals on floats become selects; nothing here reads exception flags. */
#pragma GCC optimize("no-trapping-math")

#if defined(__AVX512F__)
enum { LANES = 16, TILE_ROWS = 8 };
#elif defined(__AVX__)
enum { LANES = 8, TILE_ROWS = 4 };
#else
enum { LANES = 4, TILE_ROWS = 4 };
#endif

typedef float vec __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t ivec __attribute__((vector_size(4 * LANES)));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* eˣ to about 1 ulp for |x| ≤ 80, clamped beyond (Cephes' expf, written so that it vectorises). The clamp keeps
 * quotients of the result away from denormals, which cost a hundred cycles each. */
ALWAYS_INLINE float fast_exp(float x)
{
	const float to_int = 12582912.0f; /* 1.5·2²³: adding it leaves the rounded integer in the low bits */
	union {
		float f;
		int32_t i;
	} scale, n;
	float r, p;

	x = x < -80.0f ? -80.0f : x;
	x = x > 80.0f ? 80.0f : x;
	n.f = x * 1.44269504088896341f + to_int;
	r = n.f - to_int;
	scale.i = (n.i - 0x4b400000 + 127) << 23;
	x = x - r * 0.693359375f + r * 2.12194440e-4f;
	p = 1.9875691500e-4f;
	p = p * x + 1.3981999507e-3f;
	p = p * x + 8.3334519073e-3f;
	p = p * x + 4.1665795894e-2f;
	p = p * x + 1.6666665459e-1f;
	p = p * x + 5.0000001201e-1f;
	return (p * x * x + x + 1.0f) * scale.f;
}

/* gelu(x) = x σ(2z), z = √(2/π)(x + 0.044715 x³): the tanh form, since (1 + tanh z)/2 = σ(2z). */
static const float gelu_a = 1.5957691216057308f, gelu_b = 0.07135481627159606f;

ALWAYS_INLINE float gelu_value(float x)
{
	return x / (1.0f + fast_exp(-x * (gelu_a + gelu_b * x * x)));
}

ALWAYS_INLINE float gelu_slope(float x)
{
	float x2 = x * x, s = 1.0f / (1.0f + fast_exp(-x * (gelu_a + gelu_b * x2)));

	return s + x * s * (1.0f - s) * (gelu_a + 3.0f * gelu_b * x2);
}

/* --- bf16 --- */

ALWAYS_INLINE float from_bf16(uint16_t h)
{
	union {
		uint32_t u;
		float f;
	} v = {(uint32_t)h << 16};

	return v.f;
}

/* To nearest, ties to even. A NaN may become an infinity: either stops the step. */
ALWAYS_INLINE uint16_t to_bf16(float f)
{
	union {
		float f;
		uint32_t u;
	} v = {f};

	return (uint16_t)((v.u + 0x7fffu + ((v.u >> 16) & 1)) >> 16);
}

ALWAYS_INLINE float load(const void *p, size_t i, const bool half)
{
	return half ? from_bf16(((const uint16_t *)p)[i]) : ((const float *)p)[i];
}

ALWAYS_INLINE void store(void *p, size_t i, const bool half, float value)
{
	if (half)
		((uint16_t *)p)[i] = to_bf16(value);
	else
		((float *)p)[i] = value;
}

/* Element i of an array of either type. */
ALWAYS_INLINE void *element(const void *p, size_t i, bool half)
{
	return (char *)(uintptr_t)p + i * (half ? sizeof(uint16_t) : sizeof(float));
}

/* --- reductions of a row: vectors of partial results, then a tree over the lanes --- */

ALWAYS_INLINE ivec lane_numbers(void)
{
	ivec lane;

	for (int l = 0; l < LANES; l++)
		lane[l] = l;
	return lane;
}

ALWAYS_INLINE vec select_lanes(ivec mask, vec yes, vec no)
{
	return (vec)((mask & (ivec)yes) | (~mask & (ivec)no));
}

ALWAYS_INLINE float sum_lanes(vec v)
{
#pragma GCC unroll 4
	for (int w = LANES / 2; w > 0; w /= 2)
		v += __builtin_shuffle(v, lane_numbers() ^ w);
	return v[0];
}

ALWAYS_INLINE float max_lanes(vec v)
{
#pragma GCC unroll 4
	for (int w = LANES / 2; w > 0; w /= 2) {
		vec other = __builtin_shuffle(v, lane_numbers() ^ w);

		v = select_lanes(v > other, v, other);
	}
	return v[0];
}

ALWAYS_INLINE float row_sum(const float *x, int n)
{
	vec s = {0};
	float rest = 0;
	int i = 0;

	for (; i + LANES <= n; i += LANES)
		s += *(const vec *)(x + i);
	for (; i < n; i++)
		rest += x[i];
	return sum_lanes(s) + rest;
}

/* Σ (a − shift)(b − shift) */
ALWAYS_INLINE float row_dot(const float *a, const float *b, float shift, int n)
{
	vec s = {0};
	float rest = 0;
	int i = 0;

	for (; i + LANES <= n; i += LANES)
		s += (*(const vec *)(a + i) - shift) * (*(const vec *)(b + i) - shift);
	for (; i < n; i++)
		rest += (a[i] - shift) * (b[i] - shift);
	return sum_lanes(s) + rest;
}

#endif
