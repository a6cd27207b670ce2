/* cmd_train.c — eqrl train: the search with a policy that learns on the data. */
#include "eqrl/cli.h"
#include "eqrl/clock.h"
#include "eqrl/mem.h"
#include "eqrl/print.h"
#include "eqrl/progress.h"
#include "eqrl/run_dir.h"
#include "eqrl/signals.h"
#include "search_setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds between checkpoints and live fronts. */
#define CHECKPOINT_EVERY 30

struct run {
	struct invocation *inv;
	const struct options *o;
	struct dataset data;
	struct policy policy;
	struct pool *pool;
	struct trainer *trainer;
	struct run_dir dir;
	struct progress *progress;
	double started;
};

/* ---- records ------------------------------------------------------------------------------------ */

static void record_inputs(struct run *r)
{
	cJSON *data = cJSON_AddObjectToObject(r->dir.record, "data"), *rows, *weights;
	char sha[65];

	dataset_sha256(&r->data, sha);
	cJSON_AddStringToObject(data, "file", r->data.file);
	cJSON_AddStringToObject(data, "sha256", sha);
	cJSON_AddStringToObject(data, "target", r->data.target);
	cJSON_AddNumberToObject(data, "columns", r->data.n_columns);
	rows = cJSON_AddObjectToObject(data, "rows");
	cJSON_AddNumberToObject(rows, "fit", r->data.fit.n);
	cJSON_AddNumberToObject(rows, "select", r->data.select.n);
	cJSON_AddNumberToObject(rows, "report", r->data.report.n);
	weights = cJSON_AddObjectToObject(r->dir.record, "weights");
	cJSON_AddStringToObject(weights, "file", r->policy.path ? r->policy.path : "");
	cJSON_AddStringToObject(weights, "sha256", r->policy.sha256);
}

static void log_step(struct run *r)
{
	const struct train_stats *all = trainer_stats(r->trainer);
	const struct task *k = trainer_task(r->trainer, all->task);
	const struct task_stats *s = task_stats(k);
	const struct scorer_counts *n = task_counts(k);
	cJSON *o = cJSON_CreateObject(), *share = NULL;
	double total = all->seconds[0] + all->seconds[1] + all->seconds[2] + 1e-12;

	cJSON_AddNumberToObject(o, "step", (double)all->step);
	cJSON_AddNumberToObject(o, "seconds", clock_seconds() - r->started);
	cJSON_AddNumberToObject(o, "equations", (double)s->equations);
	cJSON_AddNumberToObject(o, "skeletons", (double)n->fitted_first);
	cJSON_AddNumberToObject(o, "node_rows", n->node_rows);
	cJSON_AddNumberToObject(o, "valid", s->valid);
	cJSON_AddNumberToObject(o, "unique", s->unique);
	cJSON_AddNumberToObject(o, "log_fvu", s->log_fvu);
	cJSON_AddNumberToObject(o, "reward_mean", s->reward_mean);
	cJSON_AddNumberToObject(o, "reward_best", s->reward_best);
	cJSON_AddNumberToObject(o, "improved_by_policy", (double)s->improved_by_policy);
	cJSON_AddNumberToObject(o, "improved_by_evolution", (double)s->improved_by_evolution);
	cJSON_AddNumberToObject(o, "written", s->written);
	cJSON_AddNumberToObject(o, "temperature", s->temperature);
	cJSON_AddNumberToObject(o, "refreshed", (double)all->refreshed);
	cJSON_AddNumberToObject(o, "loss", all->learn.loss);
	cJSON_AddNumberToObject(o, "kl", all->learn.kl);
	cJSON_AddNumberToObject(o, "entropy", all->learn.entropy);
	cJSON_AddNumberToObject(o, "clip_fraction", all->learn.clip_fraction);
	cJSON_AddNumberToObject(o, "grad_norm", all->learn.grad_norm);
	share = cJSON_AddObjectToObject(o, "share");
	cJSON_AddNumberToObject(share, "sampling", all->seconds[0] / total);
	cJSON_AddNumberToObject(share, "scoring", all->seconds[1] / total);
	cJSON_AddNumberToObject(share, "learning", all->seconds[2] / total);
	run_dir_log(&r->dir, o);
	cJSON_Delete(o);
}

static void show_step(struct run *r, struct front *f)
{
	const struct task *k = trainer_task(r->trainer, 0);
	const struct task_stats *s = task_stats(k);
	struct progress_row row = {
		.seconds = clock_seconds() - r->started, .step = s->turns, .equations = s->equations,
		.valid = s->valid, .unique = s->unique, .r2_select = NAN, .left = NAN, .equation = "",
	};
	struct str text = {0};

	task_front(k, (enum selection)r->o->select, &f->pareto);
	if (f->pareto.chosen >= 0) {
		const struct pareto_entry *e = &f->pareto.entry[f->pareto.chosen];

		print_expr_with(&text, &e->expr, &f->names, NOTATION_TEXT, &(struct print_options){.digits = 4});
		row.r2_select = 1 - e->fvu_select;
		row.size = e->size;
		row.equation = text.data;
	}
	if (r->o->time > 0)
		row.left = fmax(0, r->o->time - row.seconds);
	progress_search(r->progress, &row);
	str_release(&text);
}

/* ---- the run ------------------------------------------------------------------------------------ */

static enum status checkpoint(struct run *r, bool last)
{
	char *path = run_dir_file(&r->dir, "checkpoint.safetensors");
	struct front f = {0};
	enum status st = trainer_save(r->trainer, path);

