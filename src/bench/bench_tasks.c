/* bench_tasks.c — from --problems, --real, --names, --only and --seeds to the runs that are wanted. */
#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/rng.h"
#include "eqrl/options/options_cli.h"
#include "bench_sets.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- which ------------------------------------------------------------------------------------- */

struct bench_selection {
	const char *only; /* NULL: all */
	char **name;	  /* of --names, NULL-terminated, or NULL: all */
	int n;
};

static bool contains_ignoring_case(const char *text, const char *part)
{
	size_t n = strlen(part);

	for (; *text; text++)
		if (strncasecmp(text, part, n) == 0)
			return true;
	return n == 0;
}

static bool is_selected(const struct bench_selection *s, const char *suite, const char *name)
{
	struct str full = {0};
	bool ok = true;

	if (s->only) {
		str_addf(&full, "%s/%s", suite, name);
		ok = contains_ignoring_case(full.data, s->only);
		str_release(&full);
	}
	if (!ok || !s->name)
		return ok;
	for (char **n = s->name; *n; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

static void collect_strings(const cJSON *o, struct bench_selection *s)
{
	const cJSON *child;

	if (cJSON_IsString(o)) {
		s->name = xrealloc(s->name, (size_t)(s->n + 2) * sizeof(*s->name));
		s->name[s->n++] = xstrdup(o->valuestring);
		s->name[s->n] = NULL;
	}
	cJSON_ArrayForEach(child, o) collect_strings(child, s);
}

/* --names: {"problems": {group: [names]}}, or any JSON whose strings are names. */
static enum status read_names(struct bench_selection *s, const char *path)
{
	const cJSON *problems;
	cJSON *json;

	TRY(file_read_json(path, ST_DATA, &json));
	problems = cJSON_GetObjectItemCaseSensitive(json, "problems");
	collect_strings(problems ? problems : json, s);
	cJSON_Delete(json);
	return s->n ? ST_OK : fail(ST_DATA, "%s: names no problem; expected {\"problems\": {group: [names]}}", path);
}

static void release_selection(struct bench_selection *s)
{
	for (int i = 0; i < s->n; i++)
		free(s->name[i]);
	free(s->name);
}

/* ---- what makes a run the same ------------------------------------------------------------------- */

/* Of the weights that the arm samples from: name them ("adapted-1a2b3c4d" of some/where/adapted.safetensors) if
 * they are not the shipped ones, and hash their contents. */
static enum status identify_weights(struct bench_tasks *b, const struct options *o, uint64_t *hash)
{
	char *path, sha[65];
	const char *slash;
	struct str name = {0};
	enum status st;

	if (!bench_arm_has_policy(o->arm))
		return ST_OK;
	TRY(path_find(PATH_WEIGHTS, o->weights, &path));
	st = sha256_file(path, sha);
	if (st == ST_OK)
		*hash = mix64(*hash, hash_bytes(sha, strlen(sha)));
	if (st == ST_OK && o->weights) {
		slash = strrchr(path, '/');
		str_add(&name, slash ? slash + 1 : path);
		if (name.len > 12 && strcmp(name.data + name.len - 12, ".safetensors") == 0)
			name.len -= 12;
		str_addf(&name, "-%.8s", sha);
		b->weights = name.data;
	}
	free(path);
	return st;
}

/* A problem's definition, or a file's contents; a file that cannot be read makes an error of its runs later. */
static uint64_t hash_set(const struct bench_set *s)
{
	char sha[65] = "";
	uint64_t h;

	if (s->formula)
		return s->formula->identity;
	if (sha256_file(s->file, sha) != ST_OK)
		sha[0] = '\0';
	h = hash_bytes(sha, strlen(sha));
	h = mix64(h, s->target ? hash_bytes(s->target, strlen(s->target)) : 0);
	return mix64(h, s->features ? hash_bytes(s->features, strlen(s->features)) : 0);
}

static void add_task(struct bench_tasks *b, const struct options *o, const struct bench_set *s, int64_t seed,
		     uint64_t hash)
{
	struct bench_task *t = &b->task[b->n++];
	struct str config = {0}, key = {0};

	str_addf(&config, "%016llx", (unsigned long long)hash);
	str_addf(&key, "%s/%s/%s/%lld/%g/%g/%s", s->suite, s->problem, bench_arm_name[o->arm], (long long)seed,
		 o->noise, o->time, config.data);
	if (o->label) /* the label changes no number, but results under two labels are two results */
		str_addf(&key, "/%s", o->label);
	*t = (struct bench_task){.set = s, .seed = seed, .weights = b->weights, .config = config.data, .key = key.data};
}

static enum status add_tasks(struct bench_tasks *b, const struct options *o)
{
	uint64_t common = options_hash(o, CMD_BENCH, OPTIONS_EFFECTIVE);

	TRY(identify_weights(b, o, &common));
	b->task = xcalloc((size_t)b->n_sets * (size_t)o->seeds, sizeof(*b->task));
	for (int i = 0; i < b->n_sets; i++) {
		uint64_t hash = mix64(common, hash_set(&b->set[i]));

		for (int64_t seed = 1; seed <= o->seeds; seed++)
			add_task(b, o, &b->set[i], seed, hash);
	}
	return ST_OK;
}

/* ---- all ----------------------------------------------------------------------------------------- */

static void add_problems(const struct bench_tasks *b, const struct bench_selection *wanted, struct bench_sets *all)
{
	for (int i = 0; i < b->problems.n; i++) {
		const struct formula_problem *p = &b->problems.problem[i];

		if (is_selected(wanted, p->suite, p->name))
			bench_sets_add(all, p->suite, p->name)->formula = p;
	}
}

static enum status add_real(const char *dir, const struct bench_selection *wanted, struct bench_sets *all)
{
	int first = all->n, kept = first;

	TRY(bench_sets_read(all, dir));
	for (int i = first; i < all->n; i++) {
		if (is_selected(wanted, all->set[i].suite, all->set[i].problem))
			all->set[kept++] = all->set[i];
		else
			bench_set_release(&all->set[i]);
	}
	all->n = kept;
	return ST_OK;
}

enum status bench_tasks_collect(struct bench_tasks *b, const struct options *o)
{
	struct bench_selection wanted = {.only = o->only};
	struct bench_sets all = {0};
	enum status st = ST_OK;

	*b = (struct bench_tasks){0};
	if (!o->problems && !o->real)
		return fail(ST_USAGE, "bench needs --problems FILE or --real DIR");
	if (o->names)
		st = read_names(&wanted, o->names);
	if (st == ST_OK && o->problems)
		st = problem_file_load(&b->problems, o->problems);
	if (st == ST_OK)
		add_problems(b, &wanted, &all);
	if (st == ST_OK && o->real)
		st = add_real(o->real, &wanted, &all);
	b->set = all.set;
	b->n_sets = all.n;
	release_selection(&wanted);
	if (st == ST_OK && b->n_sets == 0)
		st = fail(ST_USAGE, "no problem fits --only and --names");
	return st == ST_OK ? add_tasks(b, o) : st;
}

void bench_tasks_release(struct bench_tasks *b)
{
	for (int i = 0; i < b->n; i++) {
		free(b->task[i].config);
		free(b->task[i].key);
	}
	for (int i = 0; i < b->n_sets; i++)
		bench_set_release(&b->set[i]);
	free(b->task);
	free(b->set);
	free(b->weights);
	problem_file_release(&b->problems);
	*b = (struct bench_tasks){0};
}
