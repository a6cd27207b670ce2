/* decode.c — one step of the cached decoder; see decode.h. The plain version is forward.c.
 *
 *   for each layer:  qkv = QKV · norm1(x);  keys, values of the lane grow by one position
 *                    x += O · attention(q, lane's keys and values)
 *                    x += XO · attention(XQ · norm2(x), memory)
 *                    x += FF2 · gelu(FF1 · norm3(x))
 *   logits = W · norm(x) */
#include "decode.h"

#include "eqrl/base/mem.h"
#include "tensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct decoder_layer {
	const float *const *tensor; /* of the block, by enum block_tensor */
	struct panels qkv, o, xq, xo, ff1, ff2;
};

static int round_up(int n, int to)
{
	return (n + to - 1) / to * to;
}

struct decoder *decoder_new(const struct policy *p, const struct net_kernels *k, bool half)
{
	struct decoder *d = xcalloc(1, sizeof(*d));
	const struct net_config *c = &p->config;
	int w = c->width;

	half &= net_kernels_have_half(k);
	d->kernels = k;
	d->config = *c;
	d->tensor = policy_tensors(p);
	d->layer = xcalloc((size_t)c->decoder_layers, sizeof(*d->layer));
	panels_pack(k, &d->logits, d->tensor[NET_LOGITS_W], d->tensor[NET_LOGITS_B], c->vocab, w, half);
	for (int i = 0; i < c->decoder_layers; i++) {
		struct decoder_layer *l = &d->layer[i];
		const float *const *t = l->tensor = d->tensor + net_decoder_block(c, i);

		panels_pack(k, &l->qkv, t[BLOCK_QKV_W], t[BLOCK_QKV_B], 3 * w, w, half);
		panels_pack(k, &l->o, t[BLOCK_O_W], t[BLOCK_O_B], w, w, half);
		panels_pack(k, &l->xq, t[BLOCK_XQ_W], t[BLOCK_XQ_B], w, w, half);
		panels_pack(k, &l->xo, t[BLOCK_XO_W], t[BLOCK_XO_B], w, w, half);
		panels_pack(k, &l->ff1, t[BLOCK_FF1_W], t[BLOCK_FF1_B], c->ff, w, half);
		panels_pack(k, &l->ff2, t[BLOCK_FF2_W], t[BLOCK_FF2_B], w, c->ff, half);
	}
	return d;
}

void decoder_free(struct decoder *d)
{
	for (int i = 0; i < d->config.decoder_layers; i++) {
		struct decoder_layer *l = &d->layer[i];

		panels_release(&l->qkv);
		panels_release(&l->o);
		panels_release(&l->xq);
		panels_release(&l->xo);
		panels_release(&l->ff1);
		panels_release(&l->ff2);
	}
	panels_release(&d->logits);
	free(d->layer);
	free(d->tensor);
	free(d);
}

/* One position's key into its tile. */
static void put_key(float *tiles, int position, int width, const float *key)
{
	float *to = tiles + (size_t)(position / KERNEL_TILE) * (size_t)width * KERNEL_TILE + position % KERNEL_TILE;

	for (int i = 0; i < width; i++)
		to[i * KERNEL_TILE] = key[i];
}

void cross_init(struct cross *x, const struct net_config *c, const struct memory *m)
{
	size_t d = (size_t)c->width, rows = (size_t)m->latents;

	x->latents = m->latents;
	x->keys_stride = (size_t)round_up(m->latents, KERNEL_TILE) * d;
	x->values_stride = rows * d;
	x->keys = xaligned((size_t)c->decoder_layers * x->keys_stride * sizeof(float));
	x->values = xaligned(((size_t)c->decoder_layers * x->values_stride + KERNEL_SLACK) * sizeof(float));
	for (int l = 0; l < c->decoder_layers; l++) {
		for (int j = 0; j < m->latents; j++) {
			size_t row = (size_t)l * rows + (size_t)j;
			const float *kv = m->kv + row * 2 * d;

			put_key(x->keys + (size_t)l * x->keys_stride, j, c->width, kv);
			memcpy(x->values + row * d, kv + d, d * sizeof(float));
		}
	}
}

