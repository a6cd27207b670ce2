/* population.c — islands of the best skeletons; see evolve.h. */
#include "eqrl/evolve.h"

bool population_insert(struct population *p, int island, const struct individual *who)
{
	struct island *is = &p->island[island];
	int at = is->n;

	for (int i = 0; i < is->n; i++)
		if (is->member[i].hash == who->hash)
			return false;
	while (at > 0 && is->member[at - 1].fitness < who->fitness)
		at--;
	if (at >= ISLAND_MAX)
		return false;
	if (is->n < ISLAND_MAX)
		is->n++;
	for (int i = is->n - 1; i > at; i--)
		is->member[i] = is->member[i - 1];
	is->member[at] = *who;
	return true;
}

void population_migrate(struct population *p)
{
	struct individual best[ISLANDS];
	bool has[ISLANDS];

	for (int i = 0; i < ISLANDS; i++) {
		has[i] = p->island[i].n > 0;
		if (has[i])
			best[i] = p->island[i].member[0];
	}
	for (int i = 0; i < ISLANDS; i++)
		if (has[i])
			population_insert(p, (i + 1) % ISLANDS, &best[i]);
}

bool population_empty(const struct population *p)
{
	for (int i = 0; i < ISLANDS; i++)
		if (p->island[i].n > 0)
			return false;
	return true;
}
