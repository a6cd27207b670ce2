/* search_setup.c — see search_setup.h. */
#include "eqrl/run/search_setup.h"
#include "constraints.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/signals.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/score/feedback.h"
#include "eqrl/rl/learner_load.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/unit_setup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a table that a list names, as bits: "a,b" only these; "-a" the usual ones but that one, "+a" that one too;
 * NULL the usual ones. `find` gives the row of a name, or fails and gives −1. */
static enum status chosen_rows(const char *list, uint64_t usual, int (*find)(const char *), uint64_t *chosen)
{
	char *copy, *save = NULL;
	bool first = true;
	enum status st = ST_OK;

	*chosen = usual;
	if (!list)
		return ST_OK;
	copy = xstrdup(list);
	for (char *word = strtok_r(copy, ", ", &save); word && st == ST_OK; word = strtok_r(NULL, ", ", &save)) {
		bool drop = word[0] == '-' && word[1], add = word[0] == '+' && word[1];
		int row = find(word + (drop || add));

		if (row < 0) {
			st = ST_USAGE;
			break;
		}
		if (first && !drop && !add)
			*chosen = 0;
		first = false;
		if (drop)
			*chosen &= ~((uint64_t)1 << row);
		else
			*chosen |= (uint64_t)1 << row;
	}
	free(copy);
	return st;
}

static int operator_named(const char *name)
{
	return constraint_operator("--ops", name);
}

static int certificate_named(const char *name)
{
	struct str list = {0};

	for (int i = 0; i < CERTIFICATE_COUNT; i++)
		if (strcmp(certificate_table[i].name, name) == 0)
			return i;
	for (int i = 0; i < CERTIFICATE_COUNT; i++)
		str_addf(&list, "%s%s", i ? ", " : "", certificate_table[i].name);
	fail(ST_USAGE, "--certificates: no certificate \"%s\"; they are %s", name, list.data);
	str_release(&list);
	return -1;
}

/* Products in bfloat16 halve the time of learning and sampling where the CPU has them; elsewhere they double that
 * of learning. */
static bool wants_bf16(const struct options *o)
{
	if (o->precision != PRECISION_AUTO)
		return o->precision == PRECISION_BF16;
#if defined(__x86_64__)
	return __builtin_cpu_supports("avx512bf16");
#else
	return false;
#endif
}

enum status search_bounds(const struct options *o, struct bounds *b)
{
	*b = (struct bounds){.max_size = (int)o->max_size, .max_consts = (int)o->max_consts};
	TRY(chosen_rows(o->ops, grammar_usual_operators(), operator_named, &b->operators));
	return constraints_read(o, b);
}

/* As many constants as the smallest group has rows to fit meet all of them: that is no finding. */
static void bound_constants(const struct dataset *d, struct bounds *b)
{
	const struct row_groups *fit = dataset_searched(d)->fit.groups;

	for (int m = 0; fit && m < fit->n; m++)
		if (b->max_consts >= fit->member[m].n)
			b->max_consts = fit->member[m].n > 2 ? fit->member[m].n - 1 : 1;
}

enum status search_bounds_on(const struct options *o, const struct dataset *d, struct bounds *b)
{
	TRY(search_bounds(o, b));
	TRY(units_check(d, o));
	b->units = d->units;
	TRY(constraints_find_columns(o, d, b));
	TRY(units_check_required(d, b));
	b->least -= d->target_origin; /* what is fitted is the target from there on */
	b->most -= d->target_origin;
	bound_constants(d, b);
	return ST_OK;
}

/* What is wrong with them for any data is said before these are read. */
static enum status check_definitions(const struct options *o)
{
	struct definitions *own = xcalloc(1, sizeof(*own));
	enum status st = definitions_read(o->define, own);

	free(own);
	return st;
}

enum status search_config(const struct options *o, int arm, struct train_config *c)
{
	const uint64_t operators = (TOK_BIT(OP_COUNT) - 1) << TOK_OP;
	int written = bounds_skeleton_size((int)o->max_size);
	uint64_t chosen;
	static const enum scaling scalings[] = {SCALING_AUTO, SCALING_ON, SCALING_OFF};

