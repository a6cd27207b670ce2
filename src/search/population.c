/* population.c — islands of the best skeletons; see evolve.h. */
#include "eqrl/search/evolve.h"

static void take_out(struct island *is, int i)
{
	is->n--;
	for (; i < is->n; i++)
		is->member[i] = is->member[i + 1];
}

bool population_insert(struct population *p, int island, const struct individual *who)
{
	struct island *is = &p->island[island];
	int at, of_size = 0, last_of_size = -1;

	for (int i = 0; i < is->n; i++) {
		if (is->member[i].hash == who->hash)
			return false;
		if (is->member[i].skeleton.n == who->skeleton.n) {
			of_size++;
			last_of_size = i;
		}
	}
	if (of_size >= ISLAND_PER_SIZE) {
		if (is->member[last_of_size].fitness >= who->fitness)
			return false;
		take_out(is, last_of_size);
	}
	at = is->n;
	while (at > 0 && is->member[at - 1].fitness < who->fitness)
		at--;
	if (at >= ISLAND_MAX)
		return false;
	if (is->n < ISLAND_MAX)
		is->n++;
	for (int i = is->n - 1; i > at; i--)
		is->member[i] = is->member[i - 1];
	is->member[at] = *who;
	expr_clear_rest(&is->member[at].skeleton);
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
