/* task.h — private to the trainer: one data set, and everything that the search knows about it.
 *
 * What tasks share (policy, learner, sampler, workers, configuration) is the trainer's. */
#ifndef EQRL_RL_TASK_H
#define EQRL_RL_TASK_H

#include "eqrl/search/evolve.h"
#include "eqrl/rl/trainer.h"
#include "contexts.h"
#include "elites.h"
#include "pace.h"

struct rollout;
struct brood;

/* What others see after a step was cut short: everything found so far, with what that step found. The task itself
 * goes on, and is saved, as if the step had not begun. */
struct late {
	struct hof hof;
	struct task_stats stats; /* before that step, but for an exact equation that it found */
};

struct task {
	const struct dataset *d;
	struct reward_config reward; /* with this data set's floor */
	struct grammar grammar;	     /* as many variables as there are columns */
	struct pace pace;
	double rounding;	  /* share of variance that rounding of the target leaves */
	double *column_weight;	  /* how often evolution tries a column, NULL: equally */
	struct contexts contexts; /* none without a policy */

	struct scorer *scorer;
	struct hof hof;
	struct population population;
	struct elites elites;
	struct baseline baseline;
	struct task_stats stats;
	struct late *late; /* NULL: no step was cut short */
	double *history;   /* log_fvu of every turn */
	int64_t history_capacity;
};

/* policy: params NULL when there is none. On failure *k is to be closed, too. */
enum status task_open(struct task *k, const struct train_config *c, const struct dataset *d,
		      const struct policy *policy, struct pool *pool);
void task_close(struct task *k);

/* What changes when the data do: names no row, but no two tables share it by accident. */
uint64_t task_fingerprint(const struct task *k);

/* Makes room for one more turn in the record of all turns. */
void task_reserve_history(struct task *k, int64_t turns);

/* After scoring n candidates of one source (BY_… of pace.h): new bests of their size; parents of later rounds. The first also
 * serves a step that was cut short. known: distinct candidates before them; the result: after them. */
int64_t task_remember(struct task *k, const struct score *s, int n, int source, int64_t known);
void task_populate(struct task *k, const struct score *s, int n);

/* Statistics of the written candidates. */
void task_measure(struct task *k, const struct rollout *r);

/* The best, by whoever wrote them, enter the elites. */
void task_keep_written(struct task *k, const struct rollout *r);
void task_keep_bred(struct task *k, const struct brood *b);

/* What a step changes before it is complete, so that one that was cut short can be taken back. */
struct task_mark {
	struct hof hof;
	struct population population;
	struct elites elites;
	struct pace pace;
	struct task_stats stats;
	struct scorer_mark scorer;
};
void task_mark(const struct task *k, struct task_mark *out);
void task_rewind(struct task *k, const struct task_mark *mark);

#endif
