/* checkpoint.c — saving; see checkpoint.h. Loading is in checkpoint_load.c.
 *
 * Structures are stored as they lie in memory, guarded by their sizes and the program's layout number: a
 * checkpoint belongs to the program that wrote it, weights do not. Of the network only what is trained is stored; the rest
 * is that of the weights that the run started from, whose hash is kept. */
#include "checkpoint_file.h"

#include "eqrl/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the parameters that are trained --------------------------------------------------------------- */

int64_t copy_trained(const struct net_config *c, bool all, float *flat, float *trained, bool gather)
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

int64_t count_trained(const struct checkpoint *c)
{
	return c->policy->params ? copy_trained(&c->policy->config, c->config->tune_all, NULL, NULL, true) : 0;
}

uint64_t hash_untrained(const struct checkpoint *c)
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

void checksum_of(const struct tensor_file *f, char out[17])
{
	uint64_t sum = 0;

	for (int i = 0; i < f->n; i++) {
		const struct tensor_entry *e = &f->entry[i];
		uint64_t name = hash_bytes(e->name, strlen(e->name));

		sum += mix64(mix64(name, (uint64_t)e->dtype), hash_bytes(e->data, e->bytes));
	}
	snprintf(out, 17, "%016llx", (unsigned long long)sum);
}

const char *name_in_task(char out[64], int i, const char *what)
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
	enum status st = ST_OK;

	if (l->learner) {
		st = l->api->get_moments(l->learner, m, v, &s->fixed.adam_step);
	} else { /* not needed so far: the moments are those of a start */
		memset(m, 0, size * sizeof(*m));
		memset(v, 0, size * sizeof(*v));
	}
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
	if (st == ST_OK && c->learning->learns)
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
