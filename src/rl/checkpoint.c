/* checkpoint.c — everything that the next step depends on, in one safetensors file.
 *
 * Structures are stored as they lie in memory, guarded by their sizes and the program's layout number: a
 * checkpoint belongs to the program that wrote it, weights do not. */
#include "eqrl/base/file.h"
#include "trainer_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKPOINT_LAYOUT = 5 };

struct fixed {
	int64_t layout, hof_bytes, step, equations, next_task, n_tasks, adam_step, refreshed;
	double best_level;
	uint64_t seed;
};

struct fixed_task {
	uint64_t fingerprint;
	struct baseline baseline;
	struct scorer_counts counts;
	struct task_stats stats;
	struct pace pace;
	double floor;
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
	if (t->reference)
		tensor_file_add(f, "reference", DTYPE_F32, 1, &n, t->reference);
	if (t->best_params)
		tensor_file_add(f, "best", DTYPE_F32, 1, &n, t->best_params);
	st = t->api->get_moments(t->learner, m, v, adam_step);
	if (st != ST_OK)
		return fail(st, "learner: %s", t->api->error());
	tensor_file_add(f, "adam.m", DTYPE_F32, 1, &n, m);
	tensor_file_add(f, "adam.v", DTYPE_F32, 1, &n, v);
	return ST_OK;
}

/* The tensors of task i are "I.state", "I.elites" … */
static const char *name_in_task(char out[64], int i, const char *what)
{
	snprintf(out, 64, "%d.%s", i, what);
	return out;
}

static void save_task(const struct task *k, int i, struct fixed_task *fixed, struct tensor_file *f)
{
	char name[64];

	memset(fixed, 0, sizeof(*fixed)); /* padding too: equal states give equal bytes */
	fixed->fingerprint = task_fingerprint(k);
	fixed->baseline = k->baseline;
	fixed->counts = *scorer_counts(k->scorer);
	fixed->stats = k->stats;
	fixed->pace = k->pace;
	fixed->floor = k->reward.floor;
	fixed->n_cached = scorer_cache_size(k->scorer);
	add_bytes(f, name_in_task(name, i, "state"), fixed, sizeof(*fixed));
	add_bytes(f, name_in_task(name, i, "hall_of_fame"), &k->hof, sizeof(k->hof));
	add_bytes(f, name_in_task(name, i, "population"), &k->population, sizeof(k->population));
	add_bytes(f, name_in_task(name, i, "elites"), &k->elites, sizeof(k->elites));
	add_bytes(f, name_in_task(name, i, "history"), k->history, (size_t)k->stats.turns * sizeof(*k->history));
	add_bytes(f, name_in_task(name, i, "cache"), scorer_cache(k->scorer),
		  (size_t)fixed->n_cached * sizeof(struct cached_score));
}

enum status trainer_save(struct trainer *t, const char *path)
{
	size_t n = t->policy.params ? net_size(&t->policy.config) : 0;
	float *m = xcalloc(n, sizeof(*m)), *v = xcalloc(n, sizeof(*v));
	struct fixed_task *tasks = xcalloc((size_t)t->n_tasks, sizeof(*tasks));
	struct fixed fixed = {
		.layout = CHECKPOINT_LAYOUT,
		.hof_bytes = sizeof(struct hof),
		.step = t->stats.step,
		.equations = t->stats.equations,
		.next_task = t->stats.next_task,
		.n_tasks = t->n_tasks,
		.refreshed = t->stats.refreshed,
		.best_level = t->best_level,
		.seed = t->c.seed,
	};
	struct tensor_file f = {0};
	enum status st = ST_OK;

	if (t->policy.params)
		st = save_policy(t, &f, m, v, &fixed.adam_step);
	if (st == ST_OK) {
		add_bytes(&f, "state", &fixed, sizeof(fixed));
		for (int i = 0; i < t->n_tasks; i++)
			save_task(&t->task[i], i, &tasks[i], &f);
		tensor_file_note(&f, "format", "eqrl-checkpoint");
		st = tensor_file_save(&f, path);
	}
	tensor_file_release(&f);
	free(tasks);
	free(m);
	free(v);
	return st;
}

static enum status unfit(const char *path, const char *why)
{
	return fail(ST_WEIGHTS, "%s: %s; it goes on only with the program and options that wrote it", path, why);
}

/* A copy of the parameters under that name, or NULL if the file has none. */
static float *copy_params(const struct tensor_file *f, const char *name, size_t bytes)
{
	const struct tensor_entry *e = tensor_file_find(f, name);
	float *copy;

	if (!e || e->bytes != bytes)
		return NULL;
	copy = xmalloc(bytes);
	memcpy(copy, e->data, bytes);
	return copy;
}

static enum status load_policy(struct trainer *t, const struct tensor_file *f, const char *path, int64_t adam_step)
{
	size_t bytes = net_size(&t->policy.config) * sizeof(float);
	const struct tensor_entry *p = tensor_file_find(f, "params"), *m = tensor_file_find(f, "adam.m"),
				  *v = tensor_file_find(f, "adam.v");

