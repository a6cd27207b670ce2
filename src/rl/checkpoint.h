/* checkpoint.h — private to src/rl: everything that the next step depends on, in one safetensors file. It holds what cannot
 * be computed from data, configuration and weights, and nothing else: equal states give equal bytes. */
#ifndef EQRL_RL_CHECKPOINT_H
#define EQRL_RL_CHECKPOINT_H

#include "learning.h"
#include "task.h"

/* What is saved and restored; all borrowed. */
struct checkpoint {
	const struct train_config *config;
	struct policy *policy;
	struct learning *learning;
	struct train_stats *stats;
	struct task *task;
	int n_tasks;
};

/* Refuses, with the old file as it is, when an error has left learner and policy apart. */
enum status checkpoint_save(const struct checkpoint *c, const char *path);

/* A file that is damaged, or of other data or weights, is refused with its reason; what is to be restored may then be
 * restored in part, and is only good for closing. */
enum status checkpoint_load(const struct checkpoint *c, const char *path);

/* checkpoint_check.c: NULL, or what is wrong with a restored part. */
const char *check_hof(const struct hof *h, int n_columns);
const char *check_population(const struct population *p, int n_columns);
const char *check_elites(const struct elites *e, const struct contexts *contexts, const struct grammar *g);
const char *check_effort(const struct effort *e);
const char *check_pace(const struct pace *p, const struct train_config *c);
const char *check_task_stats(const struct task_stats *s);
const char *check_counts(const struct scorer_counts *n);
const char *check_cache(const struct cached_score *entry, int64_t n);
const char *check_numbers(const char *what, const void *doubles, size_t n); /* finite; may be unaligned */

#endif
