/* paths.c — see paths.h. */
#include "eqrl/base/paths.h"

#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PLACES = 5 };

/* Folders below $EQRL_HOME and below the executable's; NULL ends a list. */
static const struct {
	const char *what, *standard, *extension;
	enum status st;
	const char *home[MAX_PLACES], *exe[MAX_PLACES];
} kinds[PATH_KINDS] = {
	[PATH_LEARNER] = {"learner library",
			  "libeqrl_learn.so",
			  NULL,
			  ST_WEIGHTS,
			  {".", "lib/eqrl", "build"},
			  {".", "../lib/eqrl"}},
	[PATH_WEIGHTS] = {"weights",
			  "default.safetensors",
			  ".safetensors",
			  ST_WEIGHTS,
			  {".", "weights", "share/eqrl/weights", "data/weights"},
			  {"../data/weights", "../share/eqrl/weights", "../../data/weights"}},
	[PATH_CONFIG] = {"configuration",
			 "default.json",
			 ".json",
			 ST_USAGE,
			 {".", "configs", "share/eqrl/configs"},
			 {"../configs", "../share/eqrl/configs", "../../configs"}},
	[PATH_DATA] = {"data",
		       NULL,
		       ".csv",
		       ST_DATA,
		       {".", "data", "share/eqrl/data"},
		       {"../data", "../share/eqrl/data", "../../data"}},
};

char *path_exe_dir(void)
{
	char buffer[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", buffer, sizeof(buffer) - 1);
	char *slash;

	if (n <= 0)
		return xstrdup(".");
	buffer[n] = '\0';
	slash = strrchr(buffer, '/');
	if (slash)
		*slash = '\0';
	return xstrdup(slash == buffer ? "/" : buffer);
}

/* base/below with each leading ".." taken off the base, so that messages read well. */
static char *joined(const char *base, const char *below)
{
	char *up = xstrdup(base), *path;

	while (strncmp(below, "../", 3) == 0) {
		char *slash = strrchr(up, '/');

		if (!slash || strcmp(slash, "/..") == 0 || strcmp(slash, "/.") == 0)
			break;
		slash[slash == up] = '\0';
		below += 3;
	}
	path = strcmp(below, ".") == 0 ? xstrdup(up) : path_join(up, below);
	free(up);
	return path;
}

/* Calls visit for each folder of a kind, in order, until it returns true. */
static bool each_place(enum path_kind kind, const char *home, const char *exe_dir,
		       bool (*visit)(const char *dir, void *context), void *context)
{
	bool done = false;

	for (int i = 0; i < 2 * MAX_PLACES && !done; i++) {
		bool from_home = i < MAX_PLACES;
		const char *base = from_home ? home : exe_dir;
		const char *below = from_home ? kinds[kind].home[i] : kinds[kind].exe[i - MAX_PLACES];
		char *dir;

		if (!below || !base || !*base)
			continue;
		dir = joined(base, below);
		done = visit(dir, context);
		free(dir);
	}
	return done;
}

static bool list_place(const char *dir, void *context)
{
	str_addf(context, "%s\n", dir);
	return false;
}

struct search {
	const char *name, *extension;
	char *found;
};

static bool try_place(const char *dir, void *context)
{
	struct search *s = context;
	struct str path = {0};

	str_addf(&path, "%s/%s", dir, s->name);
	if (!file_exists(path.data) || file_is_dir(path.data)) {
		str_add(&path, s->extension ? s->extension : "");
		if (!s->extension || !file_exists(path.data)) {
			str_release(&path);
			return false;
		}
	}
	s->found = path.data;
	return true;
}

void path_places(enum path_kind kind, struct str *out)
{
	char *exe_dir = path_exe_dir();

	each_place(kind, getenv("EQRL_HOME"), exe_dir, list_place, out);
	free(exe_dir);
}

static enum status not_found(enum path_kind kind, const char *name, const char *home, const char *exe_dir)
{
	struct str places = {0};

	each_place(kind, home, exe_dir, list_place, &places);
	for (char *p = places.data; p && *p; p++)
		if (*p == '\n')
			*p = p[1] ? ' ' : '\0';
	fail(kinds[kind].st, "%s: %s not found; searched %s (EQRL_HOME adds a place)", name, kinds[kind].what,
	     str_text(&places));
	str_release(&places);
	return kinds[kind].st;
}

enum status path_find_from(enum path_kind kind, const char *name, const char *home, const char *exe_dir, char **path)
{
	struct search s = {.name = name ? name : kinds[kind].standard, .extension = kinds[kind].extension};

	if (!s.name)
		BUG("there is no standard file of kind %d", (int)kind);
	*path = NULL;
	if (name && (strchr(name, '/') || (file_exists(name) && !file_is_dir(name)))) {
		if (!file_exists(name))
			return fail(kinds[kind].st, "%s: no such file", name);
		*path = xstrdup(name);
		return ST_OK;
	}
	if (!each_place(kind, home, exe_dir, try_place, &s))
		return not_found(kind, s.name, home, exe_dir);
	*path = s.found;
	return ST_OK;
}

enum status path_find(enum path_kind kind, const char *name, char **path)
{
	char *exe_dir = path_exe_dir();
	enum status st = path_find_from(kind, name, getenv("EQRL_HOME"), exe_dir, path);

	free(exe_dir);
	return st;
}
