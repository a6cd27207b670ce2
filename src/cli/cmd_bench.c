/* cmd_bench.c — eqrl bench: many problems, one result line each, then a summary. */
#include "eqrl/base/str.h"
#include "eqrl/bench/bench.h"
#include "eqrl/cli/cli.h"

#include <stdio.h>

static enum status run_and_summarise(const struct options *o, const struct bench_tasks *tasks)
{
	struct bench_results results;
	struct str table = {0};
	enum status st = bench_results_open(&results, o->out);

	if (st == ST_OK) {
		st = bench_run_all(o, tasks, &results);
		bench_summary(&results, &table);
		fputs(str_text(&table), stdout);
	}
	str_release(&table);
	bench_results_close(&results);
	return st;
}

int cmd_bench(struct invocation *inv)
{
	const struct options *o = inv->options;
	struct bench_tasks tasks;
	enum status st = bench_tasks_collect(&tasks, o);

	if (st == ST_OK)
		st = o->export ? bench_export_all(o, &tasks) : run_and_summarise(o, &tasks);
	bench_tasks_release(&tasks);
	return st;
}
