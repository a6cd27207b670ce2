/* task_files.c — what eqrl train --domain leaves on disk and shows; see task_run.h. */
#include "eqrl/base/clock.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/domain/task_reward.h"
#include "eqrl/run/run_files.h"
#include "eqrl/run/task_run.h"

#include <stdio.h>
#include <stdlib.h>

static void note_writing(struct task_run *r, enum run_output what, enum status st)
{
	run_dir_note_told(&r->dir, what, st, r->o->quiet ? NULL : r->progress, "training");
}

/* ---- log.jsonl ------------------------------------------------------------------------------------ */

/* {"kk": {"2": 0.97, "3": 0.5}} */
static void add_examination(cJSON *o, const char *key, const struct task_run *r, const struct task_examination *e)
{
	cJSON *domains = cJSON_AddObjectToObject(o, key);

	for (int i = 0; i < r->examined.n; i++) {
		const struct task_level *l = &r->examined.level[i];
		cJSON *levels = cJSON_GetObjectItemCaseSensitive(domains, l->domain->name);
		char level[16];

		if (!levels)
			levels = cJSON_AddObjectToObject(domains, l->domain->name);
		snprintf(level, sizeof(level), "%d", l->level);
		cJSON_AddNumberToObject(levels, level, e->greedy[i]);
	}
}

void task_run_log(struct task_run *r, bool examined)
{
	const struct task_progress *p = task_trainer_progress(r->trainer);
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "schema", LOG_SCHEMA);
	cJSON_AddNumberToObject(o, "step", (double)p->step);
	cJSON_AddNumberToObject(o, "seconds", clock_seconds() - r->started);
	if (p->step > 0) {
		cJSON_AddNumberToObject(o, "stage", p->stage + 1);
		cJSON_AddNumberToObject(o, "answers", (double)p->answers);
		cJSON_AddNumberToObject(o, "reward_mean", p->reward);
		cJSON_AddNumberToObject(o, "right", p->right);
		cJSON_AddNumberToObject(o, "hit", p->hit);
		cJSON_AddNumberToObject(o, "formed", p->formed);
		cJSON_AddNumberToObject(o, "distinct", p->distinct);
		run_dir_add_learning(o, &p->learning);
	}
	if (examined)
		add_examination(o, "greedy", r, p->step > 0 ? &r->last : &r->first);
	note_writing(r, OUTPUT_LOG, run_dir_log(&r->dir, o));
	cJSON_Delete(o);
}

void task_run_show(struct task_run *r)
{
	const struct task_progress *p = task_trainer_progress(r->trainer);
	struct str line = {0};
	double mean = 0;

	for (int i = 0; i < r->examined.n; i++)
		mean += r->last.greedy[i] / r->examined.n;
	str_addf(&line,
		 "step %lld  stage %d  reward %.3f  right %.1f%%  in a group %.1f%%  kl %.2g  entropy %.2f  |g| %.2g  "
		 "held out %.1f%% at %lld",
		 (long long)p->step, p->stage + 1, p->reward, 100 * p->right, 100 * p->hit, p->learning.last.kl,
		 p->learning.last.entropy, p->learning.last.grad_norm, 100 * mean, (long long)r->last.step);
	progress_line(r->progress, p->step, line.data);
	str_release(&line);
}

/* ---- checkpoints ---------------------------------------------------------------------------------- */

void task_run_checkpoint(struct task_run *r)
{
	char *path;

	if (r->o->checkpoint < 0)
		return;
	path = run_dir_file(&r->dir, "checkpoint.safetensors");
	note_writing(r, OUTPUT_CHECKPOINT, task_trainer_save(r->trainer, path));
	free(path);
}

void task_run_checkpoint_if_due(struct task_run *r)
{
	double before = clock_seconds(), after;

	if (!checkpoint_due(&r->checkpoints, before))
		return;
	task_run_checkpoint(r);
	after = clock_seconds();
	checkpoint_done(&r->checkpoints, after, after - before);
}

/* ---- the end -------------------------------------------------------------------------------------- */

void task_run_table(const struct task_run *r, struct str *out)
{
	str_addf(out, "%-10s %5s %9s %8s %8s\n", "domain", "level", "questions", "before", "after");
	for (int i = 0; i < r->examined.n; i++)
		str_addf(out, "%-10s %5d %9lld %7.1f%% %7.1f%%\n", r->examined.level[i].domain->name,
			 r->examined.level[i].level, (long long)r->o->prompts, 100 * r->first.greedy[i],
			 100 * r->last.greedy[i]);
}

/* What was done goes into the recipe, behind what was done before. */
static void add_adaptation(const struct task_run *r, cJSON *recipe)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(recipe, "adapted"), *entry = cJSON_CreateObject();

	if (!list)
		list = cJSON_AddArrayToObject(recipe, "adapted");
	cJSON_AddItemToArray(list, entry);
	cJSON_AddStringToObject(entry, "from_sha256", r->policy.sha256);
	cJSON_AddStringToObject(entry, "domain", r->o->domain);
	if (r->o->levels)
		cJSON_AddStringToObject(entry, "levels", r->o->levels);
	cJSON_AddStringToObject(entry, "algo", advantage_table[r->o->algo].name);
	cJSON_AddStringToObject(entry, "reward", task_reward_table[r->o->task_reward].name);
	cJSON_AddNumberToObject(entry, "lr", r->o->lr);
	cJSON_AddNumberToObject(entry, "seed", (double)r->o->seed);
	cJSON_AddNumberToObject(entry, "steps", (double)task_trainer_progress(r->trainer)->step);
	cJSON_AddNumberToObject(entry, "answers", (double)task_trainer_progress(r->trainer)->answers);
}

enum status task_run_save_weights(const struct task_run *r)
{
	struct policy p;
	enum status st;

	policy_copy(&p, task_trainer_policy(r->trainer));
	add_adaptation(r, p.recipe);
	task_forms_note(&r->trained, r->template, p.recipe);
	st = policy_save(&p, r->o->save_weights, DTYPE_F16);
	policy_release(&p);
	return st;
}

static void record_result(struct task_run *r)
{
	const struct task_progress *p = task_trainer_progress(r->trainer);
	cJSON *learning = cJSON_AddObjectToObject(r->dir.record, "learning"), *result;

	cJSON_AddNumberToObject(r->dir.record, "seconds", clock_seconds() - r->started);
	cJSON_AddNumberToObject(learning, "updates", (double)p->learning.updates);
	cJSON_AddNumberToObject(learning, "not_finite", (double)p->learning.not_finite);
	cJSON_AddNumberToObject(learning, "torch_failures", (double)p->learning.failures);
	result = cJSON_AddObjectToObject(r->dir.record, "result");
	cJSON_AddNumberToObject(result, "steps", (double)p->step);
	cJSON_AddNumberToObject(result, "answers", (double)p->answers);
	add_examination(result, "greedy_before", r, &r->first);
	add_examination(result, "greedy", r, &r->last);
}

enum status task_run_end(struct task_run *r, enum status st)
{
	record_result(r);
	return run_dir_end(&r->dir, st);
}
