/* state.c — the resume state and the weights of pretraining as files; see pretrain.h. */
#include "eqrl/base/mem.h"
#include "parts.h"
#include "recipe.h"

#include <stdlib.h>
#include <string.h>

static int64_t read_number(const struct tensor_file *f, const char *name, int64_t otherwise)
{
	const struct tensor_entry *e = tensor_file_find(f, name);

	if (e && e->bytes == sizeof(otherwise))
		memcpy(&otherwise, e->data, sizeof(otherwise));
	return otherwise;
}

enum status pretrain_state_seed(const char *path, uint64_t *seed)
{
	struct tensor_file f;

	TRY(tensor_file_load(&f, path));
	*seed = (uint64_t)read_number(&f, "seed", 0);
	tensor_file_release(&f);
	return ST_OK;
}

static bool is_of_this_recipe(const struct pretrain *t, const struct tensor_file *f)
{
	const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->metadata, "identity"));
	char *here = recipe_identity(&t->c);
	bool same = said && strcmp(said, here) == 0;

	free(here);
	return same;
}

enum status pretrain_load_state(struct pretrain *t, const char *path)
{
	struct tensor_file f;
	const struct tensor_entry *p, *m, *v;
	size_t bytes = net_size(&t->c.net) * sizeof(float);
	struct pretrain_progress *at = &t->progress;
	enum status st = ST_OK;

	TRY(tensor_file_load(&f, path));
	p = tensor_file_find(&f, "params");
	m = tensor_file_find(&f, "adam.m");
	v = tensor_file_find(&f, "adam.v");
	if (!is_of_this_recipe(t, &f) || !p || !m || !v || p->bytes != bytes || m->bytes != bytes ||
	    v->bytes != bytes) {
		st = fail(ST_WEIGHTS,
			  "%s: is the state of another recipe; give --state another name or delete the "
			  "file",
			  path);
	} else {
		memcpy(t->policy.params, p->data, bytes);
		at->step = read_number(&f, "step", 0);
		at->pairs_before = read_number(&f, "pairs_before", 0);
		at->skipped = read_number(&f, "skipped", 0);
		st = t->api->set_params(t->learner, t->policy.params);
		if (st == ST_OK)
			st = t->api->set_moments(t->learner, m->data, v->data, read_number(&f, "updates", at->step));
		if (st != ST_OK)
			pretrain_learner_failed(t, st);
	}
	at->pairs = at->step * pretrain_pairs_per_step(&t->c);
	tensor_file_release(&f);
	return st;
}

enum status pretrain_save_state(struct pretrain *t, const char *path)
{
	size_t n = net_size(&t->c.net);
	int64_t shape = (int64_t)n, one = 1, updates;
	float *m = xmalloc(n * sizeof(float)), *v = xmalloc(n * sizeof(float));
	char *identity = recipe_identity(&t->c);
	struct tensor_file f = {0};
	enum status st = t->api->get_params(t->learner, t->policy.params);

	if (st == ST_OK)
		st = t->api->get_moments(t->learner, m, v, &updates);
	if (st != ST_OK) {
		pretrain_learner_failed(t, st);
	} else {
		tensor_file_add(&f, "params", DTYPE_F32, 1, &shape, t->policy.params);
		tensor_file_add(&f, "adam.m", DTYPE_F32, 1, &shape, m);
		tensor_file_add(&f, "adam.v", DTYPE_F32, 1, &shape, v);
		tensor_file_add(&f, "seed", DTYPE_I64, 1, &one, &t->c.seed);
		tensor_file_add(&f, "step", DTYPE_I64, 1, &one, &t->progress.step);
		tensor_file_add(&f, "updates", DTYPE_I64, 1, &one, &updates);
		tensor_file_add(&f, "skipped", DTYPE_I64, 1, &one, &t->progress.skipped);
		tensor_file_add(&f, "pairs_before", DTYPE_I64, 1, &one, &t->progress.pairs_before);
		tensor_file_note(&f, "format", "eqrl-pretrain-state");
		tensor_file_note(&f, "identity", identity);
		st = tensor_file_save(&f, path);
	}
	tensor_file_release(&f);
	free(identity);
	free(m);
	free(v);
	return st;
}

enum status pretrain_save_weights(struct pretrain *t, const char *path)
{
	enum status st = t->api->get_params(t->learner, t->policy.params);

	if (st != ST_OK)
		return pretrain_learner_failed(t, st);
	cJSON_Delete(t->policy.recipe);
	cJSON_Delete(t->policy.metrics);
	t->policy.recipe = recipe_describe(&t->c, &t->progress);
	t->policy.metrics = recipe_metrics(&t->progress);
	return policy_save(&t->policy, path, DTYPE_F16);
}
