/* vary.c — offspring of the best skeletons so far: a row of proposer.h. */
#include "proposer.h"

enum { RNG_BREED = 0x627264 };

struct varying {
	const struct turn *turn;
	const struct population *population;
	struct evolve_config config;
	struct batch *out;
};

static void vary_one(void *context, int i, int worker)
{
	const struct varying *v = context;
	struct rng r = rng_stream(v->turn->seed, RNG_BREED, v->turn->first_stream + (uint64_t)i);
	int island = i % ISLANDS;

	v->out->start[i].n = 0;
	if (population_empty(v->population)) {
		if (!evolve_seed(&v->config, &r, &v->out->candidate[i]))
			v->out->candidate[i] = (struct expr){0};
		return;
	}
	while (v->population->island[island].n == 0)
		island = (island + 1) % ISLANDS;
	evolve_offspring(&v->config, v->population, island, &r, &v->out->candidate[i]);
}

bool draw_variations(const struct turn *t, const struct task_view *v, const struct tools *tools,
		     const volatile int *stop, struct batch *out)
{
	const uint64_t extra = ~(grammar_usual_operators() << TOK_OP) & ((TOK_BIT(OP_COUNT) - 1) << TOK_OP);
	struct varying varying = {
		.turn = t,
		.population = v->population,
		.config = {.grammar = t->grammar, .n_columns = v->d->n_columns, .column_weight = v->column_weight},
		.out = out,
	};

	if (v->hints->own.n > 0) {
		varying.config.own = &v->hints->own;
		varying.config.grammar.rules &= ~hints_broken_rules(v->hints);
	}
	varying.config.grammar.allowed |= tools->config->allowed & extra; /* no policy knows these */
	out->n = t->n;
	pool_run_shared(tools->pool, out->n, vary_one, &varying,
			(struct rank_output[]){{out->candidate, sizeof(*out->candidate), NULL},
					       {out->start, sizeof(*out->start), NULL}},
			2);
	return !(stop && *stop);
}
