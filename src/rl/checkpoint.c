/* checkpoint.c — see checkpoint.h.
 *
 * Structures are stored as they lie in memory, guarded by their sizes and the program's layout number: a
 * checkpoint belongs to the program that wrote it, weights do not. Of the network only what is trained is stored; the rest
 * is that of the weights that the run started from, whose hash is kept. */
#include "checkpoint.h"

#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKPOINT_LAYOUT = 6 };

struct fixed {
	int64_t layout, hof_bytes, step, equations, next_task, n_tasks, adam_step, n_trained, has_reference;
	uint64_t seed, untrained; /* untrained: hash of the parameters that are not stored */
	struct learning_record learning;
};

struct fixed_task {
	uint64_t fingerprint;
	struct baseline baseline;
	struct scorer_counts counts;
	struct task_stats stats;
	struct effort effort;
	struct pace pace;
	int64_t n_cached, has_late;
	double best[EXPR_MAX_NODES + 1];
};

/* ---- the parameters that are trained --------------------------------------------------------------- */

/* Copies them between the flat array of a network and one without the rest; gather: out of the former. Returns how many. */
static int64_t copy_trained(const struct net_config *c, bool all, float *flat, float *trained, bool gather)
{
	struct tensor_spec *spec = xcalloc((size_t)net_tensors(c), sizeof(*spec));
	int64_t n = 0;

	net_specs(c, spec);
	for (int i = 0; i < net_tensors(c); i++) {
		size_t values = (size_t)spec[i].rows * (size_t)spec[i].cols;

		if (!all && net_is_encoders(c, i))
			continue;
		if (flat && gather)
			memcpy(trained + n, flat + spec[i].offset, values * sizeof(float));
		else if (flat)
			memcpy(flat + spec[i].offset, trained + n, values * sizeof(float));
		n += (int64_t)values;
	}
	free(spec);
	return n;
}

static int64_t count_trained(const struct checkpoint *c)
{
	return c->policy->params ? copy_trained(&c->policy->config, c->config->tune_all, NULL, NULL, true) : 0;
}

static uint64_t hash_untrained(const struct checkpoint *c)
{
	const struct net_config *net = &c->policy->config;
	struct tensor_spec *spec;
	uint64_t h = 0;

	if (!c->policy->params || c->config->tune_all)
		return 0;
	spec = xcalloc((size_t)net_tensors(net), sizeof(*spec));
	net_specs(net, spec);
	for (int i = 0; i < net_tensors(net); i++)
		if (net_is_encoders(net, i))
			h = mix64(h, hash_bytes(c->policy->params + spec[i].offset,
						(uint64_t)spec[i].rows * (uint64_t)spec[i].cols * sizeof(float)));
	free(spec);
	return h;
}

/* ---- the file ------------------------------------------------------------------------------------- */

/* Every tensor's name and bytes, in any order. */
static void checksum_of(const struct tensor_file *f, char out[17])
{
	uint64_t sum = 0;

	for (int i = 0; i < f->n; i++) {
		const struct tensor_entry *e = &f->entry[i];
		uint64_t name = hash_bytes(e->name, strlen(e->name));

		sum += mix64(mix64(name, (uint64_t)e->dtype), hash_bytes(e->data, e->bytes));
	}
	snprintf(out, 17, "%016llx", (unsigned long long)sum);
}

/* The tensors of task i are "I.state", "I.elites" …; those of the search have no number. */
static const char *name_in_task(char out[64], int i, const char *what)
{
	snprintf(out, 64, "%d.%s", i, what);
	return out;
}

static void add_bytes(struct tensor_file *f, int i, const char *what, const void *data, size_t bytes)
{
	int64_t shape = (int64_t)bytes;
	char name[64];

	tensor_file_add(f, i < 0 ? what : name_in_task(name, i, what), DTYPE_U8, 1, &shape, data);
}

/* ---- saving --------------------------------------------------------------------------------------- */

struct saving {
	struct tensor_file file;
	struct fixed fixed;
	struct fixed_task *tasks;
	float *params, *m, *v, *reference; /* what is trained of them */
};

