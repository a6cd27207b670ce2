/* run_dir.c — see run_dir.h. */
#include "eqrl/run/run_dir.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/host.h"
#include "eqrl/run/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RUN_SCHEMA = 1 };

char *run_dir_file(const struct run_dir *r, const char *name)
{
	return path_join(r->path, name);
}

static bool is_empty_dir(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	bool empty = d != NULL;

	while (d && empty && (e = readdir(d)))
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	if (d)
		closedir(d);
	return empty;
}

/* "wells" of "some/where/wells.csv.gz". */
static void run_name(const char *data_path, struct str *out)
{
	const char *slash = data_path ? strrchr(data_path, '/') : NULL;
	const char *name = slash ? slash + 1 : data_path ? data_path : "run";

	if (strcmp(name, "-") == 0)
		name = "stdin";
	else if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		name = "run";
	str_addn(out, name, name[0] == '.' ? strlen(name) : strcspn(name, "."));
}

static enum status make_new_folder(struct run_dir *r, const char *data_path)
{
	struct str path = {0};
	char stamp[32];
	size_t base;
	enum status st = dir_create("runs");

	clock_stamp(stamp);
	str_add(&path, "runs/");
	run_name(data_path, &path);
	str_addf(&path, "-%s", stamp);
	base = path.len;
	/* mkdir decides: two runs that start in the same second must not share a folder */
	for (int i = 2; st == ST_OK && mkdir(path.data, 0777) != 0; i++) {
		if (errno != EEXIST || i > 1000)
			st = fail(ST_RESOURCE, "%s: cannot create the directory: %s", path.data, strerror(errno));
		path.len = base;
		str_addf(&path, "-%d", i);
	}
	r->path = path.data;
	return st;
}

static enum status take_folder(struct run_dir *r, const char *wanted)
{
	r->path = xstrdup(wanted);
	if (file_exists(wanted) && !file_is_dir(wanted))
		return fail(ST_USAGE, "--out %s: is a file; expected a directory", wanted);
	TRY(dir_create(wanted));
	if (!is_empty_dir(wanted))
		return fail(ST_USAGE, "--out %s: is not empty; choose another, or go on with --resume %s", wanted,
			    wanted);
	return ST_OK;
}

static enum status save_json_as(const char *path, const cJSON *json)
{
	char *text = cJSON_Print(json);
	struct str out = {0};
	enum status st;

	str_addf(&out, "%s\n", text);
	st = file_write_atomic(path, out.data, out.len);
	str_release(&out);
	free(text);
	return st;
}

static enum status save_json(const struct run_dir *r, const char *name, const cJSON *json)
{
	char *path = run_dir_file(r, name);
	enum status st = save_json_as(path, json);

	free(path);
	return st;
}

static enum status load_json(const char *path, cJSON **json)
{
	char *text;
	size_t size;

	TRY(file_read(path, ST_DATA, &text, &size));
	*json = cJSON_ParseWithLength(text, size);
	free(text);
	return *json ? ST_OK : fail(ST_DATA, "%s: not valid JSON", path);
}

enum status run_dir_save(struct run_dir *r)
{
	return save_json(r, "run.json", r->record);
}

static cJSON *new_record(const struct invocation *inv)
{
	cJSON *record = cJSON_CreateObject();
	char now[32];

	clock_iso(now);
	cJSON_AddNumberToObject(record, "schema", RUN_SCHEMA);
	cJSON_AddStringToObject(record, "command", inv->command);
	cJSON_AddItemToObject(record, "argv", cJSON_CreateStringArray((const char *const *)inv->argv, inv->argc));
	cJSON_AddNumberToObject(record, "seed", (double)inv->options->seed);
	cJSON_AddBoolToObject(record, "seed_drawn", inv->seed_drawn);
	cJSON_AddNumberToObject(record, "threads", threads_wanted(inv->options));
	cJSON_AddStringToObject(record, "started", now);
	cJSON_AddNullToObject(record, "ended");
	cJSON_AddNullToObject(record, "exit");
	cJSON_AddItemToObject(record, "host", host_record());
	return record;
}

static enum status open_log(struct run_dir *r)
{
	char *path = run_dir_file(r, "log.jsonl");
	enum status st = ST_OK;

	r->log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (r->log < 0)
		st = fail(ST_RESOURCE, "%s: cannot write: %s", path, strerror(errno));
	free(path);
	return st;
}

static enum status begin(struct run_dir *r, const struct invocation *inv)
{
	const struct command *c = command_find(inv->command);
	cJSON *config = options_to_json(inv->options, c->bit);
	enum status st = save_json(r, "config.json", config);

	cJSON_Delete(config);
	TRY(st);
	TRY(run_dir_save(r));
	return open_log(r);
}

/* A failed start leaves no half-made record behind in memory. */
static enum status closed(struct run_dir *r, enum status st)
{
	if (st != ST_OK) {
		if (r->log >= 0)
			close(r->log);
		cJSON_Delete(r->record);
		free(r->path);
		*r = (struct run_dir){0};
	}
	return st;
}

enum status run_dir_create(struct run_dir *r, const struct invocation *inv, const char *wanted, const char *data_path)
{
	enum status st;

