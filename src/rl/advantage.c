/* advantage.c — the table of algorithms; see advantage.h. */
#include "eqrl/rl/advantage.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"

#include <math.h>
#include <stdlib.h>

#define RISK_SHARE	    0.05
#define LEAST_DIFFERENCE    1e-9		/* of rewards; less is rounding */
#define ENTROPIC_DIVERGENCE 0.69314718055994531 /* ln 2: as if half of the group counted */

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
		out[i] = first[i] && deviation > LEAST_DIFFERENCE ? (reward[i] - mean) / deviation : 0;
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

static void rloo(const double *reward, const bool *first, int n, const struct baseline *b, double *out)
{
	double mean, deviation;
	int m = moments(reward, first, n, &mean, &deviation);

	for (int i = 0; i < n; i++) /* r − (m·mean − r)/(m − 1) */
		out[i] = first[i] && m > 1 && deviation > LEAST_DIFFERENCE ? (reward[i] - mean) * m / (m - 1) : 0;
}

static void dr_grpo(const double *reward, const bool *first, int n, const struct baseline *b, double *out)
{
	double mean, deviation;

	moments(reward, first, n, &mean, &deviation);
	for (int i = 0; i < n; i++)
		out[i] = first[i] && deviation > LEAST_DIFFERENCE ? reward[i] - mean : 0;
}

/* Divided by the mean of the kept: differences among the best are hundredths of the reward, and the weights of entropy, KL
 * and elites are meant against advantages of unit size. Undivided, the bonus of entropy outweighed them, and what the policy
 * wrote became worse from the first update on. */
static void risk(const double *reward, const bool *first, int n, const struct baseline *b, double *out)
{
	double *sorted = xmalloc((size_t)(n + 1) * sizeof(*sorted)), limit, sum = 0;
	int m = 0, most, kept = 0;

	for (int i = 0; i < n; i++)
		if (first[i])
			sorted[m++] = reward[i];
	sort_doubles(sorted, m);
	most = (int)ceil(RISK_SHARE * m);
	limit = m ? sorted[most < m ? m - 1 - most : 0] : 0; /* the best one that is not kept */
	free(sorted);
	for (int i = 0; i < n; i++) {
		out[i] = first[i] && reward[i] - limit > LEAST_DIFFERENCE ? reward[i] - limit : 0;
		sum += out[i];
		kept += out[i] > 0;
	}
	for (int i = 0; i < n && kept; i++)
		out[i] *= kept / sum;
}

/* KL(q ‖ uniform) of q ∝ exp(β r) over the different equations, rewards relative to the best. */
static double tilt_divergence(const double *reward, const bool *first, int n, double best, int m, double beta)
{
	double z = 0, mean = 0;

	for (int i = 0; i < n; i++) {
		double e = first[i] ? exp(beta * (reward[i] - best)) : 0;

		z += e;
		mean += e * beta * (reward[i] - best);
	}
	return mean / z - log(z) + log(m);
}

static void entropic(const double *reward, const bool *first, int n, const struct baseline *b, double *out)
{
	double best = -INFINITY, mean, deviation, low = 0, high = 1e6, z = 0;
	int m = moments(reward, first, n, &mean, &deviation);

	for (int i = 0; i < n; i++) {
		out[i] = 0;
		if (first[i])
			best = fmax(best, reward[i]);
	}
	if (m < 3 || deviation <= LEAST_DIFFERENCE)
		return;
	for (int k = 0; k < 60; k++) { /* the divergence grows with beta */
		double beta = (low + high) / 2;

		if (tilt_divergence(reward, first, n, best, m, beta) < ENTROPIC_DIVERGENCE)
			low = beta;
		else
			high = beta;
	}
	for (int i = 0; i < n; i++)
		z += first[i] ? exp(low * (reward[i] - best)) : 0;
	for (int i = 0; i < n; i++) {
		double e = exp(low * (reward[i] - best));

		if (first[i]) /* leave-one-out: the others' mean weight */
			out[i] = e / ((z - e) / (m - 1) + 1e-12) - 1;
	}
}

const struct advantage_row advantage_table[] = {
	{"grpo", "reward standardised within the group", grpo},
	{"reinforce", "reward against a moving baseline", reinforce},
	{"rloo", "reward against the mean of the others", rloo},
	{"dr_grpo", "reward against the group's mean", dr_grpo},
	{"risk", "the best twentieth of the group against the best of the rest", risk},
	{"entropic", "exponential weights at a fixed divergence, leave-one-out", entropic},
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

struct ranked_advantage {
	double advantage;
	int index;
};

static int by_advantage(const void *a, const void *b)
{
	const struct ranked_advantage *p = a, *q = b;

	if (p->advantage != q->advantage)
		return p->advantage < q->advantage ? 1 : -1;
	return p->index - q->index;
}

int advantage_subset(const double *advantage, int n, int k, int *index)
{
	struct ranked_advantage *r = xmalloc((size_t)(n + 1) * sizeof(*r));
	int m = 0, taken = 0;

	for (int i = 0; i < n; i++)
		if (advantage[i] != 0)
			r[m++] = (struct ranked_advantage){advantage[i], i};
	qsort(r, (size_t)m, sizeof(*r), by_advantage);
	for (int i = 0; i < m; i++)
		if (m <= k || i < (k + 1) / 2 || i >= m - k / 2)
			index[taken++] = r[i].index;
	free(r);
	sort_ints(index, taken);
	return taken;
}
