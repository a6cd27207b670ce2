/* bench_jobs.c — many runs, each in a process of its own; see bench_run_all. */
#include "bench_describe.h"

#include "eqrl/base/child.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/run/progress.h"

#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>

struct bench_jobs {
	const struct options *o;
	const struct bench_tasks *tasks;
	struct bench_results *results;
	int n, running;
	struct child *child;		/* (n) */
	const struct bench_task **task; /* (n) of the children */
	int next;			/* task that nobody has looked at */
	int done, failed, total;
	enum status first_failure;
	struct progress *progress;
};

struct job_order {
	const struct options *o;
	const struct bench_task *task;
};

/* In the child. */
static enum status run_task(void *context, struct str *text)
{
	const struct job_order *order = context;
	struct bench_result r;
	enum status st = bench_run(order->o, order->task, &r);

	bench_result_print(&r, text);
	return st;
}

/* Starts tasks without a result until all children are busy. */
static enum status start_jobs(struct bench_jobs *j)
{
	while (j->running < j->n && j->next < j->tasks->n) {
		const struct bench_task *t = &j->tasks->task[j->next++];
		struct job_order order = {j->o, t};
		int slot = 0;

		if (bench_results_has(j->results, t->key))
			continue;
		while (j->child[slot].pid)
			slot++;
		TRY(child_start(&j->child[slot], run_task, &order));
		j->task[slot] = t;
		j->running++;
	}
	return ST_OK;
}

static void print_run(struct bench_jobs *j, const struct bench_result *r)
{
	struct str s = {0};

	str_addf(&s, "%d/%d  %-9s R2 %.6f  %-50s %s", j->done, j->total, r->recovered == 1 ? "recovered" : "",
		 isnan(r->r2) ? -INFINITY : r->r2, r->key,
		 r->error      ? r->error
		 : r->equation ? r->equation
			       : "");
	progress_line(j->progress, j->done, s.data);
	str_release(&s);
}

/* The result that the child sent, or one that says how it ended. */
static void read_result(struct bench_jobs *j, int slot, struct bench_result *r)
{
	struct child *c = &j->child[slot];
	char end[64];

	if (!bench_result_parse(r, str_text(&c->output))) {
		child_describe_end(c, end);
		bench_describe_task(r, j->o, j->task[slot]);
		bench_describe_miss(r, j->task[slot], end);
	}
	str_release(&c->output);
}

static enum status take_result(struct bench_jobs *j, int slot)
{
	int how = j->child[slot].wait_status;
	struct bench_result r;

	j->running--;
	j->done++;
	read_result(j, slot, &r);
	if (r.error) {
		enum status st = WIFEXITED(how) ? (enum status)WEXITSTATUS(how) : ST_INTERNAL;

		j->failed++;
		if (j->first_failure == ST_OK)
			j->first_failure = st == ST_OK ? ST_INTERNAL : st;
	}
	print_run(j, &r);
	return bench_results_add(j->results, &r);
}

static enum status run_jobs(struct bench_jobs *j)
{
	const volatile int *stop = signals_flag();
	enum status st = start_jobs(j);

	while (st == ST_OK && j->running > 0 && !*stop) {
		int slot = child_wait(j->child, j->n);

		if (slot >= 0 && !*stop)
			st = take_result(j, slot);
		if (st == ST_OK && !*stop)
			st = start_jobs(j);
	}
	return st == ST_OK ? signals_status() : st;
}

enum status bench_run_all(const struct options *o, const struct bench_tasks *tasks, struct bench_results *results)
{
	struct bench_jobs j = {.o = o, .tasks = tasks, .results = results, .n = (int)o->jobs};
	enum status st;

	j.child = xcalloc((size_t)j.n, sizeof(*j.child));
	j.task = xcalloc((size_t)j.n, sizeof(*j.task));
	j.progress = progress_new(o->quiet, NULL);
	for (int i = 0; i < tasks->n; i++)
		j.total += !bench_results_has(results, tasks->task[i].key);
	st = run_jobs(&j);
	child_kill_all(j.child, j.n);
	progress_end(j.progress);
	free(j.child);
	free(j.task);
	if (st == ST_OK && j.failed > 0)
		return fail(j.first_failure, "%d of %d runs failed; the next call with this --out tries them again",
			    j.failed, j.total);
	return st;
}
