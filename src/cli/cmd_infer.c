/* cmd_infer.c — eqrl infer: equations from the weights alone, or those of a run. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/progress.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/run/search_front.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/cli/cli.h"
#include "tasks.h"

#include <math.h>
#include <stdio.h>

static enum status print_run(const struct options *o)
{
	struct front_state state;
	struct front f = {0};

	TRY(run_front_load(&f, o->run, &state));
	if (f.pareto.n == 0 && state.scored == 0) {
		front_release(&f);
		return fail(ST_NOTHING, "%s: nothing was evaluated in this run", o->run);
	}
	front_print(&f, (enum notation)o->format, (int)o->top);
	front_release(&f);
	return ST_OK;
}

static void show_progress(struct progress *p, const struct trainer *t, const struct options *o, double started)
{
	const struct task_stats *s = task_stats(trainer_task(t, 0));
	struct progress_row row = {
		.seconds = clock_seconds() - started,
		.step = s->turns,
		.equations = s->equations,
		.valid = s->valid,
		.unique = s->unique,
		.r2_select = NAN,
		.left = NAN,
		.equation = "",
	};
	struct pareto best;

	task_front(trainer_task(t, 0), (enum selection)o->select, &best);
	if (best.chosen >= 0) {
		row.r2_select = 1 - best.entry[best.chosen].fvu_select;
		row.size = best.entry[best.chosen].size;
	}
	if (o->time > 0)
		row.left = fmax(0, o->time - row.seconds);
	progress_search(p, &row);
}

/* Steps until a budget is spent or somebody interrupts; one of them whatever --time says. */
static enum status search(struct trainer *t, const struct options *o, double started)
{
	struct progress *p = progress_new(o->quiet, progress_search_header);
	const volatile int *stop = signals_flag();
	enum status st = ST_OK;
	bool first = true;

	while (st == ST_OK && !*stop && !search_done(o, t)) {
		st = trainer_step(t, stop);
		show_progress(p, t, o, started);
		if (first)
			search_start_deadline(o, started);
		first = false;
	}
	progress_end(p);
	return st;
}

static enum status print_answer(const struct trainer *t, const struct options *o, const struct dataset *d)
{
	struct front f;

	search_front(o, trainer_task(t, 0), &f);
	if (f.pareto.n > 0 || trainer_stats(t)->equations > 0) {
		front_check(&f, &d->all_but_report);
		front_print(&f, (enum notation)o->format, (int)o->top);
		front_release(&f);
		return signals_status();
	}
	front_release(&f);
	fail(ST_NOTHING, "nothing was evaluated: stopped before the first batch was scored");
	if (signals_status() == ST_OK)
		return ST_NOTHING;
	warn("%s", error_message());
	return signals_status();
}

static enum status infer_from_data(const struct options *o, const struct train_config *c, const struct dataset *d,
				   double started)
{
	struct policy policy = {0};
	struct trainer *t = NULL;
	struct train_config with_columns = *c;
	struct bounds bounds;
	struct hints hints;
	struct pool *pool;
	enum status st;

	TRY(search_bounds_on(o, d, &bounds));
	TRY(search_policy(o, &policy));
	with_columns.bounds = &bounds;
	with_columns.hints = &hints;
	pool = pool_new(threads_wanted(o));
	st = search_hints_on(o, d, &bounds, &hints);
	if (st == ST_OK)
		st = trainer_open(&t, &with_columns, &(struct trainer_inputs){d, 1, &policy, NULL, pool, NULL, false});
	if (st == ST_OK)
		st = search(t, o, started);
	if (st == ST_OK)
		st = print_answer(t, o, d);
	trainer_close(t);
	hints_release(&hints);
	pool_free(pool);
	policy_release(&policy);
	return st;
}

int cmd_infer(struct invocation *inv)
{
	const struct options *o = inv->options;
	double started = clock_seconds();
	struct train_config c;
	struct dataset d;
	enum status st;

	if (o->domain)
		return answer_question(o, inv->n_args ? inv->args[0] : NULL);
	if (o->run)
		return print_run(o);
	TRY(search_config(o, ARM_INFER, &c));
	TRY(data_load(&d, o));
	st = signals_status(); /* interrupted while the data were read */
	data_set_origins(&d, o);
	if (st == ST_OK)
		st = infer_from_data(o, &c, &d, started);
	dataset_release(&d);
	return st;
}
