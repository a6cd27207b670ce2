/* train_files.c — what eqrl train leaves on disk while it searches and at the end; see train_run.h.
 *
 * The results come first, for they are small and what the user came for; the checkpoint is large and only saves work. A
 * search goes on whatever cannot be written. */
#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/rl/advantage.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/search_front.h"
#include "eqrl/run/search_setup.h"
#include "eqrl/run/train_run.h"

#include <stdlib.h>
#include <string.h>

void run_note_writing(struct run *r, enum run_output what, enum status st)
{
	run_dir_note_told(&r->dir, what, st, r->o->quiet ? NULL : r->progress, "search");
}

/* ---- fronts -------------------------------------------------------------------------------------- */

static void add_entries(struct hof *h, const struct pareto *p, bool has_select)
{
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];
		struct score s = {
			.verdict = VERDICT_OK,
			.culprit = -1,
			.fvu_fit = e->fvu_fit,
			.fvu_select = has_select ? e->fvu_select : e->fvu_fit,
			.size = e->size,
			.n_consts = e->n_consts,
			.fitted = e->expr,
		};

		hof_insert(h, &s);
	}
}

/* Whether the folder held what the search has yet to find again. */
static bool is_ahead(const struct run *r, int i)
{
	const struct run_set *set = &r->set[i];

	return set->earlier.pareto.n > 0 && trainer_stats(r->trainer)->step < set->earlier_step;
}

/* The front of data set i as it stands, constants of the fit rows. */
static void build_front(const struct run *r, int i, struct pareto *out)
{
	const struct dataset *d = &r->data.d[i];
	enum selection by = (enum selection)r->o->select;
	struct hof *h;

	task_front(trainer_task(r->trainer, i), by, out);
	if (!is_ahead(r, i))
		return;
	h = xcalloc(1, sizeof(*h));
	h->rows = d->fit.n;
	add_entries(h, out, d->select.n > 0);
	add_entries(h, &r->set[i].earlier.pareto, d->select.n > 0);
	pareto_build(h, d, by, out);
	free(h);
}

static struct front_state state_of_front(const struct run *r, int i)
{
	struct front_state s = {
		.step = trainer_stats(r->trainer)->step + r->cut_short, /* a step that is made again finds it again */
		.scored = task_stats(trainer_task(r->trainer, i))->equations,
	};

	if (is_ahead(r, i))
		s.step = r->set[i].earlier_step;
	return s;
}

static enum status write_front(struct run *r, int i, const struct rows *checked_on)
{
	struct front_state state = state_of_front(r, i);
	/* a single data set has its files in the run directory itself */
	const char *folder = r->data.several ? r->data.name[i] : NULL;

	r->set[i].written = true;
	return run_dir_front(&r->dir, folder, &r->set[i].front, &state, checked_on);
}

static bool is_same_front(const struct pareto *a, const struct pareto *b)
{
	bool same = a->n == b->n && a->chosen == b->chosen;

	for (int i = 0; i < a->n && same; i++)
		same = a->entry[i].size == b->entry[i].size && a->entry[i].fvu_fit == b->entry[i].fvu_fit;
	return same;
}

/* What is shown is what lies on disk: progress shows the front that was written last. */
static void write_if_changed(struct run *r, int i)
{
	struct run_set *set = &r->set[i];
	struct pareto *now = xmalloc(sizeof(*now));

	build_front(r, i, now);
	search_shorten(r->o, &r->data.d[i], now);
	if (!set->written || !is_same_front(now, &set->front.pareto)) {
		grouped_free(set->front.pareto.grouped);
		set->front.pareto = *now;
		front_set_parameters(&set->front);
		run_note_writing(r, OUTPUT_FRONT, write_front(r, i, &r->data.d[i].fit));
	} else {
		grouped_free(now->grouped);
	}
	free(now);
}

void run_write_live_front(struct run *r)
{
	double before = clock_seconds(), after;

	if (before < r->next_front)
		return;
	write_if_changed(r, trainer_stats(r->trainer)->task);
	after = clock_seconds();
	r->next_front = after + pause_for_cost(after - before);
}

static enum status write_summary(struct run *r)
{
	struct str csv = {0};
	char *path = run_dir_file(&r->dir, "summary.csv");
	enum status st;

	run_summary_csv(r, &csv);
	st = file_write_atomic(path, csv.data, csv.len);
	free(path);
	str_release(&csv);
	return st;
}

void run_write_results(struct run *r)
{
	enum status st = ST_OK, written;

	for (int i = 0; i < r->data.n; i++) {
		struct pareto *p = &r->set[i].front.pareto;

		grouped_free(p->grouped);
		build_front(r, i, p);
		search_polish(r->o, &r->data.d[i], p);
		front_set_parameters(&r->set[i].front);
		written = write_front(r, i, &r->data.d[i].all_but_report);
		st = written == ST_OK ? st : written;
	}
	if (r->data.several) {
		written = write_summary(r);
		st = written == ST_OK ? st : written;
	}
	run_note_writing(r, OUTPUT_FRONT, st);
}

/* ---- checkpoints --------------------------------------------------------------------------------- */

void run_write_checkpoint(struct run *r)
{
	char *path;

	if (r->o->checkpoint < 0)
		return;
	path = run_dir_file(&r->dir, "checkpoint.safetensors");
	run_note_writing(r, OUTPUT_CHECKPOINT, trainer_save(r->trainer, path));
	free(path);
}

void run_write_checkpoint_if_due(struct run *r)
{
	double before = clock_seconds(), after;

	if (!checkpoint_due(&r->checkpoints, before))
		return;
	for (int i = 0; i < r->data.n; i++)
		write_if_changed(r, i);
	run_write_checkpoint(r);
	after = clock_seconds();
	checkpoint_done(&r->checkpoints, after, after - before);
}

/* ---- weights -------------------------------------------------------------------------------------- */

enum status run_save_weights(const struct run *r)
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
	/* the last policy of the run, after so many steps and, among them, so many gradient steps */
	cJSON_AddNumberToObject(entry, "steps", (double)trainer_stats(r->trainer)->step);
	cJSON_AddNumberToObject(entry, "updates", (double)trainer_stats(r->trainer)->learning.updates);
	data = cJSON_AddArrayToObject(entry, "data");
	for (int i = 0; i < r->data.n; i++)
		cJSON_AddItemToArray(data, cJSON_CreateString(r->data.name[i]));
	st = policy_save(&p, r->o->save_weights, DTYPE_F16);
	policy_release(&p);
	return st;
}
