/* recipe.c — see recipe.h. */
#include "eqrl/pretrain/census.h"
#include "recipe.h"

#include <stdio.h>
#include <string.h>

static void describe_problems(const struct problem_config *c, cJSON *r)
{
	cJSON *form = cJSON_AddObjectToObject(r, "prior");

	for (int i = 0; i < FORM_COUNT; i++)
		cJSON_AddNumberToObject(form, prior_form_name[i], c->prior.form[i]);
	cJSON_AddNumberToObject(r, "unused_columns", c->unused_columns);
	cJSON_AddNumberToObject(r, "turned_share", c->turned);
	cJSON_AddNumberToObject(r, "dependent_share", c->dependent);
	cJSON_AddNumberToObject(r, "noise_share", c->noise.share);
	cJSON_AddNumberToObject(r, "noise_low", c->noise.low);
	cJSON_AddNumberToObject(r, "noise_high", c->noise.high);
	cJSON_AddNumberToObject(r, "max_share", c->census ? census_max_share(c->census) : 1);
	cJSON_AddNumberToObject(r, "excluded_skeletons", c->census ? census_excluded(c->census) : 0);
}

/* {"levels": {"countdown": [3, 4]}, "forms": …} */
static void describe_tasks(const struct task_mix *mix, const struct template_set *templates, cJSON *r)
{
	cJSON *levels = cJSON_CreateObject();

	for (int i = 0; i < mix->n; i++) {
		const char *name = mix->level[i].domain->name;
		cJSON *list = cJSON_GetObjectItemCaseSensitive(levels, name);

		if (!list)
			list = cJSON_AddArrayToObject(levels, name);
		cJSON_AddItemToArray(list, cJSON_CreateNumber(mix->level[i].level));
	}
	cJSON_AddItemToObject(r, "levels", levels);
	for (int i = 0; i < templates->n; i++)
		task_forms_note(mix, templates->number[i], r);
}

static void describe_source(const struct pretrain_config *c, cJSON *r)
{
	if (c->tasks)
		describe_tasks(c->tasks, &c->templates, r);
	else
		describe_problems(&c->problem, r);
}

static void describe_batches(const struct pretrain_config *c, cJSON *r)
{
	cJSON_AddNumberToObject(r, "seed", (double)c->seed);
	cJSON_AddNumberToObject(r, "micro_batch", c->micro_batch);
	cJSON_AddNumberToObject(r, "micro_batches", c->micro_batches);
	cJSON_AddBoolToObject(r, "bf16", c->bf16);
}

cJSON *recipe_describe(const struct pretrain_config *c, const struct pretrain_progress *p)
{
	cJSON *r = cJSON_CreateObject();
	const char *slash = c->init ? strrchr(c->init, '/') : NULL;
	const char *init = slash ? slash + 1 : c->init ? c->init : "";

	describe_source(c, r);
	describe_batches(c, r);
	cJSON_AddNumberToObject(r, "pairs", (double)p->pairs);
	cJSON_AddNumberToObject(r, "pairs_total", (double)(p->pairs_before + p->pairs));
	cJSON_AddNumberToObject(r, "schedule_pairs", (double)c->pairs);
	cJSON_AddNumberToObject(r, "skipped_steps", (double)p->skipped);
	cJSON_AddNumberToObject(r, "lr", c->lr);
	cJSON_AddNumberToObject(r, "warmup", c->warmup);
	cJSON_AddStringToObject(r, "init", init);
	return r;
}

cJSON *recipe_metrics(const struct pretrain_progress *p)
{
	static const char *const key[RECOVERY_KINDS] = {"recovery_exact", "recovery_noisy", "recovery_turned"};
	cJSON *m = cJSON_CreateObject();

	cJSON_AddNumberToObject(m, "train_loss", p->loss);
	cJSON_AddNumberToObject(m, "train_token_accuracy", p->accuracy);
	cJSON_AddNumberToObject(m, "held_out_loss", p->held_loss);
	cJSON_AddNumberToObject(m, "held_out_token_accuracy", p->held_accuracy);
	for (int i = 0; i < p->n_tasks; i++) {
		char name[48];

		snprintf(name, sizeof(name), "greedy_%s_%d", p->task[i].of.domain->name, p->task[i].of.level);
		cJSON_AddNumberToObject(m, name, p->task[i].scores.greedy);
	}
	if (p->recovery[0].n > 0)
		cJSON_AddNumberToObject(m, "recovery_samples", p->recovery[0].samples);
	for (int k = 0; k < RECOVERY_KINDS && p->recovery[0].n > 0; k++)
		cJSON_AddNumberToObject(m, key[k], (double)p->recovery[k].found / p->recovery[k].n);
	return m;
}

char *recipe_identity(const struct pretrain_config *c)
{
	cJSON *r = cJSON_CreateObject();
	char *text;

	describe_source(c, r);
	describe_batches(c, r);
	cJSON_AddStringToObject(r, "encoding", encoding_name(c->encoding));
	cJSON_AddNumberToObject(r, "width", c->net.width);
	cJSON_AddNumberToObject(r, "heads", c->net.heads);
	cJSON_AddNumberToObject(r, "encoder_layers", c->net.encoder_layers);
	cJSON_AddNumberToObject(r, "decoder_layers", c->net.decoder_layers);
	cJSON_AddNumberToObject(r, "latents", c->net.latents);
	cJSON_AddNumberToObject(r, "points", c->net.points);
	text = cJSON_PrintUnformatted(r);
	cJSON_Delete(r);
	return text;
}
