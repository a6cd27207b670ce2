/* write.c — equations that the policy or the prior writes anew; two rows of proposer.h. */
#include "eqrl/base/mem.h"
#include "proposer.h"

enum { RNG_SAMPLE = 0x736d70, RNG_PRIOR = 0x70726f };
enum { MASKED_TRIES = 20, MASKED_LEAST = 7, MASKED_MOST = 20 }; /* with units the masks alone draw, in so many nodes */
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

/* Any legal operator by its weight, or any legal leaf; in few nodes. Fails where the masks leave nothing. */
static bool write_under_masks(const struct grammar *turn, struct rng *r, struct expr *out)
{
	struct grammar g = *turn;
	struct grammar_state s;
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	int n = 0;

	g.max_len = rng_between(r, g.max_len < MASKED_LEAST ? g.max_len : MASKED_LEAST,
				g.max_len < MASKED_MOST ? g.max_len : MASKED_MOST);
	grammar_start(&s);
	while (s.open > 0) {
		uint64_t legal = grammar_legal(&g, &s);
		double weight[VOCAB_SIZE] = {0};

		for (int t = 0; t < VOCAB_SIZE; t++)
			if (legal >> t & 1)
				weight[t] = t < TOK_CONST ? op_info[t - TOK_OP].prior : t < TOK_VAR ? 0.5 : 4;
		tokens[n] = (uint8_t)rng_weighted(r, weight, VOCAB_SIZE);
		grammar_push(&s, tokens[n++]);
	}
	return vocab_decode(tokens, n, NULL, out) && is_allowed(out, turn);
}

static void draw_one(void *context, int i, int worker)
{
	const struct prior_drawing *d = context;
	const struct grammar *g = &d->turn->grammar;
	struct expr *e = &d->out[i];
	struct rng r = rng_stream(d->turn->seed, RNG_PRIOR, d->turn->first_stream + (uint64_t)i);
	int columns[VOCAB_VARS], vars, most = g->bounds && g->bounds->units ? MASKED_TRIES : MOST_TRIES;

	for (int tries = 0; g->units && tries < MASKED_TRIES;
	     tries++) /* next to nothing of the prior has the right units */
		if (write_under_masks(g, &r, e))
			return;
	for (int tries = 0;; tries++) {
		vars = prior_draw_vars(d->prior, d->n_columns, &r);
		if (tries == most) /* next to nothing of the prior is allowed */
			*e = (struct expr){.n = 1, .node = {{.op = OP_VAR}}};
		if (tries == most || (prior_draw(d->prior, vars, &r, e) && is_allowed(e, g)))
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
