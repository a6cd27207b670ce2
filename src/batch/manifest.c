/* manifest.c — see manifest.h. A fault does not end the reading: who mends a table wants to see all of them. */
#include "eqrl/batch/manifest.h"

#include "eqrl/base/file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/task_run.h"
#include "manifest_key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct manifest_reader {
	struct manifest *m;
	const char *out;
	int n_passed, faults, number; /* number: of the line at hand */
	char **passed;
	int n_columns; /* 0: the header has not been seen */
	char **column;
	const struct command *train;
	struct hashed_weights weights;
};

/* Tells the fault of error_message(), with its place. */
static void tell_fault(struct manifest_reader *r)
{
	warn("%s: line %d: %s", r->m->path, r->number, error_message());
	r->faults++;
}

static char *trim_blanks(char *text)
{
	size_t n;

	text += strspn(text, " ");
	for (n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
		text[n - 1] = '\0';
	return text;
}

/* ---- the header --------------------------------------------------------------------------------- */

static bool is_batch_business(const char *flag)
{
	return strcmp(flag, "out") == 0 || strcmp(flag, "resume") == 0;
}

static void check_column(struct manifest_reader *r, const char *flag)
{
	const char *near;

	if (strcmp(flag, "name") == 0)
		return;
	if (is_batch_business(flag))
		fail(ST_USAGE, "column %s: batch chooses the runs' directories; leave it out, and see --out", flag);
	else if (options_takes(r->train, flag, &near))
		return;
	else if (near)
		fail(ST_USAGE, "column %s: neither name nor an option of train; did you mean %s?", flag, near);
	else
		fail(ST_USAGE, "column %s: neither name nor an option of train (tabs stand between columns)", flag);
	tell_fault(r);
}

static void read_header(struct manifest_reader *r, char *text)
{
	for (char *cell; (cell = strsep(&text, "\t"));) {
		cell = trim_blanks(cell);
		cell += strncmp(cell, "--", 2) == 0 ? 2 : 0;
		r->column = xrealloc(r->column, (size_t)(r->n_columns + 1) * sizeof(*r->column));
		r->column[r->n_columns++] = cell;
		check_column(r, cell);
	}
}

/* ---- a run -------------------------------------------------------------------------------------- */

static void add_word(struct manifest_run *run, const char *word)
{
	run->word = xrealloc(run->word, (size_t)(run->n_words + 1) * sizeof(*run->word));
	run->word[run->n_words++] = xstrdup(word);
}

static void add_option_word(struct manifest_run *run, const char *flag, const char *value)
{
	struct str word = {0};

	str_addf(&word, "--%s=%s", flag, value);
	add_word(run, word.data);
	str_release(&word);
}

static enum status check_run_name(const char *name)
{
	if (strchr(name, '/') || name[0] == '.')
		return fail(ST_USAGE, "name %s: names a folder; no '/' in it, and no '.' before it", name);
	return ST_OK;
}

/* One cell becomes a word of the run. */
static enum status read_cell(struct manifest_run *run, const char *flag, const char *cell)
{
	if (strcmp(flag, "name") == 0) {
		free(run->name);
		run->name = xstrdup(cell);
		return check_run_name(cell);
	}
	add_option_word(run, flag, cell);
	return ST_OK;
}

static void read_cells(struct manifest_reader *r, struct manifest_run *run, char *text)
{
	int n = 0;

	for (char *cell; (cell = strsep(&text, "\t")); n++) {
		cell = trim_blanks(cell);
		if (*cell && n < r->n_columns && read_cell(run, r->column[n], cell) != ST_OK)
			tell_fault(r);
	}
	if (n > r->n_columns) {
		fail(ST_USAGE, "has %d cells, the first line %d", n, r->n_columns);
		tell_fault(r);
	}
}

static enum status check_files(const struct options *o)
{
	char *list, *rest, *path;
	enum status st = ST_OK;

	if (!o->data)
		return fail(ST_USAGE, "no data: give a column data or domain, or --data for all lines");
	list = rest = xstrdup(o->data);
	while (st == ST_OK && (path = strsep(&rest, "\n"))) {
		if (strcmp(path, "-") == 0)
			st = fail(ST_USAGE, "data -: the runs of a batch cannot share standard input; name a file");
		else if (!file_exists(path))
			st = fail(ST_USAGE, "data %s: no such file or folder", path);
	}
	free(list);
	return st;
}

/* What train itself would refuse before it looks at the data. */
static enum status check_options(const struct options *o)
{
	struct task_training tasks;
	struct train_config c;

	if (o->domain)
		return task_run_configure(o, &tasks);
	TRY(check_files(o));
	return search_config(o, ARM_FULL, &c);
}

/* From words to values, every word on its own so that each fault is told. */
static bool resolve_run(struct manifest_reader *r, struct manifest_run *run, struct option_set *s)
{
	int before = r->faults;

	options_default(s);
	for (int i = 0; i < run->n_words; i++)
		if (options_add_word(s, r->train, run->word[i]) != ST_OK)
			tell_fault(r);
	if (r->faults == before && (options_complete(s, r->train) != ST_OK || check_options(&s->values) != ST_OK))
		tell_fault(r);
	return r->faults == before;
}

/* What a batch gives where nobody gave it: a seed that is the same the next time, and one thread a run. */
static void add_own_defaults(struct manifest_run *run, struct option_set *s)
{
	struct str word = {0};

	if (s->values.seed < 0) {
		s->values.seed = 1;
		add_word(run, "--seed=1");
	}
	str_addf(&word, "--threads=%lld", (long long)(s->values.threads ? s->values.threads : 1));
	run->threads = word.data;
	if (!s->values.threads)
		add_word(run, run->threads);
}

static void set_default_name(struct manifest_run *run, const struct options *o)
{
	struct str name = {0};
	const char *from = o->domain ? o->domain : o->data;
	char *first = xstrndup(from, strcspn(from, "\n"));

	if (!run->name) {
		run_name(first, &name);
		run->name = name.data;
	}
	free(first);
}

static enum status set_place(struct manifest_reader *r, struct manifest_run *run, const struct options *o)
{
	struct str folder = {0};
	char key[17];

	TRY(manifest_key(o, &r->weights, key));
	set_default_name(run, o);
	str_addf(&folder, "%s/%s-%.8s", r->out, run->name, key);
	run->key = xstrdup(key);
	run->folder = folder.data;
	for (int i = 0; i < r->m->n - 1; i++)
		if (r->m->run[i].key && strcmp(r->m->run[i].key, key) == 0)
			return fail(ST_USAGE, "is the same run as line %d", r->m->run[i].number);
	return ST_OK;
}

static void read_run(struct manifest_reader *r, char *text)
{
	struct manifest *m = r->m;
	struct manifest_run *run;
	struct option_set s = {0};

	m->run = xrealloc(m->run, (size_t)(m->n + 1) * sizeof(*m->run));
	run = &m->run[m->n++];
	*run = (struct manifest_run){.number = r->number};
	for (int i = 0; i < r->n_passed; i++)
		add_word(run, r->passed[i]);
	read_cells(r, run, text);
	if (resolve_run(r, run, &s)) {
		add_own_defaults(run, &s);
		if (set_place(r, run, &s.values) != ST_OK)
			tell_fault(r);
	}
	options_release(&s);
}

/* ---- the whole ---------------------------------------------------------------------------------- */

static void read_line(struct manifest_reader *r, char *line)
{
	const char *first = line + strspn(line, " \t");

	line[strcspn(line, "\r")] = '\0';
	if (!*first || *first == '\r' || *first == '#')
		return;
	if (r->n_columns == 0)
		read_header(r, line);
	else
		read_run(r, line);
}

enum status manifest_read(struct manifest *m, const char *path, const char *out, int n_passed, char **passed)
{
	struct manifest_reader r = {.m = m, .out = out, .n_passed = n_passed, .passed = passed};
	char *text, *rest, *line;
	int header_faults;
	size_t size;

	*m = (struct manifest){.path = path};
	r.train = command_find("train");
	TRY(file_read(path, ST_USAGE, &text, &size));
	rest = text + (strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
	for (header_faults = 0; header_faults == 0 && (line = strsep(&rest, "\n"));) {
		r.number++;
		read_line(&r, line);
		header_faults = m->n == 0 ? r.faults : 0; /* under a wrong header every cell would be a fault */
	}
	free(r.column);
	free(r.weights.path);
	free(text);
	if (r.faults > 0)
		return fail(ST_USAGE, "%s: %d fault%s; nothing was run", path, r.faults, r.faults == 1 ? "" : "s");
	if (m->n == 0)
		return fail(ST_USAGE, "%s: has no runs; the first line names columns, each further line is a run",
			    path);
	return ST_OK;
}

void manifest_release(struct manifest *m)
{
	for (int i = 0; i < m->n; i++) {
		struct manifest_run *run = &m->run[i];

		for (int k = 0; k < run->n_words; k++)
			free(run->word[k]);
		free(run->word);
		free(run->name);
		free(run->key);
		free(run->folder);
		free(run->threads);
	}
	free(m->run);
	*m = (struct manifest){0};
}
