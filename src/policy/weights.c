/* weights.c — the safetensors container; see weights.h.
 *
 * A file may come from anywhere: every length, offset and shape is checked before it is used, and
 * the tensors must cover the data exactly, without gap or overlap, as the format demands. */
#include "eqrl/policy/weights.h"

#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_MAX   ((uint64_t)16 << 20)
#define METADATA_KEY "__metadata__"

static const struct {
	const char *name;
	size_t size;
} dtypes[] = {
	[DTYPE_F32] = {"F32", 4}, [DTYPE_F16] = {"F16", 2}, [DTYPE_BF16] = {"BF16", 2},
	[DTYPE_F64] = {"F64", 8}, [DTYPE_I64] = {"I64", 8}, [DTYPE_U8] = {"U8", 1},
};

static size_t align_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static void put_u64(char *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (char)(v >> (8 * i));
}

static uint64_t get_u64(const char *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v |= (uint64_t)(unsigned char)p[i] << (8 * i);
	return v;
}

/* A JSON number that is an exact whole number ≥ 0. */
static bool json_count(const cJSON *item, int64_t *out)
{
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= 0x1p53))
		return false;
	*out = (int64_t)item->valuedouble;
	return (double)*out == item->valuedouble;
}

/* Where a tensor of the header says that it lies. */
struct span {
	struct tensor_entry *entry;
	int64_t begin, end;
};

static enum status parse_dtype(struct tensor_entry *e, const cJSON *item, const char *path)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "dtype"));

	if (!name)
		return fail(ST_WEIGHTS, "%s: tensor %s has no dtype", path, e->name);
	for (size_t i = 0; i < COUNT_OF(dtypes); i++) {
		if (strcmp(dtypes[i].name, name) == 0) {
			e->dtype = (enum tensor_dtype)i;
			return ST_OK;
		}
	}
	return fail(ST_WEIGHTS, "%s: tensor %s has the unknown dtype %.16s", path, e->name, name);
}

/* Fills shape and bytes. */
static enum status parse_shape(struct tensor_entry *e, const cJSON *item, const char *path)
{
	const cJSON *shape = cJSON_GetObjectItemCaseSensitive(item, "shape"), *dim;
	int64_t bytes = (int64_t)dtypes[e->dtype].size;

	if (!cJSON_IsArray(shape))
		return fail(ST_WEIGHTS, "%s: tensor %s has no shape", path, e->name);
	cJSON_ArrayForEach(dim, shape)
	{
		if (e->n_dims == (int)COUNT_OF(e->shape))
			return fail(ST_WEIGHTS, "%s: tensor %s has more than %zu dimensions", path, e->name,
				    COUNT_OF(e->shape));
		if (!json_count(dim, &e->shape[e->n_dims]))
			return fail(ST_WEIGHTS, "%s: tensor %s: a dimension is no whole number", path, e->name);
		if (__builtin_mul_overflow(bytes, e->shape[e->n_dims++], &bytes))
			return fail(ST_WEIGHTS, "%s: tensor %s: the shape is impossibly large", path, e->name);
	}
	e->bytes = (size_t)bytes;
	return ST_OK;
}

static enum status parse_tensor(struct span *s, const cJSON *item, const char *path)
{
	const cJSON *offsets = cJSON_GetObjectItemCaseSensitive(item, "data_offsets");
	struct tensor_entry *e = s->entry;

	if (strlen(item->string) >= sizeof(e->name))
		return fail(ST_WEIGHTS, "%s: the tensor name %.20s… is too long", path, item->string);
	strcpy(e->name, item->string);
	if (!cJSON_IsObject(item))
		return fail(ST_WEIGHTS, "%s: the header's entry %s is no object", path, e->name);
	TRY(parse_dtype(e, item, path));
	TRY(parse_shape(e, item, path));
	if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 ||
	    !json_count(cJSON_GetArrayItem(offsets, 0), &s->begin) ||
	    !json_count(cJSON_GetArrayItem(offsets, 1), &s->end) || s->end < s->begin)
		return fail(ST_WEIGHTS, "%s: tensor %s has no valid data_offsets", path, e->name);
	if ((uint64_t)(s->end - s->begin) != e->bytes)
		return fail(ST_WEIGHTS, "%s: tensor %s: its shape needs %zu bytes, its offsets span %lld", path,
			    e->name, e->bytes, (long long)(s->end - s->begin));
	return ST_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct span *)a)->entry->name, ((const struct span *)b)->entry->name);
}

/* The tensors must cover the size bytes of data once. Leaves the spans sorted by place. */
static enum status check_places(struct span *s, int n, size_t size, const char *path)
{
	int64_t end = 0;

