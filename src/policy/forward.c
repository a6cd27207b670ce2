/* forward.c — the encoder's forward pass and the projection of its memory for the decoder.
 *
 * Matrix products go to OpenBLAS with one thread (callers are the parallel part); the rest are
 * loops that follow network.h line by line. Sampling has its own, cached decoder: decode.c.
 *
 *   block(x):  x += O  · attention(QKV · norm1(x))
 *              x += XO · attention(XQ · norm2(x), keys and values of the memory or the points)
 *              x += FF2 · gelu(FF1 · norm3(x)) */
#include "eqrl/base/mem.h"
#include "eqrl/policy/sampler.h"
#include "tensors.h"

#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t blas_once = PTHREAD_ONCE_INIT;

static void blas_one_thread(void)
{
	openblas_set_num_threads(1);
}

const float **policy_tensors(const struct policy *p)
{
	int n = net_tensors(&p->config);
	struct tensor_spec *specs = xcalloc((size_t)n, sizeof(*specs));
	const float **t = xcalloc((size_t)n, sizeof(*t));

	net_specs(&p->config, specs);
	for (int i = 0; i < n; i++)
		t[i] = p->params + specs[i].offset;
	free(specs);
	return t;
}

/* Buffers for a pass over n rows. */
struct forward_work {
	float *normed;	  /* (n, D) */
	float *projected; /* (n, max(3D, ff)) */
	float *attended;  /* (n, D) */
	float *scores;	  /* (keys) */
};

static struct forward_work work_new(const struct net_config *c, int n, int n_keys)
{
	size_t rows = (size_t)n, d = (size_t)c->width;
	size_t wide = 3 * d > (size_t)c->ff ? 3 * d : (size_t)c->ff;

	pthread_once(&blas_once, blas_one_thread);
	return (struct forward_work){
		.normed = xaligned(rows * d * sizeof(float)),
		.projected = xaligned(rows * wide * sizeof(float)),
		.attended = xaligned(rows * d * sizeof(float)),
		.scores = xaligned((size_t)n_keys * sizeof(float)),
	};
}

static void work_free(struct forward_work *w)
{
	free(w->normed);
	free(w->projected);
	free(w->attended);
	free(w->scores);
}

/* Rows, and what a row has before and after. */
struct linear_shape {
	int n, in, out;
};

/* y (n, out) = x (n, in) Wᵀ + b, or y += that. */
static void multiply_linear(const float *const *t, int weight, const float *x, struct linear_shape shape, float *y,
			    bool add)
{
	const float *bias = t[weight + 1];
	int n = shape.n, in = shape.in, out = shape.out;

	for (int i = 0; i < n; i++)
		for (int k = 0; k < out; k++)
			y[i * out + k] = bias[k] + (add ? y[i * out + k] : 0);
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, out, in, 1, x, in, t[weight], in, 1, y, out);
}

static void layer_norm(const float *const *t, int gain, const float *x, int n, int d, float *y)
{
	const float *g = t[gain], *b = t[gain + 1];

	for (int i = 0; i < n; i++, x += d, y += d) {
		double mean = 0, variance = 0;

		for (int k = 0; k < d; k++)
			mean += x[k];
		mean /= d;
		for (int k = 0; k < d; k++)
			variance += (x[k] - mean) * (x[k] - mean);
		double scale = 1 / sqrt(variance / d + 1e-5);

		for (int k = 0; k < d; k++)
			y[k] = (float)((x[k] - mean) * scale) * g[k] + b[k];
	}
}

static void gelu(float *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		float v = x[i];

		x[i] = 0.5f * v * (1 + tanhf(0.7978845608f * (v + 0.044715f * v * v * v)));
	}
}

/* Rows of queries, keys and values with their strides. */
struct attended_rows {
	const float *q, *k, *v;
	int q_stride, kv_stride;
	int n_queries, n_keys;
};

static void attend_head(const struct attended_rows *a, int query, int head, int dh, float *scores, float *out)
{
	const float *q = a->q + query * a->q_stride + head * dh;
	int n = a->n_keys;
	float max = -INFINITY, scale = 1 / sqrtf((float)dh);
	double sum = 0;

	for (int j = 0; j < n; j++) {
		const float *k = a->k + j * a->kv_stride + head * dh;
		float s = 0;

		for (int i = 0; i < dh; i++)
			s += q[i] * k[i];
		scores[j] = s * scale;
		max = scores[j] > max ? scores[j] : max;
	}
	memset(out, 0, (size_t)dh * sizeof(*out));
	for (int j = 0; j < n; j++) {
		const float *v = a->v + j * a->kv_stride + head * dh;
		float e = expf(scores[j] - max);

		sum += e;
		for (int i = 0; i < dh; i++)
			out[i] += e * v[i];
	}
	for (int i = 0; i < dh; i++)
		out[i] /= (float)sum;
}

