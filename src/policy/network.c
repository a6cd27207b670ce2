/* network.c — names, shapes and places of the network's tensors; see network.h. */
#include "eqrl/policy/network.h"

#include "eqrl/expr/syntax.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { ALIGN_FLOATS = 16 };

/* Upper limits: a hostile weights file shall not ask for absurd memory or overflow a product. */
enum {
	MAX_WIDTH = 4096,
	MAX_FF = 16384,
	MAX_LAYERS = 64,
	MAX_LATENTS = 1024,
	MAX_POINTS = 1 << 20,
	MAX_INPUTS = 16384,
};

enum status net_config_check(const struct net_config *c)
{
	const struct {
		const char *name;
		int value, low, high;
	} limits[] = {
		{"vocabulary", c->vocab, TOK_FIRST, SYNTAX_MAX_TOKENS},
		{"width", c->width, 1, MAX_WIDTH},
		{"heads", c->heads, 1, MAX_WIDTH},
		{"ff", c->ff, 1, MAX_FF},
		{"encoder_layers", c->encoder_layers, 1, MAX_LAYERS},
		{"decoder_layers", c->decoder_layers, 1, MAX_LAYERS},
		{"latents", c->latents, 1, MAX_LATENTS},
		{"points", c->points, 1, MAX_POINTS},
		{"features", c->features, 1, MAX_INPUTS},
		{"context", c->context, 1, MAX_INPUTS},
		{"max_len", c->max_len, 2, SYNTAX_MAX_LEN + 1},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].value < limits[i].low || limits[i].value > limits[i].high)
			return fail(ST_WEIGHTS, "network: %s is %d, must be %d to %d", limits[i].name, limits[i].value,
				    limits[i].low, limits[i].high);
	if (c->width % c->heads != 0)
		return fail(ST_WEIGHTS, "network: width %d is no multiple of heads %d", c->width, c->heads);
	return ST_OK;
}

/* Sizes of a tensor are products of two of these. */
enum dim { ONE, D, D2, D3, FF, FEATURES, CONTEXT, LATENTS, LENGTH, V, V2, DIMS };

/* What a tensor starts as. */
enum start { ZERO, UNIT, NORMAL, RESIDUAL };

struct tensor_layout {
	const char *name;
	enum dim rows, cols;
	enum start start;
};

static const struct tensor_layout fixed_layout[NET_BLOCKS] = {
	[NET_POINT1_W] = {"point1.weight", FF, FEATURES, NORMAL},
	[NET_POINT1_B] = {"point1.bias", ONE, FF, ZERO},
	[NET_POINT2_W] = {"point2.weight", D, FF, NORMAL},
	[NET_POINT2_B] = {"point2.bias", ONE, D, ZERO},
	[NET_LATENTS] = {"latents", LATENTS, D, NORMAL},
	[NET_CONTEXT_W] = {"context.weight", D, CONTEXT, NORMAL},
	[NET_CONTEXT_B] = {"context.bias", ONE, D, ZERO},
	[NET_MEMORY_G] = {"memory_norm.gain", ONE, D, UNIT},
	[NET_MEMORY_B] = {"memory_norm.bias", ONE, D, ZERO},
	[NET_EMBED] = {"embed", V, D, NORMAL},
	[NET_POSITION] = {"position", LENGTH, D, NORMAL},
	[NET_SLOT] = {"slot", V2, D, NORMAL},
	[NET_OUT_G] = {"out_norm.gain", ONE, D, UNIT},
	[NET_OUT_B] = {"out_norm.bias", ONE, D, ZERO},
	[NET_LOGITS_W] = {"logits.weight", V, D, NORMAL},
	[NET_LOGITS_B] = {"logits.bias", ONE, V, ZERO},
};

static const struct tensor_layout block_layout[BLOCK_TENSORS] = {
	[BLOCK_LN1_G] = {"norm1.gain", ONE, D, UNIT},	 [BLOCK_LN1_B] = {"norm1.bias", ONE, D, ZERO},
	[BLOCK_QKV_W] = {"qkv.weight", D3, D, NORMAL},	 [BLOCK_QKV_B] = {"qkv.bias", ONE, D3, ZERO},
	[BLOCK_O_W] = {"o.weight", D, D, RESIDUAL},	 [BLOCK_O_B] = {"o.bias", ONE, D, ZERO},
	[BLOCK_LN2_G] = {"norm2.gain", ONE, D, UNIT},	 [BLOCK_LN2_B] = {"norm2.bias", ONE, D, ZERO},
	[BLOCK_XQ_W] = {"xq.weight", D, D, NORMAL},	 [BLOCK_XQ_B] = {"xq.bias", ONE, D, ZERO},
	[BLOCK_XKV_W] = {"xkv.weight", D2, D, NORMAL},	 [BLOCK_XKV_B] = {"xkv.bias", ONE, D2, ZERO},
	[BLOCK_XO_W] = {"xo.weight", D, D, RESIDUAL},	 [BLOCK_XO_B] = {"xo.bias", ONE, D, ZERO},
	[BLOCK_LN3_G] = {"norm3.gain", ONE, D, UNIT},	 [BLOCK_LN3_B] = {"norm3.bias", ONE, D, ZERO},
	[BLOCK_FF1_W] = {"ff1.weight", FF, D, NORMAL},	 [BLOCK_FF1_B] = {"ff1.bias", ONE, FF, ZERO},
	[BLOCK_FF2_W] = {"ff2.weight", D, FF, RESIDUAL}, [BLOCK_FF2_B] = {"ff2.bias", ONE, D, ZERO},
};

