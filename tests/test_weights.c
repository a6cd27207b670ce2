/* test_weights.c — 16-bit floats, the safetensors container, policy files, hostile files. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/policy/weights.h"
#include "test.h"

#include <stdlib.h>

static struct policy fresh(uint64_t seed)
{
	struct net_config c = {
		.vocab = VOCAB_SIZE,
		.width = 32,
		.heads = 2,
		.ff = 48,
		.encoder_layers = 2,
		.decoder_layers = 2,
		.latents = 4,
		.points = 16,
		.features = encoding_features(ENCODING_MULTISCALE),
		.context = encoding_context(ENCODING_MULTISCALE),
		.max_len = 24,
	};
	struct policy p;

	policy_init(&p, &c, ENCODING_MULTISCALE, seed);
	return p;
}

/* path of a file of the test's own; valid until the next call */
static const char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", test_dir(), name);
	return path;
}

TEST(binary16_round_trips_every_value_and_rounds_to_nearest_even)
{
	for (uint32_t h = 0; h < 0x10000; h++) {
		float v = half_to_float((uint16_t)h);
		bool nan = (h & 0x7c00) == 0x7c00 && (h & 0x3ff);

		if (nan)
			CHECK(isnan(v) && isnan(half_to_float(half_from_float(v))));
		else
			CHECK_EQ(half_from_float(v), h);
	}
	CHECK_EQ(half_from_float(65504.0f), 0x7bff);
	CHECK_EQ(half_from_float(65519.0f), 0x7bff);
	CHECK_EQ(half_from_float(65520.0f), 0x7c00); /* a tie: to even, which is infinity */
	CHECK_EQ(half_from_float(-INFINITY), 0xfc00);
	CHECK_EQ(half_from_float(0x1p-24f), 1);
	CHECK_EQ(half_from_float(0x1p-25f), 0); /* a tie between 0 and the smallest subnormal */
	CHECK_EQ(half_from_float(0x1.8p-25f), 1);
	CHECK_EQ(half_from_float(-0x1p-26f), 0x8000);
	CHECK_EQ(half_from_float(0x1.ff8p-15f), 0x3ff);	 /* largest subnormal */
	CHECK_EQ(half_from_float(0x1.ffcp-15f), 0x400);	 /* a tie between it and the smallest normal */
	CHECK_EQ(half_from_float(1 + 0x1p-11f), 0x3c00); /* tie to even, down */
	CHECK_EQ(half_from_float(1 + 0x3p-11f), 0x3c02); /* tie to even, up */
	CHECK(half_to_float(0x0001) == 0x1p-24f);
	CHECK(isinf(half_to_float(0x7c00)));
}

TEST(bfloat16_keeps_the_range_and_rounds_to_nearest_even)
{
	CHECK(bf16_to_float(bf16_from_float(1e38f)) > 9e37f);
	CHECK(bf16_to_float(bf16_from_float(-3.0f)) == -3.0f);
	CHECK(bf16_to_float(bf16_from_float(1 + 0x1p-8f)) == 1.0f);
	CHECK(bf16_to_float(bf16_from_float(1 + 0x3p-8f)) == 1 + 0x1p-6f);
	CHECK(isnan(bf16_to_float(bf16_from_float(NAN))));
	CHECK(isinf(bf16_to_float(bf16_from_float(INFINITY))));
	CHECK(isinf(bf16_to_float(bf16_from_float(3.4028235e38f))));
}

TEST(a_tensor_file_comes_back_as_it_was_written)
{
	const int64_t three[] = {3}, matrix[] = {2, 2}, none[] = {0, 5};
	const uint8_t bytes[3] = {1, 2, 250};
	const double doubles[4] = {1.5, -2, 1e300, 0};
	const int64_t step = 1234567890123;
	struct tensor_file f = {0}, g;
	const struct tensor_entry *e;

	tensor_file_add(&f, "bytes", DTYPE_U8, 1, three, bytes);
	tensor_file_add(&f, "doubles", DTYPE_F64, 2, matrix, doubles);
	tensor_file_add(&f, "step", DTYPE_I64, 0, NULL, &step);
	tensor_file_add(&f, "nothing", DTYPE_F32, 2, none, NULL);
	tensor_file_note(&f, "b", "first");
	tensor_file_note(&f, "a", "{\"nested\": \"text\"}");
	tensor_file_note(&f, "b", "once");
	CHECK_OK(tensor_file_save(&f, in_dir("t.safetensors")));
	CHECK_OK(tensor_file_load(&g, in_dir("t.safetensors")));
	CHECK_EQ(g.n, 4);
	e = tensor_file_find(&g, "doubles");
	CHECK(e && e->dtype == DTYPE_F64 && e->n_dims == 2 && e->shape[1] == 2);
	CHECK(e && memcmp(e->data, doubles, sizeof(doubles)) == 0);
	e = tensor_file_find(&g, "bytes");
	CHECK(e && e->bytes == 3 && memcmp(e->data, bytes, 3) == 0);
	e = tensor_file_find(&g, "step");
	CHECK(e && e->n_dims == 0 && *(const int64_t *)e->data == step);
	CHECK(tensor_file_find(&g, "nothing") && !tensor_file_find(&g, "missing"));
	CHECK_STR(cJSON_GetStringValue(cJSON_GetObjectItem(g.metadata, "a")), "{\"nested\": \"text\"}");
	CHECK_STR(cJSON_GetStringValue(cJSON_GetObjectItem(g.metadata, "b")), "once");
	tensor_file_release(&f);
	tensor_file_release(&g);
}