	*c = (struct train_config){
		.seed = (uint64_t)o->seed,
		.from_prior = arm == ARM_PRIOR || arm == ARM_EVOLVE,
		.prior = prior_default(),
		.batch = (int)o->batch,
		.textbook = o->textbook && (arm == ARM_EVOLVE || arm == ARM_FULL),
		.sparse = o->sparse && (arm == ARM_EVOLVE || arm == ARM_FULL),
		.offspring = arm == ARM_EVOLVE || arm == ARM_FULL ? (int)o->offspring : 0,
		.complete = o->complete,
		.learn_completions = o->learn_completions,
		.group_size = (int)o->group_size,
		.train_size = (int)o->train_size,
		.algo = o->algo,
		.reward = {.kind = o->reward, .size_cost = o->size_cost, .max_size = written},
		.lr = o->lr,
		.kl = o->kl,
		.entropy = o->entropy,
		.entropy_decay = o->entropy_decay,
		.clip_low = o->clip,
		.clip_high = o->clip_high,
		.temperature = o->temperature,
		.elites = (int)o->elites,
		.elite_weight = o->elite_weight,
		.lr_half_life = o->lr_half_life,
		.kl_half_life = o->kl_half_life,
		.kl_in_reward = o->kl_in == KL_IN_REWARD,
		.adapt = o->adapt,
		.anneal = (int)o->anneal,
		.refresh = (int)o->refresh,
		.curriculum = (int)o->curriculum,
		.bf16 = wants_bf16(o),
		.feedback = o->feedback,
		.feedback_weight = o->feedback_weight,
		.tune_all = o->tune == TUNE_ALL,
		.rest_solved = o->early_stop,
		.max_size = written,
		.max_consts = bounds_skeleton_consts((int)o->max_consts),
		.scorer = scorer_default(),
	};
	if (c->group_size > c->batch)
		c->group_size = c->batch;
	c->prior.form[FORM_TREE] = o->prior_tree;
	c->scorer.scaling = scalings[o->linear_scaling];
	TRY(chosen_rows(o->certificates, ~(uint64_t)0, certificate_named, &chosen));
	c->silent = (uint32_t)~chosen;
	TRY(check_definitions(o));
	TRY(search_bounds(o, &c->scorer.bounds));
	c->allowed = ~(operators & ~(c->scorer.bounds.operators << TOK_OP));
	c->allowed &= ~constraints_barred_tokens(&c->scorer.bounds);
	c->prior.operators = c->scorer.bounds.operators | ~grammar_usual_operators();
	return ST_OK;
}

enum status search_policy(const struct options *o, struct policy *p)
{
	char *path;
	enum status st;

	TRY(path_find(PATH_WEIGHTS, o->weights, &path));
	st = policy_load(p, path);
	free(path);
	return st;
}

enum status search_learner(const struct learner_api **api)
{
	static const struct learner_api *loaded; /* a library is opened once */
	char *path;
	enum status st = ST_OK;

	if (!loaded) {
		TRY(path_find(PATH_LEARNER, NULL, &path));
		st = learner_load(path, &loaded);
		free(path);
	}
	*api = loaded;
	return st;
}

enum status search_learner_start(struct learner_loading **loading)
{
	char *path;

	TRY(path_find(PATH_LEARNER, NULL, &path));
	*loading = learner_load_start(path);
	free(path);
	return ST_OK;
}

static bool solved(const struct options *o, const struct task *k)
{
	struct pareto p;

	if (o->early_stop && task_is_solved(k))
		return true;
	if (o->stop_r2 > 1)
		return false;
	task_front(k, (enum selection)o->select, &p);
	return p.chosen >= 0 && 1 - p.entry[p.chosen].fvu_select >= o->stop_r2;
}

bool search_done(const struct options *o, const struct trainer *t)
{
	const struct train_stats *s = trainer_stats(t);

	if ((o->steps > 0 && s->step >= o->steps) || (o->evals > 0 && s->equations >= o->evals))
		return true;
	for (int i = 0; i < trainer_tasks(t); i++)
		if (!solved(o, trainer_task(t, i)))
			return false;
	return true;
}

void search_start_deadline(const struct options *o, double started)
{
	if (o->time > 0) /* a deadline of 0 would be none */
		signals_deadline(fmax(o->time - (clock_seconds() - started), 1e-6));
}
