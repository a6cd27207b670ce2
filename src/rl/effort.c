/* effort.c — see effort.h. */
#include "effort.h"

#include "batch.h"
#include "proposer.h"

#include <math.h>

/* What a written token, a sequence to learn from and a new skeleton cost, in microseconds of one core
 * (make bench: sample_tokens; the shares of log.jsonl for the others). Only their ratio matters. */
#define COST_TOKEN    30.0
#define COST_TRAINED  1300.0
#define COST_SKELETON 80.0

/* Gains and efforts fade to 0.9 while so much is spent: what a batch of 256 written equations of 20 tokens (1.8e5), learning
 * from 96 of them (1.25e5), and as much for the others take. A tenth of a run of 10 s is about a second of one core, so
 * that shares have forgotten nine tenths of the past after twenty batches and a few more. */
#define FADE_EFFORT 6e5
#define FADE	    0.9

/* Gains are drawn a little towards the mean of all: a twentieth of it is what a proposer that found nothing is taken to be
 * worth, beside 1e-4 decades, the least improvement that is told from rounding in a fit of a few iterations. So late
 * decades, which are small, count like early ones. Efforts start at 1e5, one small batch: the first batch alone decides
 * nothing. */
#define SHARED_GAIN 0.05
#define LEAST_GAIN  1e-4
#define LEAST_SPENT 1e5

double effort_of_batch(const struct batch *b, int asked)
{
	const struct proposer *p = &proposer_table[b->by];
	double cost = p->cost * asked;

	for (int i = 0; i < b->n_written; i++)
		cost += COST_TOKEN * b->samples.len[i];
	if (p->stripped) /* pieces are fitted, too */
		cost += COST_SKELETON * b->n_written;
	for (int i = 0; i < b->n; i++)
		cost += b->score[i].repeated ? 0 : COST_SKELETON;
	return cost;
}

double effort_of_learning(int n)
{
	return COST_TRAINED * n;
}

void effort_share(const struct effort *e, const bool can[PROPOSERS], double share[PROPOSERS])
{
	double all = 0, rates = 0, floors = 0;

	for (int by = 0; by < PROPOSERS; by++)
		all += can[by] ? e->gain[by] : 0;
	for (int by = 0; by < PROPOSERS; by++) {
		share[by] = can[by] ? (e->gain[by] + SHARED_GAIN * all + LEAST_GAIN) / (e->spent[by] + LEAST_SPENT) : 0;
		rates += share[by];
		floors += can[by] ? proposer_table[by].least : 0;
	}
	for (int by = 0; by < PROPOSERS; by++)
		if (can[by])
			share[by] = proposer_table[by].least + (1 - floors) * share[by] / rates;
}

int effort_next(const struct effort *e, const double share[PROPOSERS])
{
	int next = 0;

	for (int by = 1; by < PROPOSERS; by++)
		if (share[by] > 0 && (!next || e->owed[by] > e->owed[next]))
			next = by;
	return next;
}

int effort_after(const struct effort *e, const double share[PROPOSERS])
{
	int by = (int)e->last;

	do
		by = (by + 1) % PROPOSERS;
	while (!(share[by] > 0));
	return by;
}

double effort_fading(double cost)
{
	return pow(FADE, cost / FADE_EFFORT);
}

void effort_spend(struct effort *e, int by, double cost, const double share[PROPOSERS])
{
	double fading = effort_fading(cost);

	e->spent[by] += cost;
	e->owed[by] -= cost;
	e->last = by;
	for (int i = 0; i < PROPOSERS; i++) {
		e->gain[i] *= fading;
		e->spent[i] *= fading;
		e->owed[i] += share[i] * cost;
	}
}
