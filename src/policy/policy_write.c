/* policy_write.c — a network with its weights to a file; see weights.h. */
#include "policy_file.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/vocab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void note_json(struct tensor_file *f, const char *key, const cJSON *value)
{
	char *text = value ? cJSON_PrintUnformatted(value) : NULL;

	tensor_file_note(f, key, text ? text : "{}");
	cJSON_free(text);
}

static void note_metadata(struct tensor_file *f, const struct policy *p)
{
	struct net_config config = p->config;
	cJSON *network = cJSON_CreateObject(), *limits = cJSON_CreateObject();
	cJSON *names = cJSON_CreateArray(), *arities = cJSON_CreateArray();
	struct str version = {0};

	str_addf(&version, "%d", POLICY_FORMAT_VERSION);
	for (int i = 0; i < POLICY_FIELDS; i++)
		cJSON_AddNumberToObject(network, policy_field_name[i], *policy_field(&config, i));
	for (int t = 0; t < p->vocabulary->n; t++) {
		if (!(p->known_tokens & TOK_BIT(t)))
			continue;
		cJSON_AddItemToArray(names, cJSON_CreateString(p->vocabulary->name(t)));
		cJSON_AddItemToArray(arities, cJSON_CreateNumber(p->vocabulary->arity(t)));
	}
	cJSON_AddNumberToObject(limits, "max_len", p->grammar_max_len);
	cJSON_AddNumberToObject(limits, "max_consts", p->grammar_max_consts);
	cJSON_AddNumberToObject(limits, "nest_limit", p->grammar_nest);
	tensor_file_note(f, "format", POLICY_FORMAT);
	tensor_file_note(f, "version", str_text(&version));
	if (p->vocabulary != &equation_vocabulary) /* files of equations stay as they were, byte for byte */
		tensor_file_note(f, "language", p->vocabulary->language);
	tensor_file_note(f, "encoding", encoding_name(p->encoding));
	note_json(f, "network", network);
	note_json(f, "vocabulary", names);
	note_json(f, "arity", arities);
	note_json(f, "grammar", limits);
	note_json(f, "recipe", p->recipe);
	note_json(f, "metrics", p->metrics);
	cJSON_Delete(network);
	cJSON_Delete(limits);
	cJSON_Delete(names);
	cJSON_Delete(arities);
	str_release(&version);
}

/* One tensor as the file has it (rows of unknown tokens left out); returns the number of values. */
static size_t gather(const struct policy *p, int tensor, const struct tensor_spec *s, float *out)
{
	int copies = policy_vocab_copies(tensor), width = tensor == NET_LOGITS_B ? 1 : s->cols;
	const float *in = p->params + s->offset;
	size_t n = 0;

	if (!copies) {
		n = (size_t)s->rows * (size_t)s->cols;
		memcpy(out, in, n * sizeof(*out));
		return n;
	}
	for (int row = 0; row < copies * p->vocabulary->n; row++) {
		if (!(p->known_tokens & TOK_BIT(row % p->vocabulary->n)))
			continue;
		memcpy(out + n, in + row * width, (size_t)width * sizeof(*out));
		n += (size_t)width;
	}
	return n;
}

/* Converts n floats into *to and moves it on. */
static enum status convert(const float *from, size_t n, enum tensor_dtype dtype, char **to, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t h = dtype == DTYPE_F16 ? half_from_float(from[i]) : bf16_from_float(from[i]);
		float back = dtype == DTYPE_F16 ? half_to_float(h) : bf16_to_float(h);

		if (!isfinite(from[i]) || (dtype != DTYPE_F32 && !isfinite(back)))
			return fail(ST_WEIGHTS, "%s: the value %g cannot be stored", name, from[i]);
		if (dtype == DTYPE_F32)
			memcpy(*to, &from[i], 4);
		else
			memcpy(*to, &h, 2);
		*to += dtype == DTYPE_F32 ? 4 : 2;
	}
	return ST_OK;
}

enum status policy_save(const struct policy *p, const char *path, enum tensor_dtype dtype)
{
	int n = net_tensors(&p->config);
	struct tensor_spec *specs = xcalloc((size_t)n, sizeof(*specs));
	float *values = xaligned(net_size(&p->config) * sizeof(*values));
	char *bytes = xaligned(net_size(&p->config) * sizeof(*values)), *at = bytes;
	struct tensor_file f = {0};
	enum status st = ST_OK;

	if (dtype != DTYPE_F32 && dtype != DTYPE_F16 && dtype != DTYPE_BF16)
		BUG("weights are not written as dtype %d", dtype);
	net_specs(&p->config, specs);
	note_metadata(&f, p);
	for (int i = 0; i < n && st == ST_OK; i++) {
		const struct tensor_spec *s = &specs[i];
		size_t count = gather(p, i, s, values);
		bool vector = s->rows == 1; /* the bias of the logits loses unknown tokens, too */
		int64_t cols = vector ? (int64_t)count : s->cols, shape[2] = {(int64_t)count / cols, cols};

		tensor_file_add(&f, s->name, dtype, vector ? 1 : 2, vector ? &cols : shape, at);
		st = convert(values, count, dtype, &at, s->name);
	}
	if (st == ST_OK)
		st = tensor_file_save(&f, path);
	tensor_file_release(&f);
	free(bytes);
	free(values);
	free(specs);
	return st;
}
