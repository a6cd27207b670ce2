/* checkpoint.c — everything that the next step depends on, in one safetensors file.
 *
 * Structures are stored as they lie in memory, guarded by their sizes and the program's layout number: a
 * checkpoint belongs to the program that wrote it, weights do not. */
#include "trainer_internal.h"

#include "eqrl/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKPOINT_LAYOUT = 1 };

struct fixed {
	int64_t layout, hof_bytes, step, equations, adam_step;
	struct baseline baseline;
	struct scorer_counts counts;
	int64_t exact, first_exact;
	uint64_t seed;
	int64_t n_cached;
};

static void add_bytes(struct tensor_file *f, const char *name, const void *data, size_t bytes)
{
	int64_t shape = (int64_t)bytes;

	tensor_file_add(f, name, DTYPE_U8, 1, &shape, data);
}

static enum status save_policy(struct trainer *t, struct tensor_file *f, float *m, float *v, int64_t *adam_step)
{
	int64_t n = (int64_t)net_size(&t->policy.config);
	enum status st;

	tensor_file_add(f, "params", DTYPE_F32, 1, &n, t->policy.params);
	if (!t->learner)
		return ST_OK;
	st = t->api->get_moments(t->learner, m, v, adam_step);
	if (st != ST_OK)
		return fail(st, "learner: %s", t->api->error());
	tensor_file_add(f, "adam.m", DTYPE_F32, 1, &n, m);
	tensor_file_add(f, "adam.v", DTYPE_F32, 1, &n, v);
	return ST_OK;
}

enum status trainer_save(struct trainer *t, const char *path)
{
	size_t n = t->policy.params ? net_size(&t->policy.config) : 0;
	float *m = xcalloc(n, sizeof(*m)), *v = xcalloc(n, sizeof(*v));
	struct fixed fixed;
	struct tensor_file f = {0};
	enum status st = ST_OK;

	memset(&fixed, 0, sizeof(fixed)); /* padding too: equal states give equal bytes */
	fixed.layout = CHECKPOINT_LAYOUT;
	fixed.hof_bytes = sizeof(struct hof);
	fixed.step = t->stats.step;
	fixed.equations = t->stats.equations;
	fixed.baseline = t->baseline;
	fixed.counts = *scorer_counts(t->scorer);
	fixed.exact = t->stats.exact;
	fixed.first_exact = t->stats.first_exact;
	fixed.seed = t->c.seed;
	fixed.n_cached = scorer_cache_size(t->scorer);
	if (t->policy.params)
		st = save_policy(t, &f, m, v, &fixed.adam_step);
	if (st == ST_OK) {
		add_bytes(&f, "state", &fixed, sizeof(fixed));
		add_bytes(&f, "hall_of_fame", &t->hof, sizeof(t->hof));
		add_bytes(&f, "population", &t->population, sizeof(t->population));
		add_bytes(&f, "elites", &t->elites, sizeof(t->elites));
		add_bytes(&f, "history", t->history, (size_t)t->stats.step * sizeof(*t->history));
		add_bytes(&f, "cache", scorer_cache(t->scorer),
			  (size_t)fixed.n_cached * sizeof(struct cached_score));
		tensor_file_note(&f, "format", "eqrl-checkpoint");
		st = tensor_file_save(&f, path);
	}
	tensor_file_release(&f);
	free(m);
	free(v);
	return st;
}

static enum status unfit(const char *path, const char *why)
{
	return fail(ST_WEIGHTS, "%s: %s; it goes on only with the program and options that wrote it", path, why);
}

static enum status load_policy(struct trainer *t, const struct tensor_file *f, const char *path, int64_t adam_step)
{
	size_t bytes = net_size(&t->policy.config) * sizeof(float);
	const struct tensor_entry *p = tensor_file_find(f, "params"), *m = tensor_file_find(f, "adam.m"),
				  *v = tensor_file_find(f, "adam.v");

	if (!p || p->bytes != bytes)
		return unfit(path, "its policy has another shape");
	memcpy(t->policy.params, p->data, bytes);
	contexts_refresh(&t->contexts, &t->policy, t->c.tune_all);
	if (!t->learner)
		return ST_OK;
	if (!m || !v || m->bytes != bytes || v->bytes != bytes)
		return unfit(path, "it has no optimiser state");
	if (t->api->set_params(t->learner, t->policy.params) != ST_OK ||
	    t->api->set_moments(t->learner, m->data, v->data, adam_step) != ST_OK)
		return fail(ST_INTERNAL, "learner: %s", t->api->error());
	return ST_OK;
}

enum status trainer_load(struct trainer *t, const char *path)
{
	struct tensor_file f;
	const struct tensor_entry *state, *hof, *cache, *history, *elites, *population;
	struct fixed fixed;
	enum status st = ST_OK;

	TRY(tensor_file_load(&f, path));
	state = tensor_file_find(&f, "state");
	hof = tensor_file_find(&f, "hall_of_fame");
	cache = tensor_file_find(&f, "cache");
	history = tensor_file_find(&f, "history");
	elites = tensor_file_find(&f, "elites");
	population = tensor_file_find(&f, "population");
	if (!state || !hof || !cache || !history || !elites || elites->bytes != sizeof(t->elites) ||
	    !population || population->bytes != sizeof(t->population) || state->bytes != sizeof(fixed) || hof->bytes != sizeof(t->hof)) {
		st = unfit(path, "is no checkpoint of this version");
	} else {
		memcpy(&fixed, state->data, sizeof(fixed));
		if (fixed.layout != CHECKPOINT_LAYOUT || fixed.hof_bytes != (int64_t)sizeof(struct hof) ||
		    cache->bytes != (size_t)fixed.n_cached * sizeof(struct cached_score) ||
		    history->bytes != (size_t)fixed.step * sizeof(*t->history))
			st = unfit(path, "was written by another version");
		else if (fixed.seed != t->c.seed)
			st = unfit(path, "has another seed");
	}
	if (st == ST_OK && t->policy.params)
		st = load_policy(t, &f, path, fixed.adam_step);
	if (st == ST_OK) {
		struct cached_score *entries = xmalloc(cache->bytes + 1); /* the file's bytes are not aligned */

		memcpy(entries, cache->data, cache->bytes);
		memcpy(&t->hof, hof->data, sizeof(t->hof));
		scorer_restore(t->scorer, entries, (int)fixed.n_cached, &fixed.counts);
		free(entries);
		t->history_capacity = fixed.step + 1;
		t->history = xrealloc(t->history, (size_t)t->history_capacity * sizeof(*t->history));
		memcpy(t->history, history->data, history->bytes);
		memcpy(&t->population, population->data, sizeof(t->population));
		memcpy(&t->elites, elites->data, sizeof(t->elites));
		t->baseline = fixed.baseline;
		t->stats.step = fixed.step;
		t->stats.equations = fixed.equations;
		t->stats.exact = fixed.exact != 0;
		t->stats.first_exact = (int)fixed.first_exact;
	}
	tensor_file_release(&f);
	return st;
}
