/* bench_export.c — the rows of formula problems as CSV files, for train --data and for other programs. */
#include "eqrl/base/file.h"
#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

static void csv_row(struct str *out, const struct rows *rows, int row)
{
	char text[32];

	for (int c = 0; c < rows->n_columns; c++) {
		str_double(text, rows->x[c][row]);
		str_addf(out, "%s,", text);
	}
	str_double(text, rows->y[row]);
	str_addf(out, "%s\n", text);
}

static enum status write_rows(const struct dataset *d, const struct rows *rows, const char *path)
{
	struct str csv = {0};
	enum status st;

	for (int c = 0; c < d->n_columns; c++)
		str_addf(&csv, "%s,", d->name[c]);
	str_addf(&csv, "%s\n", d->target);
	for (int i = 0; i < rows->n; i++)
		csv_row(&csv, rows, i);
	st = file_write_atomic(path, csv.data, csv.len);
	str_release(&csv);
	return st;
}

static char *file_of(const char *dir, const struct bench_task *t, bool several_seeds, const char *ending)
{
	struct str name = {0};
	char *path;

	str_add(&name, t->set->problem);
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] == '/')
			name.data[i] = '_';
	if (several_seeds)
		str_addf(&name, "-%lld", (long long)t->seed);
	str_add(&name, ending);
	path = path_join(dir, name.data);
	str_release(&name);
	return path;
}

static enum status export_task(const struct options *o, const struct bench_task *t)
{
	char *seen = file_of(o->export, t, o->seeds > 1, ".csv");
	char *report = file_of(o->export, t, o->seeds > 1, ".report.csv");
	struct dataset d;
	enum status st = bench_load(o, t, &d);

	if (st == ST_OK) {
		st = write_rows(&d, &d.all_but_report, seen);
		if (st == ST_OK && o->export_report)
			st = write_rows(&d, &d.report, report);
		dataset_release(&d);
	}
	free(seen);
	free(report);
	return st;
}

enum status bench_export_all(const struct options *o, const struct bench_tasks *tasks)
{
	enum status first = ST_OK;
	int written = 0;

	TRY(dir_create(o->export));
	for (int i = 0; i < tasks->n; i++) {
		enum status st = export_task(o, &tasks->task[i]);

		written += st == ST_OK;
		if (st == ST_RESOURCE) /* the next one cannot be written either */
			return st;
		if (st != ST_OK)
			warn("%s: left out: %s", tasks->task[i].set->problem, error_message());
		first = first == ST_OK ? st : first;
	}
	if (!o->quiet)
		fprintf(stderr, "wrote    %s: %d CSV file%s\n", o->export, written, written == 1 ? "" : "s");
	return first == ST_OK ? ST_OK
			      : fail(first, "%d of %d problems could not be exported", tasks->n - written, tasks->n);
}
