/* task.c — see task.h. How a batch enters is in task_commit.c. */
#include "task.h"

#include "eqrl/base/mem.h"
#include "eqrl/score/noise.h"
#include "eqrl/score/rounding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* With one group a batch, four contexts still show four subsets of the rows in turn. Up to eight columns, trying each one
 * equally often costs evolution next to nothing. */
enum { MIN_CONTEXTS = 4, WEIGH_COLUMNS_FROM = 8 };

/* Nodes up to which an exact law is one. Most laws of physics have no more. */
enum { SHORT_LAW = 12 };

/* ---- life -------------------------------------------------------------------------------------- */

static void build_grammar(struct task *k, const struct train_config *c, const struct policy *p)
{
	struct grammar *g = &k->grammar;
	int n_slots = k->d->n_columns < VOCAB_VARS ? k->d->n_columns : VOCAB_VARS;
	int trained = p->params ? p->grammar_max_len : VOCAB_MAX_LEN;

	*g = grammar_default(n_slots);
	g->allowed &= c->allowed;
	if (p->params)
		g->allowed &= p->known_tokens;
	g->max_len = c->max_size < trained ? c->max_size : trained;
	g->max_consts = c->max_consts;
	g->bounds = &k->bounds;
	if (k->d->n_columns <= VOCAB_VARS) /* of more, each context shows others */
		g->units = k->bounds.units;
	if (p->params && p->grammar_nest > 0)
		g->nest_limit = p->grammar_nest;
}

/* Among many columns evolution tries telling ones more often, but every one sometimes. */
static void weigh_columns(struct task *k)
{
	int n = k->d->n_columns;
	double sum = 0;

	if (n <= WEIGH_COLUMNS_FROM)
		return;
	k->column_weight = xcalloc((size_t)n, sizeof(*k->column_weight));
	dataset_relevance(&k->d->fit, k->column_weight);
	for (int i = 0; i < n; i++)
		sum += k->column_weight[i];
	for (int i = 0; i < n; i++)
		k->column_weight[i] += 0.3 * sum / n + 1e-9;
}

/* Every token of the template is known, and the shortest equation of its form has room. */
static bool is_form_writable(const struct task *k, const struct policy *p)
{
	struct expr body[OUTLINE_FUNCTIONS], whole;
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	int n;

	if (!bounds_have_form(&k->bounds))
		return true;
	for (int f = 0; f < k->bounds.form.n_functions; f++)
		body[f] = (struct expr){.n = 1, .node = {{.op = OP_VAR}}};
	if (!p->params || !outline_is_writable(&k->bounds.form) || k->d->n_columns > VOCAB_VARS ||
	    !outline_expand(&k->bounds.form, body, &whole))
		return false;
	n = outline_encode(&whole, tokens);
	for (int i = 0; i < n - 1; i++)
		if (!(p->known_tokens & TOK_BIT(tokens[i])))
			return false;
	return n > 0 && n - 1 <= k->grammar.max_len;
}

enum status task_open(struct task *k, const struct train_config *c, const struct dataset *d,
		      const struct task_given *given, const struct policy *policy, struct pool *pool)
{
	struct scorer_config scorer = c->scorer;
	int groups = (c->batch + c->group_size - 1) / c->group_size;

	*k = (struct task){.d = d,
			   .hof.rows = rows_all(&d->fit),
			   .hof.groups = d->grouping ? d->grouping->n : 0,
			   .rounding = rounding_level(&d->fit)};
	k->stats.first_exact = -1;
	k->stats.first_exact_of_all = -1;
	k->elites.capacity = c->elites < ELITES_MAX ? c->elites : ELITES_MAX;
	scorer.seed = c->seed;
	scorer.bounds = k->bounds = given && given->bounds ? *given->bounds : c->scorer.bounds;
	if (given && given->hints)
		hints_copy(&k->hints, given->hints);
	k->scorer = scorer_new(&scorer, d, pool);
	if (c->offspring > 0)
		weigh_columns(k);
	if (policy->params)
		contexts_init(&k->contexts, groups > MIN_CONTEXTS ? groups : MIN_CONTEXTS, d, policy, c->seed);
	k->contexts.n_groups = groups;
	build_grammar(k, c, policy);
	k->writable = is_form_writable(k, policy);
	pace_open(&k->pace, c, k->rounding);
	if (!k->writable && c->offspring == 0)
		return fail(ST_USAGE,
			    "--template: the policy cannot write it (functions of plain columns, at most %d of "
			    "them, operators that it knows); eqrl train evolves it",
			    VOCAB_VARS);
	return grammar_check(&k->grammar);
}

