/* bench_run.c — one run of a benchmark: load, search for the budget, choose, report. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/eval/tape.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FVU on report rows below which a prediction counts as exact: about single precision (srbf's vNRR). */
#define FVU_EXACT 1.2e-7

const char *const bench_arm_name[] = {"prior", "infer", "scratch", "train", "evolve", "full"};

bool bench_arm_has_policy(int arm)
{
	return arm != ARM_PRIOR && arm != ARM_EVOLVE;
}

bool bench_arm_learns(int arm)
{
	return arm == ARM_TRAIN || arm == ARM_SCRATCH || arm == ARM_FULL;
}

static void add_number(cJSON *o, const char *key, double v)
{
	if (isfinite(v))
		cJSON_AddNumberToObject(o, key, v);
	else
		cJSON_AddNullToObject(o, key); /* JSON has no infinity: null is a miss */
}

enum status bench_load(const struct options *o, const struct bench_task *t, struct dataset *d)
{
	struct dataset_options options = data_options(o);

	if (t->formula) {
		TRY(problem_dataset(t->formula, (uint64_t)t->seed, d));
	} else {
		options.seed = (uint64_t)t->seed;
		options.test = "0.25";
		TRY(dataset_load(d, t->file, &options));
	}
	if (o->noise > 0)
		dataset_add_noise(d, o->noise, (uint64_t)t->seed);
	if (o->rescale > 0)
		dataset_rescale_columns(d, o->rescale, (uint64_t)t->seed);
	return ST_OK;
}

static enum status search(const struct options *o, const struct bench_task *t, const struct dataset *d,
			  struct trainer **out, struct pool *pool)
{
	const volatile int *stop = signals_flag();
	const struct learner_api *api = NULL;
	struct policy policy = {0};
	struct train_config c;
	enum status st;

	TRY(search_config(o, o->arm, &c));
	c.seed = (uint64_t)t->seed;
	if (bench_arm_has_policy(o->arm)) {
		TRY(search_policy(o, &policy));
		if (o->arm == ARM_SCRATCH) {
			struct net_config net = policy.config;
			enum encoding encoding = policy.encoding;

			policy_release(&policy);
			policy_init(&policy, &net, encoding, (uint64_t)t->seed);
		}
	}
	if (bench_arm_learns(o->arm))
		st = search_learner(&api);
	else
		st = ST_OK;
	if (st == ST_OK)
		st = trainer_open(out, &c, d, 1, policy.params ? &policy : NULL, api, pool);
	while (st == ST_OK && !*stop && !search_done(o, *out))
		st = trainer_step(*out, stop);
	if (policy.params)
		policy_release(&policy);
	return st;
}

/* Size of the truth as this program would write it. */
static int true_size(const struct formula_problem *p)
{
	struct expr e = p->truth;

	simplify(&e, &(struct simplify_options){.keep_values = true});
	return expr_size(&e);
}

static void describe_answer(cJSON *r, const struct bench_task *t, const struct dataset *d, const struct front *f)
{
	const struct pareto *p = &f->pareto;
	const struct pareto_entry *e = p->chosen >= 0 ? &p->entry[p->chosen] : NULL;
	double fvu = e ? e->fvu_report : 1;
	int size = e ? e->size : 1;
	struct str text = {0};

	if (e)
		print_expr(&text, &e->expr, &f->names, NOTATION_TEXT);
	if (t->formula) {
		int truth = true_size(t->formula);

		cJSON_AddBoolToObject(r, "recovered", fvu <= FVU_EXACT && size <= 2 * truth + 4);
		cJSON_AddBoolToObject(r, "fvu_ok", fvu <= FVU_EXACT);
		cJSON_AddNumberToObject(r, "true_size", truth);
	} else {
		cJSON_AddNullToObject(r, "recovered");
		cJSON_AddBoolToObject(r, "fvu_ok", fvu <= FVU_EXACT);
		cJSON_AddNullToObject(r, "true_size");
	}
	add_number(r, "fvu", fvu);
	add_number(r, "r2", 1 - fvu);
	add_number(r, "fvu_fit", e ? e->fvu_fit : 1);
	cJSON_AddNumberToObject(r, "size", size);
	cJSON_AddStringToObject(r, "equation", e ? str_text(&text) : "");
	str_release(&text);
}

/* Extra report files: R² of the answer on each. */
static void describe_extra(cJSON *r, const struct options *o, const struct bench_task *t, const struct front *f)
{
	const struct pareto *p = &f->pareto;

	for (char **file = t->extra_report; file && *file && p->chosen >= 0; file++) {
		struct dataset_options options = data_options(o);
		struct tape *tape = tape_new();
		struct target_moments target;
		struct dataset extra;
		struct str key = {0};

		options.no_split = true;
		if (dataset_load(&extra, *file, &options) == ST_OK) {
			const char *name = strrchr(*file, '/');

			target_measure(extra.fit.y, NULL, extra.fit.n, &target);
			tape_bind(tape, &p->entry[p->chosen].expr, &extra.fit);
			str_addf(&key, "r2 %s", name ? name + 1 : *file);
			add_number(r, key.data, 1 - fvu_of(tape_sse(tape, NULL), target.sst));
			dataset_release(&extra);
		}
		str_release(&key);
		tape_free(tape);
	}
}

