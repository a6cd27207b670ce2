/* fused_rows.c — one pass over (rows, cols) at a time; see fused.h. Compiled once per instruction set; ISA is its
 * suffix. Each loop is written once and made for both types of activations by inlining. */
#include "fused_isa.h"
#include "fused_vec.h"

#include <math.h>
#include <string.h>

ALWAYS_INLINE void gelu_rows(int rows, int cols, const bool half, const void *restrict u, const float *restrict bias,
			     void *restrict a)
{
	for (size_t r = 0, at = 0; r < (size_t)rows; r++, at += (size_t)cols)
		for (size_t c = 0; c < (size_t)cols; c++)
			store(a, at + c, half, gelu_value(load(u, at + c, half) + bias[c]));
}

void fused_gelu(int rows, int cols, bool half, const void *u, const float *bias, void *a)
{
	if (half)
		gelu_rows(rows, cols, true, u, bias, a);
	else
		gelu_rows(rows, cols, false, u, bias, a);
}

ALWAYS_INLINE void gelu_backward_rows(int rows, int cols, const bool half, const void *restrict u,
				      const float *restrict bias, void *restrict d, float *restrict dbias)
{
	memset(dbias, 0, (size_t)cols * sizeof(float));
	for (size_t r = 0, at = 0; r < (size_t)rows; r++, at += (size_t)cols)
		for (size_t c = 0; c < (size_t)cols; c++) {
			float du = load(d, at + c, half) * gelu_slope(load(u, at + c, half) + bias[c]);

			store(d, at + c, half, du);
			dbias[c] += du;
		}
}

void fused_gelu_backward(int rows, int cols, bool half, const void *u, const float *bias, void *d, float *dbias)
{
	if (half)
		gelu_backward_rows(rows, cols, true, u, bias, d, dbias);
	else
		gelu_backward_rows(rows, cols, false, u, bias, d, dbias);
}

ALWAYS_INLINE void norm_rows(int rows, int cols, const bool half, const float *restrict x, const float *restrict gain,
			     const float *restrict bias, void *restrict y, float *restrict mean, float *restrict rstd)
{
	size_t at = 0;

	for (int r = 0; r < rows; r++, x += cols, at += (size_t)cols) {
		float m = row_sum(x, cols) / (float)cols;
		float s = 1.0f / sqrtf(row_dot(x, x, m, cols) / (float)cols + 1e-5f);

		mean[r] = m;
		rstd[r] = s;
		for (size_t c = 0; c < (size_t)cols; c++)
			store(y, at + c, half, (x[c] - m) * s * gain[c] + bias[c]);
	}
}

void fused_norm(int rows, int cols, bool half, const float *x, const float *gain, const float *bias, void *y,
		float *mean, float *rstd)
{
	if (half)
		norm_rows(rows, cols, true, x, gain, bias, y, mean, rstd);
	else
		norm_rows(rows, cols, false, x, gain, bias, y, mean, rstd);
}

/* With x̂ = (x − mean)·rstd and h = dy·gain: dx = rest + rstd (h − mean(h) − x̂ mean(h x̂)). h passes through dx. */
ALWAYS_INLINE void norm_backward_rows(int rows, int cols, const bool half, const float *restrict x,
				      const float *restrict gain, const float *restrict mean,
				      const float *restrict rstd, const void *restrict dy, const float *restrict rest,
				      float *restrict dx, float *restrict dgain, float *restrict dbias)
{
	size_t at = 0;

	memset(dgain, 0, (size_t)cols * sizeof(float));
	memset(dbias, 0, (size_t)cols * sizeof(float));
	for (int r = 0; r < rows; r++, x += cols, dx += cols, at += (size_t)cols) {
		float m = mean[r], s = rstd[r], mean_h, mean_hx;

		for (size_t c = 0; c < (size_t)cols; c++) {
			float d = load(dy, at + c, half);

			dx[c] = d * gain[c];
			dgain[c] += d * (x[c] - m) * s;
			dbias[c] += d;
		}
		mean_h = row_sum(dx, cols) / (float)cols;
		mean_hx = (row_dot(dx, x, 0, cols) - m * mean_h * (float)cols) * s / (float)cols;
		for (size_t c = 0; c < (size_t)cols; c++)
			dx[c] = s * (dx[c] - mean_h - (x[c] - m) * s * mean_hx);
		for (size_t c = 0; rest && c < (size_t)cols; c++)
			dx[c] += rest[at + c];
	}
}

void fused_norm_backward(int rows, int cols, bool half, const float *x, const float *gain, const float *mean,
			 const float *rstd, const void *dy, const float *rest, float *dx, float *dgain, float *dbias)
{
	if (half)
		norm_backward_rows(rows, cols, true, x, gain, mean, rstd, dy, rest, dx, dgain, dbias);
	else
		norm_backward_rows(rows, cols, false, x, gain, mean, rstd, dy, rest, dx, dgain, dbias);
}

ALWAYS_INLINE void residual_rows(int rows, int cols, const bool half, const float *restrict x, const void *restrict o,
				 const float *restrict bias, float *restrict y)
{
	for (size_t r = 0, at = 0; r < (size_t)rows; r++, at += (size_t)cols) {
		if (x && bias)
			for (size_t c = 0; c < (size_t)cols; c++)
				y[at + c] = x[at + c] + load(o, at + c, half) + bias[c];
		else if (bias)
			for (size_t c = 0; c < (size_t)cols; c++)
				y[at + c] = load(o, at + c, half) + bias[c];
		else
			for (size_t c = 0; c < (size_t)cols; c++)
				y[at + c] = load(o, at + c, half);
	}
}

void fused_residual(int rows, int cols, bool half, const float *x, const void *o, const float *bias, float *y)
{
	if (half)
		residual_rows(rows, cols, true, x, o, bias, y);
	else
		residual_rows(rows, cols, false, x, o, bias, y);
}

void fused_narrow(int rows, int cols, bool half, const float *restrict x, void *restrict y, float *restrict sum)
{
	if (!half) {
		if (sum)
			fused_sum(rows, cols, false, x, sum);
		return;
	}
	if (sum)
		memset(sum, 0, (size_t)cols * sizeof(float));
	for (size_t r = 0, at = 0; r < (size_t)rows; r++, at += (size_t)cols) {
		for (size_t c = 0; c < (size_t)cols; c++)
			store(y, at + c, true, x[at + c]);
		for (size_t c = 0; sum && c < (size_t)cols; c++)
			sum[c] += x[at + c];
	}
}

ALWAYS_INLINE void sum_rows(int rows, int cols, const bool half, const void *restrict x, float *restrict sum)
{
	memset(sum, 0, (size_t)cols * sizeof(float));
	for (size_t r = 0, at = 0; r < (size_t)rows; r++, at += (size_t)cols)
		for (size_t c = 0; c < (size_t)cols; c++)
			sum[c] += load(x, at + c, half);
}

void fused_sum(int rows, int cols, bool half, const void *x, float *sum)
{
	if (half)
		sum_rows(rows, cols, true, x, sum);
	else
		sum_rows(rows, cols, false, x, sum);
}
