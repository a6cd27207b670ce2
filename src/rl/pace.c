/* pace.c — see pace.h. */
#include "pace.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/tape.h"
#include "eqrl/score/noise.h"
#include "brood.h"
#include "rollout.h"

#include <math.h>
#include <stdlib.h>

#define GAIN_DECAY  0.9
#define LEAST_SHARE 0.125
#define MOST_HEAT   2.0
#define HEAT_STEP   1.15

/* What a written token, a sequence to learn from, an offspring and a new skeleton cost, in microseconds of one core
 * (make bench: sample_tokens; the shares of log.jsonl for the others). Counted, so that a run is the same on any
 * machine; only their ratio matters. */
#define COST_TOKEN     30.0
#define COST_TRAINED   1300.0
#define COST_OFFSPRING 45.0
#define COST_SKELETON  80.0

enum { FIRST_STAGE = 4, STAGE_STEP = 3 }; /* operators */

void pace_open(struct pace *p, const struct train_config *c)
{
	*p = (struct pace){.promising = c->scorer.promising,
			   .best_fvu = 1,
			   .followed_fvu = 1,
			   .temperature = c->temperature,
			   .cost = {[BY_POLICY] = 700, [BY_EVOLUTION] = 200}}; /* 20 tokens; most offspring are new */
}

/* ---- before a turn ----------------------------------------------------------------------------- */

/* At most half of the nodes of an equation without unary operators are operators: the last stage. */
static bool in_curriculum(const struct task *k, const struct train_config *c)
{
	return c->curriculum > 0 && FIRST_STAGE + STAGE_STEP * k->pace.stage < k->grammar.max_len / 2;
}

static int allowed_operators(const struct task *k, const struct train_config *c)
{
	return in_curriculum(k, c) ? FIRST_STAGE + STAGE_STEP * k->pace.stage : VOCAB_MAX_LEN;
}

void pace_begin(struct task *k, const struct train_config *c)
{
	k->grammar.max_operators = allowed_operators(k, c);
	k->reward.sharpness = c->anneal > 0 ? fmin(1, (double)k->stats.turns / c->anneal) : 0;
}

/* Decades an effort, drawn a little towards the other source's gain: what paid nothing so far may still pay, and late
 * decades, which are small, count like early ones. */
static double rate(const struct pace *p, int source)
{
	double both = p->gain[BY_POLICY] + p->gain[BY_EVOLUTION];

	return (p->gain[source] + 0.05 * both + 0.0001) / (p->effort[source] + 100000);
}

static int within(double x, int low, int high)
{
	return x < low ? low : x > high ? high : (int)nearbyint(x);
}

struct turn_plan pace_plan(const struct pace *p, const struct train_config *c)
{
	double policy = rate(p, BY_POLICY), evolution = rate(p, BY_EVOLUTION);
	double share = fmin(fmax(policy / (policy + evolution), LEAST_SHARE), 1 - LEAST_SHARE), spent;
	struct turn_plan plan = {.written = c->batch, .rounds = 1};

	if (!c->adapt)
		return plan;
	if (c->group_size < c->batch)
		plan.written = c->group_size * within(share * c->batch / c->group_size, 1, c->batch / c->group_size);
	spent = plan.written * p->cost[BY_POLICY] + p->learning;
	plan.rounds = within(spent * (1 - share) / share / (c->offspring * p->cost[BY_EVOLUTION]), 1, PACE_MOST_ROUNDS);
	return plan;
}

/* ---- after a turn ------------------------------------------------------------------------------ */

void pace_credit(struct task *k, const struct score *s, int source)
{
	double known = 1, least = fmax(k->rounding, 1e-16);

	for (int size = 1; size <= s->size && size <= HOF_MAX_SIZE; size++)
		if (k->hof.used[size])
			known = fmin(known, k->hof.best[size].fvu_fit);
	if (s->fvu_fit < known) {
		double gain = log10(fmax(known, least) / fmax(s->fvu_fit, least)), first = gain;

		if (s->stage == 2) /* what the first fit would have been worth */
			first = fmin(gain, fmax(0, log10(fmax(known, least) / fmax(s->fvu_first, least))));
		k->pace.gain[source] += gain;
		k->pace.fit_gain[0] += first;
		k->pace.fit_gain[1] += gain - first;
	}
	k->pace.best_fvu = fmin(k->pace.best_fvu, s->fvu_fit);
}

