/* data_sets.c — see data_sets.h. */
#include "eqrl/run/data_sets.h"

#include "eqrl/base/file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/base/str.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/unit_setup.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Length of a file name without ".gz" and then without .csv, .tsv or .txt; 0: it has none of them. */
static size_t stem_length(const char *file)
{
	static const char *const endings[] = {".csv", ".tsv", ".txt"};
	size_t n = strlen(file);

	if (n > 3 && strcmp(file + n - 3, ".gz") == 0)
		n -= 3;
	for (size_t i = 0; i < COUNT_OF(endings); i++)
		if (n > 4 && strncmp(file + n - 4, endings[i], 4) == 0)
			return n - 4;
	return 0;
}

static void add_path(struct data_sets *s, char *path)
{
	s->path = xrealloc(s->path, (size_t)(s->n + 1) * sizeof(*s->path));
	s->path[s->n++] = path;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status add_folder(struct data_sets *s, const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *e;
	int before = s->n;

	if (!dir)
		return fail(ST_DATA, "%s: cannot read the folder: %s", folder, strerror(errno));
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.' && stem_length(e->d_name) > 0)
			add_path(s, path_join(folder, e->d_name));
	closedir(dir);
	if (s->n == before)
		return fail(ST_DATA, "%s: no data set in this folder (*.csv, *.tsv, *.txt, also .gz)", folder);
	qsort(s->path + before, (size_t)(s->n - before), sizeof(*s->path), compare_texts);
	return ST_OK;
}

static enum status collect_paths(struct data_sets *s, const struct options *o)
{
	char *list = xstrdup(o->data), *save = NULL;
	enum status st = ST_OK;

	for (char *p = strtok_r(list, "\n", &save); p && st == ST_OK; p = strtok_r(NULL, "\n", &save)) {
		bool folder = file_is_dir(p);

		for (size_t n = strlen(p); n > 1 && p[n - 1] == '/'; n--)
			p[n - 1] = '\0';
		s->several |= folder || s->origin;
		if (!s->origin)
			s->origin = xstrdup(p);
		if (folder)
			st = add_folder(s, p);
		else
			add_path(s, xstrdup(p));
	}
	free(list);
	return st;
}

/* --target a,b,c: the one file as a data set for each, called like its target. */
static enum status collect_targets(struct data_sets *s, const struct options *o)
{
	const char *list = o->target;
	int n = 0;
	char *entry;

	if (!list || !strchr(list, ','))
		return ST_OK;
	while ((entry = csv_next_entry(&list)) != NULL) {
		s->target = xrealloc(s->target, (size_t)(n + 1) * sizeof(*s->target));
		s->target[n++] = entry;
	}
	if (n < 2)
		return ST_OK;
	if (s->several || strcmp(s->path[0], "-") == 0)
		return fail(ST_USAGE, "--target %s: several targets are of one file that can be read again", o->target);
	s->several = true;
	while (s->n < n)
		add_path(s, xstrdup(s->path[0]));
	s->n_targets = n;
	return ST_OK;
}

/* What a folder can be called. */
static void add_target_name(struct str *out, const char *target)
{
	for (; *target; target++)
		if (*target != '`')
			str_addc(out, *target == '/' ? '_' : *target);
}

static bool name_is_taken(const struct data_sets *s, int before, const char *name)
{
	for (int i = 0; i < before; i++)
		if (strcmp(s->name[i], name) == 0)
			return true;
	return false;
}

/* Two files "a.csv" of different folders are "a" and "a-2". */
static void set_names(struct data_sets *s)
{
	s->name = xcalloc((size_t)s->n, sizeof(*s->name));
	for (int i = 0; i < s->n; i++) {
		const char *slash = strrchr(s->path[i], '/'), *file = slash ? slash + 1 : s->path[i];
		size_t n = stem_length(file);
		struct str name = {0};

		if (s->n_targets)
			add_target_name(&name, s->target[i]);
		else if (strcmp(file, "-") == 0)
			str_add(&name, "stdin");
		else
			str_addn(&name, file, n ? n : strlen(file));
		n = name.len;
		for (int k = 2; name_is_taken(s, i, name.data); k++) {
			name.len = n;
			str_addf(&name, "-%d", k);
		}
		s->name[i] = name.data;
	}
}

/* Data set i becomes the one at `to`, where nothing is any more. */
static void move_up(struct data_sets *s, int i, int to)
{
	if (i == to)
		return;
	s->path[to] = s->path[i];
	s->name[to] = s->name[i];
	s->d[to] = s->d[i];
	s->path[i] = s->name[i] = NULL;
	s->d[i] = (struct dataset){0};
}

static void drop_set(struct data_sets *s, int i)
{
	free(s->path[i]);
	free(s->name[i]);
	s->path[i] = s->name[i] = NULL;
}

/* Loads all of them, so that every fault is told at once. One that cannot be used leaves the list. */
static enum status load_all(struct data_sets *s, const struct options *o)
{
	struct dataset_options options = data_options(o);
	int n = s->n, kept = 0;
	enum status first = ST_OK;

	s->d = xcalloc((size_t)n, sizeof(*s->d));
	for (int i = 0; i < n; i++) {
		enum status st;

		if (s->n_targets) {
			options.target = s->target[i];
			options.targets = o->target;
		}
		st = dataset_load(&s->d[i], s->path[i], &options);

		if (st == ST_OK &&
		    ((st = data_find_loss(&s->d[i], o)) != ST_OK || (st = data_set_units(&s->d[i], o)) != ST_OK))
			dataset_release(&s->d[i]);
		TRY(signals_status()); /* somebody does not want to wait for the rest */
		if (st == ST_OK) {
			show_notes(&s->d[i].notes, s->several ? s->name[i] : NULL, o);
			move_up(s, i, kept++);
			continue;
		}
		if (!s->several)
			return st;
		warn("%s", error_message());
		first = first == ST_OK ? st : first;
		drop_set(s, i);
	}
	s->n = kept;
	if (kept == 0)
		return fail(first, "%s: none of its %d data sets can be used", s->origin, n);
	if (kept < n && o->strict)
		return fail(first, "%d of %d data sets cannot be used; without --strict they are left out", n - kept,
			    n);
	if (kept < n)
		warn("%d of %d data sets left out (--strict refuses them)", n - kept, n);
	return ST_OK;
}

enum status data_sets_load(struct data_sets *s, const struct options *o)
{
	char *end;

	*s = (struct data_sets){0};
	if (!o->data)
		return fail(ST_USAGE, "no data: give --data FILE (csv, tsv, txt, .gz; - for standard input)");
	TRY(collect_paths(s, o));
	TRY(collect_targets(s, o));
	if (s->several && o->test && (strtod(o->test, &end), end == o->test || *end))
		return fail(ST_USAGE, "--test %s: with several data sets a share of their rows, say 0.25; not a file",
			    o->test);
	set_names(s);
	return load_all(s, o);
}

void data_sets_release(struct data_sets *s)
{
	for (int i = 0; i < s->n; i++) {
		if (s->d)
			dataset_release(&s->d[i]);
		if (s->name)
			free(s->name[i]);
		free(s->path[i]);
	}
	for (int i = 0; i < s->n_targets; i++)
		free(s->target[i]);
	free(s->target);
	free(s->d);
	free(s->name);
	free(s->path);
	free(s->origin);
	*s = (struct data_sets){0};
}
