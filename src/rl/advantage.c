/* advantage.c — the table of algorithms; see advantage.h. */
#include "eqrl/advantage.h"

#include "eqrl/mem.h"

#include <math.h>
#include <stdlib.h>

static int moments(const double *reward, const bool *first, int n, double *mean, double *deviation)
{
	double sum = 0, squares = 0;
	int count = 0;

	for (int i = 0; i < n; i++) {
		if (first[i]) {
			sum += reward[i];
			count++;
		}
	}
	*mean = count ? sum / count : 0;
	for (int i = 0; i < n; i++)
		if (first[i])
			squares += (reward[i] - *mean) * (reward[i] - *mean);
	*deviation = count ? sqrt(squares / count) : 0;
	return count;
}

static void standardise(const double *reward, const bool *first, int n, double mean, double deviation, double *out)
{
	for (int i = 0; i < n; i++)
		out[i] = first[i] && deviation > 1e-9 ? (reward[i] - mean) / deviation : 0;
}

static void grpo(const double *reward, const bool *first, int n, const struct baseline *b, double *out)
{
	double mean, deviation;

	moments(reward, first, n, &mean, &deviation);
	standardise(reward, first, n, mean, deviation, out);
}

static void reinforce(const double *reward, const bool *first, int n, const struct baseline *b, double *out)
{
	double mean = b->mean, deviation = b->deviation;

	if (b->steps == 0) /* nothing to compare with yet: this group's own level */
		moments(reward, first, n, &mean, &deviation);
	standardise(reward, first, n, mean, deviation, out);
}

const struct advantage_row advantage_table[] = {
	{"grpo", "reward standardised within the group", grpo},
	{"reinforce", "reward against a moving baseline", reinforce},
};
const int advantage_rows = COUNT_OF(advantage_table);

void baseline_update(struct baseline *b, const double *reward, const bool *first, int n)
{
	double mean, deviation, keep = b->steps ? 0.87 : 0; /* 0.87^5 ≈ 1/2 */

	if (!moments(reward, first, n, &mean, &deviation))
		return;
	b->mean = keep * b->mean + (1 - keep) * mean;
	b->deviation = keep * b->deviation + (1 - keep) * deviation;
	b->steps++;
}

struct ranked {
	double advantage;
	int index;
};

static int by_advantage(const void *a, const void *b)
{
	const struct ranked *p = a, *q = b;

	if (p->advantage != q->advantage)
		return p->advantage < q->advantage ? 1 : -1;
	return p->index - q->index;
}

static int by_index(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int advantage_subset(const double *advantage, int n, int k, int *index)
{
	struct ranked *r = xmalloc((size_t)(n + 1) * sizeof(*r));
	int m = 0, taken = 0;

	for (int i = 0; i < n; i++)
		if (advantage[i] != 0)
			r[m++] = (struct ranked){advantage[i], i};
	qsort(r, (size_t)m, sizeof(*r), by_advantage);
	for (int i = 0; i < m; i++)
		if (m <= k || i < (k + 1) / 2 || i >= m - k / 2)
			index[taken++] = r[i].index;
	free(r);
	qsort(index, (size_t)taken, sizeof(*index), by_index);
	return taken;
}