/* Writes header and n data bytes as a file and expects a refusal with that text. */
static void refuse(const char *header, size_t n_data, const char *want)
{
	size_t length = strlen(header);
	char *bytes = xcalloc(1, 8 + length + n_data);
	struct tensor_file f;

	bytes[0] = (char)(length & 255);
	bytes[1] = (char)(length >> 8);
	memcpy(bytes + 8, header, length);
	CHECK_OK(file_write_atomic(in_dir("bad.safetensors"), bytes, 8 + length + n_data));
	CHECK_EQ(tensor_file_load(&f, in_dir("bad.safetensors")), ST_WEIGHTS);
	if (!strstr(error_message(), want) || !strstr(error_message(), "bad.safetensors"))
		test_failed(__FILE__, __LINE__, "\"%s\" does not say \"%s\"", error_message(), want);
	CHECK(!f.entry && !f.bytes && !f.metadata);
	free(bytes);
}

TEST(hostile_containers_are_refused_with_the_reason)
{
	refuse("", 0, "not a safetensors file");
	refuse("hello world", 3, "not a safetensors file");
	refuse("{\"a\": ", 0, "not valid JSON");
	refuse("{} x", 0, "after its JSON");
	refuse("{\"a\":1}", 0, "is no object");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 7, "cut off");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 9, "1 bytes after");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "needs 12 bytes");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}", 8, "data_offsets");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 8, "data_offsets");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0.5,4.5]}}", 8, "data_offsets");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":4}}", 8, "data_offsets");
	refuse("{\"a\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype F31");
	refuse("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no dtype");
	refuse("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "no shape");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "no whole number");
	refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e9,1e9,1e9],\"data_offsets\":[0,4]}}", 4, "impossibly large");
	refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1],\"data_offsets\":[0,1]}}", 1, "dimensions");
	refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
	       "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}",
	       3, "overlaps");
	refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
	       "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[3,5]}}",
	       5, "gap");
	refuse("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
	       "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
	       4, "twice");
	refuse("{\"__metadata__\":[1]}", 0, "no object");
	refuse("{\"__metadata__\":{\"k\":1}}", 0, "metadata k is no text");
}

TEST(a_header_that_is_nested_too_deep_or_too_long_is_refused)
{
	struct str s = {0};
	char long_header[9] = "\xff\xff\xff\x7f\0\0\0\0{";
	struct tensor_file f;

	str_add(&s, "{\"a\":");
	for (int i = 0; i < 20000; i++)
		str_addc(&s, '[');
	refuse(s.data, 0, "not valid JSON");
	str_release(&s);
	str_addf(&s, "{\"%0200d\":{}}", 7);
	refuse(s.data, 0, "too long");
	str_release(&s);
	CHECK_OK(file_write_atomic(in_dir("long"), long_header, 9));
	CHECK_EQ(tensor_file_load(&f, in_dir("long")), ST_WEIGHTS);
	CHECK_EQ(tensor_file_load(&f, in_dir("absent")), ST_WEIGHTS);
	CHECK(strstr(error_message(), "absent"));
}

TEST(a_file_cut_off_anywhere_is_refused)
{
	struct policy p = fresh(3), q;
	char *bytes;
	size_t size;

	CHECK_OK(policy_save(&p, in_dir("whole"), DTYPE_F16));
	CHECK_OK(file_read(in_dir("whole"), ST_WEIGHTS, &bytes, &size));
	for (size_t cut = 0; cut < size; cut += 1 + cut / 3) {
		CHECK_OK(file_write_atomic(in_dir("cut"), bytes, cut));
		CHECK_EQ(policy_load(&q, in_dir("cut")), ST_WEIGHTS);
		CHECK(!q.params && strstr(error_message(), "cut"));
	}
	free(bytes);
	policy_release(&p);
}

