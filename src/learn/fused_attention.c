/* fused_attention.c — attention of small ragged groups; see fused.h. Compiled once per instruction set, and exports
 * its table.
 *
 * The attention of one head of one span is five small matrix products. Their operands are first packed into f32
 * scratch whose rows are padded with zeros to whole vectors, so that one register-blocked product without tails
 * serves all of them:
 *
 *   forward    S = (q/√d) Kᵀ    P = softmax(S)    O = P V
 *   backward   dV = Pᵀ dO    dP = dO Vᵀ    dS = P ∘ (dP − Σ P ∘ dP)    dQ = dS K/√d    dK = dSᵀ q/√d */
#include "eqrl/base/mem.h"
#include "fused_isa.h"
#include "fused_vec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { QUERY_BLOCK = 64 }; /* rows of queries worked on at once */

/* --- the small matrix product --- */

/* One tile of C = A B (add: C += A B): `height` rows, of which `used` count, by `vectors` vectors of columns. A(i,
 * l) is a[i·row + l·col]; B and C are rows of whole vectors. */
ALWAYS_INLINE void tile(const int height, const int vectors, int used, int depth, const float *a, size_t row,
			size_t col, const float *b, size_t ldb, float *c, size_t ldc, bool add)
{
	vec sum[8][2];
	const float *from[8];

#pragma GCC unroll 8
	for (int i = 0; i < height; i++) {
		from[i] = a + (size_t)(i < used ? i : used - 1) * row;
#pragma GCC unroll 2
		for (int v = 0; v < vectors; v++)
			sum[i][v] = (vec){0};
	}
	for (int l = 0; l < depth; l++, b += ldb) {
		vec bl[2];

#pragma GCC unroll 2
		for (int v = 0; v < vectors; v++)
			bl[v] = *(const vec *)(b + v * LANES);
#pragma GCC unroll 8
		for (int i = 0; i < height; i++) {
			float x = from[i][(size_t)l * col];

#pragma GCC unroll 2
			for (int v = 0; v < vectors; v++)
				sum[i][v] += x * bl[v];
		}
	}
#pragma GCC unroll 8
	for (int i = 0; i < height; i++) {
		if (i >= used)
			break;
#pragma GCC unroll 2
		for (int v = 0; v < vectors; v++) {
			vec *to = (vec *)(c + (size_t)i * ldc + v * LANES);

			if (add)
				sum[i][v] += *to;
			*to = sum[i][v];
		}
	}
}

/* C (m, n) = A (m, depth) · B (depth, n); n is a multiple of FUSED_PAD. */
static void product(int m, int n, int depth, const float *a, size_t row, size_t col, const float *b, size_t ldb,
		    float *c, size_t ldc, bool add)
{
	for (int j = 0; j < n;) {
		const int wide = n - j >= 2 * LANES;

		for (int i = 0; i < m; i += TILE_ROWS) {
			const float *ai = a + (size_t)i * row;
			float *ci = c + (size_t)i * ldc + j;
			int used = m - i;

			if (used > TILE_ROWS)
				used = TILE_ROWS;
			if (wide && used > 4)
				tile(TILE_ROWS, 2, used, depth, ai, row, col, b + j, ldb, ci, ldc, add);
			else if (wide)
				tile(4, 2, used, depth, ai, row, col, b + j, ldb, ci, ldc, add);
			else if (used > 4)
				tile(TILE_ROWS, 1, used, depth, ai, row, col, b + j, ldb, ci, ldc, add);
			else
				tile(4, 1, used, depth, ai, row, col, b + j, ldb, ci, ldc, add);
		}
		j += wide ? 2 * LANES : LANES;
	}
}

/* --- packing --- */

