/* complete.h — private to the trainer: offspring whose cut subtree the policy writes anew.
 *
 * An equation of the front is cut at a node, or a term or factor is added to it. What has to stand there for the
 * whole to meet the target is computed row by row (semantic.h) and shown to the policy as a table of its own: a
 * smaller problem of the kind that it was pretrained on. What it writes is fitted to that table, and the best pieces
 * are put in. So the policy reaches by parts what it would not write as a whole, and evolution gets variations that
 * the data ask for. */
#ifndef EQRL_RL_COMPLETE_H
#define EQRL_RL_COMPLETE_H

#include "eqrl/search/evolve.h"

#include <stdbool.h>

struct trainer;
struct task;

/* round: a number that no other round of the run has. Fills the first brood.n_completed ≤ n offspring and what their fits start from. Needs a policy, a front and columns that all have a slot. False: stopped. */
bool complete_offspring(struct trainer *t, const struct task *k, const struct evolve_config *c, uint64_t round, int n,
			const volatile int *stop);

#endif
