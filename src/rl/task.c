/* task.c — see task.h. */
#include "task.h"

#include "eqrl/base/mem.h"
#include "eqrl/score/noise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* With one group a batch, four contexts still show four subsets of the rows in turn. Up to eight columns, trying each one
 * equally often costs evolution next to nothing. */
enum { MIN_CONTEXTS = 4, WEIGH_COLUMNS_FROM = 8 };
enum { MIGRATION_BATCHES = 5 };

/* With a constant for every other row anything can be fitted: that is no finding. */
#define ROWS_PER_CONST 2

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

	*k = (struct task){.d = d, .rounding = rounding_level(&d->fit)};
	k->stats.first_exact = -1;
	k->stats.first_exact_of_all = -1;
	k->elites.capacity = c->elites < ELITES_MAX ? c->elites : ELITES_MAX;
	scorer.seed = c->seed;
	k->scorer = scorer_new(&scorer, d, pool);
	if (c->offspring > 0)
		weigh_columns(k);
	if (policy->params)
		contexts_init(&k->contexts, groups > MIN_CONTEXTS ? groups : MIN_CONTEXTS, d, policy, c->seed);
	k->contexts.n_groups = groups;
	build_grammar(k, c, policy);
	pace_open(&k->pace, c, k->rounding);
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
		if (k->late->used[size])
			hof_insert(all, &k->late->best[size]);
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
		.column_weight = k->column_weight,
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
	bool done = stripped ? scorer_run_stripped(k->scorer, b->candidate, b->start, b->n, b->score, stop)
			     : scorer_run(k->scorer, b->candidate, b->n, b->score, stop);

	for (int i = 0; i < b->n; i++)
		b->score[i].by = b->by;
	return done;
}

/* ---- a batch enters ----------------------------------------------------------------------------- */

static bool is_finding(const struct task *k, const struct score *s)
{
	return !s->repeated && s->verdict == VERDICT_OK && ROWS_PER_CONST * s->n_consts <= k->d->fit.n;
}

/* Decades by which an equation lowers the front, before the hall of fame learns of it. */
static void credit_gain(struct task *k, const struct score *s)
{
	double known = 1, least = fmax(k->rounding, 1e-16); /* below that, decades are those of rounding */

	for (int size = 1; size <= s->size && size <= HOF_MAX_SIZE; size++)
		if (k->hof.used[size])
			known = fmin(known, k->hof.best[size].fvu_fit);
	if (s->fvu_fit < known) {
		double gain = log10(fmax(known, least) / fmax(s->fvu_fit, least)), first = gain;

		if (s->stage == 2) /* what the first fit would have been worth */
			first = fmin(gain, fmax(0, log10(fmax(known, least) / fmax(s->fvu_first, least))));
		k->effort.gain[s->by] += gain;
		k->pace.fit_gain[0] += first;
		k->pace.fit_gain[1] += gain - first;
	}
	k->pace.best_fvu = fmin(k->pace.best_fvu, s->fvu_fit);
}

/* The hall of fame, and who is to be thanked for it. */
static void commit_best(struct task *k, const struct batch *b)
{
	double level = fmax(4 * k->rounding, 1e-22); /* 4: the fit of constants to rounded values takes part of it up */
	int64_t known = scorer_counts(k->scorer)->fitted_first;

	for (int i = 0; i < b->n; i++) {
		const struct score *s = &b->score[i];

		k->stats.equations++;
		known += s->hash && !s->repeated;
		if (!is_finding(k, s))
			continue;
		credit_gain(k, s);
		if (!hof_insert(&k->hof, s))
			continue;
		k->stats.improved[b->by]++;
		if (s->fvu_fit <= level && s->fvu_select <= level && !k->stats.exact) {
			k->stats.exact = true;
			k->stats.first_exact = known;
			k->stats.first_exact_of_all = k->stats.equations;
		}
	}
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
	int64_t n = ++k->stats.turns_written, quarter = (n + 3) / 4;

	task_reserve_history(k, n);
	k->history[n - 1] = log_fvu;
	k->stats.log_fvu_first = k->stats.log_fvu_last = 0;
	for (int64_t i = 0; i < quarter; i++) {
		k->stats.log_fvu_first += k->history[i] / (double)quarter;
		k->stats.log_fvu_last += k->history[n - 1 - i] / (double)quarter;
	}
}

