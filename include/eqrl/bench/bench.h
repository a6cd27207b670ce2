/* bench.h — what a benchmark runs on, one run, many runs, and what they say. */
#ifndef EQRL_BENCH_H
#define EQRL_BENCH_H

#include "eqrl/bench/problem_file.h"
#include "eqrl/bench/results.h"
#include "eqrl/options/options.h"

/* A formula problem, or a data set in a file. Owns all but formula. */
struct bench_set {
	char *suite, *problem;
	const struct formula_problem *formula; /* NULL: a file */
	char *file;
	char *target, *features; /* as --target and --features take them; NULL: as the file has them */
	char **extra_report;	 /* files with more report rows, NULL-terminated, or NULL */
};

struct bench_task {
	const struct bench_set *set;
	int64_t seed;
	const char *weights; /* of --weights: file name and hash, to tell policies apart; NULL: the shipped ones */
	char *config; /* a hash of all that can change the result: options, weights, the data or its definition */
	char *key;    /* suite/problem/arm/seed/noise/budget/config: what makes a run the same */
};

struct bench_tasks {
	int n_sets, n;
	struct bench_set *set;
	struct bench_task *task; /* every set with every seed */
	struct problem_file problems;
	char *weights;
};

extern const char *const bench_arm_name[];
bool bench_arm_has_policy(int arm);
bool bench_arm_learns(int arm); /* its policy is trained */

/* All that --problems, --real, --names, --only and --seeds ask for. A folder of --real is described by its
 * INDEX.json, an array of {name, file [NAME.csv], target, features [all other columns], extra_test_files}; without
 * one it is every *.csv in it, with NAME.test_*.csv beside NAME.csv as extra report rows. */
enum status bench_tasks_collect(struct bench_tasks *b, const struct options *o);
void bench_tasks_release(struct bench_tasks *b);

/* Runs one task in this process, with one thread and a deadline. A failure becomes the result's error and is
 * returned. */
enum status bench_run(const struct options *o, const struct bench_task *t, struct bench_result *r);

/* Runs the tasks that have no result yet, --jobs at a time, each in a process of its own: nothing leaks from one
 * into the next, and a crash is one failed run. Results are added as they come. A failed run does not end the
 * others; the first one's status is returned in the end. After a signal the running ones are killed: a run that
 * was cut short is no result. */
enum status bench_run_all(const struct options *o, const struct bench_tasks *tasks, struct bench_results *results);

/* The rows of a task, with the noise of the options. */
enum status bench_load(const struct options *o, const struct bench_task *t, struct dataset *d);

/* Writes fit and select rows of the tasks as CSV files into the folder of --export, and report rows with
 * --export-report. One that cannot be read is reported; the rest goes on, and its status is returned. */
enum status bench_export_all(const struct options *o, const struct bench_tasks *tasks);

/* Tables of text: per suite and arm of the results shares with 95 % bootstrap intervals over problems, and paired
 * differences between arms that ran on the same problems. */
void bench_summary(const struct bench_results *results, struct str *out);

#endif
