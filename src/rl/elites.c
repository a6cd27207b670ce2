/* elites.c — see elites.h. */
#include "elites.h"

static void drop(struct elites *e, int at)
{
	e->n--;
	for (int i = at; i < e->n; i++)
		e->elite[i] = e->elite[i + 1];
}

/* The worst elite of that length when there are as many as may be, else -1. */
static int worst_of_full_length(const struct elites *e, int len)
{
	int n = 0, last = -1;

	for (int i = 0; i < e->n; i++)
		if (e->elite[i].len == len) {
			last = i;
			n++;
		}
	return n >= ELITES_PER_LENGTH ? last : -1;
}

bool elites_insert(struct elites *e, const struct elite *candidate)
{
	int at, worst = worst_of_full_length(e, candidate->len);

	for (int i = 0; i < e->n; i++)
		if (e->elite[i].hash == candidate->hash)
			return false;
	if (worst >= 0 && e->elite[worst].fitness >= candidate->fitness)
		return false;
	if (worst >= 0)
		drop(e, worst);
	at = e->n;
	while (at > 0 && e->elite[at - 1].fitness < candidate->fitness)
		at--;
	if (at >= e->capacity)
		return false;
	if (e->n < e->capacity)
		e->n++;
	for (int i = e->n - 1; i > at; i--)
		e->elite[i] = e->elite[i - 1];
	e->elite[at] = *candidate;
	return true;
}