void task_close(struct task *k)
{
	contexts_release(&k->contexts);
	scorer_free(k->scorer);
	hints_release(&k->hints);
	free(k->column_weight);
	free(k->history);
	free(k->late);
	*k = (struct task){0};
}

uint64_t task_fingerprint(const struct task *k)
{
	const struct dataset *d = k->d;
	uint64_t h = hash_bytes(d->stats, (uint64_t)d->n_columns * sizeof(*d->stats));

	h = mix64(h, hash_bytes(&d->y_stats, sizeof(d->y_stats)));
	return mix64(h, mix64((uint64_t)d->fit.n, (uint64_t)d->select.n));
}

/* ---- what others may see ----------------------------------------------------------------------- */

const struct dataset *task_dataset(const struct task *k)
{
	return k->d;
}

const struct task_stats *task_stats(const struct task *k)
{
	return &k->stats;
}

const struct hof *task_hof(const struct task *k)
{
	return &k->hof;
}

const struct scorer_counts *task_counts(const struct task *k)
{
	return scorer_counts(k->scorer);
}

const double *task_work_of_ranks(const struct task *k)
{
	return scorer_work_of_ranks(k->scorer);
}

bool task_is_solved(const struct task *k)
{
	double level = exact_level(k->rounding);

	if (!k->stats.exact)
		return false;
	for (int size = 1; size <= SHORT_LAW; size++)
		if (k->hof.used[size] && k->hof.best[size].fvu_fit <= level && k->hof.best[size].fvu_select <= level)
			return true;
	return k->stats.equations >= 2 * k->stats.first_exact_of_all;
}

void task_front(const struct task *k, enum selection by, struct pareto *out)
{
	struct hof *all;

	if (!k->late) {
		pareto_build(&k->hof, k->d, by, out);
		out->tried = (double)scorer_counts(k->scorer)->fitted_first;
		return;
	}
	all = xmalloc(sizeof(*all));
	*all = k->hof;
	for (int size = 1; size <= HOF_MAX_SIZE; size++)
		if (k->late->used[size]) {
			hof_insert(all, &k->late->best[size]);
			hof_insert(all, &k->late->likely[size]);
			if (k->late->has_known[size])
				hof_insert(all, &k->late->known[size]);
		}
	pareto_build(all, k->d, by, out);
	out->tried = (double)scorer_counts(k->scorer)->fitted_first;
	free(all);
}

struct task_view task_view(const struct task *k)
{
	return (struct task_view){
		.d = k->d,
		.contexts = &k->contexts,
		.hof = &k->hof,
		.population = &k->population,
		.batches = k->stats.batches,
		.column_weight = k->column_weight,
		.hints = &k->hints,
		.bounds = &k->bounds,
		.writable = k->writable,
	};
}

struct grammar task_grammar(const struct task *k, const struct train_config *c)
{
	struct grammar g = k->grammar;

	g.max_operators = pace_operators(&k->pace, c, g.max_len);
	return g;
}

struct reward_config task_reward(const struct task *k, const struct train_config *c)
{
	struct reward_config r = c->reward;

	r.floor = k->pace.floor;
	r.sharpness = pace_sharpness(c, k->stats.turns_written);
	return r;
}

/* ---- scoring ------------------------------------------------------------------------------------ */

bool task_score(const struct task *k, const struct turn *t, struct batch *b, const volatile int *stop)
{
	bool stripped = proposer_table[b->by].stripped;
	bool done;

	if (proposer_table[b->by].likely)
		scorer_set_promising(k->scorer, 1);
	done = stripped ? scorer_run_stripped(k->scorer, b->candidate, b->start, b->n, b->score, stop)
			: scorer_run(k->scorer, b->candidate, b->n, b->score, stop);
	scorer_set_promising(k->scorer, k->pace.promising);

	for (int i = 0; i < b->n; i++)
		b->score[i].by = b->by;
	return done;
}

/* ---- for the policy ------------------------------------------------------------------------------ */

struct reminder task_reminder(const struct task *k, const struct train_config *c, int64_t number)
{
	bool one_mapping = k->d->n_columns <= VOCAB_VARS; /* then every context understands every elite */

	return (struct reminder){
		.elites = &k->elites,
		.contexts = &k->contexts,
		.grammar = task_grammar(k, c),
		.which = one_mapping ? (int)(number % k->contexts.n) : k->elites.elite[0].context,
		.one_mapping = one_mapping,
	};
}

bool task_end_turn(struct task *k, const struct train_config *c, const struct turn *t)
{
	return proposer_table[t->by].anew &&
	       pace_end_turn(&k->pace, c, k->grammar.max_len, k->stats.turns_written - 1, k->stats.unique);
}
