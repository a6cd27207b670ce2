/* ref_network.c — see ref_network.h. One number at a time, straight from the formulas; nothing here
 * is shared with src/policy but the places of the tensors. */
#include "ref_network.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/vocab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

struct ref {
	const struct policy *p;
	struct tensor_spec spec[512];
	int d, heads;
};

static struct ref ref_of(const struct policy *p)
{
	struct ref r = {.p = p, .d = p->config.width, .heads = p->config.heads};

	net_specs(&p->config, r.spec);
	return r;
}

/* Element (i, j) of a tensor. */
static double at(const struct ref *r, int tensor, int i, int j)
{
	return r->p->params[r->spec[tensor].offset + (size_t)(i * r->spec[tensor].cols + j)];
}

static double *matrix(int rows, int cols)
{
	return xcalloc((size_t)rows * (size_t)cols, sizeof(double));
}

/* A new matrix (n, out) = x Wᵀ + b; tensor is W, the next one b. */
static double *linear(const struct ref *r, int tensor, const double *x, int n)
{
	int out = r->spec[tensor].rows, in = r->spec[tensor].cols;
	double *y = matrix(n, out);

	for (int i = 0; i < n; i++)
		for (int k = 0; k < out; k++) {
			y[i * out + k] = at(r, tensor + 1, 0, k);
			for (int j = 0; j < in; j++)
				y[i * out + k] += x[i * in + j] * at(r, tensor, k, j);
		}
	return y;
}

static double *norm(const struct ref *r, int tensor, const double *x, int n)
{
	int d = r->d;
	double *y = matrix(n, d);

	for (int i = 0; i < n; i++) {
		double mean = 0, variance = 0;

		for (int k = 0; k < d; k++)
			mean += x[i * d + k] / d;
		for (int k = 0; k < d; k++)
			variance += (x[i * d + k] - mean) * (x[i * d + k] - mean) / d;
		for (int k = 0; k < d; k++)
			y[i * d + k] = (x[i * d + k] - mean) / sqrt(variance + 1e-5) * at(r, tensor, 0, k) +
				       at(r, tensor + 1, 0, k);
	}
	return y;
}

static void gelu(double *x, int n)
{
	for (int i = 0; i < n; i++)
		x[i] = 0.5 * x[i] * (1 + tanh(sqrt(2 / pi) * (x[i] + 0.044715 * pow(x[i], 3))));
}

/* Queries are rows of q from column 0, keys and values of kv from columns k0 and v0. */
static double *attention(const struct ref *r, const double *q, int q_cols, int n, const double *kv, int kv_cols, int k0,
			 int v0, int n_keys, bool causal)
{
	int d = r->d, dh = d / r->heads;
	double *y = matrix(n, d), *weight = matrix(1, n_keys);

	for (int i = 0; i < n; i++)
		for (int h = 0; h < r->heads; h++) {
			double sum = 0;
			int seen = causal ? i + 1 : n_keys;

			for (int j = 0; j < seen; j++) {
				double s = 0;

				for (int k = h * dh; k < (h + 1) * dh; k++)
					s += q[i * q_cols + k] * kv[j * kv_cols + k0 + k];
				weight[j] = exp(s / sqrt(dh));
				sum += weight[j];
			}
			for (int k = h * dh; k < (h + 1) * dh; k++)
				for (int j = 0; j < seen; j++)
					y[i * d + k] += weight[j] / sum * kv[j * kv_cols + v0 + k];
		}
	free(weight);
	return y;
}

static void add_projected(const struct ref *r, int tensor, double *y, int n, double *x)
{
	double *projected = linear(r, tensor, y, n);

	for (int i = 0; i < n * r->d; i++)
		x[i] += projected[i];
	free(projected);
	free(y);
}

/* block(x) on x (n, D); others (n_others, D) are the points or the memory. */
static void block(const struct ref *r, int first, double *x, int n, bool causal, const double *others, int n_others)
{
	int d = r->d;
	double *a = norm(r, first + BLOCK_LN1_G, x, n);
	double *qkv = linear(r, first + BLOCK_QKV_W, a, n), *q, *kv, *hidden;

	add_projected(r, first + BLOCK_O_W, attention(r, qkv, 3 * d, n, qkv, 3 * d, d, 2 * d, n, causal), n, x);
	free(a);
	free(qkv);

	a = norm(r, first + BLOCK_LN2_G, x, n);
	q = linear(r, first + BLOCK_XQ_W, a, n);
	kv = linear(r, first + BLOCK_XKV_W, others, n_others);
	add_projected(r, first + BLOCK_XO_W, attention(r, q, d, n, kv, 2 * d, 0, d, n_others, false), n, x);
	free(a);
	free(q);
	free(kv);

	a = norm(r, first + BLOCK_LN3_G, x, n);
	hidden = linear(r, first + BLOCK_FF1_W, a, n);
	gelu(hidden, n * r->p->config.ff);
	add_projected(r, first + BLOCK_FF2_W, hidden, n, x);
	free(a);
}

