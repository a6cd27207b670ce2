/* checkpoint_load.c — loading; see checkpoint.h. Every part is checked before the search may use it (checkpoint_check.c). */
#include "checkpoint_file.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct loading {
	const struct checkpoint *to;
	const struct tensor_file *file;
	const char *path;
	struct fixed fixed;
};

static enum status unfit(const struct loading *l, const char *why)
{
	return fail(ST_WEIGHTS, "%s: %s; it goes on only with the program and options that wrote it", l->path, why);
}

static enum status damaged(const struct loading *l, const char *what)
{
	return fail(ST_WEIGHTS, "%s: damaged: %s; start the run again, its equations are kept beside it", l->path,
		    what);
}

/* Copies the tensor of that name if it has that size. */
static enum status read_bytes(const struct loading *l, int i, const char *what, void *out, size_t bytes)
{
	char name[64];
	const struct tensor_entry *e = tensor_file_find(l->file, i < 0 ? what : name_in_task(name, i, what));

	if (!e || e->bytes != bytes)
		return unfit(l, "was written by another version");
	memcpy(out, e->data, bytes);
	return ST_OK;
}

static enum status read_trained(const struct loading *l, const char *name, float *flat)
{
	const struct checkpoint *c = l->to;
	const struct tensor_entry *e = tensor_file_find(l->file, name);

	if (!e || e->bytes != (size_t)l->fixed.n_trained * sizeof(float) || e->dtype != DTYPE_F32)
		return unfit(l, "has another policy or no optimiser state");
	for (int64_t i = 0; i < l->fixed.n_trained; i++)
		if (!isfinite(((const float *)e->data)[i]))
			return damaged(l, name);
	copy_trained(&c->policy->config, c->config->tune_all, flat, (float *)(uintptr_t)e->data, false);
	return ST_OK;
}

static enum status load_reference(const struct loading *l)
{
	struct learning *to = l->to->learning;
	size_t bytes = net_size(&l->to->policy->config) * sizeof(float);

	if (!l->fixed.has_reference)
		return ST_OK;
	if (!to->reference)
		to->reference = xmalloc(bytes);
	memcpy(to->reference, l->to->policy->params, bytes); /* what is not trained */
	TRY(read_trained(l, "reference", to->reference));
	return to->api->set_reference(to->learner, to->reference) == ST_OK
		       ? ST_OK
		       : fail(ST_TORCH, "learner: %s", to->api->error());
}

static enum status load_learning(const struct loading *l)
{
	const struct checkpoint *c = l->to;
	struct learning *to = c->learning;
	size_t size = net_size(&c->policy->config);
	float *m = xcalloc(size, sizeof(*m)), *v = xcalloc(size, sizeof(*v));
	enum status st = load_reference(l);

	if (st == ST_OK)
		st = read_trained(l, "params", c->policy->params);
	if (st == ST_OK)
		st = read_trained(l, "adam.m", m);
	if (st == ST_OK)
		st = read_trained(l, "adam.v", v);
	if (st == ST_OK && (to->api->set_params(to->learner, c->policy->params) != ST_OK ||
			    to->api->set_moments(to->learner, m, v, l->fixed.adam_step) != ST_OK))
		st = fail(ST_TORCH, "learner: %s", to->api->error());
	for (int i = 0; i < c->n_tasks; i++)
		c->task[i].contexts.stale = true;
	to->record = l->fixed.learning;
	free(m);
	free(v);
	return st;
}

static enum status load_cache(const struct loading *l, int i, const struct fixed_task *fixed)
{
	struct cached_score *cache;
	const char *wrong;
	enum status st;

	if (fixed->n_cached < 0 || fixed->n_cached > INT32_MAX)
		return damaged(l, "size of the cache");
	cache = xcalloc((size_t)fixed->n_cached + 1, sizeof(*cache));
	st = read_bytes(l, i, "cache", cache, (size_t)fixed->n_cached * sizeof(*cache));
	wrong = check_cache(cache, fixed->n_cached);
	if (st == ST_OK && wrong)
		st = damaged(l, wrong);
	if (st == ST_OK)
		scorer_restore(l->to->task[i].scorer, &(struct scorer_state){.cache = cache,
									     .n_cached = (int)fixed->n_cached,
									     .best = fixed->best,
									     .counts = &fixed->counts});
	free(cache);
	return st;
}

static enum status load_fixed(const struct loading *l, int i, struct fixed_task *fixed)
{
	struct task *k = &l->to->task[i];
	const char *wrong;

