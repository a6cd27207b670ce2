/* run_facts.c — see run_facts.h. */
#include "run_facts.h"

#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/run/run_files.h"

#include <stdlib.h>
#include <string.h>

/* ---- the run -------------------------------------------------------------------------------------- */

static bool has_file(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	bool yes = file_exists(path);

	free(path);
	return yes;
}

/* A folder without config.json in one with it is that of a data set. */
static void find_folder(struct run_facts *r, const char *dir)
{
	char *parent = path_join(dir, ".."), *end;

	r->folder = xstrdup(dir);
	for (end = r->folder + strlen(r->folder); end > r->folder + 1 && end[-1] == '/';)
		*--end = '\0';
	if (!has_file(dir, "config.json") && has_file(parent, "config.json")) {
		char *slash = strrchr(r->folder, '/');

		r->part = xstrdup(slash ? slash + 1 : r->folder);
		free(r->folder);
		r->folder = parent;
		return;
	}
	free(parent);
}

static enum status read_record(struct run_facts *r)
{
	char *path = path_join(r->folder, "run.json");
	enum status st = file_exists(path) ? file_read_json(path, ST_DATA, &r->record) : ST_OK;

	if (st == ST_OK && json_number(r->record, "schema", 0) > RUN_SCHEMA)
		st = fail(ST_DATA, "%s: written by a newer eqrl (schema %g, this one reads %d)", path,
			  json_number(r->record, "schema", 0), RUN_SCHEMA);
	free(path);
	return st;
}

static enum status read_config(struct run_facts *r)
{
	char *path = path_join(r->folder, "config.json");
	enum status st = file_exists(path) ? options_from_file(&r->options, path, FROM_CONFIG) : ST_OK;

	free(path);
	return st;
}

static enum status read_log(struct run_facts *r)
{
	char *path = path_join(r->folder, "log.jsonl");
	size_t size;
	enum status st = ST_OK;

	if (file_exists(path))
		st = file_read(path, ST_DATA, &r->log, &size);
	else
		r->log = xstrdup("");
	free(path);
	return st;
}

enum status run_facts_load(struct run_facts *r, const char *dir)
{
	enum status st;

	*r = (struct run_facts){0};
	if (!file_is_dir(dir))
		return fail(ST_DATA, "%s: no such run directory", dir);
	find_folder(r, dir);
	options_default(&r->options);
	st = read_record(r);
	if (st == ST_OK)
		st = read_config(r);
	if (st == ST_OK)
		st = read_log(r);
	if (st != ST_OK)
		run_facts_release(r);
	return st;
}

void run_facts_release(struct run_facts *r)
{
	cJSON_Delete(r->record);
	options_release(&r->options);
	free(r->folder);
	free(r->part);
	free(r->log);
	*r = (struct run_facts){0};
}

/* ---- a data set ----------------------------------------------------------------------------------- */

/* The object of that name in a list, or the object itself of a run of one data set. */
static const cJSON *object_of_set(const cJSON *o, const char *name)
{
	const cJSON *item;

	if (!name || !cJSON_IsArray(o))
		return cJSON_IsObject(o) ? o : NULL;
	cJSON_ArrayForEach(item, o) if (strcmp(json_text(item, "name", ""), name) == 0) return item;
	return NULL;
}

/* The rows get the parameters of their groups. */
static void add_parameters(struct set_facts *s)
{
	const struct grouped *g = s->front.pareto.grouped;

	if (g && s->entry && front_table_of(&s->front, s->entry))
		grouped_extend(&s->data, g, s->entry->table, s->front.names.column + g->n_columns);
}

static enum status read_data(struct set_facts *s, const struct run_facts *r, const char *path)
{
	struct dataset_options options = data_options(&r->options.values);
	const char *list = r->options.values.target, *then = json_text(s->input, "sha256", NULL);
	char now[65];

	if (!path)
		return fail(ST_DATA, "run.json does not say which file the data are in");
	if (strcmp(path, "-") == 0)
		return fail(ST_DATA, "the data were read from standard input; --data FILE says where they are now");
	if (!file_exists(path))
		return fail(ST_DATA, "%s is not there (from this folder); --data FILE says where it is now", path);
	if (s->name && list && strchr(list, ',')) {
		options.target = json_text(s->input, "target", NULL);
		options.targets = list;
	}
	TRY(dataset_load(&s->data, path, &options));
	dataset_sha256(&s->data, now);
	if ((!then || strcmp(now, then) == 0) && s->data.n_columns == front_columns(&s->front) &&
	    !s->data.grouping == !s->front.pareto.grouped) {
		add_parameters(s);
		return ST_OK;
	}
	dataset_release(&s->data);
	s->data = (struct dataset){0};
	return fail(ST_DATA, "%s has other names or values than the run read", path);
}

static enum status choose_entry(struct set_facts *s, const struct report_wishes *w)
{
	const struct pareto *p = &s->front.pareto;

	for (int i = 0; i < p->n; i++)
		if (w->size ? p->entry[i].size == w->size : i == p->chosen)
			s->entry = &p->entry[i];
	if (w->size && !s->entry)
		return fail(ST_USAGE, "--equation %d: %s has none of that size; eqrl infer --run %s lists them",
			    w->size, w->dir, w->dir);
	return ST_OK;
}

enum status set_facts_load(struct set_facts *s, const struct run_facts *r, const char *name,
			   const struct report_wishes *w)
{
	char *dir = name ? path_join(r->folder, name) : xstrdup(r->folder);
	enum status st;

	*s = (struct set_facts){.name = name};
	st = run_front_load(&s->front, dir, NULL);
	free(dir);
	TRY(st);
	s->input = object_of_set(cJSON_GetObjectItem(r->record, "data"), name);
	s->result = object_of_set(cJSON_GetObjectItem(r->record, "result"), name);
	st = choose_entry(s, w);
	if (st == ST_OK && read_data(s, r, w->data ? w->data : json_text(s->input, "file", NULL)) != ST_OK)
		s->no_data = xstrdup(error_message());
	if (st != ST_OK)
		set_facts_release(s);
	return st;
}

void set_facts_release(struct set_facts *s)
{
	front_release(&s->front);
	if (!s->no_data)
		dataset_release(&s->data);
	free(s->no_data);
}