TEST(f32_weights_come_back_bit_for_bit_and_equal_content_gives_equal_bytes)
{
	struct policy p = fresh(5), q, r;
	char first[65];

	p.grammar_max_len = 17;
	cJSON_AddNumberToObject(p.recipe, "pairs", 1e6);
	CHECK_OK(policy_save(&p, in_dir("p32"), DTYPE_F32));
	CHECK_OK(sha256_file(in_dir("p32"), first));
	CHECK_OK(policy_load(&q, in_dir("p32")));
	CHECK(memcmp(p.params, q.params, net_size(&p.config) * sizeof(float)) == 0);
	CHECK(memcmp(&p.config, &q.config, sizeof(p.config)) == 0);
	CHECK(q.known_tokens == p.known_tokens && q.encoding == p.encoding);
	CHECK_EQ(q.grammar_max_len, 17);
	CHECK_NEAR(cJSON_GetNumberValue(cJSON_GetObjectItem(q.recipe, "pairs")), 1e6, 0);
	CHECK_STR(q.sha256, first);
	CHECK_OK(policy_save(&q, in_dir("p32"), DTYPE_F32));
	policy_copy(&r, &q);
	policy_release(&q);
	CHECK_OK(policy_load(&q, in_dir("p32")));
	CHECK_STR(q.sha256, first);
	CHECK(memcmp(r.params, q.params, net_size(&p.config) * sizeof(float)) == 0);
	policy_release(&p);
	policy_release(&q);
	policy_release(&r);
}

TEST(half_precision_weights_come_back_close)
{
	struct policy p = fresh(5), q;

	CHECK_OK(policy_save(&p, in_dir("p16"), DTYPE_F16));
	CHECK_OK(policy_load(&q, in_dir("p16")));
	for (size_t i = 0; i < net_size(&p.config); i++)
		CHECK_NEAR(q.params[i], p.params[i], fabs(p.params[i]) / 2048 + 0x1p-25);
	policy_release(&q);
	CHECK_OK(policy_save(&p, in_dir("pbf16"), DTYPE_BF16));
	CHECK_OK(policy_load(&q, in_dir("pbf16")));
	for (size_t i = 0; i < net_size(&p.config); i++)
		CHECK_NEAR(q.params[i], p.params[i], fabs(p.params[i]) / 256);
	policy_release(&q);
	p.params[0] = 1e6f;
	CHECK_EQ(policy_save(&p, in_dir("p16"), DTYPE_F16), ST_WEIGHTS);
	CHECK(strstr(error_message(), "point1.weight"));
	policy_release(&p);
}

/* Saves p with one metadata text replaced, or one tensor's shape, and expects a refusal. */
static void refuse_policy(const char *key, const char *value, const char *tensor, const char *want)
{
	struct policy p = fresh(7), q;
	struct tensor_file f;

	CHECK_OK(policy_save(&p, in_dir("odd"), DTYPE_F32));
	CHECK_OK(tensor_file_load(&f, in_dir("odd")));
	if (key && value)
		tensor_file_note(&f, key, value);
	else if (key)
		cJSON_DeleteItemFromObject(f.metadata, key);
	for (int i = 0; tensor && i < f.n; i++) {
		struct tensor_entry *e = &f.entry[i];

		if (strcmp(e->name, tensor) != 0)
			continue;
		if (e->n_dims == 2) { /* swap rows and columns, or vanish */
			int64_t rows = e->shape[0];

			e->shape[0] = e->shape[1];
			e->shape[1] = rows;
		} else {
			*e = f.entry[--f.n];
		}
		break;
	}
	CHECK_OK(tensor_file_save(&f, in_dir("odd")));
	CHECK_EQ(policy_load(&q, in_dir("odd")), ST_WEIGHTS);
	if (!strstr(error_message(), want) || !strstr(error_message(), "odd"))
		test_failed(__FILE__, __LINE__, "\"%s\" does not say \"%s\"", error_message(), want);
	CHECK(!q.params && !q.recipe);
	tensor_file_release(&f);
	policy_release(&p);
}

