/* batch.c — see batch.h. */
#include "batch.h"

#include "eqrl/base/mem.h"
#include "pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void batch_open(struct batch *b, int capacity)
{
	size_t n = (size_t)capacity;

	*b = (struct batch){.capacity = capacity};
	b->candidate = xcalloc(n, sizeof(*b->candidate));
	b->start = xcalloc(n, sizeof(*b->start));
	b->score = xcalloc(n, sizeof(*b->score));
	b->context = xcalloc(n, sizeof(*b->context));
	b->memory = xcalloc(n, sizeof(*b->memory));
	b->piece = xcalloc(n, sizeof(*b->piece));
	b->reward = xcalloc(n, sizeof(*b->reward));
	b->advantage = xcalloc(n, sizeof(*b->advantage));
	b->first = xcalloc(n, sizeof(*b->first));
	b->chosen = xcalloc(n, sizeof(*b->chosen));
}

void batch_close(struct batch *b)
{
	samples_release(&b->samples);
	pieces_release(&b->pieces);
	free(b->piece);
	free(b->candidate);
	free(b->start);
	free(b->score);
	free(b->context);
	free(b->memory);
	free(b->reward);
	free(b->advantage);
	free(b->first);
	free(b->chosen);
	free(b->credit);
	*b = (struct batch){0};
}

void batch_reward(struct batch *b, const struct reward_config *c, double *mean, double *best)
{
	double sum = 0;

	*best = -INFINITY;
	reward_step(c, b->score, b->n, b->reward);
	for (int i = 0; i < b->n; i++) {
		sum += b->reward[i];
		*best = fmax(*best, b->reward[i]);
	}
	*mean = sum / b->n;
}

/* First of its kind within the group, by canonical skeleton; all invalid ones are of one kind. */
static void find_first(struct batch *b, int from, int to)
{
	for (int i = from; i < to; i++) {
		b->first[i] = true;
		for (int j = from; j < i && b->first[i]; j++)
			b->first[i] = b->score[j].hash != b->score[i].hash;
	}
}

void batch_advantage(struct batch *b, int algo, int group_size, int train_size, struct baseline *baseline)
{
	for (int from = 0; from < b->n; from += group_size) {
		int to = from + group_size < b->n ? from + group_size : b->n;

		find_first(b, from, to);
		advantage_table[algo].of_group(b->reward + from, b->first + from, to - from, baseline,
					       b->advantage + from);
	}
	baseline_update(baseline, b->reward, b->first, b->n);
	b->n_chosen = advantage_subset(b->advantage, b->n, train_size, b->chosen);
}

void batch_clear_credit(struct batch *b)
{
	size_t n = (size_t)b->n * (size_t)b->samples.width;

	if (n > b->credit_capacity) {
		b->credit = xrealloc(b->credit, n * sizeof(*b->credit));
		b->credit_capacity = n;
	}
	memset(b->credit, 0, n * sizeof(*b->credit));
}