static double *doubles(const float *x, int n)
{
	double *y = matrix(1, n);

	for (int i = 0; i < n; i++)
		y[i] = x[i];
	return y;
}

void ref_encode(const struct policy *p, const float *points, int n, const float *context, double *latent)
{
	struct ref r = ref_of(p);
	const struct net_config *c = &p->config;
	double *in = doubles(points, n * c->features), *g = doubles(context, c->context);
	double *hidden = linear(&r, NET_POINT1_W, in, n), *embedded, *shift, *out;
	double *x = matrix(c->latents, r.d);

	gelu(hidden, n * c->ff);
	embedded = linear(&r, NET_POINT2_W, hidden, n);
	shift = linear(&r, NET_CONTEXT_W, g, 1);
	for (int i = 0; i < c->latents; i++)
		for (int k = 0; k < r.d; k++)
			x[i * r.d + k] = at(&r, NET_LATENTS, i, k) + shift[k];
	for (int l = 0; l < c->encoder_layers; l++)
		block(&r, net_encoder_block(c, l), x, c->latents, false, embedded, n);
	out = norm(&r, NET_MEMORY_G, x, c->latents);
	memcpy(latent, out, (size_t)(c->latents * r.d) * sizeof(*latent));
	free(in);
	free(g);
	free(hidden);
	free(embedded);
	free(shift);
	free(x);
	free(out);
}

/* The operator whose operand token t is (TOK_BOS for the root), and which operand: by looking back
 * over the prefix notation for the nearest operator that still lacks operands. */
static int parent_of(const uint8_t *tokens, int t, int *operand)
{
	for (int i = t - 1; i >= 0; i--) {
		int operands = 0, end = i + 1;

		if (vocab_arity(tokens[i]) == 0)
			continue;
		while (end < t && operands < vocab_arity(tokens[i])) { /* skip one whole operand */
			int open = 1;

			for (; end < t && open > 0; end++)
				open += vocab_arity(tokens[end]) - 1;
			operands += open == 0;
		}
		if (operands < vocab_arity(tokens[i])) {
			*operand = operands;
			return tokens[i];
		}
	}
	*operand = 0;
	return TOK_BOS;
}

void ref_logprobs(const struct policy *p, const double *latent, const uint8_t *tokens, const uint64_t *legal, int len,
		  double *logp)
{
	struct ref r = ref_of(p);
	double *x = matrix(len, r.d), *a, *logits;

	for (int t = 0; t < len; t++) {
		int operand, parent = parent_of(tokens, t, &operand);

		for (int k = 0; k < r.d; k++)
			x[t * r.d + k] = at(&r, NET_EMBED, t ? tokens[t - 1] : TOK_BOS, k) +
					 at(&r, NET_POSITION, t, k) +
					 at(&r, NET_SLOT, parent + VOCAB_SIZE * operand, k);
	}
	for (int l = 0; l < p->config.decoder_layers; l++)
		block(&r, net_decoder_block(&p->config, l), x, len, true, latent, p->config.latents);
	a = norm(&r, NET_OUT_G, x, len);
	logits = linear(&r, NET_LOGITS_W, a, len);
	for (int t = 0; t < len; t++) {
		double sum = 0;

		for (int k = 0; k < VOCAB_SIZE; k++)
			if (legal[t] & TOK_BIT(k))
				sum += exp(logits[t * VOCAB_SIZE + k]);
		logp[t] = logits[t * VOCAB_SIZE + tokens[t]] - log(sum);
	}
	free(x);
	free(a);
	free(logits);
}

void ref_policy_logprobs(const struct policy *p, const struct memory *m, const uint8_t *tokens, const uint64_t *legal,
			 int n, int width, float *logp)
{
	double *latent = doubles(m->latent, m->latents * p->config.width), *want = matrix(1, width);

	memset(logp, 0, (size_t)n * (size_t)width * sizeof(*logp));
	for (int r = 0; r < n; r++, tokens += width, legal += width, logp += width) {
		int len = 0;

		while (len < width && tokens[len] != TOK_PAD)
			len++;
		ref_logprobs(p, latent, tokens, legal, len, want);
		for (int i = 0; i < len; i++)
			logp[i] = (float)want[i];
	}
	free(want);
	free(latent);
}
