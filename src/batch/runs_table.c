/* runs_table.c — what the runs of a batch gave, for eyes and as CSV; see runs.h. All of it is read from the runs'
 * directories, so it also tells of runs that other processes made. */
#include "eqrl/batch/runs.h"

#include "eqrl/base/file.h"
#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"
#include "eqrl/run/progress.h"
#include "eqrl/run/run_dir.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_word[RUN_STATES] = {"waiting", "done", "interrupted", "failed"};

/* One answer: of a run, or of one data set of a run that has several. */
struct runs_row {
	const struct runs_item *run;
	char *name, *folder;
	double seconds; /* of all processes that ended; NaN: none did */
	bool has_answer;
	int size;
	double fvu_all, fvu_cv, fvu_report;
	bool significant;
	char *equation; /* "target = …"; "" without one */
};

struct runs_rows {
	int n;
	struct runs_row *row;
};

/* ---- read --------------------------------------------------------------------------------------- */

static double add_seconds(double sum, const cJSON *record)
{
	double s = json_number(record, "seconds", NAN);

	return isnan(s) ? sum : isnan(sum) ? s : sum + s;
}

static double read_seconds(const char *folder)
{
	char *path = path_join(folder, "run.json");
	cJSON *record = NULL;
	const cJSON *earlier;
	double sum = NAN;

	if (file_exists(path) && file_read_json(path, ST_DATA, &record) == ST_OK) {
		sum = add_seconds(NAN, record);
		cJSON_ArrayForEach(earlier, cJSON_GetObjectItem(record, "resumed")) sum = add_seconds(sum, earlier);
	}
	cJSON_Delete(record);
	free(path);
	return sum;
}

/* "kk 4: 20.5 -> 31.0 %, …": right answers to held-out questions before and after a training on tasks. */
static void add_examinations(const struct runs_row *row, struct str *out)
{
	char *path = path_join(row->folder, "run.json");
	cJSON *record = NULL;
	const cJSON *result, *domain, *level;

	if (file_exists(path) && file_read_json(path, ST_DATA, &record) == ST_OK) {
		result = cJSON_GetObjectItem(record, "result");
		cJSON_ArrayForEach(domain, cJSON_GetObjectItem(result, "greedy")) cJSON_ArrayForEach(level, domain)
		{
			const cJSON *before = cJSON_GetObjectItem(result, "greedy_before");

			before = cJSON_GetObjectItem(before, domain->string);
			str_addf(out, "%s%s %s: %.1f -> %.1f %%", out->len ? ", " : "", domain->string, level->string,
				 100 * json_number(before, level->string, NAN), 100 * level->valuedouble);
		}
	}
	cJSON_Delete(record);
	free(path);
}

static void read_answer(struct runs_row *row)
{
	struct front *f = xcalloc(1, sizeof(*f));
	struct str text = {0};

	if (run_front_load(f, row->folder, NULL) == ST_OK && f->pareto.chosen >= 0) {
		const struct pareto_entry *e = &f->pareto.entry[f->pareto.chosen];

		row->has_answer = true;
		row->size = e->size;
		row->fvu_all = e->fvu_all;
		row->fvu_cv = e->fvu_cv;
		row->fvu_report = e->fvu_report;
		row->significant = f->pareto.significant;
		names_quote(&text, f->names.target);
		str_add(&text, " = ");
		print_expr(&text, &e->expr, &f->names, NOTATION_TEXT);
	}
	if (!row->has_answer)
		add_examinations(row, &text);
	row->equation = xstrdup(str_text(&text));
	front_release(f);
	free(f);
	str_release(&text);
}

/* part: a data set's folder in the run, or NULL. */
static void add_row(struct runs_rows *rows, const struct runs_item *run, const char *part)
{
	struct runs_row *row;
	struct str name = {0};

	rows->row = xrealloc(rows->row, (size_t)(rows->n + 1) * sizeof(*rows->row));
	row = &rows->row[rows->n++];
	*row = (struct runs_row){.run = run, .seconds = read_seconds(run->plan->folder)};
	str_addf(&name, part ? "%s/%s" : "%s", run->plan->name, part);
	row->name = name.data;
	row->folder = part ? path_join(run->plan->folder, part) : xstrdup(run->plan->folder);
	row->fvu_all = row->fvu_cv = row->fvu_report = NAN;
	read_answer(row);
}

static void read_rows(const struct runs *b, struct runs_rows *rows)
{
	*rows = (struct runs_rows){0};
	for (int i = 0; i < b->n; i++) {
		char *parts = run_parts(b->run[i].plan->folder), *rest = parts, *part;

		if (!parts)
			add_row(rows, &b->run[i], NULL);
		while ((part = strsep(&rest, "\n")))
			add_row(rows, &b->run[i], part);
		free(parts);
	}
}

