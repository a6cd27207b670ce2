/* cross_validation.c — eqrl train --cv: what the whole search is worth on rows that it never saw; see train_run.h.
 *
 * Each fold is a search of its own, from the same policy and with the same budget as the one on all rows, and its answer is
 * judged on the rows that were held out. So the spread tells of the choice of the form, too, not of its constants alone. */
#include "eqrl/base/clock.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/search_front.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/train_run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char KEY[] = "cross_validation";

/* ---- the budget --------------------------------------------------------------------------------- */

enum status run_check_folds(const struct run *r)
{
	const struct dataset *d = &r->data.d[0];
	int folds = (int)r->o->cv, rows = d->all_but_report.n;

	if (folds == 0)
		return ST_OK;
	if (r->data.several)
		return fail(ST_USAGE, "--cv: cross-validates one data set; start a run for each (eqrl batch)");
	if (!d->report_file && d->report.n > 0)
		return fail(ST_USAGE, "--cv %d --test %s: folds are held out in turn; beside them --test takes a file",
			    folds, r->o->test);
	if (2 * folds > rows)
		return fail(ST_DATA, "--cv %d: %s has %d rows; at most %d folds of them", folds, d->file, rows,
			    rows / 2);
	if (d->unit_of && folds > d->n_units)
		return fail(ST_DATA, "--cv %d: --split-by %s has %d labels in %s; at most as many folds", folds,
			    r->o->split_by, d->n_units, d->file);
	return ST_OK;
}

static int64_t share_of(int64_t budget, int searches)
{
	return budget > 0 && budget / searches < 1 ? 1 : budget / searches;
}

enum status run_share_budget(struct run *r)
{
	int searches = (int)r->o->cv + 1;

	if (r->o->cv == 0)
		return ST_OK;
	if (r->o->cv == 1)
		return fail(ST_USAGE, "--cv 1: expected at least 2 folds");
	r->share = *r->o;
	r->share.time /= searches;
	r->share.evals = share_of(r->o->evals, searches);
	r->share.steps = share_of(r->o->steps, searches);
	r->o = &r->share;
	return ST_OK;
}

/* ---- a fold ------------------------------------------------------------------------------------- */

/* Equations of one form differ in numbers, coefficients and offset alone. */
static uint64_t form_of(const struct expr *e)
{
	struct expr free = *e, stripped;

	for (int i = 0; i < free.n; i++)
		if (free.node[i].op == OP_FIXED)
			free.node[i].op = OP_CONST;
	return expr_strip(&free, &stripped) && stripped.n > 0 ? expr_hash(&stripped) : 0;
}

static void add_form(cJSON *o, const struct expr *e)
{
	char text[20];

	snprintf(text, sizeof(text), "%016" PRIx64, form_of(e));
	cJSON_AddStringToObject(o, "form", text);
}

static cJSON *record_fold(int fold, const struct dataset *d, const struct front *f)
{
	const struct pareto_entry *e = f->pareto.chosen >= 0 ? &f->pareto.entry[f->pareto.chosen] : NULL;
	cJSON *o = cJSON_CreateObject();
	struct str text = {0};

	cJSON_AddNumberToObject(o, "fold", fold + 1);
	cJSON_AddNumberToObject(o, "rows", d->all_but_report.n);
	cJSON_AddNumberToObject(o, "held_out", d->report.n);
	json_add_number(o, "r2", e ? 1 - e->fvu_report : 0); /* without an equation the mean stands */
	cJSON_AddNumberToObject(o, "size", e ? e->size : 0);
	if (e) {
		print_expr(&text, &e->expr, &f->names, NOTATION_TEXT);
		cJSON_AddStringToObject(o, "equation", text.data);
		add_form(o, &e->expr);
	}
	str_release(&text);
	return o;
}

/* Steps until the share of the budget is spent; false: somebody interrupted. */
static enum status search_fold(const struct run *r, struct trainer *t, bool *done)
{
	const volatile int *stop = signals_flag();
	double started = clock_seconds();
	enum status st = ST_OK;
	bool first = true;

	while (st == ST_OK && !*stop && !search_done(r->o, t)) {
		st = trainer_step(t, stop);
		if (first)
			search_start_deadline(r->o, started);
		first = false;
	}
	signals_deadline(0);
	*done = !*stop;
	return st;
}

static enum status open_fold_trainer(const struct run *r, const struct dataset *d, struct trainer **t)
{
	struct train_config c;
	struct bounds bounds;
	struct hints hints;
	enum status st;

	TRY(search_config(r->o, ARM_FULL, &c));
	TRY(search_bounds_on(r->o, d, &bounds));
	TRY(search_hints_on(r->o, d, &bounds, &hints));
	c.bounds = &bounds;
	c.hints = &hints;
	st = trainer_open(t, &c,
			  &(struct trainer_inputs){.d = d,
						   .n_data = 1,
						   .policy = &r->policy,
						   .loading = r->loading,
						   .pool = r->pool,
						   .go_on = r->o->steps == 0 && r->o->evals == 0});
	hints_release(&hints);
	return st;
}

/* *record: what came of it, NULL when somebody interrupted. */
static enum status run_fold(const struct run *r, int fold, cJSON **record)
{
	struct dataset_options options = data_options(r->o);
	struct trainer *t = NULL;
	struct dataset d;
	bool done = false;
	enum status st;

