/* write.c — equations that the policy or the prior writes anew; two rows of proposer.h. */
#include "eqrl/base/mem.h"
#include "proposer.h"

enum { RNG_SAMPLE = 0x736d70, RNG_PRIOR = 0x70726f };
enum { MOST_TRIES = 10000 }; /* of one draw from the prior; with all operators 2 are needed on average */

/* ---- the policy ---------------------------------------------------------------------------------- */

/* A group looks at one context; a task's contexts take turns. */
static void show_contexts(const struct turn *t, const struct contexts *all, int group_size, struct batch *b)
{
	for (int i = 0; i < b->n; i++) {
		b->context[i] = &all->context[(t->first_context + i / group_size) % all->n];
		b->memory[i] = &b->context[i]->memory;
	}
}

bool draw_from_policy(const struct turn *t, const struct task_view *v, const struct tools *tools,
		      const volatile int *stop, struct batch *out)
{
	const struct syntax syntax = grammar_syntax(&t->grammar);
	struct sample_request request = {
		.policy = tools->policy,
		.memory = out->memory,
		.syntax = &syntax,
		.shared_syntax = true,
		.n = t->n,
		.temperature = t->temperature,
		.bf16 = tools->config->bf16,
		.seed = mix64(t->seed, RNG_SAMPLE),
		.first = t->first_stream,
	};

	out->n = t->n;
	show_contexts(t, v->contexts, tools->config->group_size, out);
	if (!sampler_draw(tools->sampler, &request, &out->samples, stop))
		return false;
	out->n_written = out->n;
	for (int i = 0; i < out->n; i++)
		if (!vocab_decode(out->samples.tokens + (size_t)i * (size_t)out->samples.width, out->samples.len[i] - 1,
				  out->context[i]->column_of_slot, &out->candidate[i]))
			BUG("the sampler wrote tokens that are no equation");
	return !(stop && *stop);
}

/* ---- the prior ----------------------------------------------------------------------------------- */

struct prior_drawing {
	const struct turn *turn;
	const struct prior_config *prior;
	int n_columns;
	struct expr *out;
};

/* `vars` different columns of n. */
static void draw_columns(int *columns, int vars, int n, struct rng *r)
{
	for (int v = 0; v < vars; v++) {
		bool again;

		do {
			again = false;
			columns[v] = rng_below(r, n);
			for (int j = 0; j < v; j++)
				again |= columns[j] == columns[v];
		} while (again);
	}
}

/* No operator that the user left out, and within the bounds of size and constants. */
static bool is_allowed(const struct expr *e, const struct grammar *g)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op < OP_COUNT && !(g->allowed >> (TOK_OP + e->node[i].op) & 1))
			return false;
	return e->n <= g->max_len && expr_free_consts(e) <= g->max_consts &&
	       (!g->bounds || bounds_allow_form(g->bounds, e));
}

static void draw_one(void *context, int i, int worker)
{
	const struct prior_drawing *d = context;
	const struct grammar *g = &d->turn->grammar;
	struct expr *e = &d->out[i];
	struct rng r = rng_stream(d->turn->seed, RNG_PRIOR, d->turn->first_stream + (uint64_t)i);
	int columns[VOCAB_VARS], vars;

	for (int tries = 0;; tries++) {
		vars = prior_draw_vars(d->prior, d->n_columns, &r);
		if (tries == MOST_TRIES) /* next to nothing of the prior is allowed */
			*e = (struct expr){.n = 1, .node = {{.op = OP_VAR}}};
		if (tries == MOST_TRIES || (prior_draw(d->prior, vars, &r, e) && is_allowed(e, g)))
			break;
	}
	draw_columns(columns, vars, d->n_columns, &r);
	for (int j = 0; j < e->n; j++)
		if (e->node[j].op == OP_VAR)
			e->node[j].arg = (uint16_t)columns[e->node[j].arg];
}

bool draw_from_prior(const struct turn *t, const struct task_view *v, const struct tools *tools,
		     const volatile int *stop, struct batch *out)
{
	struct prior_drawing d = {
		.turn = t, .prior = &tools->config->prior, .n_columns = v->d->n_columns, .out = out->candidate};

	out->n = t->n;
	pool_run_shared(tools->pool, out->n, draw_one, &d,
			&(struct rank_output){out->candidate, sizeof(*out->candidate), NULL}, 1);
	return !(stop && *stop);
}
