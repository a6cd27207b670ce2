/* effort.h — private to src/rl: how a task's effort is divided among proposers: a bandit over their rows.
 *
 * Effort is counted, never timed, so a run is the same on any machine: what a token, a sequence to learn from, an
 * offspring and a new skeleton cost in microseconds of one core. Gain is the decades by which a proposer's equations
 * lowered the front. Both fade, so that shares follow what pays at present.
 *
 * A proposer's share of the effort is its floor (proposer.h) and, of what the floors leave, a part in proportion to gain
 * per effort. Who comes next is whoever is owed most: every batch costs its proposer what it took, and pays each its share
 * of it. So the batches may be as large as is cheap for their kind, and in the long run the shares hold. */
#ifndef EQRL_RL_EFFORT_H
#define EQRL_RL_EFFORT_H

#include "eqrl/rl/trainer.h"

struct batch;

struct effort {
	double gain[PROPOSERS];	 /* decades, fading */
	double spent[PROPOSERS]; /* microseconds of one core, by count, fading */
	double owed[PROPOSERS];	 /* the same unit; their sum is 0 */
	int64_t last;		 /* who was last */
};

/* What a batch took, for at least `asked` candidates; what learning from n sequences takes. */
double effort_of_batch(const struct batch *b, int asked);
double effort_of_learning(int n);

/* Shares of those who can propose, at least one; they sum to 1. */
void effort_share(const struct effort *e, const bool can[PROPOSERS], double share[PROPOSERS]);

/* Who is owed most, of those with a share; or simply the next one in the order of the table. */
int effort_next(const struct effort *e, const double share[PROPOSERS]);
int effort_after(const struct effort *e, const double share[PROPOSERS]);

/* A batch of `by`, or its learning, took so much while the shares were these. */
void effort_spend(struct effort *e, int by, double cost, const double share[PROPOSERS]);

/* By how much a thing of the past fades while so much effort is spent. */
double effort_fading(double cost);

#endif
