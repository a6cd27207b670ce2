/* train_open.c — what eqrl train starts from; see train_run.h. */
#include "eqrl/run/train_run.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/ranks.h"
#include "eqrl/expr/shift.h"
#include "eqrl/rl/learner_load.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/search_setup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The first rank has the folder; the others only read what it held. */
static enum status open_folder(struct run *r)
{
	if (r->o->resume && r->o->out)
		return fail(ST_USAGE, "--resume %s --out %s: a run goes on in its own directory; leave out --out",
			    r->o->resume, r->o->out);
	if (!ranks_is_first()) {
		r->dir = (struct run_dir){.log = -1, .lock = -1, .path = r->o->resume ? xstrdup(r->o->resume) : NULL};
		return ST_OK;
	}
	return r->o->resume ? run_dir_resume(&r->dir, r->inv, r->o->resume)
			    : run_dir_create(&r->dir, r->inv, r->o->out, r->data.origin);
}

/* From the user's columns to those that the search sees. */
static bool to_origins(struct expr *e, const struct dataset *d)
{
	return (!d->origin || expr_shift_columns(e, d->origin, -1, NULL)) &&
	       (d->target_origin == 0 || expr_add_number(e, -d->target_origin));
}

/* The front that an earlier process left of data set i, if it left one. */
static enum status read_earlier_front(struct run *r, int i)
{
	struct run_set *set = &r->set[i];
	char *folder = r->data.several ? run_dir_file(&r->dir, r->data.name[i]) : xstrdup(r->dir.path);
	char *file = path_join(folder, "equations.json");
	struct front_state state = {0};
	enum status st = file_exists(file) ? run_front_load(&set->earlier, file, &state) : ST_OK;

	if (set->earlier.pareto.grouped) /* its constants are parameters: the search finds them again */
		set->earlier.pareto.n = 0;
	if (st == ST_OK && set->earlier.names.n != r->data.d[i].n_columns && set->earlier.pareto.n > 0)
		st = fail(ST_DATA, "%s: has %d columns, the data %d; is it of another run?", file, set->earlier.names.n,
			  r->data.d[i].n_columns);
	for (int k = 0; k < set->earlier.pareto.n && st == ST_OK; k++)
		if (!to_origins(&set->earlier.pareto.entry[k].expr, &r->data.d[i]))
			set->earlier.pareto.entry[k].fvu_fit = INFINITY; /* has no place: not taken up */
	set->earlier_step = state.step;
	free(file);
	free(folder);
	return st;
}

static enum status open_sets(struct run *r)
{
	r->set = xcalloc((size_t)r->data.n, sizeof(*r->set));
	for (int i = 0; i < r->data.n; i++) {
		const struct dataset *d = &r->data.d[i];

		r->set[i].front.pareto.chosen = -1;
		r->set[i].front.loss = data_loss(d);
		front_set_names(&r->set[i].front, d->n_columns, (const char *const *)d->name, d->target);
		front_set_units(&r->set[i].front, (const char *const *)d->unit, d->target_unit);
		front_set_form(&r->set[i].front, r->o->template);
		r->set[i].front.notes = &d->notes;
	}
	for (int i = 0; i < r->data.n && r->o->resume; i++)
		TRY(read_earlier_front(r, i));
	return ST_OK;
}

static enum status load_checkpoint(struct run *r)
{
	char *path = run_dir_checkpoint(&r->dir);
	enum status st = path ? trainer_load(r->trainer, path) : ST_OK;

	free(path);
	return st;
}

static enum status make_set_folders(const struct run *r)
{
	enum status st = ST_OK;

	for (int i = 0; i < r->data.n && st == ST_OK && r->data.several; i++) {
		char *path = run_dir_file(&r->dir, r->data.name[i]);

		st = dir_create(path);
		free(path);
	}
	return st;
}

/* Beside log.jsonl; what earlier processes wrote there stays. */
static enum status open_events(struct run *r)
{
	char *dir = run_dir_file(&r->dir, "tb");
	enum status st = event_file_open(&r->events, dir, trainer_stats(r->trainer)->step);

	free(dir);
	return st;
}