static void measure_written(struct task *k, const struct turn *t, const struct batch *b)
{
	int valid = 0, fresh = 0;
	double log_fvu = 0;

	for (int i = 0; i < b->n; i++) {
		const struct score *s = &b->score[i];
		double fvu = isfinite(s->fvu_fit) ? fmin(fmax(s->fvu_fit, k->rounding), 1) : 1;

		valid += s->verdict == VERDICT_OK;
		fresh += !s->repeated;
		log_fvu += log10(fvu) / b->n;
	}
	k->stats.temperature = t->temperature;
	k->stats.valid = (double)valid / b->n;
	k->stats.unique = (double)fresh / b->n;
	k->stats.log_fvu = log_fvu;
	follow_quarters(k, log_fvu);
}

/* What evolution and the elites go by, whatever the policy is rewarded for: decades of error and size. */
static double fitness(const struct turn *t, const struct score *s)
{
	struct reward_config c = t->reward;

	c.kind = REWARD_LOG_FVU;
	c.sharpness = 0;
	return reward_of(&c, s);
}

/* New skeletons that can be evaluated may become parents. */
static void commit_parents(struct task *k, const struct turn *t, const struct batch *b)
{
	for (int i = 0; i < b->n; i++) {
		const struct score *s = &b->score[i];
		struct individual who = {.hash = s->hash, .skeleton = s->skeleton};

		who.fitness = fitness(t, s);
		if (!s->repeated && s->verdict == VERDICT_OK)
			population_insert(&k->population, i % ISLANDS, &who);
	}
	if (b->by == BY_VARIATION && (t->number + 1) % MIGRATION_BATCHES == 0)
		population_migrate(&k->population);
}

/* The best as the policy wrote them. */
static void keep_written(struct task *k, const struct turn *t, const struct batch *b)
{
	for (int i = 0; i < b->n; i++) {
		const uint8_t *tokens = b->samples.tokens + (size_t)i * (size_t)b->samples.width;
		struct elite e = {
			.fitness = fitness(t, &b->score[i]), .hash = b->score[i].hash, .len = b->samples.len[i]};

		if (e.fitness <= 0 || e.len > VOCAB_MAX_LEN + 1)
			continue;
		e.context = (int32_t)(b->context[i] - k->contexts.context);
		memcpy(e.tokens, tokens, (size_t)e.len);
		elites_insert(&k->elites, &e);
	}
}

/* What others found, in the policy's language: possible when every column has its own slot. */
static void keep_translated(struct task *k, const struct turn *t, const struct batch *b)
{
	uint64_t legal[VOCAB_MAX_LEN + 1];

	for (int i = 0; i < b->n && k->d->n_columns <= VOCAB_VARS; i++) {
		const struct score *s = &b->score[i];
		struct elite e = {.fitness = fitness(t, s), .hash = s->hash};

		if (e.fitness <= 0 || s->repeated)
			continue;
		e.len = vocab_encode(&s->skeleton, NULL, 0, e.tokens);
		if (e.len > 0 && e.len <= t->grammar.max_len + 1 &&
		    grammar_masks(&t->grammar, e.tokens, e.len, legal) == e.len)
			elites_insert(&k->elites, &e);
	}
}

/* Shares and pace go by what the batch took. */
static void follow_effort(struct task *k, const struct train_config *c, const struct turn *t, const struct batch *b)
{
	double cost = effort_of_batch(b, t->n), first = 0, second = 0;

	for (int i = 0; i < b->n; i++) {
		second += b->score[i].node_rows_second;
		first += b->score[i].node_rows - b->score[i].node_rows_second;
	}
	effort_spend(&k->effort, b->by, cost, t->share);
	if (c->adapt) {
		pace_follow_fits(&k->pace, first, second, effort_fading(cost));
		scorer_set_promising(k->scorer, k->pace.promising);
	}
	pace_follow_best(&k->pace, &k->hof, &k->d->fit, k->rounding);
}

void task_commit(struct task *k, const struct train_config *c, const struct turn *t, const struct batch *b, bool learns)
{
	k->stats.batches[b->by]++;
	commit_best(k, b);
	scorer_commit(k->scorer, b->score, b->n);
	if (proposer_table[b->by].anew)
		measure_written(k, t, b);
	if (c->offspring > 0)
		commit_parents(k, t, b);
	if (learns && b->by == BY_POLICY)
		keep_written(k, t, b);
	else if (learns)
		keep_translated(k, t, b);
	follow_effort(k, c, t, b);
	k->stats.turns++;
	k->stats.drawn[b->by] += b->n;
	free(k->late); /* the batch that was cut short has been drawn again */
	k->late = NULL;
}

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

void task_show_late(struct task *k, const struct batch *b)
{
	if (!k->late)
		k->late = xcalloc(1, sizeof(*k->late));
	for (int i = 0; i < b->n; i++)
		if (is_finding(k, &b->score[i]))
			hof_insert(k->late, &b->score[i]);
}
