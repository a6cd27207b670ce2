/* train_run.h — private to cli: the state of eqrl train, and what it writes and shows of it. */
#ifndef EQRL_TRAIN_RUN_H
#define EQRL_TRAIN_RUN_H

#include "eqrl/rl/trainer.h"
#include "eqrl/options/command.h"
#include "eqrl/run/data_sets.h"
#include "eqrl/run/front.h"
#include "eqrl/run/progress.h"
#include "eqrl/run/run_dir.h"

struct run {
	struct invocation *inv;
	const struct options *o;
	struct data_sets data;
	struct policy policy;
	struct pool *pool;
	struct trainer *trainer; /* task i is data set i */
	struct front *front;	 /* one for each data set, with its names; filled by those who show or write it */
	struct run_dir dir;
	struct progress *progress;
	double started;
};

/* run.json: what went in; what came out. */
void run_record_inputs(struct run *r);
void run_record_result(struct run *r);

/* After a step: one line of log.jsonl, one of progress. */
enum status run_log_step(struct run *r);
void run_show_step(struct run *r);

/* What is worked on, to stderr. */
void run_show_data(const struct run *r);

/* The fronts, to stdout: one as it stands; of several, a table with the answer for each. */
void run_print_fronts(const struct run *r);

/* A line for each data set: answer and errors in full precision, no times; see README. */
void run_summary_csv(const struct run *r, struct str *out);

#endif