/* With each data set's bounds and guesses, by the names of its columns. */
static enum status open_trainer(struct run *r, struct train_config *c)
{
	struct bounds *bounds = xcalloc((size_t)r->data.n, sizeof(*bounds));
	struct hints *hints = xcalloc((size_t)r->data.n, sizeof(*hints));
	enum status st = ST_OK;

	c->bounds = bounds;
	c->hints = hints;
	for (int i = 0; i < r->data.n && st == ST_OK; i++) {
		st = search_bounds_on(r->o, &r->data.d[i], &bounds[i]);
		if (st == ST_OK)
			st = search_hints_on(r->o, &r->data.d[i], &bounds[i], &hints[i]);
	}
	if (st == ST_OK)
		st = trainer_open(
			&r->trainer, c,
			&(struct trainer_inputs){.d = r->data.d,
						 .n_data = r->data.n,
						 .policy = &r->policy,
						 .loading = r->loading,
						 .pool = r->pool,
						 .go_on = r->o->steps == 0 && r->o->evals == 0 && ranks_count() == 1});
	for (int i = 0; i < r->data.n; i++)
		hints_release(&hints[i]);
	free(hints);
	free(bounds);
	return st;
}

/* Ranks share all files, but not the first one's standard input. */
static enum status check_sources(const struct options *o)
{
	if (ranks_count() > 1 && o->data && strcmp(o->data, "-") == 0)
		return fail(ST_USAGE, "--data -: of %d processes one alone has standard input; give a file",
			    ranks_count());
	if (ranks_count() > 1 && o->cv > 0)
		return fail(ST_USAGE, "--cv is for one process; leave out mpirun");
	return ST_OK;
}

/* Everything that can be refused. */
static enum status read_inputs(struct run *r)
{
	struct train_config c;

	TRY(check_sources(r->o));
	TRY(search_config(r->o, ARM_FULL, &c));
	TRY(run_share_budget(r));
	TRY(data_sets_load(&r->data, r->o));
	TRY(run_check_folds(r));
	TRY(search_policy(r->o, &r->policy));
	TRY(open_folder(r));
	if (ranks_is_first()) {
		run_record_inputs(r);
		TRY(run_check_inputs(r));
	}
	for (int i = 0; i < r->data.n; i++)
		data_set_origins(&r->data.d[i], r->o);
	TRY(open_sets(r));
	r->pool = pool_new(threads_wanted(r->o)); /* before the learner: no thread starts while a library is mapped */
	if (r->o->learn)
		TRY(search_learner_start(&r->loading));
	TRY(open_trainer(r, &c));
	return r->o->resume ? load_checkpoint(r) : ST_OK;
}

/* From here on files are written. */
static enum status begin_folder(struct run *r)
{
	TRY(run_dir_begin(&r->dir, r->inv));
	TRY(run_dir_log_rewind(&r->dir, trainer_stats(r->trainer)->step));
	TRY(make_set_folders(r));
	if (r->o->log == LOG_TENSORBOARD)
		TRY(open_events(r));
	return ST_OK;
}

/* All ranks go on, or none; the messages are of those that have one. */
static enum status agree(enum status st)
{
	int worst = ranks_agree(st);

	return st != ST_OK || worst == ST_OK
		       ? st
		       : fail((enum status)worst, "another of %d processes failed", ranks_count());
}

enum status run_open(struct run *r)
{
	TRY(agree(read_inputs(r)));
	TRY(agree(ranks_is_first() ? begin_folder(r) : ST_OK));
	r->checkpoints = checkpoint_schedule_start(r->o->checkpoint, clock_seconds());
	return ST_OK;
}

void run_close(struct run *r)
{
	progress_end(r->progress);
	event_file_close(&r->events);
	run_dir_abandon(&r->dir);
	trainer_close(r->trainer);
	learner_load_free(r->loading);
	pool_free(r->pool);
	if (r->policy.params)
		policy_release(&r->policy);
	for (int i = 0; i < r->data.n && r->set; i++) {
		front_release(&r->set[i].front);
		front_release(&r->set[i].earlier);
	}
	free(r->set);
	data_sets_release(&r->data);
}