static void release_rows(struct runs_rows *rows)
{
	for (int i = 0; i < rows->n; i++) {
		free(rows->row[i].name);
		free(rows->row[i].folder);
		free(rows->row[i].equation);
	}
	free(rows->row);
}

/* ---- for eyes ----------------------------------------------------------------------------------- */

static int widest(const struct runs_rows *rows, bool folders, int least)
{
	int width = least;

	for (int i = 0; i < rows->n; i++) {
		int n = (int)strlen(folders ? rows->row[i].folder : rows->row[i].name);

		width = n > width ? n : width;
	}
	return width;
}

static void add_text_row(const struct runs_row *row, int name_width, int folder_width, struct str *out)
{
	char r2[32] = "-", size[16] = "-", time[32];
	bool over = row->run->state == RUN_DONE || row->run->state == RUN_INTERRUPTED;

	format_duration(time, row->seconds);
	if (row->has_answer) {
		format_r2(r2, row->fvu_all);
		snprintf(size, sizeof(size), "%d", row->size);
	}
	str_addf(out, "%-*s  %-11s  %10s  %4s  %-11s  %7s  %-*s  ", name_width, row->name, state_word[row->run->state],
		 r2, size,
		 !row->has_answer   ? "-"
		 : row->significant ? "yes"
				    : "no",
		 time, folder_width, row->folder);
	str_addf(out, "%s\n",
		 row->equation[0]    ? row->equation
		 : row->run->message ? row->run->message
		 : over		     ? "no equation"
				     : "-");
}

void runs_table(const struct runs *b, struct str *out)
{
	struct runs_rows rows;
	int name_width, folder_width;

	read_rows(b, &rows);
	name_width = widest(&rows, false, 4);
	folder_width = widest(&rows, true, 5);
	str_addf(out, "%-*s  %-11s  %10s  %4s  %-11s  %7s  %-*s  %s\n", name_width, "name", "state", "R2 all", "size",
		 "significant", "time", folder_width, "where", "equation");
	for (int i = 0; i < rows.n; i++)
		add_text_row(&rows.row[i], name_width, folder_width, out);
	release_rows(&rows);
}

/* ---- summary.csv -------------------------------------------------------------------------------- */

/* A comma, and the number if there is one. */
static void add_number(struct str *out, double v)
{
	char text[32];

	str_addc(out, ',');
	if (!isnan(v)) {
		str_double(text, v);
		str_add(out, text);
	}
}

static void add_csv_row(const struct runs_row *row, struct str *out)
{
	const struct runs_item *run = row->run;

	str_addf(out, "%d,", run->plan->number);
	csv_quote(out, row->name);
	str_addf(out, ",%s,", state_word[run->state]);
	if (row->has_answer)
		str_addf(out, "%d,%s", row->size, row->significant ? "true" : "false");
	else
		str_addc(out, ',');
	add_number(out, 1 - row->fvu_all);
	add_number(out, 1 - row->fvu_cv);
	add_number(out, 1 - row->fvu_report);
	add_number(out, row->seconds);
	str_addf(out, ",%s,", run->plan->key);
	csv_quote(out, row->folder);
	str_addc(out, ',');
	csv_quote(out, row->equation);
	str_addc(out, ',');
	csv_quote(out, run->message ? run->message : "");
	str_addc(out, '\n');
}

/* "summary.csv", or "summary-2-of-8.csv" of --shard 2/8. */
static char *summary_path(const struct runs *b)
{
	struct str name = {0};
	int n = b->o->shard ? (int)strcspn(b->o->shard, "/") : 0;
	char *path;

	if (b->o->shard)
		str_addf(&name, "summary-%.*s-of-%s.csv", n, b->o->shard, b->o->shard + n + 1);
	else
		str_add(&name, "summary.csv");
	path = path_join(b->out, name.data);
	str_release(&name);
	return path;
}

enum status runs_write_summary(const struct runs *b)
{
	struct str csv = {0};
	struct runs_rows rows;
	char *path = summary_path(b);
	enum status st;

	read_rows(b, &rows);
	str_add(&csv, "line,name,state,size,significant,r2_all,r2_cv,r2_report,seconds,key,where,equation,message\n");
	for (int i = 0; i < rows.n; i++)
		add_csv_row(&rows.row[i], &csv);
	st = file_write_atomic(path, csv.data, csv.len);
	release_rows(&rows);
	str_release(&csv);
	free(path);
	return st;
}
