/* graph.c — see graph.h; the architecture is defined in network.h. Shapes: all rows of all problems
 * or sequences stand below each other, so every linear layer is one product; spans keep them apart. */
#include "graph.h"

#include "eqrl/vocab.h"

/* In f64 host arrays of floats are widened after the copy. */
static ct_tensor *from_floats(const struct net_params *p, const float *data, int64_t rows, int64_t cols)
{
	ct_tensor *t = ct_from_host(data, CT_F32, p->device, SHAPE(rows, cols));

	return p->type == CT_F32 ? t : ct_to(t, p->type);
}

static ct_tensor *linear(const struct net_params *p, int w, ct_tensor *x)
{
	return ct_linear(x, p->leaf[w], p->leaf[w + 1], p->leaf16[w]);
}

static ct_tensor *norm(const struct net_params *p, int gain, ct_tensor *x)
{
	return ct_layer_norm(x, p->leaf[gain], p->leaf[gain + 1]);
}

static ct_tensor *mlp(const struct net_params *p, int w1, int w2, ct_tensor *x)
{
	struct ct_mlp m = {.w1 = p->leaf[w1],
			   .b1 = p->leaf[w1 + 1],
			   .w2 = p->leaf[w2],
			   .b2 = p->leaf[w2 + 1],
			   .half1 = p->leaf16[w1],
			   .half2 = p->leaf16[w2]};

	return ct_mlp(x, &m);
}

/* Who attends to whom in a block. */
struct pattern {
	bool causal;
	const struct ct_span *self, *cross;
	int n_self, n_cross;
};

/* One pre-norm block: x (S, D) with itself, with keys (K, D), feed-forward. */
static ct_tensor *block(const struct net_params *p, int b, ct_tensor *x, ct_tensor *keys,
			const struct pattern *a)
{
	int heads = p->config.heads;
	ct_tensor *h, *q, *kv;

	h = linear(p, b + BLOCK_QKV_W, norm(p, b + BLOCK_LN1_G, x));         /* (S, 3D) */
	h = ct_self_attention(h, heads, a->causal, a->self, a->n_self);      /* (S, D)  */
	x = ct_add(x, linear(p, b + BLOCK_O_W, h));

	q = linear(p, b + BLOCK_XQ_W, norm(p, b + BLOCK_LN2_G, x));          /* (S, D)  */
	kv = linear(p, b + BLOCK_XKV_W, keys);                               /* (K, 2D) */
	h = ct_cross_attention(q, kv, heads, a->cross, a->n_cross);
	x = ct_add(x, linear(p, b + BLOCK_XO_W, h));

	h = norm(p, b + BLOCK_LN3_G, x);
	return ct_add(x, mlp(p, b + BLOCK_FF1_W, b + BLOCK_FF2_W, h));
}

ct_tensor *graph_encode(const struct net_params *p, const struct layout *l, ct_tensor *points,
			ct_tensor *context)
{
	const struct net_config *c = &p->config;
	int64_t P = ct_size(context, 0), M = c->latents, D = c->width;
	struct pattern a = {.self = l->latent, .n_self = (int)P, .cross = l->look, .n_cross = (int)P};
	ct_tensor *keys, *x;

	keys = mlp(p, NET_POINT1_W, NET_POINT2_W, points);                   /* (P·N, D) */
	x = linear(p, NET_CONTEXT_W, context);                               /* (P, D) */
	x = ct_add(ct_reshape(x, SHAPE(P, 1, D)), ct_reshape(p->leaf[NET_LATENTS], SHAPE(1, M, D)));
	x = ct_reshape(x, SHAPE(P * M, D));
	for (int i = 0; i < c->encoder_layers; i++)
		x = block(p, net_encoder_block(c, i), x, keys, &a);
	return norm(p, NET_MEMORY_G, x);
}

ct_tensor *graph_decode(const struct net_params *p, const struct layout *l, ct_tensor *memory)
{
	const struct net_config *c = &p->config;
	int64_t S = l->rows;
	struct pattern a = {.causal = true,
			    .self = l->self,
			    .n_self = l->n_self,
			    .cross = l->cross,
			    .n_cross = l->n_cross};
	ct_tensor *input, *position, *slot, *legal, *x;

	input = ct_from_host(l->input, CT_I64, p->device, SHAPE(S));
	position = ct_from_host(l->position, CT_I64, p->device, SHAPE(S));
	slot = ct_from_host(l->slot, CT_I64, p->device, SHAPE(S));
	legal = ct_from_host(l->legal, CT_U8, p->device, SHAPE(S, VOCAB_SIZE));
	x = ct_add(ct_embedding(p->leaf[NET_EMBED], input), ct_embedding(p->leaf[NET_POSITION], position));
	x = ct_add(x, ct_embedding(p->leaf[NET_SLOT], slot));                /* (S, D) */
	for (int i = 0; i < c->decoder_layers; i++)
		x = block(p, net_decoder_block(c, i), x, memory, &a);
	return ct_log_softmax(linear(p, NET_LOGITS_W, norm(p, NET_OUT_G, x)), legal);
}

ct_tensor *graph_forward(const struct net_params *p, const struct layout *l,
			 const struct learn_batch *b)
{
	const struct net_config *c = &p->config;
	int64_t P = b->n_contexts;
	ct_tensor *memory;

	if (!b->points) {
		memory = from_floats(p, b->memory, P * c->latents, c->width);
	} else {
		ct_tensor *points = from_floats(p, b->points, P * b->n_points, c->features);
		ct_tensor *context = from_floats(p, b->context, P, c->context);

		memory = graph_encode(p, l, points, context);
	}
	return graph_decode(p, l, memory);
}
