/* answers.h — private to src/rl: which answers of a batch the policy learns from. */
#ifndef EQRL_RL_ANSWERS_H
#define EQRL_RL_ANSWERS_H

#include "batch.h"

/* Chooses all that have an advantage or credit: where all answers to a question are wrong, or all right, their rewards teach
 * nothing, but certificates do. */
void answers_choose_credited(struct batch *b);

/* Equal answers to a question, groups of `each`, have equal gradients: one of the chosen is learned from, with the weight of
 * all; the mean over tokens stays what it was. Returns the share that is left. */
double answers_merge(struct batch *b, int each);

#endif
