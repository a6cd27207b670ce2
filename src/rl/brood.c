/* brood.c — see brood.h. */
#include "brood.h"

#include "complete.h"
#include "trainer_internal.h"

#include <math.h>
#include <stdlib.h>

enum { RNG_BREED = 0x627264 };

void brood_init(struct brood *b, int capacity)
{
	size_t n = (size_t)capacity;

	*b = (struct brood){.capacity = capacity};
	b->candidate = xcalloc(n, sizeof(*b->candidate));
	b->score = xcalloc(n, sizeof(*b->score));
}

void brood_release(struct brood *b)
{
	samples_release(&b->completions);
	free(b->candidate);
	free(b->score);
	*b = (struct brood){0};
}

struct breeding {
	struct trainer *t;
	const struct task *k;
	struct evolve_config config;
	uint64_t first; /* stream of the round's first offspring */
};

static void breed(void *context, int i, int worker)
{
	const struct breeding *b = context;
	struct expr *out = &b->t->brood.candidate[i];
	struct rng r = rng_stream(b->t->c.seed, RNG_BREED, b->first + (uint64_t)i);
	int island = i % ISLANDS;

	if (i < b->t->brood.n_completed && out->n > 0)
		return;
	while (b->k->population.island[island].n == 0)
		island = (island + 1) % ISLANDS;
	evolve_offspring(&b->config, &b->k->population, island, &r, out);
}

bool brood_draw(struct trainer *t, struct task *k, int round, const volatile int *stop)
{
	struct brood *b = &t->brood;
	struct breeding breeding = {
		.t = t, .k = k,
		.config = {.grammar = k->grammar, .n_columns = k->d->n_columns, .column_weight = k->column_weight},
		.first = (uint64_t)((t->stats.step * PACE_MOST_ROUNDS + round) * b->capacity),
	};
	bool can_complete = t->policy.params && k->d->n_columns <= VOCAB_VARS && t->c.complete > 0;

	b->n = b->capacity;
	b->n_completed = 0;
	if (round == 0 && can_complete &&
	    !complete_offspring(t, k, &breeding.config, (int)ceil(t->c.complete * b->n), stop))
		return false;
	pool_run(t->pool, b->n, breed, &breeding);
	return !(stop && *stop);
}
