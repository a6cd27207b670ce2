/* elites.h — private to the trainer: the best different equations so far of every length, as the policy wrote them.
 *
 * Importance ratios do not cover old samples, so elites enter the loss as a supervised term (priority
 * queue training, Abolafia et al. 2018; NGGP, Mundhenk et al. 2021): a good equation is never unlearned
 * because it happened not to be drawn again. */
#ifndef EQRL_RL_ELITES_H
#define EQRL_RL_ELITES_H

#include "eqrl/expr/vocab.h"

#include <stdbool.h>
#include <stdint.h>

/* At most so many of one length, so that short equations are not crowded out by variants of a long one. */
enum { ELITES_MAX = 64, ELITES_PER_LENGTH = 4 };

struct elite {
	double fitness;
	uint64_t hash;	      /* canonical skeleton: no two elites share it */
	int32_t len, context; /* with EOS; which context it was written for */
	uint8_t tokens[VOCAB_MAX_LEN + 1];
};

struct elites {
	int32_t n, capacity;
	struct elite elite[ELITES_MAX]; /* best first; ties: the older first */
};

/* True if it is among the best. */
bool elites_insert(struct elites *e, const struct elite *candidate);

#endif
