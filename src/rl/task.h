/* task.h — private to the trainer: one data set, and everything that the search knows about it.
 *
 * What tasks share (policy, learner, sampler, workers, configuration) is the trainer's. */
#ifndef EQRL_RL_TASK_H
#define EQRL_RL_TASK_H

#include "contexts.h"
#include "elites.h"
#include "eqrl/evolve.h"
#include "eqrl/trainer.h"
#include "pace.h"

struct rollout;

struct task {
	const struct dataset *d;
	struct reward_config reward; /* with this data set's floor */
	struct grammar grammar;      /* as many variables as there are columns */
	struct pace pace;
	double rounding;             /* share of variance that rounding of the target leaves */
	double *column_weight;       /* how often evolution tries a column, NULL: equally */
	struct contexts contexts;    /* none without a policy */

	struct scorer *scorer;
	struct hof hof;
	struct population population;
	struct elites elites;
	struct baseline baseline;
	struct task_stats stats;
	double *history;             /* log_fvu of every turn */
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

/* After scoring, in this order: new bests of their size; statistics of the written candidates; parents of
 * later steps. known: distinct candidates before. The first also serves a step that was cut short. */
void task_remember(struct task *k, const struct rollout *r, int64_t known);
void task_measure(struct task *k, const struct rollout *r);
void task_populate(struct task *k, const struct rollout *r);

/* After rewards: the best, by whoever wrote them, enter the elites. */
void task_keep_elites(struct task *k, const struct rollout *r);

#endif
