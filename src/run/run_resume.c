/* run_resume.c — an earlier run is taken up again, once everything is known to be as it was; see run_dir.h. */
#include "eqrl/run/run_dir.h"

#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/run_lock.h"
#include "run_record.h"

#include <stdlib.h>
#include <string.h>

/* Copies what the earlier process recorded about itself into "resumed" of the new record. */
static void keep_history(struct run_dir *r)
{
	static const char *const kept[] = {"argv", "started", "ended", "exit", "threads", "seconds"};
	cJSON *history = cJSON_Duplicate(cJSON_GetObjectItem(r->earlier, "resumed"), true);
	cJSON *entry = cJSON_CreateObject();

	if (!history)
		history = cJSON_CreateArray();
	for (size_t i = 0; i < COUNT_OF(kept); i++) {
		cJSON *item = cJSON_Duplicate(cJSON_GetObjectItem(r->earlier, kept[i]), true);

		if (item)
			cJSON_AddItemToObject(entry, kept[i], item);
	}
	cJSON_AddItemToArray(history, entry);
	cJSON_AddItemToObject(r->record, "resumed", history);
}

static enum status refuse_option(const struct run_dir *r, const char *flag, const struct options *then,
				 const struct options *now, int command)
{
	cJSON *json[2] = {options_to_json(then, command), options_to_json(now, command)};
	char *text[2];

	for (int i = 0; i < 2; i++)
		text[i] = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(json[i], flag));
	fail(ST_USAGE, "--resume %s: the run has --%s %s, not %s; with another value it is another run (--out)",
	     r->path, flag, text[0], text[1]);
	for (int i = 0; i < 2; i++) {
		free(text[i]);
		cJSON_Delete(json[i]);
	}
	return ST_USAGE;
}

/* Refuses options that make this another run than that of the folder, and names the first. */
static enum status check_options(const struct run_dir *r, const struct invocation *inv)
{
	int command = command_find(inv->command)->bit;
	const cJSON *began = cJSON_GetObjectItem(r->earlier, "config_hash");
	char *path = run_dir_file(r, "config.json"), hash[17];
	struct option_set then = {0};
	const char *flag = NULL;
	enum status st;

	run_config_hash(inv, hash);
	options_default(&then);
	st = options_from_file(&then, path, FROM_CONFIG);
	if (st == ST_OK)
		flag = options_difference(&then.values, inv->options, command, OPTIONS_FIXED);
	if (flag)
		st = refuse_option(r, flag, &then.values, inv->options, command);
	else if (st == ST_OK && cJSON_IsString(began) && strcmp(began->valuestring, hash) != 0)
		st = fail(ST_USAGE, "%s: is not the configuration that the run began with (run.json has its hash)",
			  path);
	options_release(&then);
	free(path);
	return st;
}

/* A process that was killed at its very start may have left no run.json. */
static enum status read_earlier(struct run_dir *r)
{
	char *path = run_dir_file(r, "run.json");
	enum status st = file_exists(path) ? file_read_json(path, ST_DATA, &r->earlier) : ST_OK;

	free(path);
	return st;
}

enum status run_dir_resume(struct run_dir *r, const struct invocation *inv, const char *path)
{
	enum status st;

	*r = (struct run_dir){.log = -1, .lock = -1, .path = xstrdup(path)};
	st = file_is_dir(path) ? run_lock(path, &r->lock) : fail(ST_USAGE, "--resume %s: no such run directory", path);
	if (st == ST_OK)
		st = read_earlier(r);
	if (st == ST_OK)
		st = check_options(r, inv);
	if (st == ST_OK) {
		r->record = run_record_new(inv);
		if (r->earlier)
			keep_history(r);
	} else {
		run_dir_abandon(r);
	}
	return st;
}
