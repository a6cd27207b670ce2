/* task_reward.c — the table of rewards, and credit; see task_reward.h. */
#include "eqrl/domain/task_reward.h"

#include "eqrl/base/mem.h"

static double binary(const struct judgement *j)
{
	return j->right;
}

static double partial(const struct judgement *j)
{
	return j->share;
}

static double rescaled(const struct judgement *j)
{
	return 2 * j->share - 1;
}

const struct task_reward_row task_reward_table[] = {
	{"binary", "1 for a right answer, else 0", binary},
	{"partial", "the share of the answer that is right", partial},
	{"rescaled", "the same from -1 to 1", rescaled},
};
const int task_reward_rows = COUNT_OF(task_reward_table);

double answer_reward(int row, double format, const struct judgement *j)
{
	return task_reward_table[row].of(j) + (j->formed ? format : 0);
}

static bool is_choice(uint64_t legal)
{
	return (legal & (legal - 1)) != 0;
}

static int credit_of(const struct judgement *j, int t)
{
	for (int k = 0; k < j->n_spans; k++)
		if (t >= j->span[k].first && t <= j->span[k].last)
			return j->span[k].credit;
	return 0;
}

void answer_credit(const struct judgement *j, const uint64_t *legal, int n, double weight, float *out)
{
	double mean = 0;
	int choices = 0;

	for (int t = 0; t < n; t++)
		if (is_choice(legal[t])) {
			mean += credit_of(j, t);
			choices++;
		}
	mean /= choices ? choices : 1;
	for (int t = 0; t < n; t++)
		out[t] = is_choice(legal[t]) ? (float)(weight * (credit_of(j, t) - mean)) : 0;
}
