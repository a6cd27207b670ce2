/* task_run.h — the state of eqrl train --domain, and what it reads, writes and shows. The command in src/cli tells the
 * story; see train_run.h for the same on data. */
#ifndef EQRL_TASK_RUN_H
#define EQRL_TASK_RUN_H

#include "eqrl/rl/task_trainer.h"
#include "eqrl/run/checkpoint_schedule.h"
#include "eqrl/run/progress.h"
#include "eqrl/run/run_dir.h"

/* --weights, or the shipped ones for tasks. *template becomes that of --template, else the one they were taught. They have
 * to know the domains and their form, unless --any-template; of --domain all those that they do not know leave the mix, with
 * a word of why. */
enum status task_weights_load(const struct options *o, struct task_mix *mix, struct policy *p, int *template);

/* What a training on tasks refuses before it looks at weights; fills *c. */
enum status task_run_configure(const struct options *o, struct task_training *c);

/* The file of --weights, or of the shipped ones for tasks, in a new string. */
enum status task_weights_find(const struct options *o, char **path);

/* Greedy shares of right answers to held-out questions. */
struct task_examination {
	int64_t step; /* after so many */
	double greedy[TASK_LEVELS_MAX];
};

struct task_run {
	struct invocation *inv;
	const struct options *o;
	struct policy policy; /* as it began */
	struct pool *pool;
	struct task_trainer *trainer;
	struct task_mix trained, examined; /* levels */
	int template;
	struct task_examination first, last;
	struct run_dir dir;
	struct progress *progress;
	struct checkpoint_schedule checkpoints;
	double started;
};

/* Weights, learner, directory, trainer; with --resume the checkpoint. Until all of it is known to be good nothing is
 * written. On failure *r is to be closed, too. */
enum status task_run_open(struct task_run *r);
void task_run_close(struct task_run *r);

/* What the policy as it stands answers; false: interrupted. The log has it before the first step. */
bool task_run_examine(struct task_run *r, struct task_examination *out);

/* After a step: a line of log.jsonl, with the examination if there was one; a line of progress; the checkpoint if one is
 * due. What cannot be written is told once and ends nothing. */
void task_run_log(struct task_run *r, bool examined);
void task_run_show(struct task_run *r);
void task_run_checkpoint_if_due(struct task_run *r);
void task_run_checkpoint(struct task_run *r);

/* At the end: the table of both examinations, for people; run.json; the policy to --save-weights. */
void task_run_table(const struct task_run *r, struct str *out);
enum status task_run_save_weights(const struct task_run *r);
enum status task_run_end(struct task_run *r, enum status st);

#endif
