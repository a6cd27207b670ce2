/* policy_read.c — a network with its weights from a file; see weights.h. */
#include "policy_file.h"

#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/vocab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_VOCAB_MAX = 1024 };

/* The file's vocabulary: n rows, row i is this program's token[i], or -1. */
struct vocab_map {
	int n;
	int token[FILE_VOCAB_MAX];
};

/* The JSON of a metadata text; type_ok is a cJSON_Is… function. */
static enum status read_json(const struct tensor_file *f, const char *path, const char *key,
			     cJSON_bool (*type_ok)(const cJSON *), cJSON **out)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, key));

	*out = NULL;
	if (!text)
		return fail(ST_WEIGHTS, "%s: the metadata has no \"%s\"", path, key);
	*out = cJSON_Parse(text);
	if (!*out || !type_ok(*out)) {
		cJSON_Delete(*out);
		*out = NULL;
		return fail(ST_WEIGHTS, "%s: metadata \"%s\" is not the JSON it should be", path, key);
	}
	return ST_OK;
}

/* An optional object, empty when absent. */
static enum status read_record(const struct tensor_file *f, const char *path, const char *key, cJSON **out)
{
	if (cJSON_HasObjectItem(f->metadata, key))
		return read_json(f, path, key, cJSON_IsObject, out);
	*out = cJSON_CreateObject();
	return ST_OK;
}

static enum status read_int(const cJSON *object, const char *path, const char *key, int *out)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || item->valuedouble != (double)item->valueint)
		return fail(ST_WEIGHTS, "%s: metadata: %s is missing or no whole number", path, key);
	*out = item->valueint;
	return ST_OK;
}

static enum status check_format(const struct tensor_file *f, const char *path)
{
	const char *format = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, "format"));
	const char *version = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, "version"));
	int v;

	if (!format || strcmp(format, POLICY_FORMAT) != 0)
		return fail(ST_WEIGHTS, "%s: a safetensors file, but not weights of eqrl (format \"%.40s\")", path,
			    format ? format : "");
	v = version ? atoi(version) : 0;
	if (v < 1)
		return fail(ST_WEIGHTS, "%s: the metadata has no version", path);
	if (v > POLICY_FORMAT_VERSION)
		return fail(ST_WEIGHTS, "%s: written by a newer eqrl (version %d, this program reads %d)", path, v,
			    POLICY_FORMAT_VERSION);
	return ST_OK;
}

/* Files that name no language are older than others than that of equations. */
static enum status check_language(const struct policy *p, const struct tensor_file *f, const char *path)
{
	const char *language = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, "language"));

	language = language ? language : equation_vocabulary.language;
	if (strcmp(language, p->vocabulary->language) != 0)
		return fail(ST_WEIGHTS, "%s: weights that write %.40s; %s are asked for", path, language,
			    p->vocabulary->language);
	return ST_OK;
}

static enum status read_config(struct policy *p, const cJSON *network, const char *path)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, network)
	{
		bool known = false;

		for (int i = 0; i < POLICY_FIELDS; i++)
			known |= strcmp(item->string, policy_field_name[i]) == 0;
		if (!known)
			return fail(ST_WEIGHTS, "%s: this program's network has no \"%.40s\"", path, item->string);
	}
	for (int i = 0; i < POLICY_FIELDS; i++)
		TRY(read_int(network, path, policy_field_name[i], policy_field(&p->config, i)));
	p->config.vocab = p->vocabulary->n;
	if (net_config_check(&p->config) != ST_OK)
		return fail_prefix(ST_WEIGHTS, "%s", path);
	return ST_OK;
}

static enum status read_encoding(struct policy *p, const struct tensor_file *f, const char *path)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, "encoding"));
	int e = name ? encoding_find(name) : -1;

	if (e < 0)
		return fail(ST_WEIGHTS, "%s: unknown encoding \"%.40s\"", path, name ? name : "");
	p->encoding = (enum encoding)e;
	if (p->config.features != encoding_features(p->encoding) || p->config.context != encoding_context(p->encoding))
		return fail(ST_WEIGHTS, "%s: encoding %s has %d features and %d of context, the network %d and %d",
			    path, name, encoding_features(p->encoding), encoding_context(p->encoding),
			    p->config.features, p->config.context);
	return ST_OK;
}