TEST(weights_that_do_not_fit_are_refused_with_the_reason)
{
	refuse_policy(NULL, NULL, "decoder.1.ff1.weight", "decoder.1.ff1.weight: file (32, 48), network (48, 32)");
	refuse_policy(NULL, NULL, "slot", "slot: file (32, 128), network (128, 32)");
	refuse_policy(NULL, NULL, "decoder.1.o.bias", "tensor decoder.1.o.bias is missing");
	refuse_policy("format", "something", NULL, "not weights of eqrl");
	refuse_policy("version", "2", NULL, "newer eqrl");
	refuse_policy("version", "x", NULL, "version");
	refuse_policy("encoding", "smoke-9", NULL, "unknown encoding \"smoke-9\"");
	refuse_policy("encoding", "bits-1", NULL, "features");
	refuse_policy("network", NULL, NULL, "no \"network\"");
	refuse_policy("network", "{\"width\": 32}", NULL, "heads");
	refuse_policy("network", "{\"rope\": 1}", NULL, "no \"rope\"");
	refuse_policy("network", "[", NULL, "\"network\"");
	refuse_policy("network",
		      "{\"width\":4096,\"heads\":1,\"ff\":16384,\"encoder_layers\":64,\"decoder_layers\":"
		      "64,"
		      "\"latents\":4,\"points\":16,\"features\":204,\"context\":137,\"max_len\":24}",
		      NULL, "file (");
	refuse_policy("vocabulary", "{}", NULL, "\"vocabulary\"");
	refuse_policy("vocabulary", "[\"<bos>\"]", NULL, "arities");
	refuse_policy("arity", "[]", NULL, "arities");
	refuse_policy("grammar", "{\"max_len\": 60, \"max_consts\": 1, \"nest_limit\": 1}", NULL, "grammar");
}

TEST(a_vocabulary_with_another_arity_is_refused)
{
	struct policy p = fresh(7), q;
	struct tensor_file f;
	cJSON *arities;
	char *text;

	CHECK_OK(policy_save(&p, in_dir("arity"), DTYPE_F32));
	CHECK_OK(tensor_file_load(&f, in_dir("arity")));
	arities = cJSON_Parse(cJSON_GetStringValue(cJSON_GetObjectItem(f.metadata, "arity")));
	cJSON_SetNumberValue(cJSON_GetArrayItem(arities, TOK_OP + OP_POW), 1);
	text = cJSON_PrintUnformatted(arities);
	tensor_file_note(&f, "arity", text);
	CHECK_OK(tensor_file_save(&f, in_dir("arity")));
	CHECK_EQ(policy_load(&q, in_dir("arity")), ST_WEIGHTS);
	CHECK(strstr(error_message(), "\"pow\" takes 1 operands there, 2 here"));
	cJSON_free(text);
	cJSON_Delete(arities);
	tensor_file_release(&f);
	policy_release(&p);
}

TEST(weights_with_a_nan_are_refused)
{
	struct policy p = fresh(7), q;
	struct tensor_file f;
	struct tensor_entry *e;

	CHECK_OK(policy_save(&p, in_dir("nan"), DTYPE_F32));
	CHECK_OK(tensor_file_load(&f, in_dir("nan")));
	e = &f.entry[3];
	((float *)(void *)(f.bytes + ((const char *)e->data - f.bytes)))[2] = NAN;
	CHECK_OK(tensor_file_save(&f, in_dir("nan")));
	CHECK_EQ(policy_load(&q, in_dir("nan")), ST_WEIGHTS);
	CHECK(strstr(error_message(), "value 2 is not finite"));
	tensor_file_release(&f);
	policy_release(&p);
}

TEST(tokens_that_the_weights_do_not_know_stay_unknown_through_save_and_load)
{
	struct policy p = fresh(9), q;
	struct tensor_spec specs[256];
	int tan_token = TOK_OP + OP_TAN;

	p.known_tokens &= ~TOK_BIT(tan_token);
	CHECK_OK(policy_save(&p, in_dir("few"), DTYPE_F32));
	CHECK_OK(policy_load(&q, in_dir("few")));
	CHECK(q.known_tokens == p.known_tokens);
	net_specs(&p.config, specs);
	for (int t = 0; t < 2 * VOCAB_SIZE; t++)
		for (int k = 0; k < p.config.width; k++) {
			size_t at = specs[NET_SLOT].offset + (size_t)(t * p.config.width + k);

			CHECK(q.params[at] == (t % VOCAB_SIZE == tan_token ? 0 : p.params[at]));
		}
	policy_release(&p);
	policy_release(&q);
}

