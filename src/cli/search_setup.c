/* search_setup.c — see search_setup.h. */
#include "search_setup.h"

#include "eqrl/cli.h"
#include "eqrl/feedback.h"
#include "eqrl/learner_load.h"
#include "eqrl/mem.h"
#include "eqrl/paths.h"
#include "eqrl/str.h"

#include <stdlib.h>
#include <string.h>

/* All tokens but the operators that --ops leaves out. */
static enum status allowed_tokens(const char *list, uint64_t *mask)
{
	const uint64_t all = ((TOK_BIT(OP_COUNT) - 1) << TOK_OP);
	char *copy, *save = NULL;
	bool first = true;

	*mask = ~(uint64_t)0;
	if (!list)
		return ST_OK;
	copy = xstrdup(list);
	for (char *word = strtok_r(copy, ", ", &save); word; word = strtok_r(NULL, ", ", &save)) {
		bool drop = word[0] == '-' && word[1];
		const char *name = drop ? word + 1 : word;
		int op = -1;

		for (int i = 0; i < OP_COUNT && op < 0; i++) /* "sub" before "neg": both are written "-" */
			if (strcmp(op_info[i].name, name) == 0 ||
			    (op_info[i].notation && strcmp(op_info[i].notation, name) == 0))
				op = i;
		if (op < 0) {
			const char *names[OP_COUNT], *near;

			for (int i = 0; i < OP_COUNT; i++)
				names[i] = op_info[i].name;
			near = str_nearest(name, names, OP_COUNT);
			fail(ST_USAGE, "--ops: no operator \"%s\"%s%s%s; eqrl ops lists them", name,
			     near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
			free(copy);
			return ST_USAGE;
		}
		if (first && !drop)
			*mask &= ~all;
		first = false;
		if (drop)
			*mask &= ~TOK_BIT(TOK_OP + op);
		else
			*mask |= TOK_BIT(TOK_OP + op);
	}
	free(copy);
	return ST_OK;
}

static int certificate_named(const char *name)
{
	for (int i = 0; i < CERTIFICATE_COUNT; i++)
		if (strcmp(certificate_table[i].name, name) == 0)
			return i;
	return -1;
}

/* --certificates: the bits of those that are left out. */
static enum status silent_certificates(const char *list, uint32_t *silent)
{
	enum status st = ST_OK;
	char *copy, *save = NULL;
	bool first = true;

	*silent = 0;
	if (!list)
		return ST_OK;
	copy = xstrdup(list);
	for (char *word = strtok_r(copy, ", ", &save); word && st == ST_OK; word = strtok_r(NULL, ", ", &save)) {
		bool drop = word[0] == '-';
		int i = certificate_named(word + drop);

		if (i < 0) {
			st = fail(ST_USAGE, "--certificates: no certificate \"%s\"; they are domain, overflow, cancels, constant, "
				  "unidentified, idle_term, insensitive, term, verdict", word + drop);
			break;
		}
		if (first && !drop)
			*silent = ~(uint32_t)0;
		first = false;
		if (drop)
			*silent |= (uint32_t)1 << i;
		else
			*silent &= ~((uint32_t)1 << i);
	}
	free(copy);
	return st;
}

/* Products in bfloat16 halve the time of learning where the CPU has them, and double it elsewhere. */
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

enum status search_config(const struct options *o, int arm, struct train_config *c)
{
	static const enum scaling scalings[] = {SCALING_AUTO, SCALING_ON, SCALING_OFF};

	*c = (struct train_config){
		.seed = (uint64_t)o->seed,
		.from_prior = arm == ARM_PRIOR || arm == ARM_EVOLVE,
		.prior = prior_default(),
		.batch = (int)o->batch,
		.offspring = arm == ARM_EVOLVE || arm == ARM_FULL ? (int)o->offspring : 0,
		.complete = o->complete,
		.group_size = (int)o->group_size,
		.train_size = (int)o->train_size,
		.algo = o->algo,
		.reward = {.kind = o->reward, .size_cost = o->size_cost, .max_size = (int)o->max_size},
		.lr = o->lr,
		.kl = o->kl,
		.entropy = o->entropy,
		.entropy_decay = o->entropy_decay,
		.clip_low = o->clip,
		.clip_high = o->clip_high,
		.temperature = o->temperature,
		.elites = (int)o->elites,
		.elite_weight = o->elite_weight,
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
		.max_size = (int)o->max_size,
		.max_consts = (int)o->max_consts,
		.scorer = scorer_default(),
	};
	if (c->group_size > c->batch)
		c->group_size = c->batch;
	c->prior.form[FORM_TREE] = o->prior_tree;
	c->scorer.scaling = scalings[o->linear_scaling];
	TRY(silent_certificates(o->certificates, &c->silent));
	return allowed_tokens(o->ops, &c->allowed);
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

static bool solved(const struct options *o, const struct task *k)
{
	struct pareto p;

	if (task_stats(k)->exact && o->early_stop)
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

void search_front(const struct options *o, const struct task *k, struct front *f)
{
	static const enum scaling scalings[] = {SCALING_AUTO, SCALING_ON, SCALING_OFF};
	const struct dataset *d = task_dataset(k);

	memset(f, 0, sizeof(*f));
	front_set_names(f, d->n_columns, (const char *const *)d->name, d->target);
	task_front(k, (enum selection)o->select, &f->pareto);
	pareto_finish(&f->pareto, d, scalings[o->linear_scaling], (uint64_t)o->seed);
}
