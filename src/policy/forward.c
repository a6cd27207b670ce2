/* forward.c — the plain forward pass: encoder, memory projection, uncached log-probabilities.
 *
 * Matrix products go to OpenBLAS with one thread (callers are the parallel part); the rest are
 * loops that follow network.h line by line. Sampling has its own, cached decoder: decode.c.
 *
 *   block(x):  x += O  · attention(QKV · norm1(x))
 *              x += XO · attention(XQ · norm2(x), keys and values of the memory or the points)
 *              x += FF2 · gelu(FF1 · norm3(x)) */
#include "eqrl/base/mem.h"
#include "eqrl/expr/grammar.h"
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
struct work {
	float *normed;	  /* (n, D) */
	float *projected; /* (n, max(3D, ff)) */
	float *attended;  /* (n, D) */
	float *scores;	  /* (keys) */
};

static struct work work_new(const struct net_config *c, int n, int n_keys)
{
	size_t rows = (size_t)n, d = (size_t)c->width;
	size_t wide = 3 * d > (size_t)c->ff ? 3 * d : (size_t)c->ff;

	pthread_once(&blas_once, blas_one_thread);
	return (struct work){
		.normed = xaligned(rows * d * sizeof(float)),
		.projected = xaligned(rows * wide * sizeof(float)),
		.attended = xaligned(rows * d * sizeof(float)),
		.scores = xaligned((size_t)n_keys * sizeof(float)),
	};
}

static void work_free(struct work *w)
{
	free(w->normed);
	free(w->projected);
	free(w->attended);
	free(w->scores);
}

