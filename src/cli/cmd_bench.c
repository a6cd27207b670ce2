/* cmd_bench.c — eqrl bench: many problems, one result line each, then a summary.
 *
 * Every run is a process of its own with one thread: nothing leaks from one into the next, and a crash is
 * one failed run. Results are appended to --out as they come; keys that are there are not run again. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/signals.h"
#include "eqrl/base/str.h"
#include "eqrl/rl/advantage.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/progress.h"
#include "eqrl/bench/bench.h"
#include "eqrl/cli/cli.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

struct bench {
	const struct options *o;
	struct problem_file problems;
	struct bench_task *task;
	int n_tasks;
	char *weights;	/* see struct bench_task */
	char **names;	/* of --names, NULL-terminated, or NULL */
	cJSON *results; /* lines of this selection, old and new */
	int out;	/* descriptor of --out, -1 */
};

/* ---- tasks -------------------------------------------------------------------------------------- */

static bool contains_ignoring_case(const char *text, const char *part)
{
	size_t n = strlen(part);

	for (; *text; text++)
		if (strncasecmp(text, part, n) == 0)
			return true;
	return n == 0;
}

static bool wanted(const struct bench *b, const char *suite, const char *name)
{
	struct str full = {0};
	bool ok = true;

	if (b->o->only) {
		str_addf(&full, "%s/%s", suite, name);
		ok = contains_ignoring_case(full.data, b->o->only);
		str_release(&full);
	}
	if (!ok || !b->names)
		return ok;
	for (char **n = b->names; *n; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

static void collect_strings(const cJSON *o, char ***names, int *n)
{
	const cJSON *child;

	if (cJSON_IsString(o)) {
		*names = xrealloc(*names, (size_t)(*n + 2) * sizeof(**names));
		(*names)[(*n)++] = xstrdup(o->valuestring);
		(*names)[*n] = NULL;
	}
	cJSON_ArrayForEach(child, o) collect_strings(child, names, n);
}

/* --names: {"problems": {group: [names]}}, or any JSON whose strings are names. */
static enum status read_names(struct bench *b, const char *path)
{
	const cJSON *problems;
	char *text;
	size_t size;
	cJSON *json;
	int n = 0;

	TRY(file_read(path, ST_DATA, &text, &size));
	json = cJSON_ParseWithLength(text, size);
	free(text);
	problems = cJSON_GetObjectItemCaseSensitive(json, "problems");
	collect_strings(problems ? problems : json, &b->names, &n);
	cJSON_Delete(json);
	return n ? ST_OK : fail(ST_DATA, "%s: names no problem; expected {\"problems\": {group: [names]}}", path);
}

static void add_task(struct bench *b, const char *suite, const char *problem, const struct formula_problem *formula,
		     const char *file, char **extra)
{
	for (int64_t seed = 1; seed <= b->o->seeds; seed++) {
		struct bench_task *t;
		struct str key = {0};

		b->task = xrealloc(b->task, (size_t)(b->n_tasks + 1) * sizeof(*b->task));
		t = &b->task[b->n_tasks++];
		*t = (struct bench_task){.suite = xstrdup(suite),
					 .problem = xstrdup(problem),
					 .formula = formula,
					 .file = file ? xstrdup(file) : NULL,
					 .extra_report = extra,
					 .seed = seed,
					 .weights = b->weights};
		str_addf(&key, "%s/%s/%s/%lld/%g/%g", suite, problem, bench_arm_name[b->o->arm], (long long)seed,
			 b->o->noise, b->o->time);
		if (bench_arm_learns(b->o->arm))
			str_addf(&key, "/%s/%g", advantage_table[b->o->algo].name, b->o->lr);
		if (bench_arm_learns(b->o->arm) && b->o->feedback == FEEDBACK_SYMBOLIC)
			str_addf(&key, "/feedback %g", b->o->feedback_weight);
		if (b->o->evals > 0)
			str_addf(&key, "/%lld", (long long)b->o->evals);
		if (b->weights)
			str_addf(&key, "/%s", b->weights);
		if (b->o->rescale > 0)
			str_addf(&key, "/rescale %g", b->o->rescale);
		if (b->o->label)
			str_addf(&key, "/%s", b->o->label);
		t->key = key.data;
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the folder's data sets (NAME of NAME.csv), sorted; reports of others left out. */
static char **list_sets(const char *dir, char ***all)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0, m = 0;
	char **files = xcalloc(1, sizeof(*files)), **sets;

	while (d && (e = readdir(d))) {
		size_t len = strlen(e->d_name);

		if (len < 5 || strcmp(e->d_name + len - 4, ".csv") != 0)
			continue;
		files = xrealloc(files, (size_t)(n + 2) * sizeof(*files));
		files[n++] = xstrdup(e->d_name);
		files[n] = NULL;
	}
	if (d)
		closedir(d);
	qsort(files, (size_t)n, sizeof(*files), by_name);
	sets = xcalloc((size_t)n + 1, sizeof(*sets));
	for (int i = 0; i < n; i++)
		if (!strstr(files[i], ".test_"))
			sets[m++] = xstrndup(files[i], strlen(files[i]) - 4);
	*all = files;
	return sets;
}

static char **extra_files(const char *dir, char **files, const char *set)
{
	struct str prefix = {0};
	char **out = NULL;
	int n = 0;

	str_addf(&prefix, "%s.test_", set);
	for (; *files; files++) {
		if (strncmp(*files, prefix.data, prefix.len) != 0)
			continue;
		out = xrealloc(out, (size_t)(n + 2) * sizeof(*out));
		out[n++] = path_join(dir, *files);
		out[n] = NULL;
	}
	str_release(&prefix);
	return out;
}

static void free_strings(char **s)
{
	for (char **p = s; p && *p; p++)
		free(*p);
	free(s);
}

static enum status add_real(struct bench *b, const char *dir)
{
	char **files, **sets = list_sets(dir, &files);

	if (!file_is_dir(dir) || !*sets) {
		free_strings(sets);
		free_strings(files);
		return fail(ST_DATA, "%s: no directory with data sets (*.csv)", dir);
	}
	for (char **s = sets; *s; s++) {
		struct str file = {0};

		if (!wanted(b, "real", *s))
			continue;
		str_addf(&file, "%s/%s.csv", dir, *s);
		add_task(b, "real", *s, NULL, file.data, extra_files(dir, files, *s));
		str_release(&file);
	}
	free_strings(sets);
	free_strings(files);
	return ST_OK;
}

/* "adapted-1a2b3c4d" of some/where/adapted.safetensors. */
static enum status name_weights(struct bench *b)
{
	char *path, sha[65];
	const char *slash;
	struct str name = {0};
	enum status st;

	if (!b->o->weights || !bench_arm_has_policy(b->o->arm))
		return ST_OK;
	TRY(path_find(PATH_WEIGHTS, b->o->weights, &path));
	st = sha256_file(path, sha);
	slash = strrchr(path, '/');
	str_add(&name, slash ? slash + 1 : path);
	if (name.len > 12 && strcmp(name.data + name.len - 12, ".safetensors") == 0)
		name.len -= 12;
	str_addf(&name, "-%.8s", sha);
	b->weights = name.data;
	free(path);
	return st;
}

static enum status collect_tasks(struct bench *b)
{
	const struct options *o = b->o;

	if (!o->problems && !o->real)
		return fail(ST_USAGE, "bench needs --problems FILE or --real DIR");
	TRY(name_weights(b));
	if (o->names)
		TRY(read_names(b, o->names));
	if (o->problems)
		TRY(problem_file_load(&b->problems, o->problems));
	for (int i = 0; i < b->problems.n; i++) {
		const struct formula_problem *p = &b->problems.problem[i];

		if (wanted(b, p->suite, p->name))
			add_task(b, p->suite, p->name, p, NULL, NULL);
	}
	if (o->real)
		TRY(add_real(b, o->real));
	return b->n_tasks ? ST_OK : fail(ST_USAGE, "no problem fits --only and --names");
}

/* ---- results ------------------------------------------------------------------------------------ */

static const char *key_of(const cJSON *line)
{
	const cJSON *key = cJSON_GetObjectItemCaseSensitive(line, "key");

	return cJSON_IsString(key) ? key->valuestring : "";
}

static bool is_done(const struct bench *b, const char *key)
{
	const cJSON *line;

	cJSON_ArrayForEach(line, b->results) if (strcmp(key_of(line), key) == 0) return true;
	return false;
}

/* Reads earlier lines and opens the file for appending. A cut-off last line is left out. */
static enum status open_results(struct bench *b)
{
	char *text, *save = NULL;
	size_t size;

	b->results = cJSON_CreateArray();
	b->out = -1;
	if (!b->o->out)
		return ST_OK;
	if (file_exists(b->o->out)) {
		TRY(file_read(b->o->out, ST_DATA, &text, &size));
		for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
			cJSON *o = cJSON_Parse(line);

			if (cJSON_IsObject(o))
				cJSON_AddItemToArray(b->results, o);
			else
				cJSON_Delete(o);
		}
		free(text);
	}
	b->out = open(b->o->out, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	return b->out >= 0 ? ST_OK : fail(ST_RESOURCE, "%s: cannot write: %s", b->o->out, strerror(errno));
}

static enum status add_result(struct bench *b, cJSON *line)
{
	char *text = cJSON_PrintUnformatted(line);
	struct str out = {0};
	enum status st = ST_OK;

	cJSON_AddItemToArray(b->results, line);
	str_addf(&out, "%s\n", text);
	if (b->out >= 0 && write(b->out, out.data, out.len) != (ssize_t)out.len)
		st = fail(ST_RESOURCE, "%s: cannot write: %s", b->o->out, strerror(errno));
	str_release(&out);
	free(text);
	return st;
}

/* ---- processes ---------------------------------------------------------------------------------- */

struct job {
	pid_t pid; /* 0: free */
	int pipe;
	const struct bench_task *task;
};

static void start_job(struct bench *b, struct job *j, const struct bench_task *t)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		BUG("pipe: %s", strerror(errno));
	fflush(NULL);
	j->task = t;
	j->pid = fork();
	if (j->pid < 0)
		BUG("fork: %s", strerror(errno));
	if (j->pid == 0) {
		cJSON *r = bench_run(b->o, t);
		char *text = cJSON_PrintUnformatted(r);
		size_t n = strlen(text);

		if (write(ends[1], text, n) != (ssize_t)n)
			_exit(1);
		_exit(0);
	}
	close(ends[1]);
	j->pipe = ends[0];
}

static cJSON *crashed(const struct bench *b, const struct bench_task *t, int wait_status)
{
	cJSON *r = cJSON_CreateObject();
	char text[64];

	snprintf(text, sizeof(text), WIFSIGNALED(wait_status) ? "killed by signal %d" : "exited with %d",
		 WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status));
	cJSON_AddStringToObject(r, "suite", t->suite);
	cJSON_AddStringToObject(r, "problem", t->problem);
	cJSON_AddStringToObject(r, "arm", bench_arm_name[b->o->arm]);
	cJSON_AddNumberToObject(r, "seed", (double)t->seed);
	cJSON_AddNumberToObject(r, "noise", b->o->noise);
	cJSON_AddNumberToObject(r, "budget_s", b->o->time);
	cJSON_AddBoolToObject(r, "recovered", false);
	cJSON_AddBoolToObject(r, "fvu_ok", false);
	cJSON_AddStringToObject(r, "error", text);
	cJSON_AddStringToObject(r, "key", t->key);
	return r;
}

/* Results are far below a pipe's capacity, so a child never blocks and is read after its end. */
static cJSON *collect(const struct bench *b, struct job *j, int wait_status)
{
	char text[65536];
	ssize_t n = read(j->pipe, text, sizeof(text) - 1);
	cJSON *r;

	close(j->pipe);
	j->pid = 0;
	text[n > 0 ? n : 0] = '\0';
	r = cJSON_Parse(text);
	return cJSON_IsObject(r) ? r : crashed(b, j->task, wait_status);
}

static void show(struct progress *p, int done, int total, const cJSON *line)
{
	const cJSON *r2 = cJSON_GetObjectItemCaseSensitive(line, "r2");
	const cJSON *equation = cJSON_GetObjectItemCaseSensitive(line, "equation");
	const cJSON *error = cJSON_GetObjectItemCaseSensitive(line, "error");
	struct str s = {0};

	str_addf(&s, "%d/%d  %-9s R2 %.6f  %-50s %s", done, total,
		 cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(line, "recovered")) ? "recovered" : "",
		 cJSON_IsNumber(r2) ? r2->valuedouble : -1.0 / 0.0, key_of(line),
		 cJSON_IsString(error)	    ? error->valuestring
		 : cJSON_IsString(equation) ? equation->valuestring
					    : "");
	progress_line(p, done, s.data);
	str_release(&s);
}

