/* params.c — the weights of a graph; see graph.h. */
#include "graph.h"

#include <stdlib.h>

static bool is_matrix(const struct net_config *c, int tensor)
{
	int in_block = tensor < NET_BLOCKS ? -1 : (tensor - NET_BLOCKS) % BLOCK_TENSORS;

	switch (in_block) {
	case -1:
		return tensor == NET_POINT1_W || tensor == NET_POINT2_W || tensor == NET_CONTEXT_W ||
		       tensor == NET_LOGITS_W;
	case BLOCK_QKV_W:
	case BLOCK_O_W:
	case BLOCK_XQ_W:
	case BLOCK_XKV_W:
	case BLOCK_XO_W:
	case BLOCK_FF1_W:
	case BLOCK_FF2_W:
		return true;
	default:
		return false;
	}
}

enum training params_training(const struct net_config *c, int tensor, bool decoder_only)
{
	if (decoder_only && net_is_encoders(c, tensor))
		return TRAIN_NOT;
	return is_matrix(c, tensor) ? TRAIN_DECAYED : TRAIN_PLAIN;
}

/* A leaf on the place of one spec in a flat tensor. */
static ct_tensor *leaf_of(ct_tensor *flat, const struct tensor_spec *s, bool trained)
{
	int64_t begin = (int64_t)s->offset, n = (int64_t)s->rows * s->cols;
	ct_tensor *part = ct_slice(flat, 0, begin, begin + n);

	if (s->rows > 1)
		part = ct_reshape(part, SHAPE(s->rows, s->cols));
	return ct_leaf(part, trained);
}

void params_open(struct net_params *p, const struct net_config *c, const void *values, const struct params_use *use)
{
	struct ct_scope s = ct_scope_begin(CT_NO_GRAD);
	int64_t size;

	*p = (struct net_params){
		.config = *c, .n = net_tensors(c), .device = use->device, .type = use->type, .bf16 = use->bf16};
	p->spec = xcalloc((size_t)p->n, sizeof(*p->spec));
	p->leaf = xcalloc((size_t)p->n, sizeof(ct_tensor *));
	p->leaf16 = xcalloc((size_t)p->n, sizeof(ct_tensor *));
	size = (int64_t)net_specs(c, p->spec);
	p->flat = ct_own(ct_from_host(values, use->type, use->device, SHAPE(size)));
	if (use->bf16)
		p->flat16 = ct_own(ct_zeros(CT_BF16, use->device, SHAPE(size)));
	for (int i = 0; i < p->n; i++) {
		p->leaf[i] = leaf_of(p->flat, &p->spec[i],
				     use->trained && params_training(c, i, use->decoder_only) != TRAIN_NOT);
		if (use->bf16 && is_matrix(c, i))
			p->leaf16[i] = leaf_of(p->flat16, &p->spec[i], false);
	}
	params_refresh(p);
	ct_scope_end(s);
}

void params_refresh(struct net_params *p)
{
	if (p->bf16)
		ct_copy_(p->flat16, p->flat);
}

void params_close(struct net_params *p)
{
	for (int i = 0; i < p->n; i++) {
		ct_drop(p->leaf[i]);
		ct_drop(p->leaf16[i]);
	}
	ct_drop(p->flat);
	ct_drop(p->flat16);
	free(p->leaf);
	free(p->leaf16);
	free(p->spec);
	*p = (struct net_params){0};
}