/* y (n, out) = x (n, in) Wᵀ + b, or y += that. */
static void linear(const float *const *t, int weight, const float *x, int n, int in, int out, float *y, bool add)
{
	const float *bias = t[weight + 1];

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

/* Rows of queries, keys and values with their strides; causal: a query sees no later keys. */
struct attention {
	const float *q, *k, *v;
	int q_stride, kv_stride;
	int n_queries, n_keys;
	bool causal;
};

static void attend_head(const struct attention *a, int query, int head, int dh, float *scores, float *out)
{
	const float *q = a->q + query * a->q_stride + head * dh;
	int n = a->causal ? query + 1 : a->n_keys;
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
static void attend(const struct net_config *c, const struct attention *a, float *scores, float *out)
{
	int dh = c->width / c->heads;

	for (int i = 0; i < a->n_queries; i++)
		for (int h = 0; h < c->heads; h++)
			attend_head(a, i, h, dh, scores, out + i * c->width + h * dh);
}

/* One block on x (n, D); kv (n_keys, 2D) are the keys and values of the cross-attention. */
static void block(const struct net_config *c, const float *const *t, float *x, int n, bool causal, const float *kv,
		  int n_keys, struct work *w)
{
	int d = c->width;
	struct attention self = {w->projected, w->projected + d, w->projected + 2 * d, 3 * d, 3 * d, n, n, causal};
	struct attention cross = {w->projected, kv, kv + d, d, 2 * d, n, n_keys, false};

	layer_norm(t, BLOCK_LN1_G, x, n, d, w->normed);
	linear(t, BLOCK_QKV_W, w->normed, n, d, 3 * d, w->projected, false);
	attend(c, &self, w->scores, w->attended);
	linear(t, BLOCK_O_W, w->attended, n, d, d, x, true);

	layer_norm(t, BLOCK_LN2_G, x, n, d, w->normed);
	linear(t, BLOCK_XQ_W, w->normed, n, d, d, w->projected, false);
	attend(c, &cross, w->scores, w->attended);
	linear(t, BLOCK_XO_W, w->attended, n, d, d, x, true);

	layer_norm(t, BLOCK_LN3_G, x, n, d, w->normed);
	linear(t, BLOCK_FF1_W, w->normed, n, d, c->ff, w->projected, false);
	gelu(w->projected, (size_t)n * (size_t)c->ff);
	linear(t, BLOCK_FF2_W, w->projected, n, c->ff, d, x, true);
}

/* (n, D) from (n, F). */
static float *embed_points(const struct net_config *c, const float *const *t, const float *points, int n)
{
	float *hidden = xaligned((size_t)n * (size_t)c->ff * sizeof(*hidden));
	float *out = xaligned((size_t)n * (size_t)c->width * sizeof(*out));

	linear(t, NET_POINT1_W, points, n, c->features, c->ff, hidden, false);
	gelu(hidden, (size_t)n * (size_t)c->ff);
	linear(t, NET_POINT2_W, hidden, n, c->ff, c->width, out, false);
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
	struct work w = work_new(c, m, n > m ? n : m);
	float *embedded = embed_points(c, t, points, n);
	float *kv = xaligned((size_t)n * 2 * (size_t)d * sizeof(*kv));
	float *x = xaligned((size_t)m * (size_t)d * sizeof(*x));

	linear(t, NET_CONTEXT_W, context, 1, c->context, d, w.normed, false);
	for (int i = 0; i < m * d; i++)
		x[i] = t[NET_LATENTS][i] + w.normed[i % d];
	for (int l = 0; l < c->encoder_layers; l++) {
		const float *const *b = t + net_encoder_block(c, l);

		linear(b, BLOCK_XKV_W, embedded, n, d, 2 * d, kv, false);
		block(c, b, x, m, false, kv, n, &w);
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
		linear(t + net_decoder_block(c, l), BLOCK_XKV_W, m->latent, m->latents, d, 2 * d,
		       m->kv + (size_t)l * (size_t)m->latents * 2 * (size_t)d, false);
	free(t);
}

void memory_release(struct memory *m)
{
	free(m->latent);
	free(m->kv);
	*m = (struct memory){0};
}

/* Rows of embed, position and slot whose sum is the decoder's input for one token. */
struct token_input {
	int embed, position, slot;
};

static void token_inputs(const uint8_t *tokens, int n, struct token_input *in)
{
	struct grammar_state s;
	int child;

	grammar_start(&s);
	for (int i = 0; i < n; i++) {
		in[i].embed = i ? tokens[i - 1] : TOK_BOS;
		in[i].position = i;
		in[i].slot = grammar_parent(&s, &child);
		in[i].slot += child * VOCAB_SIZE;
		grammar_push(&s, tokens[i]);
	}
}

/* Log-probability of token among the legal ones. */
static float log_softmax(const float *logits, uint64_t legal, int token)
{
	double max = -INFINITY, sum = 0;

	for (int i = 0; i < VOCAB_SIZE; i++)
		if ((legal & TOK_BIT(i)) && logits[i] > max)
			max = logits[i];
	for (int i = 0; i < VOCAB_SIZE; i++)
		if (legal & TOK_BIT(i))
			sum += exp(logits[i] - max);
	return (float)(logits[token] - max - log(sum));
}

/* Logits (n, V) of one sequence's n positions. x: (n, D) scratch. */
static void sequence_logits(const struct net_config *c, const float *const *t, const struct memory *m,
			    const uint8_t *tokens, int n, float *x, struct work *w, float *logits)
{
	struct token_input in[VOCAB_MAX_LEN + 1];
	int d = c->width;

	token_inputs(tokens, n, in);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < d; k++)
			x[i * d + k] = t[NET_EMBED][in[i].embed * d + k] + t[NET_POSITION][in[i].position * d + k] +
				       t[NET_SLOT][in[i].slot * d + k];
	for (int l = 0; l < c->decoder_layers; l++)
		block(c, t + net_decoder_block(c, l), x, n, true,
		      m->kv + (size_t)l * (size_t)m->latents * 2 * (size_t)d, m->latents, w);
	layer_norm(t, NET_OUT_G, x, n, d, w->normed);
	linear(t, NET_LOGITS_W, w->normed, n, d, VOCAB_SIZE, logits, false);
}

void policy_logprobs(const struct policy *p, const struct memory *m, const uint8_t *tokens, const uint64_t *legal,
		     int n, int width, float *logp)
{
	const struct net_config *c = &p->config;
	const float **t = policy_tensors(p);
	struct work w = work_new(c, c->max_len, m->latents > c->max_len ? m->latents : c->max_len);
	float *x = xaligned((size_t)c->max_len * (size_t)c->width * sizeof(*x));
	float *logits = xaligned((size_t)c->max_len * VOCAB_SIZE * sizeof(*logits));

	memset(logp, 0, (size_t)n * (size_t)width * sizeof(*logp));
	for (int r = 0; r < n; r++, tokens += width, legal += width, logp += width) {
		int len = 0;

		while (len < width && tokens[len] != TOK_PAD)
			len++;
		if (len > c->max_len)
			BUG("a sequence of %d tokens, the network has %d positions", len, c->max_len);
		sequence_logits(c, t, m, tokens, len, x, &w, logits);
		for (int i = 0; i < len; i++)
			logp[i] = log_softmax(logits + i * VOCAB_SIZE, legal[i], tokens[i]);
	}
	free(logits);
	free(x);
	work_free(&w);
	free(t);
}
