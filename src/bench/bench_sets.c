/* bench_sets.c — see bench_sets.h. */
#include "bench_sets.h"

#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct bench_set *bench_sets_add(struct bench_sets *b, const char *suite, const char *problem)
{
	struct bench_set *s;

	b->set = xrealloc(b->set, (size_t)(b->n + 1) * sizeof(*b->set));
	s = &b->set[b->n++];
	*s = (struct bench_set){.suite = xstrdup(suite), .problem = xstrdup(problem)};
	return s;
}

void bench_set_release(struct bench_set *s)
{
	for (char **p = s->extra_report; p && *p; p++)
		free(*p);
	free(s->extra_report);
	free(s->suite);
	free(s->problem);
	free(s->file);
	free(s->target);
	free(s->features);
}

static void add_extra(struct bench_set *s, char *path)
{
	int n = 0;

	while (s->extra_report && s->extra_report[n])
		n++;
	s->extra_report = xrealloc(s->extra_report, (size_t)(n + 2) * sizeof(*s->extra_report));
	s->extra_report[n] = path;
	s->extra_report[n + 1] = NULL;
}

/* ---- by INDEX.json ------------------------------------------------------------------------------- */

/* "`a`,`b c`": the names as --features takes them. */
static char *join_features(const cJSON *names)
{
	struct str joined = {0};
	const cJSON *name;

	cJSON_ArrayForEach(name, names) if (cJSON_IsString(name))
		str_addf(&joined, "%s`%s`", joined.len ? "," : "", name->valuestring);
	return joined.data;
}

static enum status read_entry(struct bench_sets *b, const char *dir, const cJSON *entry)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "name"));
	const char *file = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "file"));
	const char *target = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "target"));
	struct str default_file = {0};
	struct bench_set *s;
	const cJSON *extra;

	if (!name)
		return fail(ST_DATA, "needs a \"name\"");
	str_addf(&default_file, "%s.csv", name);
	s = bench_sets_add(b, "real", name);
	s->file = path_join(dir, file ? file : default_file.data);
	s->target = target ? xstrdup(target) : NULL;
	s->features = join_features(cJSON_GetObjectItemCaseSensitive(entry, "features"));
	cJSON_ArrayForEach(extra, cJSON_GetObjectItemCaseSensitive(entry, "extra_test_files"))
	{
		if (cJSON_IsString(extra))
			add_extra(s, path_join(dir, extra->valuestring));
	}
	str_release(&default_file);
	return ST_OK;
}

static enum status read_index(struct bench_sets *b, const char *dir, const char *path)
{
	enum status st = ST_OK;
	const cJSON *entry;
	cJSON *json;
	int n = 0;

	TRY(file_read_json(path, ST_DATA, &json));
	if (!cJSON_IsArray(json))
		st = fail(ST_DATA, "%s: expected a JSON array of data sets", path);
	cJSON_ArrayForEach(entry, json)
	{
		n++;
		if (st == ST_OK && read_entry(b, dir, entry) != ST_OK)
			st = fail_prefix(ST_DATA, "%s: entry %d", path, n);
	}
	cJSON_Delete(json);
	return st;
}

/* ---- by the names of files ----------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the folder's *.csv, sorted; the list is NULL-terminated. */
static enum status list_files(const char *dir, char ***files)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	int n = 0;

	if (!d)
		return fail(ST_DATA, "%s: cannot read the folder: %s", dir, strerror(errno));
	*files = xcalloc(1, sizeof(**files));
	while ((e = readdir(d))) {
		size_t len = strlen(e->d_name);

		if (len < 5 || strcmp(e->d_name + len - 4, ".csv") != 0)
			continue;
		*files = xrealloc(*files, (size_t)(n + 2) * sizeof(**files));
		(*files)[n++] = xstrdup(e->d_name);
		(*files)[n] = NULL;
	}
	closedir(d);
	qsort(*files, (size_t)n, sizeof(**files), compare_texts);
	return ST_OK;
}

static void add_file(struct bench_sets *b, const char *dir, const char *file, char **files)
{
	char *name = xstrndup(file, strlen(file) - 4);
	struct bench_set *s = bench_sets_add(b, "real", name);
	struct str prefix = {0};

	str_addf(&prefix, "%s.test_", name);
	s->file = path_join(dir, file);
	for (; *files; files++)
		if (strncmp(*files, prefix.data, prefix.len) == 0)
			add_extra(s, path_join(dir, *files));
	str_release(&prefix);
	free(name);
}

enum status bench_sets_read(struct bench_sets *b, const char *dir)
{
	char *index = path_join(dir, "INDEX.json"), **files = NULL;
	int before = b->n;
	enum status st;

	if (file_exists(index)) {
		st = read_index(b, dir, index);
	} else {
		st = list_files(dir, &files);
		for (char **f = files; st == ST_OK && *f; f++)
			if (!strstr(*f, ".test_"))
				add_file(b, dir, *f, files);
	}
	free(index);
	for (char **f = files; f && *f; f++)
		free(*f);
	free(files);
	if (st == ST_OK && b->n == before)
		return fail(ST_DATA, "%s: no data sets in this folder (INDEX.json or *.csv)", dir);
	return st;
}