	if (!p || p->bytes != bytes)
		return unfit(path, "its policy has another shape");
	memcpy(t->policy.params, p->data, bytes);
	for (int i = 0; i < t->n_tasks; i++)
		t->task[i].contexts.stale = true;
	if (!t->learner)
		return ST_OK;
	if (!m || !v || m->bytes != bytes || v->bytes != bytes)
		return unfit(path, "it has no optimiser state");
	t->best_params = copy_params(f, "best", bytes);
	t->reference = copy_params(f, "reference", bytes);
	if (t->reference && t->api->set_reference(t->learner, t->reference) != ST_OK)
		return fail(ST_INTERNAL, "learner: %s", t->api->error());
	if (t->api->set_params(t->learner, t->policy.params) != ST_OK ||
	    t->api->set_moments(t->learner, m->data, v->data, adam_step) != ST_OK)
		return fail(ST_INTERNAL, "learner: %s", t->api->error());
	return ST_OK;
}

/* The tensor of that name if it has that size, else NULL. */
static const void *find_bytes(const struct tensor_file *f, const char *name, size_t bytes)
{
	const struct tensor_entry *e = tensor_file_find(f, name);

	return e && e->bytes == bytes ? e->data : NULL;
}

static enum status load_task(struct task *k, int i, const struct tensor_file *f, const char *path)
{
	struct fixed_task fixed;
	struct cached_score *entries;
	const void *hof, *population, *elites, *history, *cache, *state;
	size_t cache_bytes, history_bytes;
	char name[64];

	state = find_bytes(f, name_in_task(name, i, "state"), sizeof(fixed));
	if (!state)
		return unfit(path, "is no checkpoint of this version");
	memcpy(&fixed, state, sizeof(fixed));
	cache_bytes = (size_t)fixed.n_cached * sizeof(struct cached_score);
	history_bytes = (size_t)fixed.stats.turns * sizeof(*k->history);
	hof = find_bytes(f, name_in_task(name, i, "hall_of_fame"), sizeof(k->hof));
	population = find_bytes(f, name_in_task(name, i, "population"), sizeof(k->population));
	elites = find_bytes(f, name_in_task(name, i, "elites"), sizeof(k->elites));
	history = find_bytes(f, name_in_task(name, i, "history"), history_bytes);
	cache = find_bytes(f, name_in_task(name, i, "cache"), cache_bytes);
	if (!hof || !population || !elites || !history || !cache)
		return unfit(path, "was written by another version");
	if (fixed.fingerprint != task_fingerprint(k))
		return unfit(path, "was written for other data");
	entries = xmalloc(cache_bytes + 1); /* the file's bytes are not aligned */
	memcpy(entries, cache, cache_bytes);
	scorer_restore(k->scorer, entries, (int)fixed.n_cached, &fixed.counts);
	free(entries);
	task_reserve_history(k, fixed.stats.turns + 1);
	memcpy(k->history, history, history_bytes);
	free(k->late);
	k->late = NULL;
	memcpy(&k->hof, hof, sizeof(k->hof));
	memcpy(&k->population, population, sizeof(k->population));
	memcpy(&k->elites, elites, sizeof(k->elites));
	k->baseline = fixed.baseline;
	k->stats = fixed.stats;
	k->pace = fixed.pace;
	scorer_set_promising(k->scorer, k->pace.promising);
	k->reward.floor = fixed.floor;
	return ST_OK;
}

static enum status load_all(struct trainer *t, const struct tensor_file *f, const char *path)
{
	const void *state = find_bytes(f, "state", sizeof(struct fixed));
	struct fixed fixed;

	if (!state)
		return unfit(path, "is no checkpoint of this version");
	memcpy(&fixed, state, sizeof(fixed));
	if (fixed.layout != CHECKPOINT_LAYOUT || fixed.hof_bytes != (int64_t)sizeof(struct hof))
		return unfit(path, "was written by another version");
	if (fixed.seed != t->c.seed)
		return unfit(path, "has another seed");
	if (fixed.n_tasks != t->n_tasks)
		return unfit(path, "was written for another number of data sets");
	for (int i = 0; i < t->n_tasks; i++)
		TRY(load_task(&t->task[i], i, f, path));
	if (t->policy.params)
		TRY(load_policy(t, f, path, fixed.adam_step));
	t->stats.step = fixed.step;
	t->stats.equations = fixed.equations;
	t->stats.next_task = (int)fixed.next_task;
	t->stats.refreshed = fixed.refreshed;
	t->best_level = fixed.best_level;
	return ST_OK;
}

enum status trainer_load(struct trainer *t, const char *path)
{
	struct tensor_file f;
	enum status st;

	TRY(tensor_file_load(&f, path));
	st = load_all(t, &f, path);
	tensor_file_release(&f);
	return st;
}
