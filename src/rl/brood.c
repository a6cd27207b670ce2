/* brood.c — see brood.h. */
#include "brood.h"

#include "complete.h"
#include "trainer_internal.h"

#include <math.h>
#include <stdlib.h>

enum { RNG_BREED = 0x627264 };

void brood_init(struct brood *b, int capacity, int workers)
{
	size_t n = (size_t)capacity;

	*b = (struct brood){.capacity = capacity};
	b->candidate = xcalloc(n, sizeof(*b->candidate));
	b->start = xcalloc(n, sizeof(*b->start));
	b->score = xcalloc(n, sizeof(*b->score));
	b->n_fitters = capacity > 0 ? workers : 0;
	b->fitter = xcalloc((size_t)b->n_fitters, sizeof(struct fitter *));
	for (int i = 0; i < b->n_fitters; i++)
		b->fitter[i] = fitter_new();
}

void brood_release(struct brood *b)
{
	samples_release(&b->completions);
	free(b->candidate);
	free(b->start);
	free(b->score);
	for (int i = 0; i < b->n_fitters; i++)
		fitter_free(b->fitter[i]);
	free(b->fitter);
	*b = (struct brood){0};
}

struct breeding {
	struct trainer *t;
	const struct task *k;
	struct evolve_config config;
	uint64_t first; /* stream of the round's first offspring */
};

static void breed(void *context, int k, int worker)
{
	const struct breeding *b = context;
	struct brood *brood = &b->t->brood;
	int i = brood->n_completed + k, island = i % ISLANDS;
	struct rng r = rng_stream(b->t->c.seed, RNG_BREED, b->first + (uint64_t)i);

	while (b->k->population.island[island].n == 0)
		island = (island + 1) % ISLANDS;
	brood->start[i].n = 0;
	evolve_offspring(&b->config, &b->k->population, island, &r, &brood->candidate[i]);
}

bool brood_draw(struct trainer *t, struct task *k, int round, const volatile int *stop)
{
	struct brood *b = &t->brood;
	uint64_t number = (uint64_t)(t->stats.step * PACE_MOST_ROUNDS + round);
	struct breeding breeding = {
		.t = t,
		.k = k,
		.config = {.grammar = k->grammar, .n_columns = k->d->n_columns, .column_weight = k->column_weight},
		.first = number * (uint64_t)b->capacity,
	};
	const uint64_t extra = ~(grammar_usual_operators() << TOK_OP) & ((TOK_BIT(OP_COUNT) - 1) << TOK_OP);
	bool can_complete = t->policy.params && k->d->n_columns <= VOCAB_VARS && t->c.complete > 0;

	breeding.config.grammar.allowed |= t->c.allowed & extra; /* no policy knows these */
	b->n = b->capacity;
	b->n_completed = b->n_written = 0;
	if (can_complete && !complete_offspring(t, k, &breeding.config, number, (int)ceil(t->c.complete * b->n), stop))
		return false;
	pool_run(t->pool, b->n - b->n_completed, breed, &breeding);
	return !(stop && *stop);
}
