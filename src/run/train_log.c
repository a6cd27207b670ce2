/* train_log.c — what each step leaves in log.jsonl and, on request, in TensorBoard's files; see train_run.h. */
#include "eqrl/base/clock.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/run/run_files.h"
#include "eqrl/run/train_run.h"

#include <math.h>
#include <string.h>

/* TensorBoard shows the tags of a group together, so the numbers of learning are one. */
static const char *group_of(const char *key)
{
	static const char *const learning[] = {"temperature", "updates", "not_finite", "torch_failures", "refreshed",
					       "loss",	      "kl",	 "entropy",    "clip_fraction",	 "grad_norm"};

	for (size_t i = 0; i < COUNT_OF(learning); i++)
		if (strcmp(learning[i], key) == 0)
			return "learning";
	return "search";
}

static void add_events(struct event_summary *s, const char *before, const char *group, const cJSON *object)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object)
	{
		struct str tag = {0};

		str_addf(&tag, "%s%s/%s", before, group ? group : group_of(item->string), item->string);
		if (cJSON_IsObject(item))
			add_events(s, before, item->string, item);
		else if (cJSON_IsNumber(item) && strcmp(item->string, "schema") != 0 &&
			 strcmp(item->string, "step") != 0)
			event_summary_add(s, tag.data, item->valuedouble);
		str_release(&tag);
	}
}

/* The numbers of a line of log.jsonl for TensorBoard. */
static enum status write_events(struct run *r, const cJSON *line)
{
	struct event_summary s = {0};
	struct str before = {0};
	enum status st;

	if (r->data.several)
		str_addf(&before, "%s/", r->data.name[trainer_stats(r->trainer)->task]);
	add_events(&s, str_text(&before), NULL, line);
	st = event_file_write(&r->events, trainer_stats(r->trainer)->step, &s);
	event_summary_release(&s);
	str_release(&before);
	return st;
}

/* Of the front as it lies on disk; null while there is none. */
static void best_to_json(cJSON *o, const struct front *f)
{
	const struct pareto_entry *e = f->pareto.chosen >= 0 ? &f->pareto.entry[f->pareto.chosen] : NULL;

	json_add_number(o, "best_r2", e ? 1 - e->fvu_select : NAN);
	json_add_number(o, "best_size", e ? e->size : NAN);
}

void run_log_step(struct run *r)
{
	const struct train_stats *all = trainer_stats(r->trainer);
	const struct task *k = trainer_task(r->trainer, all->task);
	const struct task_stats *s = task_stats(k);
	const struct scorer_counts *n = task_counts(k);
	const struct learning_record *learning = &all->learning;
	cJSON *o = cJSON_CreateObject(), *share = NULL;
	static const char *const phase[PHASES] = {"sampling", "evolution", "simplifying", "fitting", "learning"};
	double total = 1e-12;

	cJSON_AddNumberToObject(o, "schema", LOG_SCHEMA);
	cJSON_AddNumberToObject(o, "step", (double)all->step);
	if (r->data.several)
		cJSON_AddStringToObject(o, "data", r->data.name[all->task]);
	cJSON_AddStringToObject(o, "proposer", proposer_name(all->by));
	cJSON_AddNumberToObject(o, "seconds", clock_seconds() - r->started);
	cJSON_AddNumberToObject(o, "equations", (double)s->equations);
	cJSON_AddNumberToObject(o, "skeletons", (double)n->fitted_first);
	cJSON_AddNumberToObject(o, "node_rows", n->node_rows);
	cJSON_AddNumberToObject(o, "valid", s->valid);
	cJSON_AddNumberToObject(o, "unique", s->unique);
	cJSON_AddNumberToObject(o, "log_fvu", s->log_fvu);
	cJSON_AddNumberToObject(o, "reward_mean", s->reward_mean);
	cJSON_AddNumberToObject(o, "reward_best", s->reward_best);
	best_to_json(o, &r->set[all->task].front);
	proposers_to_json(o, s);
	cJSON_AddNumberToObject(o, "temperature", s->temperature);
	run_dir_add_learning(o, learning);
	share = cJSON_AddObjectToObject(o, "share");
	for (int p = 0; p < PHASES; p++)
		total += all->seconds[p];
	for (int p = 0; p < PHASES; p++)
		cJSON_AddNumberToObject(share, phase[p], all->seconds[p] / total);
	run_note_writing(r, OUTPUT_LOG, run_dir_log(&r->dir, o));
	if (r->events.fd >= 0)
		run_note_writing(r, OUTPUT_LOG, write_events(r, o));
	cJSON_Delete(o);
}