ALWAYS_INLINE void pack_rows(float *restrict to, int n, int rows, int d, int pad, const bool half,
			     const void *restrict from, size_t stride, const float *restrict bias, float scale)
{
	for (int i = 0; i < n; i++, to += pad) {
		size_t at = (size_t)i * stride;
		int c = 0;

		for (; c + LANES <= d; c += LANES)
			for (int l = c; l < c + LANES; l++)
				to[l] = (load(from, at + (size_t)l, half) + (bias ? bias[l] : 0.0f)) * scale;
		for (; c < d; c++)
			to[c] = (load(from, at + (size_t)c, half) + (bias ? bias[c] : 0.0f)) * scale;
		for (; c < pad; c++)
			to[c] = 0;
	}
	memset(to, 0, (size_t)(rows - n) * (size_t)pad * sizeof(float));
}

/* to (rows, pad) = (from (n, d) + bias) · scale, zeros beyond n and d. */
static void pack(float *to, int n, int rows, int d, int pad, bool half, const void *from, size_t stride,
		 const float *bias, float scale)
{
	if (half && bias)
		pack_rows(to, n, rows, d, pad, true, from, stride, bias, scale);
	else if (half)
		pack_rows(to, n, rows, d, pad, true, from, stride, NULL, scale);
	else if (bias)
		pack_rows(to, n, rows, d, pad, false, from, stride, bias, scale);
	else
		pack_rows(to, n, rows, d, pad, false, from, stride, NULL, scale);
}

/* A square of LANES × LANES: exchanges off-diagonal blocks of 1, 2, 4, … lanes between pairs of rows. */
ALWAYS_INLINE void transpose_square(const float *from, size_t from_stride, float *to, size_t to_stride)
{
	vec r[LANES];

#pragma GCC unroll 16
	for (int l = 0; l < LANES; l++)
		r[l] = *(const vec *)(from + (size_t)l * from_stride);
#pragma GCC unroll 4
	for (int w = 1; w < LANES; w *= 2) {
		ivec lane = lane_numbers(), odd = (lane & w) != 0; /* −1 or 0 */
		ivec low = lane + (odd & (LANES - w)), high = low + w;

#pragma GCC unroll 16
		for (int i = 0; i < LANES; i++)
			if (!(i & w)) {
				vec a = r[i], b = r[i + w];

				r[i] = __builtin_shuffle(a, b, low);
				r[i + w] = __builtin_shuffle(a, b, high);
			}
	}
#pragma GCC unroll 16
	for (int l = 0; l < LANES; l++)
		*(vec *)(to + (size_t)l * to_stride) = r[l];
}

/* to (pad_d, rows) = transpose of from (rows, pad_d); both are multiples of FUSED_PAD. */
static void transpose(const float *from, int rows, int pad_d, float *to)
{
	for (int i = 0; i < rows; i += LANES)
		for (int c = 0; c < pad_d; c += LANES)
			transpose_square(from + (size_t)i * (size_t)pad_d + c, (size_t)pad_d,
					 to + (size_t)c * (size_t)rows + i, (size_t)rows);
}

ALWAYS_INLINE void unpack_rows(const float *restrict from, int n, int d, int pad, const bool half, void *restrict to,
			       size_t stride, const bool add)
{
	for (int i = 0; i < n; i++, from += pad) {
		size_t at = (size_t)i * stride;
		int c = 0;

		for (; c + LANES <= d; c += LANES)
			for (int l = c; l < c + LANES; l++)
				store(to, at + (size_t)l, half,
				      from[l] + (add ? load(to, at + (size_t)l, half) : 0.0f));
		for (; c < d; c++)
			store(to, at + (size_t)c, half, from[c] + (add ? load(to, at + (size_t)c, half) : 0.0f));
	}
}

static void unpack(const float *from, int n, int d, int pad, bool half, void *to, size_t stride, bool add)
{
	if (half && add)
		unpack_rows(from, n, d, pad, true, to, stride, true);
	else if (half)
		unpack_rows(from, n, d, pad, true, to, stride, false);
	else if (add)
		unpack_rows(from, n, d, pad, false, to, stride, true);
	else
		unpack_rows(from, n, d, pad, false, to, stride, false);
}

/* --- softmax --- */