void pace_count_written(struct pace *p, const struct rollout *r)
{
	double effort = 0;

	for (int i = 0; i < r->n; i++) {
		effort += COST_TOKEN * (r->samples.len ? r->samples.len[i] : 1);
		effort += r->score[i].repeated ? 0 : COST_SKELETON;
	}
	p->effort[BY_POLICY] += effort;
	p->cost[BY_POLICY] = effort / r->n;
}

void pace_count_learning(struct pace *p, int trained)
{
	p->learning = COST_TRAINED * trained;
	p->effort[BY_POLICY] += p->learning;
}

void pace_count_bred(struct pace *p, const struct brood *b)
{
	double effort = 0;

	for (int i = 0; i < b->n; i++)
		effort += COST_OFFSPRING + (b->score[i].repeated ? 0 : COST_SKELETON);
	for (int i = 0; i < b->n_written; i++)
		effort += COST_TOKEN * b->completions.len[i] + COST_SKELETON;
	p->cost[BY_EVOLUTION] = effort / b->n;
	p->effort[BY_EVOLUTION] += effort;
}

static void fade(struct pace *p)
{
	for (int source = 0; source < SOURCES; source++) {
		p->gain[source] *= GAIN_DECAY;
		p->effort[source] *= GAIN_DECAY;
	}
}

void pace_follow_fits(struct pace *p, double first, double second)
{
	double spent[2] = {first, second}, rate[2];

	for (int i = 0; i < 2; i++) {
		p->fit_effort[i] = GAIN_DECAY * p->fit_effort[i] + spent[i];
		rate[i] = (p->fit_gain[i] + 0.1) / (p->fit_effort[i] + 1e6);
		p->fit_gain[i] *= GAIN_DECAY;
	}
	if (rate[1] > 2 * rate[0])
		p->promising = fmin(p->promising * 1.25, 0.3);
	else if (rate[1] < rate[0] / 2)
		p->promising = fmax(p->promising / 1.25, 0.05);
}

static void set_promising(struct task *k, const struct train_config *c)
{
	struct pace *p = &k->pace;
	const struct scorer_counts *n;
	double first, second;

	if (!c->adapt || !k->scorer)
		return;
	n = scorer_counts(k->scorer);
	second = n->node_rows_second;
	first = n->node_rows - second;
	pace_follow_fits(p, first - p->counted[0], second - p->counted[1]);
	p->counted[0] = first;
	p->counted[1] = second;
	scorer_set_promising(k->scorer, p->promising);
}

static void set_temperature(struct task *k, const struct train_config *c)
{
	double *t = &k->pace.temperature;

	if (!c->adapt)
		return;
	if (k->stats.unique < 0.25)
		*t = fmin(*t * HEAT_STEP, MOST_HEAT * c->temperature);
	else if (k->stats.unique > 0.5)
		*t = fmax(*t / HEAT_STEP, c->temperature);
}

/* The best equation by fit rows; NULL: none yet. */
static const struct score *best_of(const struct hof *h)
{
	const struct score *best = NULL;

	for (int size = 1; size <= HOF_MAX_SIZE; size++)
		if (h->used[size] && (!best || h->best[size].fvu_fit < best->fvu_fit))
			best = &h->best[size];
	return best;
}

static void set_floor(struct task *k)
{
	const struct score *best = best_of(&k->hof);
	const struct rows *rows;
	struct tape *tape;
	double *residual;

	if (!best || best->fitted.n == 0)
		return;
	rows = &k->d->fit;
	tape = tape_new();
	residual = xaligned((size_t)(rows->n + ROWS_BLOCK) * sizeof(*residual));
	tape_bind(tape, &best->fitted, rows);
	if (tape_eval(tape, NULL, residual)) {
		for (int i = 0; i < rows->n; i++)
			residual[i] -= rows->y[i];
		k->reward.floor = k->rounding;
		if (noise_share(rows, residual) > 0.7)
			k->reward.floor = fmax(k->rounding, 0.25 * best->fvu_fit);
	}
	free(residual);
	tape_free(tape);
}

bool pace_end(struct task *k, const struct train_config *c)
{
	struct pace *p = &k->pace;
	bool improved = p->best_fvu < p->followed_fvu, next_stage;

	fade(p);
	set_temperature(k, c);
	set_promising(k, c);
	p->stalled = improved ? 0 : p->stalled + 1;
	if (improved) {
		p->followed_fvu = p->best_fvu;
		set_floor(k);
	}
	next_stage = in_curriculum(k, c) && (k->stats.turns + 1) % c->curriculum == 0;
	p->stage += next_stage;
	if (next_stage || (c->refresh > 0 && p->stalled >= c->refresh)) {
		p->stalled = 0;
		return true;
	}
	return false;
}