static void describe_search(cJSON *r, const struct trainer *t)
{
	const struct task *k = trainer_task(t, 0);
	const struct task_stats *s = task_stats(k);
	const struct scorer_counts *n = task_counts(k);
	const double *seconds = trainer_stats(t)->seconds;

	cJSON_AddNumberToObject(r, "candidates", (double)n->candidates);
	cJSON_AddNumberToObject(r, "skeletons", (double)n->fitted_first);
	cJSON_AddNumberToObject(r, "steps", (double)s->turns);
	add_number(r, "skeletons_to_exact", s->first_exact >= 0 ? s->first_exact : NAN);
	add_number(r, "candidates_to_exact", s->first_exact >= 0 ? (double)s->first_exact_of_all : NAN);
	add_number(r, "log_fvu_first", s->log_fvu_first);
	add_number(r, "log_fvu_last", s->log_fvu_last);
	cJSON_AddNumberToObject(r, "improved_by_policy", (double)s->improved_by_policy);
	cJSON_AddNumberToObject(r, "improved_by_evolution", (double)s->improved_by_evolution);
	cJSON_AddNumberToObject(r, "improved_by_completion", (double)s->improved_by_completion);
	cJSON_AddNumberToObject(r, "sampling_s", seconds[PHASE_SAMPLE] + seconds[PHASE_EVOLVE]);
	cJSON_AddNumberToObject(r, "scoring_s", seconds[PHASE_SIMPLIFY] + seconds[PHASE_FIT]);
	cJSON_AddNumberToObject(r, "learning_s", seconds[PHASE_LEARN]);
}

static void describe_miss(cJSON *r, const struct bench_task *t)
{
	if (t->formula)
		cJSON_AddBoolToObject(r, "recovered", false);
	else
		cJSON_AddNullToObject(r, "recovered");
	cJSON_AddBoolToObject(r, "fvu_ok", false);
	cJSON_AddNullToObject(r, "fvu");
	cJSON_AddNullToObject(r, "r2");
	cJSON_AddNullToObject(r, "size");
	cJSON_AddNullToObject(r, "true_size");
	cJSON_AddStringToObject(r, "equation", "");
	cJSON_AddNumberToObject(r, "candidates", 0);
}

cJSON *bench_run(const struct options *o, const struct bench_task *t)
{
	cJSON *r = cJSON_CreateObject();
	struct dataset d = {0};
	struct trainer *trainer = NULL;
	struct pool *pool = pool_new(1);
	struct front f = {0};
	double started;
	enum status st;

	cJSON_AddStringToObject(r, "suite", t->suite);
	cJSON_AddStringToObject(r, "problem", t->problem);
	cJSON_AddStringToObject(r, "arm", bench_arm_name[o->arm]);
	cJSON_AddNumberToObject(r, "seed", (double)t->seed);
	cJSON_AddNumberToObject(r, "noise", o->noise);
	if (o->rescale > 0)
		cJSON_AddNumberToObject(r, "rescale", o->rescale);
	cJSON_AddNumberToObject(r, "budget_s", o->time);
	if (o->evals > 0)
		cJSON_AddNumberToObject(r, "budget_evals", (double)o->evals);
	if (o->label)
		cJSON_AddStringToObject(r, "label", o->label);
	if (t->weights)
		cJSON_AddStringToObject(r, "weights", t->weights);
	if (bench_arm_learns(o->arm)) {
		cJSON_AddStringToObject(r, "algo", advantage_table[o->algo].name);
		cJSON_AddNumberToObject(r, "lr", o->lr);
		if (o->feedback == FEEDBACK_SYMBOLIC)
			cJSON_AddNumberToObject(r, "feedback", o->feedback_weight);
	}
	st = bench_load(o, t, &d);
	started = clock_seconds();
	if (st == ST_OK) {
		signals_deadline(o->time);
		st = search(o, t, &d, &trainer, pool);
	}
	if (st == ST_OK)
		search_front(o, trainer_task(trainer, 0), &f);
	cJSON_AddNumberToObject(r, "seconds", clock_seconds() - started);
	if (st == ST_OK) {
		describe_answer(r, t, &d, &f);
		describe_extra(r, o, t, &f);
		describe_search(r, trainer);
		cJSON_AddNullToObject(r, "error");
	} else {
		describe_miss(r, t);
		cJSON_AddStringToObject(r, "error", error_message());
	}
	cJSON_AddStringToObject(r, "key", t->key);
	front_release(&f);
	trainer_close(trainer);
	pool_free(pool);
	dataset_release(&d);
	return r;
}