/* Over the first n of pad values, zeros after. */
static void softmax_row(float *restrict s, int n, int pad)
{
	const vec none = (vec){0} - INFINITY;
	vec tops = none;
	float top, scale;

	for (int j = 0; j < pad; j += LANES) {
		vec x = select_lanes(lane_numbers() < n - j, *(const vec *)(s + j), none);

		tops = select_lanes(x > tops, x, tops);
	}
	top = max_lanes(tops);
	for (int j = 0; j < pad; j++)
		s[j] = j < n ? fast_exp(s[j] - top) : 0.0f;
	scale = 1.0f / row_sum(s, pad);
	for (int j = 0; j < pad; j++)
		s[j] *= scale;
}

/* ds = p ∘ (dp − Σ p ∘ dp), row by row, in place of dp. */
static void softmax_backward(float *restrict dp, const float *restrict p, int n, int pad)
{
	for (int r = 0; r < n; r++, dp += pad, p += pad) {
		float dot = row_dot(dp, p, 0, pad);

		for (int j = 0; j < pad; j++)
			dp[j] = p[j] * (dp[j] - dot);
	}
}

/* --- one head of one span --- */

/* Packed operands; all rows padded with zeros. */
struct head {
	int n_k, d; /* without padding */
	int pad_k, pad_d;
	float scale;	/* 1/√d */
	float *k, *v;	/* (pad_k, pad_d) */
	float *t;	/* (pad_d, pad_k): k or v transposed */
	float *q, *o;	/* (QUERY_BLOCK, pad_d) */
	float *s;	/* (QUERY_BLOCK, pad_k) */
	float *dk, *dv; /* (pad_k, pad_d) */
};

static void head_new(struct head *h, const struct span_attention *a)
{
	int most = 1;
	size_t keys, block, scores;

	for (int i = 0; i < a->n_spans; i++)
		if (a->spans[i].n_k > most)
			most = a->spans[i].n_k;
	h->d = a->head_width;
	h->pad_d = fused_padded(h->d);
	h->scale = 1.0f / sqrtf((float)h->d);
	keys = (size_t)fused_padded(most) * (size_t)h->pad_d;
	block = (size_t)QUERY_BLOCK * (size_t)h->pad_d;
	scores = (size_t)QUERY_BLOCK * (size_t)fused_padded(most);
	h->k = xaligned((5 * keys + 2 * block + scores) * sizeof(float));
	h->v = h->k + keys;
	h->t = h->v + keys;
	h->dk = h->t + keys;
	h->dv = h->dk + keys;
	h->q = h->dv + keys;
	h->o = h->q + block;
	h->s = h->o + block;
}

/* Keys or values of a span, as (pad_k, pad_d). */
static void pack_keys(const struct span_attention *a, const struct head *h, const struct ct_span *span, size_t at,
		      const void *from, const float *bias, float scale, float *to)
{
	pack(to, h->n_k, h->pad_k, h->d, h->pad_d, a->half, element(from, (size_t)span->k * a->kv_stride + at, a->half),
	     a->kv_stride, bias ? bias + at : NULL, scale);
}

/* at: first column of the head. p: its probabilities, (n_q, pad_k). */
static void head_forward(const struct span_attention *a, struct head *h, const struct ct_span *span, size_t at,
			 float *p)
{
	const size_t width = (size_t)a->heads * (size_t)h->d, pad_k = (size_t)h->pad_k;
	const size_t pad_d = (size_t)h->pad_d;

	pack_keys(a, h, span, at, a->k, a->k_bias, 1, h->k);
	transpose(h->k, h->pad_k, h->pad_d, h->t);
	pack_keys(a, h, span, at, a->v, a->v_bias, 1, h->v);
	for (int i = 0; i < span->n_q; i += QUERY_BLOCK) {
		int n = span->n_q - i < QUERY_BLOCK ? span->n_q - i : QUERY_BLOCK;
		size_t row = (size_t)(span->q + i);
		float *s = p + (size_t)i * pad_k;

		pack(h->q, n, n, h->d, h->pad_d, a->half, element(a->q, row * a->q_stride + at, a->half), a->q_stride,
		     a->q_bias ? a->q_bias + at : NULL, h->scale);
		product(n, h->pad_k, h->d, h->q, pad_d, 1, h->t, pad_k, s, pad_k, false);
		for (int r = 0; r < n; r++)
			softmax_row(s + (size_t)r * pad_k, a->causal ? i + r + 1 : h->n_k, h->pad_k);
		product(n, h->pad_d, h->n_k, s, pad_k, 1, h->v, pad_d, h->o, pad_d, false);
		unpack(h->o, n, h->d, h->pad_d, a->half, element(a->out, row * width + at, a->half), width, false);
	}
}

