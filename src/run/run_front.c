/* run_front.c — the fronts of a run: written, read back, found by data set; see run_dir.h. */
#include "eqrl/run/run_dir.h"

#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* ---- written ------------------------------------------------------------------------------------ */

/* A file's path in a folder of the run, or in the run itself. */
static char *path_in_folder(const struct run_dir *r, const char *folder, const char *name)
{
	char *dir, *path;

	if (!folder)
		return run_dir_file(r, name);
	dir = run_dir_file(r, folder);
	path = path_join(dir, name);
	free(dir);
	return path;
}

enum status run_dir_front(struct run_dir *r, const char *folder, const struct front *f, const struct front_state *s,
			  const struct rows *rows)
{
	struct str csv = {0};
	char *path = path_in_folder(r, folder, "equations.json");
	cJSON *json = front_to_json(f);
	enum status st;

	front_check(f, rows);
	cJSON_AddNumberToObject(json, "step", (double)s->step);
	cJSON_AddNumberToObject(json, "scored", (double)s->scored);
	st = file_write_json(path, json);
	cJSON_Delete(json);
	free(path);
	TRY(st);
	path = path_in_folder(r, folder, "front.csv");
	front_to_csv(f, &csv);
	st = file_write_atomic(path, csv.data, csv.len);
	str_release(&csv);
	free(path);
	return st;
}

/* ---- found -------------------------------------------------------------------------------------- */

static bool holds_file(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	bool yes = file_exists(path);

	free(path);
	return yes;
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

char *run_parts(const char *dir)
{
	struct dirent **entry;
	struct str names = {0};
	int n = scandir(dir, &entry, NULL, compare_names);

	for (int i = 0; i < n; i++) {
		char *folder = path_join(dir, entry[i]->d_name);

		if (entry[i]->d_name[0] != '.' && holds_file(folder, "equations.json"))
			str_addf(&names, "%s%s", names.len ? "\n" : "", entry[i]->d_name);
		free(folder);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return names.data;
}

/* Whether the folder is that of one data set in a run of several, which has no front yet. */
static bool is_part_of_run(const char *dir)
{
	char *parent = path_join(dir, ".."), *file = path_join(parent, "config.json");
	bool yes = file_exists(file);

	free(parent);
	free(file);
	return yes;
}

/* Why a folder without equations.json gives no front. */
static enum status explain_no_front(const char *dir)
{
	enum { SHOWN = 12 }; /* names that one line has room for */
	char *parts = run_parts(dir), *rest = parts, *name;
	struct str list = {0};
	int n = 0;

	if (!parts && !holds_file(dir, "config.json") && !is_part_of_run(dir))
		return fail(ST_DATA, "%s: holds no run (no equations.json in it)", dir);
	if (!parts)
		return fail(ST_NOTHING, "%s: this run has written no equations yet", dir);
	while ((name = strsep(&rest, "\n"))) {
		if (n++ < SHOWN)
			str_addf(&list, "%s%s", n > 1 ? ", " : "", name);
	}
	if (n > SHOWN)
		str_addf(&list, " and %d more", n - SHOWN);
	fail(ST_USAGE, "%s: has %d data sets: %s; choose one, as in %s%s%.*s", dir, n, list.data, dir,
	     dir[strlen(dir) - 1] == '/' ? "" : "/", (int)strcspn(parts, "\n"), parts);
	str_release(&list);
	free(parts);
	return ST_USAGE;
}

/* ---- read --------------------------------------------------------------------------------------- */

static int64_t count_in(const cJSON *json, const char *key)
{
	const cJSON *v = cJSON_GetObjectItem(json, key);

	/* files of other programs have no such counts: then everything in them was scored, and counts from the start */
	return cJSON_IsNumber(v) && v->valuedouble >= 0 ? (int64_t)v->valuedouble : -1;
}

enum status run_front_load(struct front *f, const char *dir, struct front_state *s)
{
	bool folder = file_is_dir(dir);
	char *path;
	cJSON *json = NULL;
	enum status st;

	*f = (struct front){0};
	if (!file_exists(dir))
		return fail(ST_DATA, "%s: no such run directory", dir);
	if (folder && !holds_file(dir, "equations.json"))
		return explain_no_front(dir);
	path = folder ? path_join(dir, "equations.json") : xstrdup(dir);
	st = file_read_json(path, ST_DATA, &json);
	if (st == ST_OK)
		st = front_from_json(f, json, path);
	if (st == ST_OK && s)
		*s = (struct front_state){.step = count_in(json, "step"), .scored = count_in(json, "scored")};
	cJSON_Delete(json);
	free(path);
	return st;
}