	free(path);
	if (st == ST_OK && !last) { /* a readable front at any moment */
		front_set_names(&f, r->data.n_columns, (const char *const *)r->data.name, r->data.target);
		task_front(trainer_task(r->trainer, 0), (enum selection)r->o->select, &f.pareto);
		st = run_dir_front(&r->dir, &f, &r->data.fit);
		front_release(&f);
	}
	return st;
}

static enum status search(struct run *r)
{
	const volatile int *stop = signals_flag();
	double last = clock_seconds();
	struct front live = {0};
	enum status st = ST_OK;

	front_set_names(&live, r->data.n_columns, (const char *const *)r->data.name, r->data.target);
	while (st == ST_OK && !*stop && !search_done(r->o, r->trainer)) {
		int64_t before = trainer_stats(r->trainer)->step;

		st = trainer_step(r->trainer, stop);
		if (st != ST_OK || trainer_stats(r->trainer)->step == before)
			break;
		show_step(r, &live);
		log_step(r);
		if (clock_seconds() - last > CHECKPOINT_EVERY) {
			st = checkpoint(r, false);
			last = clock_seconds();
		}
	}
	front_release(&live);
	return st;
}

static void show_data(const struct run *r)
{
	const struct dataset *d = &r->data;

	if (r->o->quiet)
		return;
	fprintf(stderr, "data     %s: %d fit, %d select, %d report rows; target %s, %d input%s\n", d->file, d->fit.n,
		d->select.n, d->report.n, d->target, d->n_columns, d->n_columns == 1 ? "" : "s");
	fprintf(stderr, "policy   %s (sha256 %.8s), %zu parameters; %s, seed %lld, %d thread%s\n",
		r->policy.path ? r->policy.path : "random", r->policy.sha256, net_parameters(&r->policy.config),
		advantage_table[r->o->algo].name, (long long)r->o->seed, pool_threads(r->pool),
		pool_threads(r->pool) == 1 ? "" : "s");
}

static void record_result(struct run *r, const struct front *f)
{
	cJSON *o = cJSON_AddObjectToObject(r->dir.record, "result");
	const struct task *k = trainer_task(r->trainer, 0);
	const struct task_stats *s = task_stats(k);

	cJSON_AddNumberToObject(o, "steps", (double)s->turns);
	cJSON_AddNumberToObject(o, "equations", (double)s->equations);
	cJSON_AddNumberToObject(o, "skeletons", (double)task_counts(k)->fitted_first);
	cJSON_AddBoolToObject(o, "exact", s->exact);
	cJSON_AddBoolToObject(o, "beats_the_mean", f->pareto.chosen >= 0);
}

static void show_result(const struct run *r, const struct front *f)
{
	front_print(f, (enum notation)r->o->format, 0);
	if (r->o->quiet)
		return;
	fprintf(stderr, "wrote    %s\n", r->dir.path);
}

static enum status finish(struct run *r)
{
	struct front f = {0};
	enum status st = checkpoint(r, true);

	search_front(r->o, trainer_task(r->trainer, 0), &f);
	if (st == ST_OK)
		st = run_dir_front(&r->dir, &f, &r->data.all_but_report);
	record_result(r, &f);
	progress_end(r->progress);
	r->progress = NULL;
	trainer_restore_best(r->trainer);
	if (st == ST_OK && r->o->save_weights)
		st = policy_save(trainer_policy(r->trainer), r->o->save_weights, DTYPE_F16);
	if (st == ST_OK)
		show_result(r, &f);
	front_release(&f);
	return st;
}

static enum status begin(struct run *r)
{
	const struct learner_api *api;
	struct train_config c;
	char *checkpoint_path;
	enum status st;

	TRY(search_config(r->o, ARM_FULL, &c));
	TRY(data_load(&r->data, r->o));
	TRY(search_policy(r->o, &r->policy));
	TRY(search_learner(&api));
	if (r->o->resume)
		TRY(run_dir_resume(&r->dir, r->inv, r->o->resume));
	else
		TRY(run_dir_create(&r->dir, r->inv, r->o->out, r->o->data));
	r->pool = pool_new(threads_wanted(r->o));
	TRY(trainer_open(&r->trainer, &c, &r->data, 1, &r->policy, api, r->pool));
	if (!r->o->resume)
		return ST_OK;
	checkpoint_path = run_dir_file(&r->dir, "checkpoint.safetensors");
	st = trainer_load(r->trainer, checkpoint_path);
	free(checkpoint_path);
	TRY(st);
	return run_dir_log_rewind(&r->dir, trainer_stats(r->trainer)->step);
}

int cmd_train(struct invocation *inv)
{
	struct run r = {.inv = inv, .o = inv->options, .started = clock_seconds(), .dir = {.log = -1}};
	enum status st, end;

	signals_deadline(r.o->time);
	st = begin(&r);
	if (st == ST_OK) {
		record_inputs(&r);
		run_dir_save(&r.dir);
		show_data(&r);
		r.progress = progress_new(r.o->quiet, progress_search_header);
		st = search(&r);
		end = finish(&r);
		st = st == ST_OK ? end : st;
		if (st == ST_OK)
			st = signals_status();
	}
	if (r.dir.path) {
		end = run_dir_finish(&r.dir, st);
		st = st == ST_OK ? end : st;
	}
	progress_end(r.progress);
	trainer_close(r.trainer);
	pool_free(r.pool);
	if (r.policy.params)
		policy_release(&r.policy);
	dataset_release(&r.data);
	return st;
}