	*record = NULL;
	TRY(dataset_fold(&d, &r->data.d[0], fold, (int)r->o->cv, &options));
	st = data_share_loss(&d, &r->data.d[0]);
	if (st == ST_OK) {
		data_set_origins(&d, r->o);
		st = open_fold_trainer(r, &d, &t);
	}
	if (st == ST_OK)
		st = search_fold(r, t, &done);
	if (st == ST_OK && done) {
		struct front f;

		search_front(r->o, trainer_task(t, 0), &f);
		*record = record_fold(fold, &d, &f);
		front_release(&f);
	}
	trainer_close(t);
	dataset_release(&d);
	return st;
}

/* ---- all of them -------------------------------------------------------------------------------- */

static void show_fold(const struct run *r, const cJSON *fold)
{
	char r2[32];

	if (r->o->quiet)
		return;
	format_r2(r2, 1 - json_number(fold, "r2", NAN));
	fprintf(stderr, "fold     %g of %lld: R2 %s on %g held-out rows; %s = %s\n", json_number(fold, "fold", 0),
		(long long)r->o->cv, r2, json_number(fold, "held_out", 0), r->data.d[0].target,
		json_text(fold, "equation", "(none)"));
}

/* Of a series that the earlier process began: what it finished. */
static cJSON *begin_record(struct run *r)
{
	const cJSON *earlier = cJSON_GetObjectItem(r->dir.earlier, KEY);
	cJSON *o = earlier ? cJSON_Duplicate(earlier, true) : cJSON_CreateObject();

	if (!earlier) {
		cJSON_AddNumberToObject(o, "folds", (double)r->o->cv);
		cJSON_AddArrayToObject(o, "fold");
	}
	cJSON_AddItemToObject(r->dir.record, KEY, o);
	return cJSON_GetObjectItem(o, "fold");
}

/* Mean and standard deviation of R² over the folds. */
static void add_mean(cJSON *o)
{
	const cJSON *list = cJSON_GetObjectItem(o, "fold"), *fold;
	double mean = 0, square = 0;
	int n = cJSON_GetArraySize(list);

	cJSON_ArrayForEach(fold, list) mean += json_number(fold, "r2", -INFINITY) / n;
	cJSON_ArrayForEach(fold, list) square += pow(json_number(fold, "r2", -INFINITY) - mean, 2) / (n - 1);
	cJSON_DeleteItemFromObject(o, "r2_mean");
	cJSON_DeleteItemFromObject(o, "r2_sd");
	json_add_number(o, "r2_mean", mean);
	json_add_number(o, "r2_sd", sqrt(square));
}

enum status run_cross_validate(struct run *r)
{
	cJSON *list;

	if (r->o->cv == 0)
		return ST_OK;
	list = begin_record(r);
	for (int fold = cJSON_GetArraySize(list); fold < r->o->cv; fold++) {
		cJSON *record;

		TRY(run_fold(r, fold, &record));
		if (!record)
			return ST_OK;
		show_fold(r, record);
		cJSON_AddItemToArray(list, record);
		TRY(run_dir_save(&r->dir));
	}
	add_mean(cJSON_GetObjectItem(r->dir.record, KEY));
	r->since = clock_seconds();
	return ST_OK;
}

void run_compare_forms(struct run *r)
{
	cJSON *o = cJSON_GetObjectItem(r->dir.record, KEY), *fold;
	const struct pareto *p = &r->set[0].front.pareto;
	const char *form;
	int same = 0;

	if (!o || p->chosen < 0)
		return;
	cJSON_DeleteItemFromObject(o, "form");
	cJSON_DeleteItemFromObject(o, "same_form");
	add_form(o, &p->entry[p->chosen].expr);
	form = json_text(o, "form", "");
	cJSON_ArrayForEach(fold, cJSON_GetObjectItem(o, "fold")) same +=
		strcmp(json_text(fold, "form", "-"), form) == 0;
	cJSON_AddNumberToObject(o, "same_form", same);
}

bool run_folds_are_done(const struct run *r)
{
	const cJSON *o = cJSON_GetObjectItem(r->dir.record, KEY);

	return r->o->cv == 0 || cJSON_GetArraySize(cJSON_GetObjectItem(o, "fold")) >= r->o->cv;
}

/* ---- the table ---------------------------------------------------------------------------------- */

static void add_fold_line(const cJSON *fold, const char *form, const char *target, struct str *out)
{
	bool same = strcmp(json_text(fold, "form", "-"), form) == 0;
	char r2[32];

	format_r2(r2, 1 - json_number(fold, "r2", NAN));
	str_addf(out, "%5g  %6g  %8g  %10s  %4g  %-4s  ", json_number(fold, "fold", 0), json_number(fold, "rows", 0),
		 json_number(fold, "held_out", 0), r2, json_number(fold, "size", 0), same ? "same" : "");
	if (cJSON_GetObjectItem(fold, "equation"))
		str_addf(out, "%s = %s\n", target, json_text(fold, "equation", ""));
	else
		str_add(out, "no equation was found that beats the mean\n");
}

void run_folds_text(const struct run *r, struct str *out)
{
	const cJSON *o = cJSON_GetObjectItem(r->dir.record, KEY), *list = cJSON_GetObjectItem(o, "fold"), *fold;

	if (!o || !run_folds_are_done(r))
		return;
	str_add(out, " fold    rows  held out          R2  size  form  equation\n");
	cJSON_ArrayForEach(fold, list) add_fold_line(fold, json_text(o, "form", ""), r->data.d[0].target, out);
	str_addf(out, "R2 on held-out rows  %.6f +- %.6f (mean and standard deviation of %lld folds)\n",
		 json_number(o, "r2_mean", NAN), json_number(o, "r2_sd", NAN), (long long)r->o->cv);
	str_addf(out, "the form of the answer below came in %g of %lld folds\n\n", json_number(o, "same_form", 0),
		 (long long)r->o->cv);
}