static void head_backward(const struct span_attention *a, struct head *h, const struct ct_span *span, size_t at,
			  const float *p)
{
	const size_t width = (size_t)a->heads * (size_t)h->d, keys = (size_t)span->k * a->kv_stride + at;
	const size_t pad_d = (size_t)h->pad_d, pad_k = (size_t)h->pad_k;

	pack_keys(a, h, span, at, a->v, a->v_bias, 1, h->v);
	transpose(h->v, h->pad_k, h->pad_d, h->t);
	pack_keys(a, h, span, at, a->k, a->k_bias, h->scale, h->k);
	for (int i = 0; i < span->n_q; i += QUERY_BLOCK) {
		int n = span->n_q - i < QUERY_BLOCK ? span->n_q - i : QUERY_BLOCK;
		size_t row = (size_t)(span->q + i), q = row * a->q_stride + at;
		const float *pi = p + (size_t)i * pad_k;

		pack(h->o, n, n, h->d, h->pad_d, a->half, element(a->d_out, row * width + at, a->half), width, NULL, 1);
		product(h->n_k, h->pad_d, n, pi, 1, pad_k, h->o, pad_d, h->dv, pad_d, i > 0);
		product(n, h->pad_k, h->d, h->o, pad_d, 1, h->t, pad_k, h->s, pad_k, false);
		softmax_backward(h->s, pi, n, h->pad_k);
		pack(h->q, n, n, h->d, h->pad_d, a->half, element(a->q, q, a->half), a->q_stride,
		     a->q_bias ? a->q_bias + at : NULL, h->scale);
		product(h->n_k, h->pad_d, n, h->s, 1, pad_k, h->q, pad_d, h->dk, pad_d, i > 0);
		product(n, h->pad_d, h->n_k, h->s, pad_k, 1, h->k, pad_d, h->o, pad_d, false);
		unpack(h->o, n, h->d, h->pad_d, a->half, element(a->dq, q, a->half), a->q_stride, false);
	}
	unpack(h->dk, h->n_k, h->d, h->pad_d, a->half, element(a->dk, keys, a->half), a->kv_stride, a->add_keys);
	unpack(h->dv, h->n_k, h->d, h->pad_d, a->half, element(a->dv, keys, a->half), a->kv_stride, a->add_keys);
}

static void each_head(const struct span_attention *a, bool backward)
{
	struct head h;
	float *p = a->probabilities;

	head_new(&h, a);
	for (int i = 0; i < a->n_spans; i++) {
		const struct ct_span *span = &a->spans[i];

		if (span->n_q == 0 || span->n_k == 0)
			continue;
		h.n_k = span->n_k;
		h.pad_k = fused_padded(span->n_k);
		for (int head = 0; head < a->heads; head++) {
			size_t at = (size_t)head * (size_t)h.d;

			if (backward)
				head_backward(a, &h, span, at, p);
			else
				head_forward(a, &h, span, at, p);
			p += (size_t)span->n_q * (size_t)h.pad_k;
		}
	}
	free(h.k);
}

void fused_attention(const struct span_attention *a)
{
	each_head(a, false);
}

void fused_attention_backward(const struct span_attention *a)
{
	each_head(a, true);
}

#define TEXT_OF_(isa) #isa
#define TEXT_OF(isa)  TEXT_OF_(isa)

const struct fused ISA_NAME(fused) = {
	.name = TEXT_OF(ISA),
	.attention = fused_attention,
	.attention_backward = fused_attention_backward,
	.gelu = fused_gelu,
	.gelu_backward = fused_gelu_backward,
	.norm = fused_norm,
	.norm_backward = fused_norm_backward,
	.residual = fused_residual,
	.narrow = fused_narrow,
	.sum = fused_sum,
};