	TRY(read_bytes(l, i, "state", fixed, sizeof(*fixed)));
	if (fixed->fingerprint != task_fingerprint(k))
		return unfit(l, "was written for other data");
	wrong = check_task_stats(&fixed->stats);
	wrong = wrong ? wrong : check_counts(&fixed->counts);
	wrong = wrong ? wrong : check_effort(&fixed->effort);
	wrong = wrong ? wrong : check_pace(&fixed->pace, l->to->config);
	wrong = wrong ? wrong : check_numbers("baseline", &fixed->baseline, 2);
	if (wrong)
		return damaged(l, wrong);
	for (int size = 0; size <= EXPR_MAX_NODES; size++)
		if (!(fixed->best[size] >= 0))
			return damaged(l, "best error of a size");
	k->baseline = fixed->baseline;
	k->stats = fixed->stats;
	k->effort = fixed->effort;
	k->pace = fixed->pace;
	scorer_set_promising(k->scorer, k->pace.promising);
	return ST_OK;
}

static enum status load_task(const struct loading *l, int i)
{
	struct task *k = &l->to->task[i];
	struct fixed_task fixed;
	size_t history;
	const char *wrong;

	TRY(load_fixed(l, i, &fixed));
	TRY(load_cache(l, i, &fixed));
	TRY(read_bytes(l, i, "hall_of_fame", &k->hof, sizeof(k->hof)));
	TRY(read_bytes(l, i, "population", &k->population, sizeof(k->population)));
	TRY(read_bytes(l, i, "elites", &k->elites, sizeof(k->elites)));
	history = (size_t)k->stats.turns_written * sizeof(*k->history);
	task_reserve_history(k, k->stats.turns_written + 1);
	TRY(read_bytes(l, i, "history", k->history, history));
	if (fixed.has_late) {
		k->late = xrealloc(k->late, sizeof(*k->late));
		TRY(read_bytes(l, i, "late", k->late, sizeof(*k->late)));
	}
	wrong = check_hof(&k->hof, k->d->n_columns);
	wrong = wrong || !k->late ? wrong : check_hof(k->late, k->d->n_columns);
	wrong = wrong ? wrong : check_population(&k->population, k->d->n_columns);
	wrong = wrong ? wrong : check_elites(&k->elites, &k->contexts, &k->grammar);
	wrong = wrong ? wrong : check_numbers("history", k->history, (size_t)k->stats.turns_written);
	return wrong ? damaged(l, wrong) : ST_OK;
}

static enum status check_file(const struct loading *l)
{
	const cJSON *format = cJSON_GetObjectItemCaseSensitive(l->file->metadata, "format"),
		    *checksum = cJSON_GetObjectItemCaseSensitive(l->file->metadata, "checksum");
	char found[17];

	if (!cJSON_IsString(format) || strcmp(format->valuestring, "eqrl-checkpoint") != 0 || !cJSON_IsString(checksum))
		return unfit(l, "is no checkpoint of this version");
	checksum_of(l->file, found);
	return strcmp(found, checksum->valuestring) == 0 ? ST_OK : damaged(l, "its checksum is another one");
}

static enum status load_all(struct loading *l)
{
	const struct checkpoint *c = l->to;
	const struct fixed *f = &l->fixed;

	TRY(check_file(l));
	TRY(read_bytes(l, -1, "state", &l->fixed, sizeof(l->fixed)));
	if (f->layout != CHECKPOINT_LAYOUT || f->hof_bytes != (int64_t)sizeof(struct hof))
		return unfit(l, "was written by another version");
	if (f->seed != c->config->seed)
		return unfit(l, "has another seed");
	if (f->n_tasks != c->n_tasks)
		return unfit(l, "was written for another number of data sets");
	if (f->n_trained != count_trained(c) || f->untrained != hash_untrained(c))
		return unfit(l, "was written for other weights");
	if (f->step < 0 || f->equations < 0 || f->next_task < 0 || f->next_task >= c->n_tasks || f->adam_step < 0 ||
	    f->learning.updates < 0 || f->learning.refreshed < 0 || f->learning.trained < 0)
		return damaged(l, "its counters");
	for (int i = 0; i < c->n_tasks; i++)
		TRY(load_task(l, i));
	if (c->learning->learns) {
		enum status st;

		c->learning->go_on = false;
		if (!learning_begin(c->learning, c->config, c->policy, NULL, &st))
			return st;
		TRY(load_learning(l));
	}
	c->stats->step = f->step;
	c->stats->equations = f->equations;
	c->stats->next_task = (int)f->next_task;
	c->stats->learning = f->learning;
	return ST_OK;
}

enum status checkpoint_load(const struct checkpoint *c, const char *path)
{
	struct tensor_file f;
	struct loading l = {.to = c, .file = &f, .path = path};
	enum status st;

	TRY(tensor_file_load(&f, path));
	st = load_all(&l);
	tensor_file_release(&f);
	return st;
}
