/* task.h — private to src/rl: one data set, and everything that the search knows about it.
 *
 * What tasks share (policy, learning, workers, configuration) is the trainer's. */
#ifndef EQRL_RL_TASK_H
#define EQRL_RL_TASK_H

#include "eqrl/search/evolve.h"
#include "contexts.h"
#include "effort.h"
#include "elites.h"
#include "learning.h"
#include "pace.h"
#include "proposer.h"

#include <math.h>

struct task {
	const struct dataset *d;
	struct bounds bounds;	  /* of its equations */
	struct grammar grammar;	  /* as many variables as there are columns; without the curriculum's bound */
	double rounding;	  /* share of variance that rounding of the target leaves */
	bool writable;		  /* see task_view */
	struct hints hints;	  /* what the user gave to start from */
	double *column_weight;	  /* how often evolution tries a column, NULL: equally */
	struct contexts contexts; /* none without a policy */

	struct scorer *scorer;
	struct hof hof;
	struct population population;
	struct elites elites;
	struct baseline baseline;
	struct effort effort;
	struct pace pace;
	struct task_stats stats;
	double *history; /* log_fvu of every turn */
	int64_t history_capacity;

	struct hof *late; /* what a batch that was cut short had found: shown, and otherwise forgotten. NULL: nothing */
};

/* Error that is as good as none: 4, since the fit of constants to rounded values takes part of the rounding up. */
static inline double exact_level(double rounding)
{
	return fmax(4 * rounding, 1e-22);
}

/* What the user gave for one data set; NULL: nothing. */
struct task_given {
	const struct bounds *bounds;
	const struct hints *hints;
};

/* given NULL, or its bounds: those of the scorer's configuration. Hints are copied. policy: params NULL when there is none. On failure *k is to be closed, too. */
enum status task_open(struct task *k, const struct train_config *c, const struct dataset *d,
		      const struct task_given *given, const struct policy *policy, struct pool *pool);
void task_close(struct task *k);

/* What changes when the data do: names no row, but no two tables share it by accident. */
uint64_t task_fingerprint(const struct task *k);

/* What a turn is made from. */
struct task_view task_view(const struct task *k);
struct grammar task_grammar(const struct task *k, const struct train_config *c);
struct reward_config task_reward(const struct task *k, const struct train_config *c);

/* Scores the batch as the task's grammar bounds it; changes nothing in the task. False: stopped. */
bool task_score(const struct task *k, const struct turn *t, struct batch *b, const volatile int *stop);

/* The batch enters the task: all of it. learns: elites are kept for a policy that learns. */
void task_commit(struct task *k, const struct train_config *c, const struct turn *t, const struct batch *b,
		 bool learns);

/* A batch that was cut short: its equations that were scored are shown. */
void task_show_late(struct task *k, const struct batch *b);

/* Its elites as they remind the policy in an update: written for one context, the next one for the next number. */
struct reminder task_reminder(const struct task *k, const struct train_config *c, int64_t number);

/* After the step of a written batch: the pace goes on. True if the policy is to be refreshed. */
bool task_end_turn(struct task *k, const struct train_config *c, const struct turn *t);

/* Makes room for one more turn in the record of all turns. */
void task_reserve_history(struct task *k, int64_t turns);

#endif
