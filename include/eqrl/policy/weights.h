/* weights.h — weight files: safetensors with everything needed to use them in the metadata.
 *
 * Layout: u64 little-endian header length, JSON header {tensor: {dtype, shape, data_offsets},
 * "__metadata__": {string: string}}, raw data. Readable by any safetensors reader. Metadata keys:
 * format ("eqrl-policy"), version, network (JSON text of struct net_config), vocabulary (JSON array of
 * token names in row order), arity (JSON array beside it), language (absent: equations), encoding, grammar (JSON: max_len, max_consts, nest_limit),
 * recipe (JSON: how it was trained), metrics (JSON). dtype F32, F16 or BF16; loading converts to float.
 *
 * The vocabulary is matched by name: rows of embed, slot and logits are permuted to this program's
 * tokens of the language; tokens that the file does not know get zero rows and are masked out (known_tokens).
 *
 * The same container holds checkpoints (struct tensor_file): any named arrays plus metadata. */
#ifndef EQRL_WEIGHTS_H
#define EQRL_WEIGHTS_H

#include "eqrl/base/error.h"
#include "eqrl/expr/syntax.h"
#include "eqrl/policy/encode.h"
#include "eqrl/policy/network.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

enum tensor_dtype { DTYPE_F32, DTYPE_F16, DTYPE_BF16, DTYPE_F64, DTYPE_I64, DTYPE_U8 };

struct tensor_entry {
	char name[64];
	enum tensor_dtype dtype;
	int n_dims;
	int64_t shape[4];
	const void *data; /* into the loaded file, or the caller's array when writing */
	size_t bytes;
};

/* A safetensors file in memory; also what a checkpoint is. */
struct tensor_file {
	int n;
	struct tensor_entry *entry;
	cJSON *metadata; /* object of strings */
	char *bytes;	 /* owned when loaded */
};

/* Fails with file, what is wrong and where (cut off, overlapping offsets, unknown dtype …). */
enum status tensor_file_load(struct tensor_file *f, const char *path);
/* Written atomically; metadata keys in the object's order, so equal content gives equal bytes. */
enum status tensor_file_save(const struct tensor_file *f, const char *path);
void tensor_file_release(struct tensor_file *f);
const struct tensor_entry *tensor_file_find(const struct tensor_file *f, const char *name);
/* Builder for saving: data is borrowed until the save. */
void tensor_file_add(struct tensor_file *f, const char *name, enum tensor_dtype dtype, int n_dims, const int64_t *shape,
		     const void *data);
void tensor_file_note(struct tensor_file *f, const char *key, const char *value);

struct policy {
	struct net_config config;
	const struct vocabulary *vocabulary;
	enum encoding encoding;
	float *params;					       /* flat, net_size(config) floats, 64-byte aligned */
	uint64_t known_tokens;				       /* tokens that the weights know */
	int grammar_max_len, grammar_max_consts, grammar_nest; /* the masks it was trained under */
	cJSON *recipe, *metrics;			       /* objects, possibly empty */
	char sha256[65];				       /* of the file, "" for fresh weights */
	char *path;
};

/* Weights of a language; those of another one are refused. policy_load() wants equations. */
enum status policy_load_language(struct policy *p, const char *path, const struct vocabulary *v);
enum status policy_load(struct policy *p, const char *path);
enum status policy_save(const struct policy *p, const char *path, enum tensor_dtype dtype);
/* Makes random weights of that shape. policy_init() is for equations. */
void policy_init_language(struct policy *p, const struct net_config *c, enum encoding e, const struct vocabulary *v,
			  uint64_t seed);
void policy_init(struct policy *p, const struct net_config *c, enum encoding e, uint64_t seed);
void policy_copy(struct policy *dst, const struct policy *src);
void policy_release(struct policy *p);

uint16_t half_from_float(float v); /* IEEE binary16, round to nearest even */
float half_to_float(uint16_t h);
uint16_t bf16_from_float(float v);
float bf16_to_float(uint16_t h);

#endif
