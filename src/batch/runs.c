/* runs.c — see runs.h; runs_table.c has the tables. */
#include "eqrl/batch/runs.h"

#include "eqrl/base/child.h"
#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/run/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- which runs, and how far they are -------------------------------------------------------------- */

enum run_state run_state_of(const char *folder)
{
	char *config = path_join(folder, "config.json"), *record = path_join(folder, "run.json");
	enum run_state state = RUN_WAITING;
	cJSON *json = NULL;

	if (file_exists(config)) {
		int exit = -1; /* of a process that was killed there is none */

		if (file_exists(record) && file_read_json(record, ST_DATA, &json) == ST_OK)
			exit = (int)json_number(json, "exit", -1);
		state = exit == ST_OK						      ? RUN_DONE
			: exit < 0 || exit == ST_INTERRUPTED || exit == ST_TERMINATED ? RUN_INTERRUPTED
										      : RUN_FAILED;
	}
	cJSON_Delete(json);
	free(config);
	free(record);
	return state;
}

static enum status parse_shard(const char *text, int *shard, int *shards)
{
	char rest;

	*shard = *shards = 1;
	if (text && (sscanf(text, "%d/%d%c", shard, shards, &rest) != 2 || *shard < 1 || *shard > *shards))
		return fail(ST_USAGE, "--shard %s: must be I/N with 1 <= I <= N, as in 3/8", text);
	return ST_OK;
}

enum status runs_check_shard(const char *shard)
{
	int i, n;

	return parse_shard(shard, &i, &n);
}

enum status runs_open(struct runs *b, const struct options *o, const struct manifest *m, const char *out)
{
	int shard, shards;

	if (file_exists(out) && !file_is_dir(out))
		return fail(ST_USAGE, "--out %s: is a file; expected a directory", out);
	*b = (struct runs){.o = o, .out = out, .manifest = m->path};
	TRY(parse_shard(o->shard, &shard, &shards));
	b->run = xcalloc((size_t)m->n, sizeof(*b->run));
	for (int i = shard - 1; i < m->n; i += shards)
		b->run[b->n++] = (struct runs_item){.plan = &m->run[i], .state = run_state_of(m->run[i].folder)};
	return dir_create(out);
}

void runs_release(struct runs *b)
{
	for (int i = 0; i < b->n; i++)
		free(b->run[i].message);
	free(b->run);
	*b = (struct runs){0};
}

/* ---- one run, in its process ----------------------------------------------------------------------- */

struct runs_order {
	const struct manifest_run *plan;
	runs_program *program;
	bool resume;
};

/* What the run says goes to a file beside its directory; it has nothing to read. */
static enum status redirect_output(const char *folder)
{
	struct str path = {0};
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC), out;
	enum status st = ST_OK;

	str_addf(&path, "%s.log", folder);
	out = open(path.data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (in < 0 || out < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(out, STDERR_FILENO) < 0)
		st = fail(ST_RESOURCE, "%s: cannot write: %s", path.data, strerror(errno));
	str_release(&path);
	return st;
}

static enum status run_program(const struct runs_order *order)
{
	const struct manifest_run *plan = order->plan;
	int argc = 0, n = plan->n_words + 4;
	char **argv = xcalloc((size_t)n + 1, sizeof(*argv));
	struct str folder = {0};
	enum status st;

	str_addf(&folder, "--%s=%s", order->resume ? "resume" : "out", plan->folder);
	argv[argc++] = xstrdup("eqrl");
	argv[argc++] = xstrdup("train");
	argv[argc++] = folder.data;
	/* a run that goes on has its options in its directory; only how fast it runs is ours to say */
	if (order->resume)
		argv[argc++] = plan->threads;
	for (int i = 0; i < plan->n_words && !order->resume; i++)
		argv[argc++] = plan->word[i];
	st = order->program(argc, argv);
	str_release(&folder);
	free(argv[0]);
	free(argv[1]);
	free(argv);
	return st;
}

/* In the child. A terminal sends Ctrl-C to a whole group of processes: the child leaves it, so that the parent alone
 * decides. */
static enum status run_order(void *context, struct str *text)
{
	const struct runs_order *order = context;
	enum status st;

	setpgid(0, 0);
	signals_only_ask();
	st = redirect_output(order->plan->folder);
	if (st == ST_OK)
		st = run_program(order);
	if (st != ST_OK)
		str_add(text, error_message());
	return st;
}