	qsort(s, (size_t)n, sizeof(*s), by_name);
	for (int i = 1; i < n; i++)
		if (strcmp(s[i].entry->name, s[i - 1].entry->name) == 0)
			return fail(ST_WEIGHTS, "%s: tensor %s appears twice", path, s[i].entry->name);
	qsort(s, (size_t)n, sizeof(*s), by_place);
	for (int i = 0; i < n; i++) {
		if (s[i].begin != end)
			return fail(ST_WEIGHTS, "%s: tensor %s %s", path, s[i].entry->name,
				    s[i].begin < end ? "overlaps another tensor" : "leaves a gap before it");
		end = s[i].end;
	}
	if ((uint64_t)end > size)
		return fail(ST_WEIGHTS, "%s: cut off: %zu bytes of data, the header describes %lld", path, size,
			    (long long)end);
	if ((uint64_t)end < size)
		return fail(ST_WEIGHTS, "%s: %zu bytes after the last tensor", path, size - (size_t)end);
	return ST_OK;
}

static enum status check_metadata(const cJSON *metadata, const char *path)
{
	const cJSON *item;

	if (!cJSON_IsObject(metadata))
		return fail(ST_WEIGHTS, "%s: " METADATA_KEY " is no object", path);
	cJSON_ArrayForEach(item, metadata) if (!cJSON_IsString(item)) return fail(
		ST_WEIGHTS, "%s: metadata %.40s is no text", path, item->string);
	return ST_OK;
}

/* Tensors start at multiples of 64 bytes in the copy, wherever the file had them. */
static void copy_data(struct tensor_file *f, const struct span *spans, const char *data)
{
	size_t total = 0, at = 0;

	for (int i = 0; i < f->n; i++)
		total += align_up(f->entry[i].bytes, 64);
	f->bytes = xaligned(total);
	for (int i = 0; i < f->n; i++) {
		struct tensor_entry *e = spans[i].entry;

		memcpy(f->bytes + at, data + spans[i].begin, e->bytes);
		e->data = f->bytes + at;
		at += align_up(e->bytes, 64);
	}
}

static enum status read_entries(struct tensor_file *f, cJSON *header, const char *data, size_t size, const char *path)
{
	struct span *spans;
	enum status st = ST_OK;
	const cJSON *item;

	f->metadata = cJSON_DetachItemFromObjectCaseSensitive(header, METADATA_KEY);
	if (!f->metadata)
		f->metadata = cJSON_CreateObject();
	TRY(check_metadata(f->metadata, path));
	f->n = cJSON_GetArraySize(header);
	f->entry = xcalloc((size_t)f->n, sizeof(*f->entry));
	spans = xcalloc((size_t)f->n, sizeof(*spans));
	item = header->child;
	for (int i = 0; i < f->n && st == ST_OK; i++, item = item->next) {
		spans[i].entry = &f->entry[i];
		st = parse_tensor(&spans[i], item, path);
	}
	if (st == ST_OK)
		st = check_places(spans, f->n, size, path);
	if (st == ST_OK)
		copy_data(f, spans, data);
	free(spans);
	return st;
}

static enum status parse_header(const char *raw, size_t size, const char *path, cJSON **header, size_t *data_start)
{
	const char *end;
	uint64_t length;

	*header = NULL;
	if (size < 10)
		return fail(ST_WEIGHTS, "%s: not a safetensors file (%zu bytes)", path, size);
	length = get_u64(raw);
	if (raw[8] != '{' || length < 2 || length > HEADER_MAX)
		return fail(ST_WEIGHTS, "%s: not a safetensors file", path);
	if (length > size - 8)
		return fail(ST_WEIGHTS, "%s: cut off: the header has %llu bytes, the file %zu", path,
			    (unsigned long long)length, size);
	*header = cJSON_ParseWithLengthOpts(raw + 8, (size_t)length, &end, 0);
	if (!*header || !cJSON_IsObject(*header))
		return fail(ST_WEIGHTS, "%s: the safetensors header is not valid JSON", path);
	for (const char *p = end; p < raw + 8 + length; p++)
		if (*p != ' ')
			return fail(ST_WEIGHTS, "%s: the safetensors header has something after its JSON", path);
	*data_start = 8 + (size_t)length;
	return ST_OK;
}

enum status tensor_file_load(struct tensor_file *f, const char *path)
{
	char *raw = NULL;
	size_t size = 0, start = 0;
	cJSON *header = NULL;
	enum status st;

