/* manifest_key.c — see manifest_key.h. */
#include "manifest_key.h"

#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/rng.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/task_run.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status mix_file(uint64_t *h, const char *path)
{
	char sha[65];

	TRY(sha256_file(path, sha));
	*h = mix64(*h, hash_bytes(sha, strlen(sha)));
	return ST_OK;
}

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int compare_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The files of a folder by name, whatever they are: one that is no data set costs a run at worst. */
static enum status mix_folder(uint64_t *h, const char *folder)
{
	struct dirent **entry;
	int n = scandir(folder, &entry, is_visible, compare_bytes);
	enum status st = n < 0 ? fail(ST_DATA, "%s: cannot read the folder: %s", folder, strerror(errno)) : ST_OK;

	for (int i = 0; i < n; i++) {
		char *path = path_join(folder, entry[i]->d_name);

		*h = mix64(*h, hash_bytes(entry[i]->d_name, strlen(entry[i]->d_name)));
		if (st == ST_OK && !file_is_dir(path))
			st = mix_file(h, path);
		free(path);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
	return st;
}

static enum status mix_data(uint64_t *h, const struct options *o)
{
	char *list = xstrdup(o->data), *rest = list, *path;
	enum status st = ST_OK;

	while (st == ST_OK && (path = strsep(&rest, "\n")))
		st = file_is_dir(path) ? mix_folder(h, path) : mix_file(h, path);
	free(list);
	if (st == ST_OK && o->test && file_exists(o->test))
		st = mix_file(h, o->test);
	return st;
}

static enum status mix_weights(uint64_t *h, const struct options *o, struct hashed_weights *last)
{
	enum status st = ST_OK;
	char *path;

	TRY(o->domain ? task_weights_find(o, &path) : path_find(PATH_WEIGHTS, o->weights, &path));
	if (!last->path || strcmp(path, last->path) != 0) {
		free(last->path);
		*last = (struct hashed_weights){0};
		st = mix_file(&last->hash, path);
		if (st == ST_OK)
			last->path = xstrdup(path);
	}
	free(path);
	*h = mix64(*h, last->hash);
	return st;
}

enum status manifest_key(const struct options *o, struct hashed_weights *weights, char out[17])
{
	uint64_t h = mix64(options_hash(o, CMD_TRAIN, OPTIONS_EFFECTIVE), (uint64_t)o->seed);

	if (o->data)
		TRY(mix_data(&h, o));
	TRY(mix_weights(&h, o, weights));
	snprintf(out, 17, "%016llx", (unsigned long long)h);
	return ST_OK;
}
