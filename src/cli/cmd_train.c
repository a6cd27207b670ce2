/* cmd_train.c — eqrl train: the search with a policy that learns on the data, one set or several. */
#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/train_run.h"
#include "eqrl/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>

/* Seconds between checkpoints and live fronts. */
#define CHECKPOINT_EVERY 30

/* The folder of a data set's files in the run directory: NULL, the run directory itself, for a single one. */
static const char *folder_of(const struct run *r, int i)
{
	return r->data.several ? r->data.name[i] : NULL;
}

static enum status checkpoint(struct run *r, bool last)
{
	char *path = run_dir_file(&r->dir, "checkpoint.safetensors");
	enum status st = trainer_save(r->trainer, path);

	free(path);
	for (int i = 0; i < r->data.n && st == ST_OK && !last; i++) { /* a readable front at any moment */
		task_front(trainer_task(r->trainer, i), (enum selection)r->o->select, &r->front[i].pareto);
		st = run_dir_front(&r->dir, folder_of(r, i), &r->front[i], &r->data.d[i].fit);
	}
	return st;
}

static enum status search(struct run *r)
{
	const volatile int *stop = signals_flag();
	double last = clock_seconds();
	enum status st = ST_OK;

	while (st == ST_OK && !*stop && !search_done(r->o, r->trainer)) {
		int64_t before = trainer_stats(r->trainer)->step;

		st = trainer_step(r->trainer, stop);
		if (st != ST_OK || trainer_stats(r->trainer)->step == before)
			break;
		run_show_step(r);
		st = run_log_step(r);
		if (st == ST_OK && clock_seconds() - last > CHECKPOINT_EVERY) {
			st = checkpoint(r, false);
			last = clock_seconds();
		}
	}
	return st;
}

static enum status write_fronts(struct run *r)
{
	struct str csv = {0};
	char *path;
	enum status st;

	for (int i = 0; i < r->data.n; i++) {
		front_release(&r->front[i]);
		search_front(r->o, trainer_task(r->trainer, i), &r->front[i]);
		TRY(run_dir_front(&r->dir, folder_of(r, i), &r->front[i], &r->data.d[i].all_but_report));
	}
	if (!r->data.several)
		return ST_OK;
	run_summary_csv(r, &csv);
	path = run_dir_file(&r->dir, "summary.csv");
	st = file_write_atomic(path, csv.data, csv.len);
	free(path);
	str_release(&csv);
	return st;
}

/* The adapted policy; its recipe says from which weights and on what. */
static enum status save_weights(const struct run *r)
{
	struct policy p;
	cJSON *list, *entry = cJSON_CreateObject(), *data;
	enum status st;

	policy_copy(&p, trainer_policy(r->trainer));
	list = cJSON_GetObjectItemCaseSensitive(p.recipe, "adapted");
	if (!list)
		list = cJSON_AddArrayToObject(p.recipe, "adapted");
	cJSON_AddItemToArray(list, entry);
	cJSON_AddStringToObject(entry, "from_sha256", r->policy.sha256);
	cJSON_AddStringToObject(entry, "algo", advantage_table[r->o->algo].name);
	cJSON_AddNumberToObject(entry, "lr", r->o->lr);
	cJSON_AddNumberToObject(entry, "seed", (double)r->o->seed);
	cJSON_AddNumberToObject(entry, "steps", (double)trainer_stats(r->trainer)->step);
	data = cJSON_AddArrayToObject(entry, "data");
	for (int i = 0; i < r->data.n; i++)
		cJSON_AddItemToArray(data, cJSON_CreateString(r->data.name[i]));
	st = policy_save(&p, r->o->save_weights, DTYPE_F16);
	policy_release(&p);
	return st;
}

static enum status finish(struct run *r)
{
	enum status st = checkpoint(r, true);

	if (st == ST_OK)
		st = write_fronts(r);
	if (st == ST_OK)
		run_record_result(r);
	progress_end(r->progress);
	r->progress = NULL;
	trainer_restore_best(r->trainer);
	if (st == ST_OK && r->o->save_weights)
		st = save_weights(r);
	if (st == ST_OK) {
		run_print_fronts(r);
		if (!r->o->quiet)
			fprintf(stderr, "wrote    %s\n", r->dir.path);
	}
	return st;
}

static enum status open_run_dir(struct run *r)
{
	enum status st = r->o->resume ? run_dir_resume(&r->dir, r->inv, r->o->resume)
				      : run_dir_create(&r->dir, r->inv, r->o->out, r->data.origin);

	for (int i = 0; i < r->data.n && st == ST_OK && r->data.several; i++) {
		char *path = run_dir_file(&r->dir, r->data.name[i]);

		st = dir_create(path);
		free(path);
	}
	return st;
}

static enum status begin(struct run *r)
{
	const struct learner_api *api;
	struct train_config c;
	char *path;
	enum status st;

	TRY(search_config(r->o, ARM_FULL, &c));
	TRY(data_sets_load(&r->data, r->o));
	TRY(search_policy(r->o, &r->policy));
	TRY(search_learner(&api));
	TRY(open_run_dir(r));
	r->front = xcalloc((size_t)r->data.n, sizeof(*r->front));
	for (int i = 0; i < r->data.n; i++)
		front_set_names(&r->front[i], r->data.d[i].n_columns, (const char *const *)r->data.d[i].name,
				r->data.d[i].target);
	r->pool = pool_new(threads_wanted(r->o));
	TRY(trainer_open(&r->trainer, &c, r->data.d, r->data.n, &r->policy, api, r->pool));
	if (!r->o->resume)
		return ST_OK;
	path = run_dir_file(&r->dir, "checkpoint.safetensors");
	st = trainer_load(r->trainer, path);
	free(path);
	TRY(st);
	return run_dir_log_rewind(&r->dir, trainer_stats(r->trainer)->step);
}

static void release(struct run *r)
{
	progress_end(r->progress);
	trainer_close(r->trainer);
	pool_free(r->pool);
	if (r->policy.params)
		policy_release(&r->policy);
	for (int i = 0; i < r->data.n && r->front; i++)
		front_release(&r->front[i]);
	free(r->front);
	data_sets_release(&r->data);
}

int cmd_train(struct invocation *inv)
{
	struct run r = {.inv = inv, .o = inv->options, .started = clock_seconds(), .dir = {.log = -1}};
	enum status st, end;

	signals_deadline(r.o->time);
	st = begin(&r);
	if (st == ST_OK) {
		run_record_inputs(&r);
		run_dir_save(&r.dir);
		run_show_data(&r);
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
	release(&r);
	return st;
}