static enum status run_tasks(struct bench *b)
{
	int n_jobs = (int)b->o->jobs, running = 0, next = 0, done = 0, total = 0;
	struct job *job = xcalloc((size_t)n_jobs, sizeof(*job));
	struct progress *p = progress_new(b->o->quiet, NULL);
	const volatile int *stop = signals_flag();
	enum status st = ST_OK;

	for (int i = 0; i < b->n_tasks; i++)
		total += !is_done(b, b->task[i].key);
	while (st == ST_OK && (running > 0 || next < b->n_tasks)) {
		int wait_status, slot = 0;
		pid_t pid;

		while (!*stop && running < n_jobs && next < b->n_tasks) {
			const struct bench_task *t = &b->task[next++];

			if (is_done(b, t->key))
				continue;
			for (slot = 0; job[slot].pid; slot++)
				;
			start_job(b, &job[slot], t);
			running++;
		}
		if (running == 0)
			break;
		pid = waitpid(-1, &wait_status, 0);
		if (pid < 0)
			continue; /* a signal: look at the flag again; children get it too and finish early */
		for (slot = 0; slot < n_jobs && job[slot].pid != pid; slot++)
			;
		if (slot == n_jobs)
			continue;
		running--;
		if (*stop) { /* cut short: not a result */
			close(job[slot].pipe);
			job[slot].pid = 0;
			continue;
		}
		st = add_result(b, collect(b, &job[slot], wait_status));
		show(p, ++done, total, cJSON_GetArrayItem(b->results, cJSON_GetArraySize(b->results) - 1));
	}
	progress_end(p);
	free(job);
	return st == ST_OK ? signals_status() : st;
}

