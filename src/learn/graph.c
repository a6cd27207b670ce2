/* graph.c — see graph.h; the architecture is defined in network.h. Shapes: the rows of all problems or sequences
 * stand below each other, so a linear layer is one product; spans keep them apart. */
#include "graph.h"

/* The arrays of a batch stay as they are until its loss is known. In f64 floats are widened after the copy. */
static ct_tensor *from_floats(const struct net_params *p, const float *data, int64_t rows, int64_t cols)
{
	ct_tensor *t = ct_from_shared(data, CT_F32, p->device, SHAPE(rows, cols));

	return p->type == CT_F32 ? t : ct_to(t, p->type);
}

static struct ct_matrix matrix(const struct net_params *p, int w)
{
	return (struct ct_matrix){p->leaf[w], p->leaf[w + 1], p->leaf16[w]};
}

static struct ct_norm norm(const struct net_params *p, int gain)
{
	return (struct ct_norm){p->leaf[gain], p->leaf[gain + 1]};
}

/* One pre-norm block: x (S, D) with itself, with keys (K, D), feed-forward; each adds to x. */
static ct_tensor *block(const struct net_params *p, int b, ct_tensor *x, ct_tensor *keys, const struct ct_spans *self,
			const struct ct_spans *cross)
{
	struct ct_norm norm1 = norm(p, b + BLOCK_LN1_G), norm2 = norm(p, b + BLOCK_LN2_G);
	struct ct_norm norm3 = norm(p, b + BLOCK_LN3_G);
	struct ct_matrix qkv = matrix(p, b + BLOCK_QKV_W), o = matrix(p, b + BLOCK_O_W);
	struct ct_matrix xq = matrix(p, b + BLOCK_XQ_W), xkv = matrix(p, b + BLOCK_XKV_W);
	struct ct_matrix xo = matrix(p, b + BLOCK_XO_W);
	struct ct_matrix ff1 = matrix(p, b + BLOCK_FF1_W), ff2 = matrix(p, b + BLOCK_FF2_W);

	x = ct_self_attention(x, &norm1, &qkv, &o, self);
	x = ct_cross_attention(x, &norm2, keys, &xq, &xkv, &xo, cross);
	return ct_mlp(x, &norm3, &ff1, &ff2);
}

ct_tensor *graph_encode(const struct net_params *p, const struct token_layout *l, ct_tensor *points, ct_tensor *context)
{
	const struct net_config *c = &p->config;
	int64_t P = ct_size(context, 0), M = c->latents, D = c->width;
	struct ct_spans self = {.span = l->latent, .n = (int)P, .heads = c->heads};
	struct ct_spans cross = {.span = l->look, .n = (int)P, .heads = c->heads};
	struct ct_matrix point1 = matrix(p, NET_POINT1_W), point2 = matrix(p, NET_POINT2_W);
	struct ct_matrix context_linear = matrix(p, NET_CONTEXT_W);
	struct ct_norm last = norm(p, NET_MEMORY_G);
	ct_tensor *keys, *x;

	ct_spans_lay(&self, P * M, P * M, p->device);
	ct_spans_lay(&cross, P * M, ct_size(points, 0), p->device);
	keys = ct_mlp(points, NULL, &point1, &point2); /* (P·N, D) */
	x = ct_linear(context, &context_linear);       /* (P, D) */
	x = ct_add(ct_reshape(x, SHAPE(P, 1, D)), ct_reshape(p->leaf[NET_LATENTS], SHAPE(1, M, D)));
	x = ct_reshape(x, SHAPE(P * M, D));
	for (int i = 0; i < c->encoder_layers; i++)
		x = block(p, net_encoder_block(c, i), x, keys, &self, &cross);
	return ct_layer_norm(x, &last);
}

ct_tensor *graph_decode(const struct net_params *p, const struct token_layout *l, ct_tensor *memory)
{
	const struct net_config *c = &p->config;
	int64_t S = l->rows;
	struct ct_spans self = {.span = l->self, .n = l->n_self, .heads = c->heads, .causal = true};
	struct ct_spans cross = {.span = l->cross, .n = l->n_cross, .heads = c->heads};
	struct ct_matrix logits = matrix(p, NET_LOGITS_W);
	struct ct_norm last = norm(p, NET_OUT_G);
	ct_tensor *input, *position, *slot, *legal, *x;

	ct_spans_lay(&self, S, S, p->device);
	ct_spans_lay(&cross, S, ct_size(memory, 0), p->device);
	input = ct_from_host(l->input, CT_I64, p->device, SHAPE(S));
	position = ct_from_host(l->position, CT_I64, p->device, SHAPE(S));
	slot = ct_from_host(l->slot, CT_I64, p->device, SHAPE(S));
	legal = ct_from_host(l->legal, CT_U8, p->device, SHAPE(S, c->vocab));
	x = ct_add(ct_embedding(p->leaf[NET_EMBED], input), ct_embedding(p->leaf[NET_POSITION], position));
	x = ct_add(x, ct_embedding(p->leaf[NET_SLOT], slot)); /* (S, D) */
	for (int i = 0; i < c->decoder_layers; i++)
		x = block(p, net_decoder_block(c, i), x, memory, &self, &cross);
	return ct_log_softmax(ct_linear(ct_layer_norm(x, &last), &logits), legal); /* (S, V) */
}

ct_tensor *graph_forward(const struct net_params *p, const struct token_layout *l, const struct learn_batch *b)
{
	const struct net_config *c = &p->config;
	int64_t P = b->n_contexts;
	ct_tensor *memory;

	if (!b->points) {
		memory = from_floats(p, b->memory, P * c->latents, c->width);
	} else {
		ct_tensor *points = from_floats(p, b->points, l->points, c->features);
		ct_tensor *context = from_floats(p, b->context, P, c->context);

		memory = graph_encode(p, l, points, context);
	}
	return graph_decode(p, l, memory);
}