/* out (n_queries, D) */
static void attend(const struct net_config *c, const struct attended_rows *a, float *scores, float *out)
{
	int dh = c->width / c->heads;

	for (int i = 0; i < a->n_queries; i++)
		for (int h = 0; h < c->heads; h++)
			attend_head(a, i, h, dh, scores, out + i * c->width + h * dh);
}

/* One block on the latents x (M, D); kv (n_keys, 2D) are the keys and values of the cross-attention. */
static void apply_block(const struct net_config *c, const float *const *t, float *x, const float *kv, int n_keys,
			struct forward_work *w)
{
	int d = c->width, n = c->latents;
	struct attended_rows self = {w->projected, w->projected + d, w->projected + 2 * d, 3 * d, 3 * d, n, n};
	struct attended_rows cross = {w->projected, kv, kv + d, d, 2 * d, n, n_keys};

	layer_norm(t, BLOCK_LN1_G, x, n, d, w->normed);
	multiply_linear(t, BLOCK_QKV_W, w->normed, (struct linear_shape){n, d, 3 * d}, w->projected, false);
	attend(c, &self, w->scores, w->attended);
	multiply_linear(t, BLOCK_O_W, w->attended, (struct linear_shape){n, d, d}, x, true);

	layer_norm(t, BLOCK_LN2_G, x, n, d, w->normed);
	multiply_linear(t, BLOCK_XQ_W, w->normed, (struct linear_shape){n, d, d}, w->projected, false);
	attend(c, &cross, w->scores, w->attended);
	multiply_linear(t, BLOCK_XO_W, w->attended, (struct linear_shape){n, d, d}, x, true);

	layer_norm(t, BLOCK_LN3_G, x, n, d, w->normed);
	multiply_linear(t, BLOCK_FF1_W, w->normed, (struct linear_shape){n, d, c->ff}, w->projected, false);
	gelu(w->projected, (size_t)n * (size_t)c->ff);
	multiply_linear(t, BLOCK_FF2_W, w->projected, (struct linear_shape){n, c->ff, d}, x, true);
}

/* (n, D) from (n, F). */
static float *embed_points(const struct net_config *c, const float *const *t, const float *points, int n)
{
	float *hidden = xaligned((size_t)n * (size_t)c->ff * sizeof(*hidden));
	float *out = xaligned((size_t)n * (size_t)c->width * sizeof(*out));

	multiply_linear(t, NET_POINT1_W, points, (struct linear_shape){n, c->features, c->ff}, hidden, false);
	gelu(hidden, (size_t)n * (size_t)c->ff);
	multiply_linear(t, NET_POINT2_W, hidden, (struct linear_shape){n, c->ff, c->width}, out, false);
	free(hidden);
	return out;
}

static void memory_alloc(const struct net_config *c, struct memory *m)
{
	size_t latent = (size_t)c->latents * (size_t)c->width;

	m->latents = c->latents;
	m->latent = xaligned(latent * sizeof(float));
	m->kv = xaligned((size_t)c->decoder_layers * 2 * latent * sizeof(float));
}

void policy_encode(const struct policy *p, const float *points, int n, const float *context, struct memory *out)
{
	const struct net_config *c = &p->config;
	int d = c->width, m = c->latents;
	const float **t = policy_tensors(p);
	struct forward_work w = work_new(c, m, n > m ? n : m);
	float *embedded = embed_points(c, t, points, n);
	float *kv = xaligned((size_t)n * 2 * (size_t)d * sizeof(*kv));
	float *x = xaligned((size_t)m * (size_t)d * sizeof(*x));

	multiply_linear(t, NET_CONTEXT_W, context, (struct linear_shape){1, c->context, d}, w.normed, false);
	for (int i = 0; i < m * d; i++)
		x[i] = t[NET_LATENTS][i] + w.normed[i % d];
	for (int l = 0; l < c->encoder_layers; l++) {
		const float *const *b = t + net_encoder_block(c, l);

		multiply_linear(b, BLOCK_XKV_W, embedded, (struct linear_shape){n, d, 2 * d}, kv, false);
		apply_block(c, b, x, kv, n, &w);
	}
	memory_alloc(c, out);
	layer_norm(t, NET_MEMORY_G, x, m, d, out->latent);
	memory_project(p, out);
	free(x);
	free(kv);
	free(embedded);
	work_free(&w);
	free(t);
}

void memory_project(const struct policy *p, struct memory *m)
{
	const struct net_config *c = &p->config;
	int d = c->width;
	const float **t = policy_tensors(p);

	pthread_once(&blas_once, blas_one_thread);
	for (int l = 0; l < c->decoder_layers; l++)
		multiply_linear(t + net_decoder_block(c, l), BLOCK_XKV_W, m->latent,
				(struct linear_shape){m->latents, d, 2 * d},
				m->kv + (size_t)l * (size_t)m->latents * 2 * (size_t)d, false);
	free(t);
}

void memory_release(struct memory *m)
{
	free(m->latent);
	free(m->kv);
	*m = (struct memory){0};
}
