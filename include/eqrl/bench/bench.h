/* bench.h — private to cli: tasks of a benchmark, one run, and what a set of runs says. */
#ifndef EQRL_BENCH_H
#define EQRL_BENCH_H

#include "eqrl/options/command.h"
#include "eqrl/bench/problem_file.h"

#include <cjson/cJSON.h>

/* One data set to run on: a formula problem or a file. */
struct bench_task {
	char *suite, *problem;
	const struct formula_problem *formula; /* NULL: a file */
	char *file;
	char **extra_report; /* NAME.test_*.csv beside it, NULL-terminated */
	int64_t seed;
	const char *weights; /* of --weights: file name and hash, to tell policies apart; NULL: the shipped ones */
	char *key;	     /* suite/problem/arm/seed/noise/budget…: what makes a run the same */
};

extern const char *const bench_arm_name[];
bool bench_arm_has_policy(int arm);
bool bench_arm_learns(int arm); /* its policy is trained */

/* Runs one task in this process, with one thread and a deadline; the result is the caller's. Failures
 * become its "error". */
cJSON *bench_run(const struct options *o, const struct bench_task *t);

/* The rows of a task, with the noise of the options. */
enum status bench_load(const struct options *o, const struct bench_task *t, struct dataset *d);

/* Writes a task's fit and select rows as a CSV file into the folder of --export. */
enum status bench_export(const struct options *o, const struct bench_task *t);

/* Prints, per suite and arm of the results, shares with 95 % bootstrap intervals over problems, and paired
 * differences between arms that ran on the same problems and seeds. lines: array of result objects. */
void bench_summary(const cJSON *lines);

#endif