/* Reverses the n rows of a tensor, copies times. */
static void reverse_rows(struct tensor_file *f, const char *name, int copies, size_t width)
{
	const struct tensor_entry *e = tensor_file_find(f, name);
	float *v = (float *)(void *)(f->bytes + ((const char *)e->data - f->bytes));

	for (int c = 0; c < copies; c++, v += VOCAB_SIZE * width)
		for (int i = 0, k = VOCAB_SIZE - 1; i < k; i++, k--)
			for (size_t j = 0; j < width; j++) {
				float t = v[(size_t)i * width + j];

				v[(size_t)i * width + j] = v[(size_t)k * width + j];
				v[(size_t)k * width + j] = t;
			}
}

static void reverse_list(struct tensor_file *f, const char *key, const char *extra)
{
	cJSON *list = cJSON_Parse(cJSON_GetStringValue(cJSON_GetObjectItem(f->metadata, key)));
	cJSON *turned = cJSON_CreateArray();
	char *text;

	for (int i = cJSON_GetArraySize(list) - 1; i >= 0; i--)
		cJSON_AddItemToArray(turned, cJSON_DetachItemFromArray(list, i));
	if (extra)
		cJSON_ReplaceItemInArray(turned, VOCAB_SIZE - 1 - (TOK_OP + OP_TANH), cJSON_CreateString(extra));
	text = cJSON_PrintUnformatted(turned);
	tensor_file_note(f, key, text);
	cJSON_free(text);
	cJSON_Delete(list);
	cJSON_Delete(turned);
}

static const char *name_of_two(int token)
{
	static const char *const name[] = {"<pad>", "<bos>", "<eos>", "yes", "no"};

	return name[token];
}

static int no_operands(int token)
{
	return 0;
}

TEST(weights_of_another_language_keep_its_tokens_and_are_no_equations)
{
	static const struct vocabulary two = {.language = "answers",
					      .n = 5,
					      .max_len = 7,
					      .needed = 1 << 4,
					      .name = name_of_two,
					      .arity = no_operands};
	struct policy p = fresh(3), q;
	struct net_config c = p.config;

	policy_release(&p);
	c.vocab = two.n;
	c.max_len = 9;
	policy_init_language(&p, &c, ENCODING_MULTISCALE, &two, 3);
	p.grammar_max_len = 7;
	CHECK_OK(policy_save(&p, in_dir("answers"), DTYPE_F32));
	CHECK_OK(policy_load_language(&q, in_dir("answers"), &two));
	CHECK(memcmp(p.params, q.params, net_size(&c) * sizeof(float)) == 0);
	CHECK(q.known_tokens == 31 && q.vocabulary == &two);
	policy_release(&q);
	CHECK(policy_load(&q, in_dir("answers")) == ST_WEIGHTS);
	CHECK(strstr(error_message(), "weights that write answers; equations are asked for") != NULL);
	p.grammar_max_len = 8; /* more than the language has */
	CHECK_OK(policy_save(&p, in_dir("answers"), DTYPE_F32));
	CHECK(policy_load_language(&q, in_dir("answers"), &two) == ST_WEIGHTS);
	policy_release(&p);
}

TEST(a_file_with_its_vocabulary_in_another_order_loads_to_the_same_weights)
{
	struct policy p = fresh(11), q;
	struct tensor_spec specs[256];
	struct tensor_file f;

	net_specs(&p.config, specs);
	for (int t = 0; t < VOCAB_SIZE; t++) /* biases start as zeros: make them tell rows apart */
		p.params[specs[NET_LOGITS_B].offset + (size_t)t] = (float)t;
	CHECK_OK(policy_save(&p, in_dir("turned"), DTYPE_F32));
	CHECK_OK(tensor_file_load(&f, in_dir("turned")));
	reverse_rows(&f, "embed", 1, 32);
	reverse_rows(&f, "slot", 2, 32);
	reverse_rows(&f, "logits.weight", 1, 32);
	reverse_rows(&f, "logits.bias", 1, 1);
	reverse_list(&f, "vocabulary", NULL);
	reverse_list(&f, "arity", NULL);
	CHECK_OK(tensor_file_save(&f, in_dir("turned")));
	CHECK_OK(policy_load(&q, in_dir("turned")));
	CHECK(memcmp(p.params, q.params, net_size(&p.config) * sizeof(float)) == 0);
	policy_release(&q);
	reverse_list(&f, "vocabulary", NULL); /* forth and back, with a token of the future */
	reverse_list(&f, "vocabulary", "gamma");
	CHECK_OK(tensor_file_save(&f, in_dir("turned")));
	CHECK_OK(policy_load(&q, in_dir("turned")));
	CHECK(q.known_tokens == (p.known_tokens & ~TOK_BIT(TOK_OP + OP_TANH)));
	policy_release(&q);
	tensor_file_release(&f);
	policy_release(&p);
}