static enum status read_vocabulary(struct policy *p, const cJSON *names, const cJSON *arities, struct vocab_map *map,
				   const char *path)
{
	const struct vocabulary *v = p->vocabulary;
	const cJSON *name = names->child, *arity = arities->child;

	map->n = cJSON_GetArraySize(names);
	if (map->n > FILE_VOCAB_MAX || cJSON_GetArraySize(arities) != map->n)
		return fail(ST_WEIGHTS, "%s: vocabulary of %d tokens with %d arities", path, map->n,
			    cJSON_GetArraySize(arities));
	for (int i = 0; i < map->n; i++, name = name->next, arity = arity->next) {
		int t;

		if (!cJSON_IsString(name) || !cJSON_IsNumber(arity))
			return fail(ST_WEIGHTS, "%s: vocabulary: token %d has no name or arity", path, i);
		t = map->token[i] = vocabulary_find(v, name->valuestring);
		if (t < 0)
			continue;
		if (p->known_tokens & TOK_BIT(t))
			return fail(ST_WEIGHTS, "%s: vocabulary: \"%s\" appears twice", path, v->name(t));
		if (arity->valueint != v->arity(t))
			return fail(ST_WEIGHTS, "%s: vocabulary: \"%s\" takes %d operands there, %d here", path,
				    v->name(t), arity->valueint, v->arity(t));
		p->known_tokens |= TOK_BIT(t);
	}
	if ((p->known_tokens & v->needed) != v->needed)
		return fail(ST_WEIGHTS, "%s: the vocabulary lacks %s", path,
			    v->name(__builtin_ctzll(v->needed & ~p->known_tokens)));
	return ST_OK;
}

static enum status read_limits(struct policy *p, const cJSON *grammar, const char *path)
{
	TRY(read_int(grammar, path, "max_len", &p->grammar_max_len));
	TRY(read_int(grammar, path, "max_consts", &p->grammar_max_consts));
	TRY(read_int(grammar, path, "nest_limit", &p->grammar_nest));
	if (p->grammar_max_len < 1 || p->grammar_max_len >= p->config.max_len ||
	    p->grammar_max_len > p->vocabulary->max_len || p->grammar_max_consts < 0 ||
	    p->grammar_max_consts > EXPR_MAX_CONSTS || p->grammar_nest < 0 || p->grammar_nest > VOCAB_MAX_LEN)
		return fail(ST_WEIGHTS, "%s: grammar: max_len %d, max_consts %d, nest_limit %d do not fit", path,
			    p->grammar_max_len, p->grammar_max_consts, p->grammar_nest);
	return ST_OK;
}

static float element(const struct tensor_entry *e, size_t i)
{
	switch (e->dtype) {
	case DTYPE_F32:
		return ((const float *)e->data)[i];
	case DTYPE_F16:
		return half_to_float(((const uint16_t *)e->data)[i]);
	case DTYPE_BF16:
		return bf16_to_float(((const uint16_t *)e->data)[i]);
	default:
		BUG("not a weight's dtype");
	}
}

static enum status check_tensor(const struct tensor_entry *e, int64_t rows, int64_t cols, const char *path)
{
	int64_t file_rows = e->n_dims == 2 ? e->shape[0] : 1;
	int64_t file_cols = e->n_dims == 2 ? e->shape[1] : e->n_dims == 1 ? e->shape[0] : 0;

	if (e->dtype != DTYPE_F32 && e->dtype != DTYPE_F16 && e->dtype != DTYPE_BF16)
		return fail(ST_WEIGHTS, "%s: %s: weights are F32, F16 or BF16", path, e->name);
	if (e->n_dims > 2 || file_rows != rows || file_cols != cols)
		return fail(ST_WEIGHTS, "%s: %s: file (%lld, %lld), network (%lld, %lld)", path, e->name,
			    (long long)file_rows, (long long)file_cols, (long long)rows, (long long)cols);
	for (int64_t i = 0; i < rows * cols; i++)
		if (!isfinite(element(e, (size_t)i)))
			return fail(ST_WEIGHTS, "%s: %s: value %lld is not finite", path, e->name, (long long)i);
	return ST_OK;
}

/* The tensor is there and has the network's shape (the file's, where rows are tokens). */
static enum status find_tensor(const struct tensor_file *f, int tensor, const struct tensor_spec *s,
			       const struct vocab_map *map, const char *path)
{
	const struct tensor_entry *e = tensor_file_find(f, s->name);
	int copies = policy_vocab_copies(tensor);

	if (!e)
		return fail(ST_WEIGHTS, "%s: tensor %s is missing", path, s->name);
	if (!copies)
		return check_tensor(e, s->rows, s->cols, path);
	return tensor == NET_LOGITS_B ? check_tensor(e, 1, map->n, path)
				      : check_tensor(e, copies * map->n, s->cols, path);
}

