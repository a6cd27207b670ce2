/* bench_run.c — one run of a benchmark: load, search for the budget, choose, report. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/signals.h"
#include "eqrl/expr/print.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/eval/significant.h"
#include "eqrl/eval/tape.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/search_front.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/unit_setup.h"
#include "eqrl/bench/bench.h"
#include "bench_describe.h"

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

enum status bench_load(const struct options *o, const struct bench_task *t, struct dataset *d)
{
	struct dataset_options options = data_options(o);

	if (t->set->formula) {
		TRY(problem_dataset(t->set->formula, (uint64_t)t->seed, d));
	} else {
		options.seed = (uint64_t)t->seed;
		options.test = "0.25";
		options.target = t->set->target;
		options.features = t->set->features;
		TRY(dataset_load(d, t->set->file, &options));
	}
	if (o->noise > 0)
		dataset_add_noise(d, o->noise, (uint64_t)t->seed);
	if (o->rescale > 0)
		dataset_rescale_columns(d, o->rescale, (uint64_t)t->seed);
	TRY(data_set_loss(d, o));
	TRY(data_set_units(d, o));
	data_set_origins(d, o);
	return ST_OK;
}

static enum status run_search(const struct options *o, const struct bench_task *t, const struct dataset *d,
			      struct trainer **out, struct pool *pool)
{
	const volatile int *stop = signals_flag();
	const struct learner_api *api = NULL;
	struct policy policy = {0};
	struct train_config c;
	struct bounds bounds;
	enum status st;

	TRY(search_config(o, o->arm, &c));
	TRY(search_bounds_on(o, d, &bounds));
	c.bounds = &bounds;
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
		st = trainer_open(
			out, &c,
			&(struct trainer_inputs){d, 1, policy.params ? &policy : NULL, api, pool, NULL, false});
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

/* Of each number that a fit may have made: digits written/determined by its standard error. NULL: there are none. */
static char *describe_digits(const struct pareto_entry *e)
{
	uint32_t numbers = uncertain_constants(&e->expr, true);
	struct str out = {0};

	for (int c = 0; c < e->expr.n_consts; c++) {
		double v = e->expr.c[c], error = NAN;

		if (!(numbers >> c & 1) || expr_has_spelling(v))
			continue;
		for (int p = 0; p < e->uncertainty.k; p++)
			if (e->uncertainty.at[p] == c)
				error = e->uncertainty.error[p];
		str_addf(&out, "%s%d/%d", out.len ? " " : "", digits_written(v), digits_determined(v, error));
	}
	return out.data;
}

/* The answer's numbers; without an equation, those of the mean. */
static void describe_answer(struct bench_result *r, const struct bench_task *t, const struct front *f)
{
	const struct pareto *p = &f->pareto;
	const struct pareto_entry *e = p->chosen >= 0 ? &p->entry[p->chosen] : NULL;
	struct str text = {0};

	r->fvu = e ? e->fvu_report : 1;
	r->r2 = 1 - r->fvu;
	r->fvu_fit = e ? e->fvu_fit : 1;
	r->size = e ? e->size : 1;
	r->fvu_ok = r->fvu <= FVU_EXACT;
	if (t->set->formula) {
		r->true_size = true_size(t->set->formula);
		r->recovered = r->fvu <= FVU_EXACT && r->size <= 2 * r->true_size + 4;
	}
	if (e)
		r->digits = describe_digits(e);
	if (e)
		print_expr(&text, &e->expr, &f->names, NOTATION_TEXT);
	r->equation = xstrdup(str_text(&text));
	str_release(&text);
}

/* R² of the answer on one more file of report rows; one that cannot be read has none. */
static double r2_on_file(const struct options *o, const struct dataset *d, const char *file, const struct expr *e)
{
	struct dataset_options options = data_options(o);
	struct target_moments target;
	struct dataset extra;
	struct tape *tape;
	double r2;

	options.no_split = true;
	options.like = d; /* the columns of the equation, whatever is constant here */
	if (dataset_load(&extra, file, &options) != ST_OK)
		return NAN;
	tape = tape_new();
	target_measure(extra.fit.y, NULL, extra.fit.n, &target);
	tape_bind(tape, e, &extra.fit);
	r2 = 1 - fvu_of(tape_sse(tape, NULL), target.sst);
	tape_free(tape);
	dataset_release(&extra);
	return r2;
}

