/* complete.h — private to the trainer: offspring whose cut subtree the policy writes anew.
 *
 * A parent of the population is cut at a random node. The policy, which sees the data and what stands before
 * the cut, writes the subtree; what stood behind it is kept. So evolution's variations follow what the policy
 * has learned, and the policy reaches equations that it would not write from the start. */
#ifndef EQRL_RL_COMPLETE_H
#define EQRL_RL_COMPLETE_H

#include "eqrl/evolve.h"

#include <stdbool.h>

struct trainer;
struct task;

/* Fills the first n offspring of the brood; those that came to nothing have n = 0 nodes and are bred
 * otherwise. Needs a policy, a population and columns that all have a slot. False: stopped. */
bool complete_offspring(struct trainer *t, const struct task *k, const struct evolve_config *c, int n,
			const volatile int *stop);

#endif
