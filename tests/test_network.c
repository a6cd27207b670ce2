/* test_network.c — names, shapes and starting values of the network's tensors. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/policy/network.h"
#include "test.h"

#include <stdlib.h>

static const struct net_config small = {
	.vocab = VOCAB_SIZE,
	.width = 32,
	.heads = 2,
	.ff = 48,
	.encoder_layers = 2,
	.decoder_layers = 3,
	.latents = 5,
	.points = 16,
	.features = 7,
	.context = 3,
	.max_len = 20,
};

TEST(specs_cover_the_flat_array_in_order_without_overlap)
{
	struct tensor_spec specs[256];
	size_t size = net_specs(&small, specs), end = 0, values = 0;
	int n = net_tensors(&small);

	CHECK_EQ(n, NET_BLOCKS + 5 * BLOCK_TENSORS);
	for (int i = 0; i < n; i++) {
		CHECK_EQ(specs[i].offset % 16, 0);
		CHECK(specs[i].offset >= end && specs[i].offset < end + 16);
		end = specs[i].offset + (size_t)specs[i].rows * (size_t)specs[i].cols;
		values += (size_t)specs[i].rows * (size_t)specs[i].cols;
		for (int k = 0; k < i; k++)
			CHECK(strcmp(specs[i].name, specs[k].name) != 0);
	}
	CHECK(end <= size && size < end + 16);
	CHECK_EQ(net_size(&small), size);
	CHECK_EQ(net_parameters(&small), values);
}

TEST(tensors_have_the_documented_names_and_shapes)
{
	static const struct {
		int tensor;
		const char *name;
		int rows, cols;
	} want[] = {
		{NET_POINT1_W, "point1.weight", 48, 7},
		{NET_POINT2_W, "point2.weight", 32, 48},
		{NET_LATENTS, "latents", 5, 32},
		{NET_CONTEXT_W, "context.weight", 32, 3},
		{NET_EMBED, "embed", VOCAB_SIZE, 32},
		{NET_POSITION, "position", 20, 32},
		{NET_SLOT, "slot", 2 * VOCAB_SIZE, 32},
		{NET_LOGITS_B, "logits.bias", 1, VOCAB_SIZE},
		{NET_BLOCKS + BLOCK_QKV_W, "encoder.0.qkv.weight", 96, 32},
		{NET_BLOCKS + 2 * BLOCK_TENSORS + BLOCK_XKV_W, "decoder.0.xkv.weight", 64, 32},
		{NET_BLOCKS + 4 * BLOCK_TENSORS + BLOCK_FF2_W, "decoder.2.ff2.weight", 32, 48},
		{NET_BLOCKS + 4 * BLOCK_TENSORS + BLOCK_FF1_B, "decoder.2.ff1.bias", 1, 48},
	};
	struct tensor_spec specs[256];

	net_specs(&small, specs);
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		CHECK_STR(specs[want[i].tensor].name, want[i].name);
		CHECK_EQ(specs[want[i].tensor].rows, want[i].rows);
		CHECK_EQ(specs[want[i].tensor].cols, want[i].cols);
	}
	CHECK_EQ(net_decoder_block(&small, 2) + BLOCK_FF2_W, NET_BLOCKS + 4 * BLOCK_TENSORS + BLOCK_FF2_W);
}

static double deviation(const float *v, size_t n)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		sum += v[i];
		squares += (double)v[i] * v[i];
	}
	return sqrt(squares / (double)n - sum / (double)n * sum / (double)n);
}

TEST(starting_values_have_the_stated_spread_and_depend_on_the_seed_alone)
{
	struct tensor_spec specs[256];
	size_t size = net_specs(&small, specs);
	float *a = xaligned(size * sizeof(*a)), *b = xaligned(size * sizeof(*b));
	struct rng r1 = rng_stream(1, 0, 0), r2 = rng_stream(1, 0, 0), r3 = rng_stream(2, 0, 0);
	const struct tensor_spec *qkv = &specs[net_decoder_block(&small, 1) + BLOCK_QKV_W];
	const struct tensor_spec *o = &specs[net_decoder_block(&small, 1) + BLOCK_FF2_W];

	memset(b, 1, size * sizeof(*b));
	net_init(&small, a, &r1);
	net_init(&small, b, &r2);
	CHECK(memcmp(a, b, size * sizeof(*a)) == 0);
	net_init(&small, b, &r3);
	CHECK(memcmp(a, b, size * sizeof(*a)) != 0);
	CHECK_NEAR(deviation(a + qkv->offset, 96 * 32), 0.02, 0.001);
	CHECK_NEAR(deviation(a + o->offset, 32 * 48), 0.02 / sqrt(2.0 * 3), 0.0006);
	CHECK_EQ(a[specs[NET_OUT_G].offset + 31], 1);
	CHECK_EQ(a[specs[NET_OUT_B].offset], 0);
	free(a);
	free(b);
}

TEST(impossible_networks_are_refused_by_name)
{
	struct net_config c = small;

	CHECK_OK(net_config_check(&c));
	c.heads = 3;
	CHECK_EQ(net_config_check(&c), ST_WEIGHTS);
	CHECK(strstr(error_message(), "heads 3"));
	c = small;
	c.latents = 0;
	CHECK_EQ(net_config_check(&c), ST_WEIGHTS);
	CHECK(strstr(error_message(), "latents"));
	c = small;
	c.max_len = SYNTAX_MAX_LEN + 2;
	CHECK_EQ(net_config_check(&c), ST_WEIGHTS);
	CHECK(strstr(error_message(), "max_len"));
	c = small;
	c.ff = 2000000000;
	CHECK_EQ(net_config_check(&c), ST_WEIGHTS);
}

TEST(flops_grow_by_the_cost_of_the_matrices)
{
	struct net_config c = small;
	double one = net_flops(&c, 10, 1), two = net_flops(&c, 10, 2);
	double linear = 3 * (6 * 32 * 32 + 2 * 32 * 48) + 32 * VOCAB_SIZE;
	double attention = 3 * 2 * 32 * (2 + 5);

	CHECK_NEAR(two - one, 2 * (linear + attention), 1e-6);
}
