/* batch.h — private to src/rl: what one proposer drew in one step, and what became of it. Arrays of n.
 *
 * A batch is the unit of commit: once scored it enters its task as a whole, or it is forgotten. */
#ifndef EQRL_RL_BATCH_H
#define EQRL_RL_BATCH_H

#include "eqrl/policy/sampler.h"
#include "eqrl/rl/advantage.h"
#include "eqrl/score/reward.h"
#include "eqrl/score/score.h"
#include "contexts.h"

/* What was written for the holes of completions, kept for learning (pieces.h). */
struct pieces {
	int n_holes, per_hole; /* sequence i was written for hole i / per_hole; 0 holes: nothing is kept */
	struct hole *hole;
	uint64_t *hash; /* of the pieces' skeletons, 0: of no equation */
};

struct batch {
	int by, n, capacity;
	struct expr *candidate;
	struct expr *start; /* constants for a candidate's first fit, in whatever form; n = 0: none */
	struct score *score;

	/* What the policy wrote, (n_written, width): the candidates, or the pieces of a completion. */
	struct samples samples;
	int n_written;
	const struct context **context; /* what each candidate was written for … */
	const struct memory **memory;	/* … and the encoder's memory of it */
	bool mixed;			/* few are of one context, so that contexts share micro-batches */
	struct pieces pieces;		/* of a batch of completions … */
	int *piece;			/* … number of the piece within each candidate */

	/* Of a batch that the policy learns from. */
	double *reward, *advantage;
	bool *first;	       /* first of its kind within its group */
	int *chosen, n_chosen; /* ascending: those that are back-propagated */
	float *credit;	       /* of tokens, as samples.tokens; unused without has_credit */
	size_t credit_capacity;
	bool has_credit;
};

void batch_open(struct batch *b, int capacity);
void batch_close(struct batch *b);

/* Rewards of all candidates; their mean and the best. */
void batch_reward(struct batch *b, const struct reward_config *c, double *mean, double *best);

/* Advantages within groups of group_size by row `algo` of the table; then the baseline moves, and the most telling
 * train_size candidates are chosen. */
void batch_advantage(struct batch *b, int algo, int group_size, int train_size, struct baseline *baseline);

/* Makes room for the credit of every token and clears it. */
void batch_clear_credit(struct batch *b);

#endif