void cross_release(struct cross *x)
{
	free(x->keys);
	free(x->values);
	*x = (struct cross){0};
}

struct lanes {
	struct net_config config;
	int panel, positions;		  /* what it was made for */
	int n;				  /* lanes in use in this step */
	int d_stride, wide_stride;	  /* rows of x; of projected */
	size_t lane_stride, layer_stride; /* floats in keys and in values */
	float *keys, *values;		  /* (layers, lanes, positions, D): keys in tiles */
	float *x, *normed, *attended;	  /* (lanes, d_stride) */
	float *projected;		  /* (lanes, wide_stride) */
	float *logits;			  /* (lanes, DECODE_LOGITS) */
	float *scores;
	uint32_t *pairs; /* inputs of a layer in bfloat16 */
};

struct lanes *lanes_new(const struct decoder *d, int positions)
{
	const struct net_config *c = &d->config;
	struct lanes *l = xcalloc(1, sizeof(*l));
	int longest, wide = 3 * c->width > c->ff ? 3 * c->width : c->ff;

	l->config = *c;
	l->panel = d->kernels->panel;
	l->positions = round_up(positions, KERNEL_TILE);
	l->d_stride = round_up(c->width, l->panel);
	l->wide_stride = round_up(wide, l->panel);
	l->lane_stride = (size_t)l->positions * (size_t)c->width;
	l->layer_stride = SAMPLER_CHUNK * l->lane_stride;
	longest = l->positions > c->latents ? l->positions : c->latents;
	size_t cache = (size_t)c->decoder_layers * l->layer_stride + KERNEL_SLACK;
	size_t row = SAMPLER_CHUNK * sizeof(float);

	l->keys = xaligned(cache * sizeof(float));
	l->values = xaligned(cache * sizeof(float));
	l->x = xaligned(row * (size_t)l->d_stride);
	l->normed = xaligned(row * (size_t)l->d_stride);
	l->attended = xaligned(row * (size_t)l->d_stride);
	l->projected = xaligned(row * (size_t)l->wide_stride);
	l->logits = xaligned(row * DECODE_LOGITS);
	l->pairs = xaligned(row * (size_t)((wide + 1) / 2));
	l->scores = xaligned((size_t)round_up(longest, KERNEL_TILE) * sizeof(float));
	return l;
}

bool lanes_fit(const struct lanes *l, const struct decoder *d, int positions)
{
	return memcmp(&l->config, &d->config, sizeof(l->config)) == 0 && l->panel == d->kernels->panel &&
	       positions <= l->positions;
}

void lanes_free(struct lanes *l)
{
	if (!l)
		return;
	free(l->keys);
	free(l->values);
	free(l->x);
	free(l->normed);
	free(l->attended);
	free(l->projected);
	free(l->logits);
	free(l->scores);
	free(l->pairs);
	free(l);
}

static void embed_inputs(const struct decoder *d, struct lanes *l, const struct decode_input *in)
{
	int w = d->config.width;

	for (int i = 0; i < l->n; i++) {
		const float *embed = d->tensor[NET_EMBED] + in[i].embed * w;
		const float *position = d->tensor[NET_POSITION] + in[i].position * w;
		const float *slot = d->tensor[NET_SLOT] + in[i].slot * w;
		float *x = l->x + i * l->d_stride;

		for (int k = 0; k < w; k++)
			x[k] = embed[k] + position[k] + slot[k];
	}
}

/* A row for each lane, and how far they are apart. */
struct lane_rows {
	float *at;
	int stride;
};

static void multiply_panels(const struct decoder *d, struct lanes *l, const struct panels *p, struct lane_rows x,
			    struct lane_rows y, bool add)
{
	if (p->half)
		d->kernels->linear_half(p, x.at, x.stride, l->n, y.at, y.stride, add, l->pairs);
	else
		d->kernels->linear(p, x.at, x.stride, l->n, y.at, y.stride, add);
}