static void read_tensor(struct policy *p, int tensor, const struct tensor_spec *s, const struct tensor_entry *e,
			const struct vocab_map *map)
{
	int copies = policy_vocab_copies(tensor), width = tensor == NET_LOGITS_B ? 1 : s->cols;
	float *out = p->params + s->offset;

	if (!copies)
		for (size_t i = 0; i < (size_t)s->rows * (size_t)s->cols; i++)
			out[i] = element(e, i);
	for (int row = 0; row < copies * map->n; row++) {
		int token = map->token[row % map->n];
		int to = token + row / map->n * p->vocabulary->n;

		if (token >= 0)
			for (int k = 0; k < width; k++)
				out[to * width + k] = element(e, (size_t)(row * width + k));
	}
}

static enum status no_strangers(const struct tensor_file *f, const struct tensor_spec *specs, int n, const char *path)
{
	for (int i = 0; i < f->n; i++) {
		int k = 0;

		while (k < n && strcmp(specs[k].name, f->entry[i].name) != 0)
			k++;
		if (k == n)
			return fail(ST_WEIGHTS, "%s: tensor %s is no part of the network", path, f->entry[i].name);
	}
	return ST_OK;
}

/* Shapes are checked before memory for the network is taken: the file then has that much, too. */
static enum status read_tensors(struct policy *p, const struct tensor_file *f, const struct vocab_map *map,
				const char *path)
{
	int n = net_tensors(&p->config);
	struct tensor_spec *specs = xcalloc((size_t)n, sizeof(*specs));
	enum status st = ST_OK;

	net_specs(&p->config, specs);
	for (int i = 0; i < n && st == ST_OK; i++)
		st = find_tensor(f, i, &specs[i], map, path);
	if (st == ST_OK)
		st = no_strangers(f, specs, n, path);
	if (st == ST_OK) {
		p->params = xaligned(net_size(&p->config) * sizeof(*p->params));
		for (int i = 0; i < n; i++)
			read_tensor(p, i, &specs[i], tensor_file_find(f, specs[i].name), map);
	}
	free(specs);
	return st;
}

static enum status read_policy(struct policy *p, const struct tensor_file *f, const char *path)
{
	struct vocab_map map;
	cJSON *network = NULL, *names = NULL, *arities = NULL, *limits = NULL;
	enum status st;

	if ((st = check_format(f, path)) == ST_OK && (st = check_language(p, f, path)) == ST_OK &&
	    (st = read_json(f, path, "network", cJSON_IsObject, &network)) == ST_OK &&
	    (st = read_config(p, network, path)) == ST_OK && (st = read_encoding(p, f, path)) == ST_OK &&
	    (st = read_json(f, path, "vocabulary", cJSON_IsArray, &names)) == ST_OK &&
	    (st = read_json(f, path, "arity", cJSON_IsArray, &arities)) == ST_OK &&
	    (st = read_vocabulary(p, names, arities, &map, path)) == ST_OK &&
	    (st = read_json(f, path, "grammar", cJSON_IsObject, &limits)) == ST_OK &&
	    (st = read_limits(p, limits, path)) == ST_OK &&
	    (st = read_record(f, path, "recipe", &p->recipe)) == ST_OK &&
	    (st = read_record(f, path, "metrics", &p->metrics)) == ST_OK)
		st = read_tensors(p, f, &map, path);
	cJSON_Delete(network);
	cJSON_Delete(names);
	cJSON_Delete(arities);
	cJSON_Delete(limits);
	return st;
}

enum status policy_load_language(struct policy *p, const char *path, const struct vocabulary *v)
{
	struct tensor_file f;
	enum status st;

	*p = (struct policy){.vocabulary = v};
	TRY(tensor_file_load(&f, path));
	st = read_policy(p, &f, path);
	if (st == ST_OK && sha256_file(path, p->sha256) != ST_OK)
		st = ST_WEIGHTS;
	if (st == ST_OK)
		p->path = xstrdup(path);
	else
		policy_release(p);
	tensor_file_release(&f);
	return st;
}

enum status policy_load(struct policy *p, const char *path)
{
	return policy_load_language(p, path, &equation_vocabulary);
}