static void describe_extra(struct bench_result *r, const struct options *o, const struct bench_task *t,
			   const struct dataset *d, const struct front *f)
{
	const struct pareto *p = &f->pareto;

	for (char **file = t->set->extra_report; file && *file && p->chosen >= 0; file++) {
		const char *slash = strrchr(*file, '/');

		bench_result_add_extra(r, slash ? slash + 1 : *file,
				       r2_on_file(o, d, *file, &p->entry[p->chosen].expr));
	}
}

static void describe_search(struct bench_result *r, const struct trainer *t)
{
	const struct task *k = trainer_task(t, 0);
	const struct task_stats *s = task_stats(k);
	const struct scorer_counts *n = task_counts(k);
	const double *seconds = trainer_stats(t)->seconds;

	r->candidates = (double)n->candidates;
	r->skeletons = (double)n->fitted_first;
	r->steps = (double)s->turns;
	if (s->first_exact >= 0) {
		r->skeletons_to_exact = s->first_exact;
		r->candidates_to_exact = (double)s->first_exact_of_all;
	}
	r->log_fvu_first = s->log_fvu_first;
	r->log_fvu_last = s->log_fvu_last;
	r->improved_by_policy = (double)(s->improved[BY_POLICY] + s->improved[BY_PRIOR]);
	r->improved_by_evolution = (double)s->improved[BY_VARIATION];
	r->improved_by_completion = (double)s->improved[BY_COMPLETION];
	r->sampling_s = seconds[PHASE_SAMPLE] + seconds[PHASE_EVOLVE];
	r->scoring_s = seconds[PHASE_SIMPLIFY] + seconds[PHASE_FIT];
	r->learning_s = seconds[PHASE_LEARN];
}

void bench_describe_task(struct bench_result *r, const struct options *o, const struct bench_task *t)
{
	r->schema = RESULT_SCHEMA;
	r->suite = xstrdup(t->set->suite);
	r->problem = xstrdup(t->set->problem);
	r->arm = xstrdup(bench_arm_name[o->arm]);
	r->seed = (double)t->seed;
	r->noise = o->noise;
	r->budget_s = o->time;
	r->config = xstrdup(t->config);
	r->key = xstrdup(t->key);
	if (o->rescale > 0)
		r->rescale = o->rescale;
	if (o->evals > 0)
		r->budget_evals = (double)o->evals;
	if (o->label)
		r->label = xstrdup(o->label);
	if (t->weights)
		r->weights = xstrdup(t->weights);
	if (bench_arm_learns(o->arm)) {
		r->algo = xstrdup(advantage_table[o->algo].name);
		r->lr = o->lr;
		if (o->feedback == FEEDBACK_SYMBOLIC)
			r->feedback = o->feedback_weight;
	}
}

void bench_describe_miss(struct bench_result *r, const struct bench_task *t, const char *error)
{
	if (t->set->formula)
		r->recovered = 0;
	r->fvu_ok = 0;
	r->candidates = 0;
	r->equation = xstrdup("");
	r->error = xstrdup(error);
}

enum status bench_run(const struct options *o, const struct bench_task *t, struct bench_result *r)
{
	struct dataset d = {0};
	struct trainer *trainer = NULL;
	struct pool *pool = pool_new(1);
	struct front f = {0};
	double started;
	enum status st;

	bench_result_init(r);
	bench_describe_task(r, o, t);
	st = bench_load(o, t, &d);
	started = clock_seconds();
	if (st == ST_OK) {
		signals_deadline(o->time);
		st = run_search(o, t, &d, &trainer, pool);
	}
	if (st == ST_OK)
		search_front(o, trainer_task(trainer, 0), &f);
	r->seconds = clock_seconds() - started;
	if (st == ST_OK) {
		describe_answer(r, t, &f);
		describe_extra(r, o, t, &d, &f);
		describe_search(r, trainer);
	} else {
		bench_describe_miss(r, t, error_message());
	}
	front_release(&f);
	trainer_close(trainer);
	pool_free(pool);
	dataset_release(&d);
	return st;
}