/* ---- all of them ----------------------------------------------------------------------------------- */

struct runs_jobs {
	struct runs *b;
	runs_program *program;
	int n, running, next, done, total;
	struct child *child;	/* (n) */
	struct runs_item **run; /* (n) of the children */
	struct progress *progress;
};

static enum status start_runs(struct runs_jobs *j)
{
	while (j->running < j->n && j->next < j->b->n) {
		struct runs_item *run = &j->b->run[j->next++];
		struct runs_order order = {run->plan, j->program, run->state != RUN_WAITING};
		int slot = 0;

		if (run->state == RUN_DONE)
			continue;
		while (j->child[slot].pid)
			slot++;
		TRY(child_start(&j->child[slot], run_order, &order));
		j->run[slot] = run;
		j->running++;
	}
	return ST_OK;
}

/* One line: which run, and its own message. */
static void tell_failure(struct runs_jobs *j, const struct runs_item *run)
{
	const struct runs *b = j->b;
	const char *format = "eqrl: %s: line %d (%s): %s";

	if (b->o->quiet)
		warn(format + strlen("eqrl: "), b->manifest, run->plan->number, run->plan->name, run->message);
	else
		progress_note(j->progress, format, b->manifest, run->plan->number, run->plan->name, run->message);
}

static void note_failure(struct runs_jobs *j, struct runs_item *run, struct child *c)
{
	enum status st = WIFEXITED(c->wait_status) ? (enum status)WEXITSTATUS(c->wait_status) : ST_INTERNAL;
	char end[64];

	child_describe_end(c, end);
	run->message = xstrdup(c->output.len ? c->output.data : end);
	run->state = RUN_FAILED;
	j->b->failed++;
	if (j->b->first_failure == ST_OK)
		j->b->first_failure = st;
	tell_failure(j, run);
}

static void take_end(struct runs_jobs *j, int slot)
{
	static const char *const word[RUN_STATES] = {"waiting", "done", "interrupted", "failed"};
	struct child *c = &j->child[slot];
	struct runs_item *run = j->run[slot];
	int how = WIFEXITED(c->wait_status) ? WEXITSTATUS(c->wait_status) : -1;
	struct str line = {0};

	j->running--;
	if (how == ST_OK)
		run->state = RUN_DONE;
	else if (how == ST_INTERRUPTED || how == ST_TERMINATED)
		run->state = run_state_of(run->plan->folder);
	else
		note_failure(j, run, c);
	str_release(&c->output);
	str_addf(&line, "%d/%d  %-11s  %s", ++j->done, j->total, word[run->state], run->plan->folder);
	progress_line(j->progress, j->done, line.data);
	str_release(&line);
}

/* Waits for those that run and starts no others. A signal is passed on, once. */
static void wait_for_all(struct runs_jobs *j)
{
	const volatile int *stop = signals_flag();
	bool told = false;

	while (j->running > 0) {
		int slot;

		if (*stop && !told) {
			child_signal_all(j->child, j->n, *stop);
			told = true;
		}
		slot = child_wait(j->child, j->n);
		if (slot >= 0)
			take_end(j, slot);
	}
}

static enum status run_all(struct runs_jobs *j)
{
	const volatile int *stop = signals_flag();
	enum status st = start_runs(j);

	while (st == ST_OK && j->running > 0 && !*stop) {
		int slot = child_wait(j->child, j->n);

		if (slot >= 0)
			take_end(j, slot);
		if (!*stop)
			st = start_runs(j);
	}
	wait_for_all(j); /* also where no further process could be started: what runs is worth its end */
	return st == ST_OK ? signals_status() : st;
}

enum status runs_work(struct runs *b, runs_program *program)
{
	struct runs_jobs j = {.b = b, .program = program, .n = (int)b->o->jobs};
	enum status st;

	j.child = xcalloc((size_t)j.n, sizeof(*j.child));
	j.run = xcalloc((size_t)j.n, sizeof(*j.run));
	j.progress = progress_new(b->o->quiet, NULL);
	for (int i = 0; i < b->n; i++)
		j.total += b->run[i].state != RUN_DONE;
	st = run_all(&j);
	child_kill_all(j.child, j.n);
	progress_end(j.progress);
	free(j.child);
	free(j.run);
	if (st == ST_OK && b->failed > 0)
		return fail(b->first_failure, "%s: %d of %d runs failed; the next call tries them again", b->manifest,
			    b->failed, j.total);
	return st;
}
