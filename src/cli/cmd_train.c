/* cmd_train.c — eqrl train: the search with a policy that learns on the data, one set or several. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/ranks.h"
#include "eqrl/base/signals.h"
#include "eqrl/report/figures.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/train_run.h"
#include "eqrl/cli/cli.h"
#include "train_tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Small enough to leave the table above it on a screen of 80 by 24. */
enum { PLOT_COLUMNS = 48, PLOT_ROWS = 10 };

static void show_and_save(struct run *r)
{
	run_write_live_front(r);
	run_log_step(r);
	run_show_step(r);
	run_write_checkpoint_if_due(r);
}

/* Steps until a budget is spent, somebody interrupts, or everything is solved. What could not be written is no reason
 * to stop. */
static enum status search(struct run *r)
{
	const volatile int *stop = ranks_stop(signals_flag());
	bool first = true;

	for (;;) {
		int64_t before = trainer_stats(r->trainer)->step;

		ranks_poll();
		if (*stop || search_done(r->o, r->trainer))
			break;

		TRY(trainer_step(r->trainer, stop));
		r->cut_short = trainer_stats(r->trainer)->step == before;
		if (r->cut_short)
			break;
		if (ranks_is_first())
			show_and_save(r);
		if (first)
			search_start_deadline(r->o, r->since);
		first = false;
	}
	return ST_OK;
}

static bool scored_nothing(const struct run *r)
{
	bool nothing = trainer_stats(r->trainer)->equations == 0;

	for (int i = 0; i < r->data.n; i++)
		nothing = nothing && r->set[i].front.pareto.n == 0;
	return nothing;
}

/* For eyes alone: what reads a pipe or a file gets equations. */
static void print_plot(const struct run *r)
{
	const struct front *front = &r->set[0].front;
	struct str out = {0};
	struct figures f;
	struct plot *p;

	if (r->data.several || r->o->format != NOTATION_TEXT || front->pareto.chosen < 0)
		return;
	figures_open(&f, front, &front->pareto.entry[front->pareto.chosen], &r->data.d[0]);
	p = figure_answer(&f);
	str_addc(&out, '\n');
	plot_text(p, PLOT_COLUMNS, PLOT_ROWS, "", &out);
	fputs(out.data, stdout);
	str_release(&out);
	plot_free(p);
	figures_release(&f);
}

static void print_answer(const struct run *r)
{
	struct str out = {0};

	run_folds_text(r, &out);
	if (out.len > 0)
		fputs(out.data, r->o->format == NOTATION_TEXT ? stdout : stderr);
	str_clear(&out);
	if (r->data.several) {
		run_sets_text(r, &out);
		fputs(str_text(&out), stdout);
	} else {
		front_print(&r->set[0].front, (enum notation)r->o->format, 0);
	}
	if (!r->o->quiet && isatty(STDOUT_FILENO))
		print_plot(r);
	fflush(stdout); /* before what there is to say about the files */
	if (!r->o->quiet)
		fprintf(stderr, "wrote    %s\n", r->dir.path);
	str_release(&out);
}

/* Results, then checkpoint, then the answer: of a search that failed within a step, the results alone. */
static enum status finish_run(struct run *r, enum status searched)
{
	char *why = xstrdup(error_message());
	enum status weights = ST_OK;

	run_write_results(r);
	if (searched == ST_OK)
		run_write_checkpoint(r);
	run_record_result(r);
	run_compare_forms(r);
	progress_end(r->progress);
	r->progress = NULL;
	if (!scored_nothing(r))
		print_answer(r);
	if (searched == ST_OK && r->o->save_weights)
		weights = run_save_weights(r);
	TRY(fail_again(searched, why));
	TRY(weights);
	if (!scored_nothing(r))
		return signals_status();
	if (!run_folds_are_done(r))
		fail(ST_NOTHING, "stopped before all folds were searched; --resume %s goes on with the next one",
		     r->dir.path);
	else
		fail(ST_NOTHING, "nothing was evaluated: stopped before the first batch was scored");
	if (signals_status() == ST_OK)
		return ST_NOTHING;
	warn("%s", error_message());
	return signals_status();
}

int cmd_train(struct invocation *inv)
{
	struct run r = {.inv = inv,
			.o = inv->options,
			.started = clock_seconds(),
			.dir = {.log = -1, .lock = -1},
			.events = {.fd = -1}};
	enum status st;

	r.since = r.started;
	if (r.o->domain)
		return ranks_stay() ? train_on_tasks(inv) : ST_OK; /* tasks are learned by one process */
	st = run_open(&r);
	if (st == ST_OK && !ranks_is_first()) {
		st = search(&r);
	} else if (st == ST_OK) {
		run_show_data(&r);
		st = run_cross_validate(&r);
		r.progress = progress_new(r.o->quiet, progress_search_header);
		if (st == ST_OK)
			st = search(&r);
		st = finish_run(&r, st);
		st = run_dir_end(&r.dir, st);
	}
	run_close(&r);
	return st;
}