static void release(struct bench *b)
{
	char **last = NULL;

	for (int i = 0; i < b->n_tasks; i++) {
		free(b->task[i].suite);
		free(b->task[i].problem);
		free(b->task[i].file);
		free(b->task[i].key);
		if (b->task[i].extra_report != last) /* seeds of one set share the list */
			free_strings(b->task[i].extra_report);
		last = b->task[i].extra_report;
	}
	free(b->task);
	free(b->weights);
	free_strings(b->names);
	problem_file_release(&b->problems);
	cJSON_Delete(b->results);
	if (b->out >= 0)
		close(b->out);
}

static enum status export_tasks(const struct bench *b)
{
	TRY(dir_create(b->o->export));
	for (int i = 0; i < b->n_tasks; i++)
		TRY(bench_export(b->o, &b->task[i]));
	if (!b->o->quiet)
		fprintf(stderr, "wrote    %s: %d CSV file%s\n", b->o->export, b->n_tasks, b->n_tasks == 1 ? "" : "s");
	return ST_OK;
}

int cmd_bench(struct invocation *inv)
{
	struct bench b = {.o = inv->options, .out = -1};
	enum status st = collect_tasks(&b);

	if (st == ST_OK && b.o->export) {
		st = export_tasks(&b);
		release(&b);
		return st;
	}
	if (st == ST_OK)
		st = open_results(&b);
	if (st == ST_OK)
		st = run_tasks(&b);
	if (st == ST_OK || st == ST_INTERRUPTED || st == ST_TERMINATED)
		bench_summary(b.results);
	release(&b);
	return st;
}