	*f = (struct tensor_file){0};
	TRY(file_read(path, ST_WEIGHTS, &raw, &size));
	st = parse_header(raw, size, path, &header, &start);
	if (st == ST_OK)
		st = read_entries(f, header, raw + start, size - start, path);
	cJSON_Delete(header);
	free(raw);
	if (st != ST_OK)
		tensor_file_release(f);
	return st;
}

/* Larger elements first, as other writers do: then every tensor is aligned to its element. */
static int writing_order(const struct tensor_file *f, int *order)
{
	int n = 0;

	for (size_t size = 8; size > 0; size /= 2)
		for (int i = 0; i < f->n; i++)
			if (dtypes[f->entry[i].dtype].size == size)
				order[n++] = i;
	return n;
}

static cJSON *header_of(const struct tensor_file *f, const int *order, size_t *total)
{
	cJSON *header = cJSON_CreateObject();

	*total = 0;
	if (f->metadata)
		cJSON_AddItemToObject(header, METADATA_KEY, cJSON_Duplicate(f->metadata, 1));
	for (int i = 0; i < f->n; i++) {
		const struct tensor_entry *e = &f->entry[order[i]];
		cJSON *item = cJSON_AddObjectToObject(header, e->name), *array;

		cJSON_AddStringToObject(item, "dtype", dtypes[e->dtype].name);
		array = cJSON_AddArrayToObject(item, "shape");
		for (int k = 0; k < e->n_dims; k++)
			cJSON_AddItemToArray(array, cJSON_CreateNumber((double)e->shape[k]));
		array = cJSON_AddArrayToObject(item, "data_offsets");
		cJSON_AddItemToArray(array, cJSON_CreateNumber((double)*total));
		*total += e->bytes;
		cJSON_AddItemToArray(array, cJSON_CreateNumber((double)*total));
	}
	return header;
}

enum status tensor_file_save(const struct tensor_file *f, const char *path)
{
	int *order = xcalloc((size_t)f->n, sizeof(*order));
	size_t total, length, padded, at;
	cJSON *header;
	char *text, *out;
	enum status st;

	if (writing_order(f, order) != f->n)
		BUG("a tensor has no dtype");
	header = header_of(f, order, &total);
	text = cJSON_PrintUnformatted(header);
	if (!text)
		BUG("the header cannot be printed");
	length = strlen(text);
	padded = align_up(length, 8);
	out = xmalloc(8 + padded + total);
	put_u64(out, padded);
	memcpy(out + 8, text, length);
	memset(out + 8 + length, ' ', padded - length);
	at = 8 + padded;
	for (int i = 0; i < f->n; i++) {
		const struct tensor_entry *e = &f->entry[order[i]];

		if (e->bytes)
			memcpy(out + at, e->data, e->bytes);
		at += e->bytes;
	}
	st = file_write_atomic(path, out, at);
	free(out);
	cJSON_free(text);
	cJSON_Delete(header);
	free(order);
	return st;
}

void tensor_file_release(struct tensor_file *f)
{
	free(f->entry);
	free(f->bytes);
	cJSON_Delete(f->metadata);
	*f = (struct tensor_file){0};
}

const struct tensor_entry *tensor_file_find(const struct tensor_file *f, const char *name)
{
	for (int i = 0; i < f->n; i++)
		if (strcmp(f->entry[i].name, name) == 0)
			return &f->entry[i];
	return NULL;
}

void tensor_file_add(struct tensor_file *f, const char *name, enum tensor_dtype dtype, int n_dims, const int64_t *shape,
		     const void *data)
{
	struct tensor_entry e = {.dtype = dtype, .n_dims = n_dims, .data = data};

	if (strlen(name) >= sizeof(e.name) || n_dims > (int)COUNT_OF(e.shape))
		BUG("tensor %s does not fit a tensor_entry", name);
	if (tensor_file_find(f, name) || strcmp(name, METADATA_KEY) == 0)
		BUG("tensor %s is there already", name);
	strcpy(e.name, name);
	e.bytes = dtypes[dtype].size;
	for (int i = 0; i < n_dims; i++) {
		e.shape[i] = shape[i];
		e.bytes *= (size_t)shape[i];
	}
	f->entry = xrealloc(f->entry, (size_t)(f->n + 1) * sizeof(*f->entry));
	f->entry[f->n++] = e;
}

void tensor_file_note(struct tensor_file *f, const char *key, const char *value)
{
	if (!f->metadata)
		f->metadata = cJSON_CreateObject();
	cJSON_DeleteItemFromObjectCaseSensitive(f->metadata, key);
	cJSON_AddStringToObject(f->metadata, key, value);
}