static void dims_of(const struct net_config *c, int dim[DIMS])
{
	dim[ONE] = 1;
	dim[D] = c->width;
	dim[D2] = 2 * c->width;
	dim[D3] = 3 * c->width;
	dim[FF] = c->ff;
	dim[FEATURES] = c->features;
	dim[CONTEXT] = c->context;
	dim[LATENTS] = c->latents;
	dim[LENGTH] = c->max_len;
	dim[V] = c->vocab;
	dim[V2] = 2 * c->vocab;
}

static const struct tensor_layout *layout_of(int tensor)
{
	return tensor < NET_BLOCKS ? &fixed_layout[tensor] : &block_layout[(tensor - NET_BLOCKS) % BLOCK_TENSORS];
}

/* Visits the tensors in order; specs may be NULL. */
static size_t walk(const struct net_config *c, struct tensor_spec *specs, size_t *n_values)
{
	int dim[DIMS];
	size_t offset = 0;

	dims_of(c, dim);
	*n_values = 0;
	for (int i = 0; i < net_tensors(c); i++) {
		const struct tensor_layout *l = layout_of(i);
		size_t n = (size_t)dim[l->rows] * (size_t)dim[l->cols];

		if (specs) {
			int block = (i - NET_BLOCKS) / BLOCK_TENSORS;
			bool decoder = block >= c->encoder_layers;
			struct tensor_spec *s = &specs[i];

			s->rows = dim[l->rows];
			s->cols = dim[l->cols];
			s->offset = offset;
			if (i < NET_BLOCKS)
				snprintf(s->name, sizeof(s->name), "%s", l->name);
			else
				snprintf(s->name, sizeof(s->name), "%s.%d.%s", decoder ? "decoder" : "encoder",
					 decoder ? block - c->encoder_layers : block, l->name);
		}
		*n_values += n;
		offset += (n + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS;
	}
	return offset;
}

size_t net_specs(const struct net_config *c, struct tensor_spec *specs)
{
	size_t n_values;

	return walk(c, specs, &n_values);
}

size_t net_size(const struct net_config *c)
{
	return net_specs(c, NULL);
}

size_t net_parameters(const struct net_config *c)
{
	size_t n_values;

	walk(c, NULL, &n_values);
	return n_values;
}

void net_init(const struct net_config *c, float *params, struct rng *r)
{
	int dim[DIMS];
	size_t size = net_size(c), offset = 0;

	dims_of(c, dim);
	memset(params, 0, size * sizeof(*params));
	for (int i = 0; i < net_tensors(c); i++) {
		const struct tensor_layout *l = layout_of(i);
		size_t n = (size_t)dim[l->rows] * (size_t)dim[l->cols];
		bool decoder = i >= net_decoder_block(c, 0);
		int blocks = decoder ? c->decoder_layers : c->encoder_layers;
		double scale = 0.02 * (l->start == RESIDUAL ? 1 / sqrt(2.0 * blocks) : 1);

		if (l->start != ZERO)
			for (size_t k = 0; k < n; k++)
				params[offset + k] = l->start == UNIT ? 1 : (float)(scale * rng_normal(r));
		offset += (n + ALIGN_FLOATS - 1) / ALIGN_FLOATS * ALIGN_FLOATS;
	}
}

double net_flops(const struct net_config *c, int n_points, int n_tokens)
{
	double d = c->width, ff = c->ff, m = c->latents, n = n_points, t = n_tokens;
	double token = 6 * d * d + 2 * d * ff; /* qkv, o, xq, xo; ff1, ff2 */
	double input = n * (c->features * ff + ff * d) + c->context * d;
	double encoder = m * token + n * 2 * d * d + 2 * d * m * (m + n);
	double decoder = t * token + m * 2 * d * d + 2 * d * t * ((t + 1) / 2 + m);

	return 2 * (input + c->encoder_layers * encoder + c->decoder_layers * decoder + t * d * c->vocab);
}
