/* run_dir.c — the folder of a run: made, written to, ended; see run_dir.h. run_resume.c takes one up again. */
#include "eqrl/run/run_dir.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/run_lock.h"
#include "run_record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *run_dir_file(const struct run_dir *r, const char *name)
{
	return path_join(r->path, name);
}

static void close_run(struct run_dir *r)
{
	if (r->log >= 0)
		close(r->log);
	if (r->lock >= 0)
		close(r->lock);
	cJSON_Delete(r->record);
	cJSON_Delete(r->earlier);
	for (int i = 0; i < RUN_OUTPUTS; i++)
		free(r->complaint[i]);
	free(r->path);
	*r = (struct run_dir){.log = -1, .lock = -1};
}

void run_dir_abandon(struct run_dir *r)
{
	if (!r->path)
		return;
	if (r->made) {
		char *lock = run_dir_file(r, RUN_LOCK_FILE);

		unlink(lock); /* nobody else can be waiting for a folder that is a moment old */
		rmdir(r->path);
		free(lock);
	}
	close_run(r);
}

/* ---- the folder --------------------------------------------------------------------------------- */

/* The lock aside: whoever opened the folder first has made it. */
static bool is_empty_dir(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	bool empty = d != NULL;

	while (d && empty && (e = readdir(d)))
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
			strcmp(e->d_name, RUN_LOCK_FILE) == 0;
	if (d)
		closedir(d);
	return empty;
}

void run_name(const char *data_path, struct str *out)
{
	size_t n = strlen(data_path ? data_path : "");
	char *path, *slash, *name;

	while (n > 1 && data_path[n - 1] == '/')
		n--;
	path = n ? xstrndup(data_path, n) : xstrdup("run");
	slash = strrchr(path, '/');
	name = slash ? slash + 1 : path;

	if (strcmp(name, "-") == 0)
		str_add(out, "stdin");
	else if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		str_add(out, "run");
	else
		str_addn(out, name, name[0] == '.' ? strlen(name) : strcspn(name, "."));
	free(path);
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
	r->made = st == ST_OK;
	r->path = path.data;
	return st == ST_OK ? run_lock(r->path, &r->lock) : st;
}

static enum status take_folder(struct run_dir *r, const char *wanted)
{
	r->path = xstrdup(wanted);
	r->made = !file_exists(wanted);
	if (!r->made && !file_is_dir(wanted))
		return fail(ST_USAGE, "--out %s: is a file; expected a directory", wanted);
	TRY(dir_create(wanted));
	TRY(run_lock(wanted, &r->lock));
	if (!is_empty_dir(wanted))
		return fail(ST_USAGE, "--out %s: is not empty; choose another, or go on with --resume %s", wanted,
			    wanted);
	return ST_OK;
}

/* ---- the beginning --------------------------------------------------------------------------------- */

enum status run_dir_save(struct run_dir *r)
{
	char *path = run_dir_file(r, "run.json");
	enum status st = file_write_json(path, r->record);

	free(path);
	return st;
}

enum status run_dir_create(struct run_dir *r, const struct invocation *inv, const char *wanted, const char *data_path)
{
	enum status st;

	*r = (struct run_dir){.log = -1, .lock = -1};
	st = wanted ? take_folder(r, wanted) : make_new_folder(r, data_path);
	if (st == ST_OK)
		r->record = run_record_new(inv);
	else
		run_dir_abandon(r);
	return st;
}

/* Files that a killed process had begun: "NAME.tmpPID" (file.h). With the lock held they are nobody's. */
static void remove_leftovers(const struct run_dir *r)
{
	DIR *d = opendir(r->path);
	const struct dirent *e;

	while (d && (e = readdir(d))) {
		const char *end = strstr(e->d_name, ".tmp");

		if (end && end[4] && strspn(end + 4, "0123456789") == strlen(end + 4))
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		closedir(d);
}

enum status run_dir_begin(struct run_dir *r, const struct invocation *inv)
{
	cJSON *config = options_to_json(inv->options, command_find(inv->command)->bit);
	char *path = run_dir_file(r, "config.json");
	enum status st = file_write_json(path, config);

	cJSON_Delete(config);
	free(path);
	TRY(st);
	r->made = false; /* from here on the folder is a run */
	TRY(run_dir_save(r));
	remove_leftovers(r);
	path = run_dir_file(r, "log.jsonl");
	r->log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (r->log < 0)
		st = fail(ST_RESOURCE, "%s: cannot write: %s", path, strerror(errno));
	free(path);
	return st;
}

/* ---- what went wrong, and the end ----------------------------------------------------------------- */

bool run_dir_note(struct run_dir *r, enum run_output what, enum status st)
{
	char **complaint = &r->complaint[what];

	if (st == ST_OK) {
		if (what != OUTPUT_LOG) { /* a line that is missing stays missing */
			free(*complaint);
			*complaint = NULL;
		}
		return false;
	}
	if (*complaint && strcmp(*complaint, error_message()) == 0)
		return false;
	free(*complaint);
	*complaint = xstrdup(error_message());
	return true;
}

const char *run_dir_trouble(const struct run_dir *r)
{
	for (int i = 0; i < RUN_OUTPUTS; i++)
		if (r->complaint[i])
			return r->complaint[i];
	return NULL;
}

void run_dir_note_told(struct run_dir *r, enum run_output output, enum status st, struct progress *progress,
		       const char *what)
{
	if (!run_dir_note(r, output, st))
		return;
	if (progress)
		progress_note(progress, "eqrl: %s; the %s goes on", error_message(), what);
	else
		warn("%s; the %s goes on", error_message(), what);
}

char *run_dir_checkpoint(const struct run_dir *r)
{
	char *path = run_dir_file(r, "checkpoint.safetensors");

	if (file_exists(path))
		return path;
	free(path);
	warn("%s has no checkpoint: the run starts again from its first step", r->path);
	return NULL;
}

enum status run_dir_finish(struct run_dir *r, enum status st)
{
	enum status saved;
	char now[32];

	if (!r->record)
		return ST_OK;
	clock_iso(now);
	cJSON_ReplaceItemInObject(r->record, "ended", cJSON_CreateString(now));
	cJSON_ReplaceItemInObject(r->record, "exit", cJSON_CreateNumber(st));
	saved = run_dir_save(r);
	close_run(r);
	return saved;
}

enum status run_dir_end(struct run_dir *r, enum status st)
{
	bool answered = st == ST_OK || st == ST_INTERRUPTED || st == ST_TERMINATED || st == ST_NOTHING;
	const char *trouble = run_dir_trouble(r);
	enum status saved;
	char *why;

	if (answered && trouble)
		st = fail(ST_RESOURCE, "%s: not all of the run is on disk: %s", r->path, trouble);
	why = xstrdup(error_message());
	saved = run_dir_finish(r, st);
	if (answered && !trouble && saved != ST_OK) {
		free(why);
		return saved;
	}
	return fail_again(st, why); /* what ended the run matters more than a record that cannot be written */
}
