/* train_tasks.c — eqrl train --domain: a policy learns from verified answers to questions. */
#include "train_tasks.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/task_run.h"

#include <stdio.h>
#include <stdlib.h>

static int64_t steps_done(const struct task_run *r)
{
	return task_trainer_progress(r->trainer)->step;
}

/* Before the first step; of a run that goes on, the last examination is that of its last step. */
static void examine_start(struct task_run *r)
{
	if (!task_run_examine(r, &r->first))
		return;
	r->last = r->first;
	if (steps_done(r) == 0)
		task_run_log(r, true);
	else
		task_run_examine(r, &r->last);
}

/* Steps until a budget is spent or somebody interrupts. What could not be written is no reason to stop. */
static enum status learn_tasks(struct task_run *r)
{
	const volatile int *stop = signals_flag();

	examine_start(r);
	search_start_deadline(r->o, r->started);
	while (!*stop && (r->o->steps == 0 || steps_done(r) < r->o->steps)) {
		int64_t before = steps_done(r);
		bool due;

		TRY(task_trainer_step(r->trainer, stop));
		if (steps_done(r) == before)
			break;
		due = steps_done(r) % r->o->eval_every == 0 || steps_done(r) == r->o->steps;
		task_run_log(r, due && task_run_examine(r, &r->last));
		task_run_show(r);
		task_run_checkpoint_if_due(r);
	}
	return ST_OK;
}

/* A budget of time may end between two examinations. */
static void examine_end(struct task_run *r)
{
	if (r->last.step != steps_done(r) && signals_status() == ST_OK)
		task_run_examine(r, &r->last);
}

static enum status finish_tasks(struct task_run *r, enum status learned)
{
	char *why = xstrdup(error_message());
	struct str out = {0};
	enum status weights = ST_OK;

	if (learned == ST_OK) {
		examine_end(r);
		task_run_checkpoint(r);
	}
	progress_end(r->progress);
	r->progress = NULL;
	task_run_table(r, &out);
	fputs(out.data, stdout);
	fflush(stdout);
	str_release(&out);
	if (!r->o->quiet)
		fprintf(stderr, "wrote    %s\n", r->dir.path);
	if (learned == ST_OK && r->o->save_weights)
		weights = task_run_save_weights(r);
	TRY(fail_again(learned, why));
	TRY(weights);
	return signals_status();
}

enum status train_on_tasks(struct invocation *inv)
{
	struct task_run r = {.inv = inv, .o = inv->options, .started = clock_seconds(), .dir = {.log = -1, .lock = -1}};
	enum status st = task_run_open(&r);

	if (st == ST_OK) {
		r.progress = progress_new(r.o->quiet, NULL);
		st = learn_tasks(&r);
		st = finish_tasks(&r, st);
		st = task_run_end(&r, st);
	}
	task_run_close(&r);
	return st;
}
