/* task_run.c — what eqrl train --domain starts from; see task_run.h. task_files.c has what it leaves. */
#include "eqrl/run/task_run.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/paths.h"
#include "eqrl/base/signals.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/search_setup.h"

#include <stdlib.h>
#include <string.h>

/* Leaves what the policy may be asked; names are those that the mix was read from. */
static enum status admit_mix(const struct options *o, const char *names, const struct policy *p, int template,
			     struct task_mix *mix)
{
	const struct domain *before = NULL;
	int kept = 0;

	for (int i = 0; i < mix->n; i++) {
		const struct domain *d = mix->level[i].domain;
		enum status st = task_policy_admits(p, d, template, o->any_template);

		if (st == ST_OK)
			mix->level[kept++] = mix->level[i];
		else if (strcmp(names, "all") != 0)
			return st;
		else if (d != before)
			warn("%s is left out: %s", d->name, error_message());
		before = d;
	}
	mix->n = kept;
	return kept ? ST_OK : ST_WEIGHTS;
}

enum status task_weights_find(const struct options *o, char **path)
{
	if (path_find(PATH_WEIGHTS, o->weights ? o->weights : "tasks.safetensors", path) == ST_OK)
		return ST_OK;
	if (o->weights)
		return ST_WEIGHTS;
	return fail(ST_WEIGHTS, "no weights for tasks are here; eqrl pretrain --config pretrain-tasks --out "
				"tasks.safetensors trains some, --weights names them");
}

static enum status find_weights(const struct options *o, struct policy *p)
{
	char *path;
	enum status st;

	TRY(task_weights_find(o, &path));
	st = task_policy_load(p, path);
	free(path);
	return st;
}

enum status task_weights_load(const struct options *o, struct task_mix *mix, struct policy *p, int *template)
{
	enum status st;

	*template = o->template ? template_find(o->template) : TEMPLATE_PLAIN;
	if (*template <0)
		return ST_USAGE;
	TRY(find_weights(o, p));
	if (!o->template)
		*template = task_policy_template(p);
	st = admit_mix(o, o->domain, p, *template, mix);
	if (st != ST_OK)
		policy_release(p);
	return st;
}

/* ---- options -------------------------------------------------------------------------------------- */

static enum status check_options(const struct options *o)
{
	if (o->data)
		return fail(ST_USAGE,
			    "--domain with --data: tasks are questions of a generator; leave out one of the two");
	if (!o->learn)
		return fail(ST_USAGE, "--domain with --no-learn: eqrl eval --domain asks a policy that does not learn");
	if (o->log == LOG_TENSORBOARD)
		return fail(ST_USAGE, "--log tensorboard with --domain: is for data; log.jsonl has the numbers");
	if (o->stage_refresh && !o->stage_steps)
		return fail(ST_USAGE, "--stage-refresh: is for stages; --stage-steps N makes some");
	return ST_OK;
}

enum status task_run_configure(const struct options *o, struct task_training *c)
{
	TRY(check_options(o));
	*c = (struct task_training){
		.reward = o->task_reward,
		.format_reward = o->format_reward,
		.strict = o->mask == MASK_STRICT,
		.stage_steps = (int)o->stage_steps,
		.stage_refresh = o->stage_refresh,
	};
	TRY(search_config(o, ARM_TRAIN, &c->train));
	return task_mix_parse(o->domain, o->levels, &c->mix);
}

static enum status choose_examined(const struct options *o, struct task_mix *out)
{
	const char *levels = o->eval_levels ? o->eval_levels : o->eval_domain ? NULL : o->levels;

	return task_mix_parse(o->eval_domain ? o->eval_domain : o->domain, levels, out);
}

/* ---- life ----------------------------------------------------------------------------------------- */

static enum status open_folder(struct task_run *r)
{
	if (r->o->resume && r->o->out)
		return fail(ST_USAGE, "--resume %s --out %s: a run goes on in its own directory; leave out --out",
			    r->o->resume, r->o->out);
	return r->o->resume ? run_dir_resume(&r->dir, r->inv, r->o->resume)
			    : run_dir_create(&r->dir, r->inv, r->o->out, r->o->domain);
}

static void record_inputs(struct task_run *r)
{
	cJSON *weights = cJSON_AddObjectToObject(r->dir.record, "weights");

	cJSON_AddStringToObject(weights, "file", r->policy.path ? r->policy.path : "");
	cJSON_AddStringToObject(weights, "sha256", r->policy.sha256);
}

static enum status load_checkpoint(struct task_run *r)
{
	char *path = run_dir_checkpoint(&r->dir);
	enum status st = path ? task_trainer_load(r->trainer, path) : ST_OK;

	free(path);
	return st;
}

enum status task_run_open(struct task_run *r)
{
	const struct learner_api *api;
	struct task_training c;

	TRY(task_run_configure(r->o, &c));
	TRY(choose_examined(r->o, &r->examined));
	TRY(task_weights_load(r->o, &c.mix, &r->policy, &c.template));
	TRY(admit_mix(r->o, r->o->eval_domain ? r->o->eval_domain : r->o->domain, &r->policy, c.template,
		      &r->examined));
	r->trained = c.mix;
	r->template = c.template;
	TRY(open_folder(r));
	record_inputs(r);
	r->pool = pool_new(threads_wanted(r->o)); /* before the learner: no thread starts while a library is mapped */
	TRY(search_learner(&api));
	TRY(task_trainer_open(&r->trainer, &c, &r->policy, api, r->pool));
	if (r->o->resume)
		TRY(load_checkpoint(r));
	/* everything fits: from here on files are written */
	TRY(run_dir_begin(&r->dir, r->inv));
	TRY(run_dir_log_rewind(&r->dir, task_trainer_progress(r->trainer)->step));
	r->checkpoints = checkpoint_schedule_start(r->o->checkpoint, clock_seconds());
	return ST_OK;
}

void task_run_close(struct task_run *r)
{
	progress_end(r->progress);
	run_dir_abandon(&r->dir);
	task_trainer_close(r->trainer);
	pool_free(r->pool);
	if (r->policy.params)
		policy_release(&r->policy);
}

bool task_run_examine(struct task_run *r, struct task_examination *out)
{
	struct attempts a = {
		.policy = task_trainer_policy(r->trainer),
		.pool = r->pool,
		.strict = r->o->mask == MASK_STRICT,
		.template = r->template,
		.seed = 1,
		.stop = *signals_flag() ? NULL : signals_flag(), /* it is up: the time is over, and this is the last */
	};

	if (out == &r->first) /* also of a run that goes on: what it began with */
		a.policy = &r->policy;
	else
		out->step = task_trainer_progress(r->trainer)->step;
	for (int i = 0; i < r->examined.n; i++) {
		struct task_scores s;

		if (!attempts_score(&a, &r->examined.level[i], (int)r->o->prompts, &s))
			return false;
		out->greedy[i] = s.greedy;
	}
	return true;
}
