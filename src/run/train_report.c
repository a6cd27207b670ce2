/* train_report.c — what eqrl train records and shows; see train_run.h. sets_table.c has the tables of several sets. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/ranks.h"
#include "eqrl/expr/print.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/residual_report.h"
#include "eqrl/run/train_run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- run.json ----------------------------------------------------------------------------------- */

static cJSON *data_record(const struct dataset *d)
{
	cJSON *data = cJSON_CreateObject(), *rows;
	char sha[65];

	dataset_sha256(d, sha);
	cJSON_AddStringToObject(data, "file", d->file);
	cJSON_AddStringToObject(data, "sha256", sha);
	cJSON_AddStringToObject(data, "target", d->target);
	cJSON_AddNumberToObject(data, "columns", d->n_columns);
	rows = cJSON_AddObjectToObject(data, "rows");
	cJSON_AddNumberToObject(rows, "fit", d->fit.n);
	cJSON_AddNumberToObject(rows, "select", d->select.n);
	cJSON_AddNumberToObject(rows, "report", d->report.n);
	if (d->grouping) {
		cJSON *groups = cJSON_AddObjectToObject(data, "groups");

		cJSON_AddStringToObject(groups, "column", d->grouping->column);
		cJSON_AddNumberToObject(groups, "number", d->grouping->n);
	}
	cJSON_AddItemToObject(data, "notes", notes_record(&d->notes));
	return data;
}

/* One object for one data set, an array of them for several. */
static void add_by_set(cJSON *o, const char *key, const struct run *r, cJSON *(*of_set)(const struct run *, int))
{
	cJSON *list;

	if (!r->data.several) {
		cJSON_AddItemToObject(o, key, of_set(r, 0));
		return;
	}
	list = cJSON_AddArrayToObject(o, key);
	for (int i = 0; i < r->data.n; i++) {
		cJSON *item = of_set(r, i);

		cJSON_AddStringToObject(item, "name", r->data.name[i]);
		cJSON_AddItemToArray(list, item);
	}
}

static cJSON *input_of(const struct run *r, int i)
{
	return data_record(&r->data.d[i]);
}

static cJSON *result_of(const struct run *r, int i)
{
	const struct task *k = trainer_task(r->trainer, i);
	const struct task_stats *s = task_stats(k);
	const struct pareto *p = &r->set[i].front.pareto;
	cJSON *o = cJSON_CreateObject();

	cJSON_AddNumberToObject(o, "steps", (double)s->turns);
	cJSON_AddNumberToObject(o, "equations", (double)s->equations);
	cJSON_AddNumberToObject(o, "skeletons", (double)task_counts(k)->fitted_first);
	proposers_to_json(o, s);
	cJSON_AddBoolToObject(o, "exact", s->exact);
	cJSON_AddBoolToObject(o, "significant", p->chosen >= 0 && p->significant);
	if (p->chosen >= 0)
		residuals_to_json(&p->entry[p->chosen].residuals, o);
	return o;
}

void run_record_inputs(struct run *r)
{
	cJSON *weights;

	add_by_set(r->dir.record, "data", r, input_of);
	weights = cJSON_AddObjectToObject(r->dir.record, "weights");
	cJSON_AddStringToObject(weights, "file", r->policy.path ? r->policy.path : "");
	cJSON_AddStringToObject(weights, "sha256", r->policy.sha256);
}

/* How evenly the fits were dealt, where several processes shared them. */
static void add_ranks(const struct run *r)
{
	double work[RANKS_COUNTED] = {0};

	if (ranks_count() == 1)
		return;
	for (int i = 0; i < r->data.n; i++)
		for (int k = 0; k < RANKS_COUNTED; k++)
			work[k] += task_work_of_ranks(trainer_task(r->trainer, i))[k];
	cJSON_AddItemToObject(
		r->dir.record, "node_rows_by_rank",
		cJSON_CreateDoubleArray(work, ranks_count() < RANKS_COUNTED ? ranks_count() : RANKS_COUNTED));
}

void run_record_result(struct run *r)
{
	const struct learning_record *l = &trainer_stats(r->trainer)->learning;
	cJSON *learning = cJSON_AddObjectToObject(r->dir.record, "learning");

	cJSON_AddNumberToObject(r->dir.record, "seconds", clock_seconds() - r->started);
	cJSON_AddNumberToObject(learning, "updates", (double)l->updates);
	cJSON_AddNumberToObject(learning, "not_finite", (double)l->not_finite);
	cJSON_AddNumberToObject(learning, "torch_failures", (double)l->failures);
	add_by_set(r->dir.record, "result", r, result_of);
	add_ranks(r);
}

/* What makes it another data set; where the file lies does not. NULL: nothing. */
static const char *data_difference(const cJSON *now, const cJSON *then)
{
	static const char *const what[][2] = {{"name", "another name"},
					      {"target", "another target"},
					      {"columns", "another number of columns"},
					      {"sha256", "other names or values"},
					      {"rows", "its rows in other roles"}};

	for (size_t i = 0; i < COUNT_OF(what); i++) {
		const cJSON *a = cJSON_GetObjectItem(now, what[i][0]), *b = cJSON_GetObjectItem(then, what[i][0]);

		if ((a || b) && !cJSON_Compare(a, b, true))
			return what[i][1];
	}
	return NULL;
}

