/* task.c — see task.h. */
#include "task.h"

#include "eqrl/base/mem.h"
#include "brood.h"
#include "rollout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MIN_CONTEXTS = 4, WEIGH_COLUMNS_FROM = 8 };

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

enum status task_open(struct task *k, const struct train_config *c, const struct dataset *d,
		      const struct policy *policy, struct pool *pool)
{
	struct scorer_config scorer = c->scorer;
	int groups = (c->batch + c->group_size - 1) / c->group_size;

	*k = (struct task){.d = d, .reward = c->reward, .rounding = rounding_level(&d->fit)};
	k->reward.floor = k->rounding;
	k->stats.first_exact = -1;
	k->stats.first_exact_of_all = -1;
	k->elites.capacity = c->elites < ELITES_MAX ? c->elites : ELITES_MAX;
	scorer.seed = c->seed;
	k->scorer = scorer_new(&scorer, d, pool);
	if (c->offspring > 0)
		weigh_columns(k);
	if (policy->params)
		contexts_init(&k->contexts, groups > MIN_CONTEXTS ? groups : MIN_CONTEXTS, d, policy, c->seed);
	build_grammar(k, c, policy);
	pace_open(&k->pace, c);
	return grammar_check(&k->grammar);
}

void task_close(struct task *k)
{
	contexts_release(&k->contexts);
	scorer_free(k->scorer);
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
	return k->late ? &k->late->stats : &k->stats;
}

const struct hof *task_hof(const struct task *k)
{
	return k->late ? &k->late->hof : &k->hof;
}

const struct scorer_counts *task_counts(const struct task *k)
{
	return scorer_counts(k->scorer);
}

void task_front(const struct task *k, enum selection by, struct pareto *out)
{
	pareto_build(task_hof(k), k->d, by, out);
}

/* ---- after a step ------------------------------------------------------------------------------ */

int64_t task_remember(struct task *k, const struct score *score, int n, int source, int64_t known)
{
	double level = fmax(4 * k->rounding, 1e-22);

	for (int i = 0; i < n; i++) {
		const struct score *s = &score[i];

		k->stats.equations++;
		known += s->hash && !s->repeated;
		/* with a constant for every other row anything can be fitted: that is no finding */
		if (s->repeated || s->verdict != VERDICT_OK || 2 * s->n_consts > k->d->fit.n)
			continue;
		pace_credit(k, s, source == BY_COMPLETION ? BY_EVOLUTION : source);
		if (k->late)
			hof_insert(&k->late->hof, s);
		if (!hof_insert(&k->hof, s))
			continue;
		if (source == BY_POLICY)
			k->stats.improved_by_policy++;
		else if (source == BY_COMPLETION)
			k->stats.improved_by_completion++;
		else
			k->stats.improved_by_evolution++;
		if (s->fvu_fit <= level && s->fvu_select <= level && !k->stats.exact) {
			k->stats.exact = true;
			k->stats.first_exact = (int)known;
			k->stats.first_exact_of_all = k->stats.equations;
		}
	}
	return known;
}

void task_reserve_history(struct task *k, int64_t turns)
{
	if (turns <= k->history_capacity)
		return;
	k->history_capacity = turns * 2;
	k->history = xrealloc(k->history, (size_t)k->history_capacity * sizeof(*k->history));
}

/* Means of the first and the last quarter of all turns so far, from a record of every turn. */
static void follow_quarters(struct task *k, double log_fvu)
{
	int64_t n = k->stats.turns + 1, quarter = (n + 3) / 4;

	task_reserve_history(k, n);
	k->history[n - 1] = log_fvu;
	k->stats.log_fvu_first = k->stats.log_fvu_last = 0;
	for (int64_t i = 0; i < quarter; i++) {
		k->stats.log_fvu_first += k->history[i] / (double)quarter;
		k->stats.log_fvu_last += k->history[n - 1 - i] / (double)quarter;
	}
}

