/* checkpoint_file.h — private to src/rl: what saving (checkpoint.c) and loading (checkpoint_load.c) have in common. */
#ifndef EQRL_RL_CHECKPOINT_FILE_H
#define EQRL_RL_CHECKPOINT_FILE_H

#include "eqrl/base/file.h"
#include "checkpoint.h"

/* Raised whenever a structure that is stored changes. */
enum { CHECKPOINT_LAYOUT = 8 };

/* Of the search, all of one size. */
struct fixed {
	int64_t layout, hof_bytes, step, equations, next_task, n_tasks, adam_step, n_trained, has_reference;
	uint64_t seed, untrained; /* untrained: hash of the parameters that are not stored */
	struct learning_record learning;
};

/* The same of one data set. */
struct fixed_task {
	uint64_t fingerprint;
	struct baseline baseline;
	struct scorer_counts counts;
	struct task_stats stats;
	struct effort effort;
	struct pace pace;
	int64_t n_cached, has_late;
	double best[EXPR_MAX_NODES + 1];
};

/* Copies the parameters that are trained between the flat array of a network and one without the rest; gather: out of the
 * former. flat may be NULL. Returns how many they are. */
int64_t copy_trained(const struct net_config *c, bool all, float *flat, float *trained, bool gather);
int64_t count_trained(const struct checkpoint *c);
uint64_t hash_untrained(const struct checkpoint *c);

/* Of every tensor's name, type and bytes, in any order, as 16 hexadecimal digits. */
void checksum_of(const struct tensor_file *f, char out[17]);

/* The tensors of task i are "I.state", "I.elites" …; those of the search have no number. */
const char *name_in_task(char out[64], int i, const char *what);

#endif
