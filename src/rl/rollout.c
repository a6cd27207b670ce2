/* rollout.c — see rollout.h. */
#include "rollout.h"

#include "trainer_internal.h"

#include <math.h>
#include <stdlib.h>

enum { RNG_SAMPLE = 0x736d70, RNG_PRIOR = 0x70726f };

void rollout_init(struct rollout *r, int capacity)
{
	size_t n = (size_t)capacity;

	*r = (struct rollout){.capacity = capacity};
	r->context = xcalloc(n, sizeof(*r->context));
	r->memory = xcalloc(n, sizeof(*r->memory));
	r->candidate = xcalloc(n, sizeof(*r->candidate));
	r->score = xcalloc(n, sizeof(*r->score));
	r->reward = xcalloc(n, sizeof(*r->reward));
	r->advantage = xcalloc(n, sizeof(*r->advantage));
	r->first = xcalloc(n, sizeof(*r->first));
}

void rollout_release(struct rollout *r)
{
	samples_release(&r->samples);
	free(r->context);
	free(r->memory);
	free(r->candidate);
	free(r->score);
	free(r->reward);
	free(r->advantage);
	free(r->first);
	*r = (struct rollout){0};
}

/* Group g of a turn looks at one context; a task's contexts take turns. */
static const struct context *context_of(const struct trainer *t, const struct task *k, int i)
{
	int groups = (t->rollout.n + t->c.group_size - 1) / t->c.group_size;

	return &k->contexts.context[(k->stats.turns * groups + i / t->c.group_size) % k->contexts.n];
}

static bool sample_policy(struct trainer *t, const volatile int *stop)
{
	struct rollout *r = &t->rollout;
	struct sample_request request = {
		.policy = &t->policy,
		.memory = r->memory,
		.grammar = &r->task->grammar,
		.n = r->n,
		.temperature = r->task->pace.temperature,
		.bf16 = t->c.bf16,
		.seed = mix64(t->c.seed, RNG_SAMPLE),
		.first = (uint64_t)(t->stats.step * r->capacity),
	};

	for (int i = 0; i < r->n; i++) {
		r->context[i] = context_of(t, r->task, i);
		r->memory[i] = &r->context[i]->memory;
	}
	if (!sampler_draw(t->sampler, &request, &r->samples, stop))
		return false;
	for (int i = 0; i < r->n; i++)
		if (!vocab_decode(r->samples.tokens + (size_t)i * (size_t)r->samples.width, r->samples.len[i] - 1,
				  r->context[i]->column_of_slot, &r->candidate[i]))
			BUG("the sampler wrote tokens that are no equation");
	return true;
}

static void draw_from_prior(void *context, int i, int worker)
{
	struct trainer *t = context;
	const struct task *k = t->rollout.task;
	struct expr *e = &t->rollout.candidate[i];
	struct rng r = rng_stream(t->c.seed, RNG_PRIOR, (uint64_t)(t->stats.step * t->rollout.capacity + i));
	int n = k->d->n_columns, columns[VOCAB_VARS], vars;

	do {
		vars = prior_draw_vars(&t->c.prior, n, &r);
	} while (!prior_draw(&t->c.prior, vars, &r, e) || e->n > k->grammar.max_len ||
		 expr_free_consts(e) > t->c.max_consts);
	for (int v = 0; v < vars; v++) { /* different columns */
		bool again;

		do {
			again = false;
			columns[v] = rng_below(&r, n);
			for (int j = 0; j < v; j++)
				again |= columns[j] == columns[v];
		} while (again);
	}
	for (int j = 0; j < e->n; j++)
		if (e->node[j].op == OP_VAR)
			e->node[j].arg = (uint16_t)columns[e->node[j].arg];
}

bool rollout_draw(struct trainer *t, struct task *k, int n, const volatile int *stop)
{
	struct rollout *r = &t->rollout;

	r->task = k;
	r->n = n;
	if (k->contexts.stale)
		contexts_refresh(&k->contexts, &t->policy, t->c.tune_all);
	if (t->c.from_prior)
		pool_run(t->pool, n, draw_from_prior, t);
	else if (!sample_policy(t, stop))
		return false;
	return !(stop && *stop);
}