void task_measure(struct task *k, const struct rollout *r)
{
	int valid = 0, fresh = 0;
	double log_fvu = 0;

	for (int i = 0; i < r->n; i++) {
		const struct score *s = &r->score[i];
		double fvu = isfinite(s->fvu_fit) ? fmin(fmax(s->fvu_fit, k->rounding), 1) : 1;

		valid += s->verdict == VERDICT_OK;
		fresh += !s->repeated;
		log_fvu += log10(fvu) / r->n;
	}
	k->stats.temperature = k->pace.temperature;
	k->stats.valid = (double)valid / r->n;
	k->stats.unique = (double)fresh / r->n;
	k->stats.log_fvu = log_fvu;
	follow_quarters(k, log_fvu);
}

/* What evolution and the elites go by, whatever the policy is rewarded for: decades of error and size. */
static double fitness(const struct task *k, const struct score *s)
{
	struct reward_config c = k->reward;

	c.kind = REWARD_LOG_FVU;
	c.sharpness = 0;
	return reward_of(&c, s);
}

/* New skeletons that can be evaluated may become parents. */
void task_populate(struct task *k, const struct score *score, int n)
{
	for (int i = 0; i < n; i++) {
		const struct score *s = &score[i];
		struct individual who = {.hash = s->hash, .skeleton = s->skeleton};

		who.fitness = fitness(k, s);
		if (!s->repeated && s->verdict == VERDICT_OK)
			population_insert(&k->population, i % ISLANDS, &who);
	}
}

void task_keep_written(struct task *k, const struct rollout *r)
{
	for (int i = 0; i < r->n; i++) {
		const uint8_t *tokens = r->samples.tokens + (size_t)i * (size_t)r->samples.width;
		struct elite e = {
			.fitness = fitness(k, &r->score[i]), .hash = r->score[i].hash, .len = r->samples.len[i]};

		if (e.fitness <= 0 || e.len > VOCAB_MAX_LEN + 1)
			continue;
		e.context = (int32_t)(r->context[i] - k->contexts.context);
		memcpy(e.tokens, tokens, (size_t)e.len);
		elites_insert(&k->elites, &e);
	}
}

/* What evolution found, in the policy's language: possible when every column has its own slot. */
void task_keep_bred(struct task *k, const struct brood *b)
{
	uint64_t legal[VOCAB_MAX_LEN + 1];

	for (int i = 0; i < b->n && k->d->n_columns <= VOCAB_VARS; i++) {
		const struct score *s = &b->score[i];
		struct elite e = {.fitness = fitness(k, s), .hash = s->hash};

		if (e.fitness <= 0 || s->repeated)
			continue;
		e.len = vocab_encode(&s->skeleton, NULL, 0, e.tokens);
		if (e.len > 0 && e.len <= k->grammar.max_len + 1 &&
		    grammar_masks(&k->grammar, e.tokens, e.len, legal) == e.len)
			elites_insert(&k->elites, &e);
	}
}

/* ---- a step that was cut short ------------------------------------------------------------------ */

void task_mark(const struct task *k, struct task_mark *out)
{
	*out = (struct task_mark){
		.hof = k->hof,
		.population = k->population,
		.elites = k->elites,
		.pace = k->pace,
		.stats = k->stats,
	};
	scorer_mark(k->scorer, &out->scorer);
}

void task_rewind(struct task *k, const struct task_mark *mark)
{
	struct task_stats now = k->stats;

	if (!k->late) {
		k->late = xmalloc(sizeof(*k->late));
		k->late->hof = k->hof;
	}
	k->late->stats = mark->stats;
	k->late->stats.exact = now.exact;
	k->late->stats.first_exact = now.first_exact;
	k->late->stats.first_exact_of_all = now.first_exact_of_all;
	k->hof = mark->hof;
	k->population = mark->population;
	k->elites = mark->elites;
	k->pace = mark->pace;
	k->stats = mark->stats;
	scorer_rewind(k->scorer, &mark->scorer);
	scorer_set_promising(k->scorer, k->pace.promising);
}
