/* elites.c — see elites.h. */
#include "elites.h"

bool elites_insert(struct elites *e, const struct elite *candidate)
{
	int at = e->n;

	for (int i = 0; i < e->n; i++)
		if (e->elite[i].hash == candidate->hash)
			return false;
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