static void add_trained(struct saving *s, const struct checkpoint *c, const char *name, float *flat, float **kept)
{
	int64_t n = s->fixed.n_trained;

	*kept = xmalloc((size_t)n * sizeof(float));
	copy_trained(&c->policy->config, c->config->tune_all, flat, *kept, true);
	tensor_file_add(&s->file, name, DTYPE_F32, 1, &n, *kept);
}

static enum status save_learning(struct saving *s, const struct checkpoint *c)
{
	struct learning *l = c->learning;
	size_t size = net_size(&c->policy->config);
	float *m = xmalloc(size * sizeof(*m)), *v = xmalloc(size * sizeof(*v));
	enum status st = l->api->get_moments(l->learner, m, v, &s->fixed.adam_step);

	if (st == ST_OK) {
		add_trained(s, c, "params", c->policy->params, &s->params);
		add_trained(s, c, "adam.m", m, &s->m);
		add_trained(s, c, "adam.v", v, &s->v);
		if (l->reference)
			add_trained(s, c, "reference", l->reference, &s->reference);
		s->fixed.has_reference = l->reference != NULL;
	} else {
		fail(st, "learner: %s", l->api->error());
	}
	free(m);
	free(v);
	return st;
}

static void save_task(const struct task *k, int i, struct fixed_task *fixed, struct tensor_file *f)
{
	memset(fixed, 0, sizeof(*fixed)); /* padding too: equal states give equal bytes */
	fixed->fingerprint = task_fingerprint(k);
	fixed->baseline = k->baseline;
	fixed->counts = *scorer_counts(k->scorer);
	fixed->stats = k->stats;
	fixed->effort = k->effort;
	fixed->pace = k->pace;
	fixed->n_cached = scorer_cache_size(k->scorer);
	fixed->has_late = k->late != NULL;
	memcpy(fixed->best, scorer_best_by_size(k->scorer), sizeof(fixed->best));
	add_bytes(f, i, "state", fixed, sizeof(*fixed));
	add_bytes(f, i, "hall_of_fame", &k->hof, sizeof(k->hof));
	add_bytes(f, i, "population", &k->population, sizeof(k->population));
	add_bytes(f, i, "elites", &k->elites, sizeof(k->elites));
	add_bytes(f, i, "history", k->history, (size_t)k->stats.turns_written * sizeof(*k->history));
	add_bytes(f, i, "cache", scorer_cache(k->scorer), (size_t)fixed->n_cached * sizeof(struct cached_score));
	if (k->late)
		add_bytes(f, i, "late", k->late, sizeof(*k->late));
}

enum status checkpoint_save(const struct checkpoint *c, const char *path)
{
	struct saving s = {.tasks = xcalloc((size_t)c->n_tasks, sizeof(*s.tasks))};
	enum status st = ST_OK;
	char checksum[17];

	if (c->learning->apart)
		st = fail(ST_INTERNAL, "%s: not saved, since an error left the last step's policy incomplete", path);
	s.fixed.layout = CHECKPOINT_LAYOUT;
	s.fixed.hof_bytes = sizeof(struct hof);
	s.fixed.step = c->stats->step;
	s.fixed.equations = c->stats->equations;
	s.fixed.next_task = c->stats->next_task;
	s.fixed.n_tasks = c->n_tasks;
	s.fixed.n_trained = count_trained(c);
	s.fixed.seed = c->config->seed;
	s.fixed.untrained = hash_untrained(c);
	s.fixed.learning = c->learning->record;
	if (st == ST_OK && c->learning->learner)
		st = save_learning(&s, c);
	if (st == ST_OK) {
		add_bytes(&s.file, -1, "state", &s.fixed, sizeof(s.fixed));
		for (int i = 0; i < c->n_tasks; i++)
			save_task(&c->task[i], i, &s.tasks[i], &s.file);
		checksum_of(&s.file, checksum);
		tensor_file_note(&s.file, "format", "eqrl-checkpoint");
		tensor_file_note(&s.file, "checksum", checksum);
		st = tensor_file_save(&s.file, path);
	}
	tensor_file_release(&s.file);
	free(s.tasks);
	free(s.params);
	free(s.m);
	free(s.v);
	free(s.reference);
	return st;
}

/* ---- loading -------------------------------------------------------------------------------------- */

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
	if (c->learning->learner)
		TRY(load_learning(l));
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