static void normalize_rows(const struct decoder *d, struct lanes *l, const float *const *gain_bias)
{
	for (int i = 0; i < l->n; i++)
		d->kernels->layer_norm(gain_bias[0], gain_bias[1], l->x + i * l->d_stride, l->normed + i * l->d_stride,
				       d->config.width);
}

static void self_attention(const struct decoder *d, struct lanes *l, int layer, const struct decode_input *in)
{
	const struct decoder_layer *t = &d->layer[layer];
	int w = d->config.width;

	normalize_rows(d, l, t->tensor + BLOCK_LN1_G);
	multiply_panels(d, l, &t->qkv, (struct lane_rows){l->normed, l->d_stride},
			(struct lane_rows){l->projected, l->wide_stride}, false);
	for (int i = 0; i < l->n; i++) {
		size_t at = (size_t)layer * l->layer_stride + (size_t)in[i].lane * l->lane_stride;
		const float *q = l->projected + i * l->wide_stride;
		float *values = l->values + at;
		struct attend_args a = {q,
					l->keys + at,
					values,
					in[i].position + 1,
					d->config.heads,
					w / d->config.heads,
					l->scores,
					l->attended + i * l->d_stride};

		put_key(l->keys + at, in[i].position, w, q + w);
		memcpy(values + in[i].position * w, q + 2 * w, (size_t)w * sizeof(float));
		d->kernels->attend(&a);
	}
	multiply_panels(d, l, &t->o, (struct lane_rows){l->attended, l->d_stride},
			(struct lane_rows){l->x, l->d_stride}, true);
}

static void cross_attention(const struct decoder *d, struct lanes *l, int layer, const struct decode_input *in)
{
	const struct decoder_layer *t = &d->layer[layer];

	normalize_rows(d, l, t->tensor + BLOCK_LN2_G);
	multiply_panels(d, l, &t->xq, (struct lane_rows){l->normed, l->d_stride},
			(struct lane_rows){l->projected, l->wide_stride}, false);
	for (int i = 0; i < l->n; i++) {
		const struct cross *x = in[i].cross;
		struct attend_args a = {l->projected + i * l->wide_stride,
					x->keys + (size_t)layer * x->keys_stride,
					x->values + (size_t)layer * x->values_stride,
					x->latents,
					d->config.heads,
					d->config.width / d->config.heads,
					l->scores,
					l->attended + i * l->d_stride};

		d->kernels->attend(&a);
	}
	multiply_panels(d, l, &t->xo, (struct lane_rows){l->attended, l->d_stride},
			(struct lane_rows){l->x, l->d_stride}, true);
}

static void feed_forward(const struct decoder *d, struct lanes *l, int layer)
{
	const struct decoder_layer *t = &d->layer[layer];

	normalize_rows(d, l, t->tensor + BLOCK_LN3_G);
	multiply_panels(d, l, &t->ff1, (struct lane_rows){l->normed, l->d_stride},
			(struct lane_rows){l->projected, l->wide_stride}, false);
	for (int i = 0; i < l->n; i++)
		d->kernels->gelu(l->projected + i * l->wide_stride, t->ff1.padded);
	multiply_panels(d, l, &t->ff2, (struct lane_rows){l->projected, l->wide_stride},
			(struct lane_rows){l->x, l->d_stride}, true);
}

const float *decoder_step(const struct decoder *d, struct lanes *l, const struct decode_input *in, int n)
{
	l->n = n;
	embed_inputs(d, l, in);
	for (int layer = 0; layer < d->config.decoder_layers; layer++) {
		self_attention(d, l, layer, in);
		cross_attention(d, l, layer, in);
		feed_forward(d, l, layer);
	}
	normalize_rows(d, l, d->tensor + NET_OUT_G);
	multiply_panels(d, l, &d->logits, (struct lane_rows){l->normed, l->d_stride},
			(struct lane_rows){l->logits, DECODE_LOGITS}, false);
	return l->logits;
}