enum status run_check_inputs(const struct run *r)
{
	const cJSON *now = cJSON_GetObjectItem(r->dir.record, "data");
	const cJSON *then = cJSON_GetObjectItem(r->dir.earlier, "data"), *weights;
	int n = r->data.several ? cJSON_GetArraySize(then) : 1;

	if (!then)
		return ST_OK;
	if (cJSON_IsArray(now) != cJSON_IsArray(then) || n != r->data.n)
		return fail(ST_DATA, "--resume %s: the run began with %d data sets, these are %d", r->dir.path,
			    cJSON_IsArray(then) ? cJSON_GetArraySize(then) : 1, r->data.n);
	for (int i = 0; i < n; i++) {
		const char *other = r->data.several
					    ? data_difference(cJSON_GetArrayItem(now, i), cJSON_GetArrayItem(then, i))
					    : data_difference(now, then);

		if (other)
			return fail(ST_DATA, "--resume %s: %s is not what the run began with: it has %s", r->dir.path,
				    r->data.path[i], other);
	}
	weights = cJSON_GetObjectItem(cJSON_GetObjectItem(r->dir.earlier, "weights"), "sha256");
	if (cJSON_IsString(weights) && strcmp(weights->valuestring, r->policy.sha256) != 0)
		return fail(ST_WEIGHTS,
			    "--resume %s: %s are other weights than the run began with (sha256 %.12s, not "
			    "%.12s)",
			    r->dir.path, r->policy.path ? r->policy.path : "these", r->policy.sha256,
			    weights->valuestring);
	return ST_OK;
}

/* Of each proposer that has drawn any: how many candidates, and how many new bests of their size. */
void proposers_to_json(cJSON *o, const struct task_stats *s)
{
	cJSON *drawn = cJSON_AddObjectToObject(o, "drawn"), *improved = cJSON_AddObjectToObject(o, "improved");

	for (int by = 1; by < PROPOSERS; by++) {
		if (s->drawn[by] == 0)
			continue;
		cJSON_AddNumberToObject(drawn, proposer_name(by), (double)s->drawn[by]);
		cJSON_AddNumberToObject(improved, proposer_name(by), (double)s->improved[by]);
	}
}

/* ---- steps -------------------------------------------------------------------------------------- */

void run_show_step(struct run *r)
{
	const struct train_stats *all = trainer_stats(r->trainer);
	const struct task *k = trainer_task(r->trainer, all->task);
	const struct task_stats *s = task_stats(k);
	const struct front *f = &r->set[all->task].front; /* as it lies on disk */
	struct progress_row row = {
		.seconds = clock_seconds() - r->since,
		.step = all->step,
		.equations = all->equations,
		.valid = s->valid,
		.unique = s->unique,
		.r2_select = NAN,
		.left = NAN,
	};
	struct str text = {0};

	if (r->o->quiet)
		return;
	if (r->data.several)
		str_addf(&text, "%s: ", r->data.name[all->task]);
	if (f->pareto.chosen >= 0) {
		const struct pareto_entry *e = &f->pareto.entry[f->pareto.chosen];

		print_expr_with(&text, &e->expr, &f->names, NOTATION_TEXT, &(struct print_options){.digits = 8});
		row.r2_select = 1 - e->fvu_select;
		row.size = e->size;
	}
	row.equation = str_text(&text);
	if (r->o->time > 0)
		row.left = fmax(0, r->o->time - row.seconds);
	progress_search(r->progress, &row);
	str_release(&text);
}

/* ---- stderr ------------------------------------------------------------------------------------- */

/* Of --cv: what each of the searches has. */
static void show_share(const struct options *o)
{
	fprintf(stderr, "folds    %lld searches without a fold each, then one on all rows; each has", (long long)o->cv);
	if (o->time > 0)
		fprintf(stderr, " %.3g s", o->time);
	if (o->evals > 0)
		fprintf(stderr, " %lld equations", (long long)o->evals);
	if (o->steps > 0)
		fprintf(stderr, " %lld steps", (long long)o->steps);
	fputs(" of the budget\n", stderr);
}

void run_show_data(const struct run *r)
{
	const struct dataset *d = r->data.d;
	int fit = 0, select = 0, report = 0;

	if (r->o->quiet)
		return;
	for (int i = 0; i < r->data.n; i++) {
		fit += d[i].fit.n;
		select += d[i].select.n;
		report += d[i].report.n;
	}
	if (r->data.several)
		fprintf(stderr, "data     %d data sets: %d fit, %d select, %d report rows\n", r->data.n, fit, select,
			report);
	else
		fprintf(stderr, "data     %s: %d fit, %d select, %d report rows; target %s, %d input%s\n", d->file, fit,
			select, report, d->target, d->n_columns, d->n_columns == 1 ? "" : "s");
	if (d->grouping && !r->data.several)
		fprintf(stderr, "groups   %d by %s, each with constants of its own\n", d->grouping->n,
			d->grouping->column);
	fprintf(stderr, "policy   %s (sha256 %.8s), %zu parameters; %s, seed %lld, %d thread%s\n",
		r->policy.path ? r->policy.path : "random", r->policy.sha256, net_parameters(&r->policy.config),
		r->o->learn ? advantage_table[r->o->algo].name : "not learning", (long long)r->o->seed,
		pool_threads(r->pool), pool_threads(r->pool) == 1 ? "" : "s");
	if (r->o->cv > 0)
		show_share(r->o);
}
