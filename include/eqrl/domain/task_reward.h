/* task_reward.h — what a verdict is worth to a policy that learns: a number for the answer, and credit for its tokens. */
#ifndef EQRL_TASK_REWARD_H
#define EQRL_TASK_REWARD_H

#include "eqrl/domain/domain.h"

struct task_reward_row {
	const char *name, *doc;
	double (*of)(const struct judgement *j);
};

extern const struct task_reward_row task_reward_table[]; /* the choices of --task-reward */
extern const int task_reward_rows;

/* By that row; and `format` more for whatever has an answer's form. */
double answer_reward(int row, double format, const struct judgement *j);

/* What the certificates add to the advantages of an answer's n tokens: A_t = A_seq + λ (c_t − c̄), out[t] = λ (c_t − c̄).
 *
 * c_t is the credit of the first certificate that covers token t, which is the one of the smallest part, or 0; c̄ its mean
 * over the tokens at which there was a choice (more than one bit in legal[t]). The others get nothing. */
void answer_credit(const struct judgement *j, const uint64_t *legal, int n, double weight, float *out);

#endif
