/* learned_state.c — see learned_state.h. */
#include "learned_state.h"

#include "eqrl/base/mem.h"
#include "eqrl/policy/weights.h"

#include <stdlib.h>
#include <string.h>

struct learned_numbers {
	uint64_t identity;
	int64_t adam_step;
};

enum status learned_save(const struct learned_state *s, const char *format, const char *path)
{
	struct learning *l = s->learning;
	size_t n = net_size(&s->policy->config);
	int64_t shape = (int64_t)n, bytes = sizeof(struct learned_numbers), fixed_bytes = (int64_t)s->size;
	float *m = xmalloc(n * sizeof(*m)), *v = xmalloc(n * sizeof(*v));
	struct learned_numbers numbers = {.identity = s->identity};
	struct tensor_file f = {0};
	enum status st;

	if (l->apart)
		st = fail(ST_INTERNAL, "%s: not saved, since an error left the last step's policy incomplete", path);
	else if (l->api->get_moments(l->learner, m, v, &numbers.adam_step) != ST_OK)
		st = fail(ST_TORCH, "learner: %s", l->api->error());
	else {
		tensor_file_add(&f, "params", DTYPE_F32, 1, &shape, s->policy->params);
		tensor_file_add(&f, "adam.m", DTYPE_F32, 1, &shape, m);
		tensor_file_add(&f, "adam.v", DTYPE_F32, 1, &shape, v);
		if (l->reference)
			tensor_file_add(&f, "reference", DTYPE_F32, 1, &shape, l->reference);
		tensor_file_add(&f, "learned", DTYPE_U8, 1, &bytes, &numbers);
		tensor_file_add(&f, "state", DTYPE_U8, 1, &fixed_bytes, s->fixed);
		tensor_file_note(&f, "format", format);
		st = tensor_file_save(&f, path);
	}
	tensor_file_release(&f);
	free(m);
	free(v);
	return st;
}

/* The data of that tensor if it has so many bytes, else NULL. */
static const void *data_of(const struct tensor_file *f, const char *name, size_t bytes)
{
	const struct tensor_entry *e = tensor_file_find(f, name);

	return e && e->bytes == bytes ? e->data : NULL;
}

static enum status take_reference(struct learning *l, const void *reference, size_t bytes)
{
	if (!reference)
		return ST_OK;
	if (!l->reference)
		l->reference = xmalloc(bytes);
	memcpy(l->reference, reference, bytes);
	return l->api->set_reference(l->learner, l->reference);
}

static enum status take_state(const struct learned_state *s, const struct tensor_file *f, const char *path)
{
	size_t bytes = net_size(&s->policy->config) * sizeof(float);
	const void *params = data_of(f, "params", bytes), *m = data_of(f, "adam.m", bytes);
	const void *v = data_of(f, "adam.v", bytes), *fixed = data_of(f, "state", s->size);
	struct learned_numbers numbers = {0};
	const void *learned = data_of(f, "learned", sizeof(numbers));
	struct learning *l = s->learning;

	if (learned)
		memcpy(&numbers, learned, sizeof(numbers));
	if (!params || !m || !v || !fixed || !learned || numbers.identity != s->identity)
		return fail(ST_WEIGHTS,
			    "%s: is the state of other weights or options; give --state another name or delete the "
			    "file",
			    path);
	memcpy(s->policy->params, params, bytes);
	memcpy(s->fixed, fixed, s->size);
	if (l->api->set_params(l->learner, s->policy->params) != ST_OK ||
	    l->api->set_moments(l->learner, m, v, numbers.adam_step) != ST_OK ||
	    take_reference(l, data_of(f, "reference", bytes), bytes) != ST_OK)
		return fail(ST_TORCH, "learner: %s", l->api->error());
	return ST_OK;
}

enum status learned_load(const struct learned_state *s, const char *path)
{
	struct tensor_file f;
	enum status st;

	TRY(tensor_file_load(&f, path));
	st = take_state(s, &f, path);
	tensor_file_release(&f);
	return st;
}
