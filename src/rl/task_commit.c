/* task_commit.c — a scored batch enters its task: best equations, cache, parents, elites, statistics, pace; see task.h. */
#include "task.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Islands exchange their best after so many batches of variations: often enough that a find spreads within a run of some
 * dozens, seldom enough that islands differ. */
enum { MIGRATION_BATCHES = 5 };

/* With a constant for every other row anything can be fitted: that is no finding. */
#define ROWS_PER_CONST 2

static bool is_finding(const struct task *k, const struct score *s)
{
	return !s->repeated && s->verdict == VERDICT_OK && !s->step &&
	       ROWS_PER_CONST * s->n_consts * (k->hof.groups + !k->hof.groups) <= k->hof.rows;
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
	double level = exact_level(k->rounding);
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
static double fitness_of(const struct turn *t, const struct score *s)
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

		who.fitness = fitness_of(t, s);
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
			.fitness = fitness_of(t, &b->score[i]), .hash = b->score[i].hash, .len = b->samples.len[i]};

		if (e.fitness <= 0 || e.len > VOCAB_MAX_LEN + 1)
			continue;
		e.context = (int32_t)(b->context[i] - k->contexts.context);
		memcpy(e.tokens, tokens, (size_t)e.len);
		elites_insert(&k->elites, &e);
	}
}

static int encode_skeleton(const struct task *k, const struct expr *skeleton, uint8_t *tokens)
{
	struct expr whole;

	if (!bounds_have_form(&k->bounds))
		return vocab_encode(skeleton, NULL, 0, tokens);
	if (!k->writable || !outline_expand_carrier(&k->bounds.form, skeleton, &whole))
		return 0;
	return outline_encode(&whole, tokens);
}

/* What others found, in the policy's language: possible when every column has its own slot. */
static void keep_translated(struct task *k, const struct turn *t, const struct batch *b)
{
	uint64_t legal[VOCAB_MAX_LEN + 1];

	for (int i = 0; i < b->n && k->d->n_columns <= VOCAB_VARS; i++) {
		const struct score *s = &b->score[i];
		struct elite e = {.fitness = fitness_of(t, s), .hash = s->hash};

		if (e.fitness <= 0 || s->repeated)
			continue;
		e.len = encode_skeleton(k, &s->skeleton, e.tokens);
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

void task_show_late(struct task *k, const struct batch *b)
{
	if (!k->late) {
		k->late = xcalloc(1, sizeof(*k->late));
		k->late->rows = k->hof.rows;
		k->late->groups = k->hof.groups;
	}
	for (int i = 0; i < b->n; i++)
		if (is_finding(k, &b->score[i]))
			hof_insert(k->late, &b->score[i]);
}