	*r = (struct run_dir){.log = -1};
	st = wanted ? take_folder(r, wanted) : make_new_folder(r, data_path);
	if (st == ST_OK) {
		r->record = new_record(inv);
		st = begin(r, inv);
	}
	return closed(r, st);
}

/* Moves what an earlier process recorded about itself into "resumed" of the new record. */
static enum status keep_history(struct run_dir *r)
{
	static const char *const kept[] = {"argv", "started", "ended", "exit", "threads"};
	char *path = run_dir_file(r, "run.json");
	cJSON *old = NULL, *history, *entry;
	enum status st = load_json(path, &old);

	free(path);
	TRY(st);
	history = cJSON_DetachItemFromObject(old, "resumed");
	if (!history)
		history = cJSON_CreateArray();
	entry = cJSON_CreateObject();
	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		cJSON *item = cJSON_DetachItemFromObject(old, kept[i]);

		if (item)
			cJSON_AddItemToObject(entry, kept[i], item);
	}
	cJSON_AddItemToArray(history, entry);
	cJSON_AddItemToObject(r->record, "resumed", history);
	cJSON_Delete(old);
	return ST_OK;
}

enum status run_dir_resume(struct run_dir *r, const struct invocation *inv, const char *path)
{
	enum status st = ST_OK;

	*r = (struct run_dir){.log = -1, .path = xstrdup(path)};
	if (!file_is_dir(path))
		st = fail(ST_USAGE, "--resume %s: no such run directory", path);
	if (st == ST_OK) {
		r->record = new_record(inv);
		st = keep_history(r);
	}
	if (st == ST_OK)
		st = begin(r, inv);
	return closed(r, st);
}

enum status run_dir_log(struct run_dir *r, const cJSON *line)
{
	char *text = cJSON_PrintUnformatted(line);
	size_t n = strlen(text);
	ssize_t put;

	text[n] = '\n'; /* in place of the NUL, so that the line goes out in one write */
	put = write(r->log, text, n + 1);
	free(text);
	if (put != (ssize_t)n + 1)
		return fail(ST_RESOURCE, "%s/log.jsonl: cannot write: %s", r->path,
			    put < 0 ? strerror(errno) : "disk full");
	return ST_OK;
}

enum status run_dir_log_rewind(struct run_dir *r, int64_t step)
{
	char *path = run_dir_file(r, "log.jsonl");
	char *text;
	size_t size, keep = 0;
	enum status st = file_read(path, ST_DATA, &text, &size);

	free(path);
	TRY(st);
	while (keep < size) {
		const char *end = memchr(text + keep, '\n', size - keep);
		size_t n = end ? (size_t)(end - text) - keep + 1 : 0;
		cJSON *line = n ? cJSON_ParseWithLength(text + keep, n) : NULL;
		const cJSON *at = cJSON_GetObjectItem(line, "step");
		bool good = line && !(cJSON_IsNumber(at) && at->valuedouble > (double)step);

		cJSON_Delete(line);
		if (!good)
			break;
		keep += n;
	}
	free(text);
	if (ftruncate(r->log, (off_t)keep) != 0)
		return fail(ST_RESOURCE, "%s/log.jsonl: cannot cut: %s", r->path, strerror(errno));
	return ST_OK;
}

/* A file's path in a folder of the run, or in the run itself. */
static char *file_in(const struct run_dir *r, const char *folder, const char *name)
{
	char *dir, *path;

	if (!folder)
		return run_dir_file(r, name);
	dir = run_dir_file(r, folder);
	path = path_join(dir, name);
	free(dir);
	return path;
}

enum status run_dir_front(struct run_dir *r, const char *folder, const struct front *f, const struct rows *rows)
{
	struct str csv = {0};
	char *path = file_in(r, folder, "front.csv");
	cJSON *json;
	enum status st;

	front_check(f, rows);
	front_to_csv(f, &csv);
	st = file_write_atomic(path, csv.data, csv.len);
	str_release(&csv);
	free(path);
	TRY(st);
	json = front_to_json(f);
	path = file_in(r, folder, "equations.json");
	st = save_json_as(path, json);
	free(path);
	cJSON_Delete(json);
	return st;
}

enum status run_dir_finish(struct run_dir *r, enum status st)
{
	enum status saved = ST_OK;
	char now[32];

	if (!r->record)
		return ST_OK;
	clock_iso(now);
	cJSON_ReplaceItemInObject(r->record, "ended", cJSON_CreateString(now));
	cJSON_ReplaceItemInObject(r->record, "exit", cJSON_CreateNumber(st));
	saved = run_dir_save(r);
	if (r->log >= 0)
		close(r->log);
	r->log = -1;
	cJSON_Delete(r->record);
	free(r->path);
	*r = (struct run_dir){.log = -1};
	return saved;
}

enum status run_front_load(struct front *f, const char *dir)
{
	char *path = file_is_dir(dir) ? path_join(dir, "equations.json") : xstrdup(dir);
	cJSON *json = NULL;
	enum status st;

	*f = (struct front){0};
	if (!file_exists(dir))
		st = fail(ST_DATA, "%s: no such run directory", dir);
	else if (!file_exists(path))
		st = fail(ST_DATA, "%s: holds no run (no equations.json in it)", dir);
	else
		st = load_json(path, &json);
	if (st == ST_OK)
		st = front_from_json(f, json, path);
	cJSON_Delete(json);
	free(path);
	return st;
}
