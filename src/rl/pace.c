/* pace.c — see pace.h. */
#include "pace.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/eval/tape.h"
#include "eqrl/score/noise.h"

#include <math.h>
#include <stdlib.h>

/* Twice as hot, the default policy still writes four valid equations of five; hotter, it writes noise. Five steps of 15 %
 * lead there, as many as a baseline's half-life (advantage.h). */
#define MOST_HEAT 2.0
#define HEAT_STEP 1.15

/* Of a batch that is fitted twice. The scorer's default is 10 %: half of that still refits 20 of 400 new equations, and at
 * 30 % second fits take nine tenths of the node-rows. */
#define LEAST_PROMISING 0.05
#define MOST_PROMISING	0.3
#define PROMISING_STEP	1.25

enum { FIRST_STAGE = 4, STAGE_STEP = 3 }; /* operators */

void pace_open(struct pace *p, const struct train_config *c, double floor)
{
	*p = (struct pace){
		.best_fvu = 1,
		.followed_fvu = 1,
		.floor = floor,
		.temperature = c->temperature,
		.promising = c->scorer.promising,
	};
}

/* ---- before a step ----------------------------------------------------------------------------- */

/* At most half of the nodes of an equation without unary operators are operators: the last stage. */
static bool is_in_curriculum(const struct pace *p, const struct train_config *c, int max_len)
{
	return c->curriculum > 0 && FIRST_STAGE + STAGE_STEP * p->stage < max_len / 2;
}

int pace_operators(const struct pace *p, const struct train_config *c, int max_len)
{
	return is_in_curriculum(p, c, max_len) ? FIRST_STAGE + STAGE_STEP * p->stage : VOCAB_MAX_LEN;
}

double pace_sharpness(const struct train_config *c, int64_t turns)
{
	return c->anneal > 0 ? fmin(1, (double)turns / c->anneal) : 0;
}

/* ---- after a batch ----------------------------------------------------------------------------- */

/* 0.1 decades and 1e6 node-rows, those of a small batch, to begin with: a single find does not turn the share round. Up or
 * down by a quarter in the time in which the past fades to 0.9, if one kind of fit pays twice what the other does. */
void pace_follow_fits(struct pace *p, double first, double second, double fading)
{
	double spent[2] = {first, second}, rate[2], step = pow(PROMISING_STEP, log(fading) / log(0.9));

	for (int i = 0; i < 2; i++) {
		p->fit_effort[i] = fading * p->fit_effort[i] + spent[i];
		rate[i] = (p->fit_gain[i] + 0.1) / (p->fit_effort[i] + 1e6);
		p->fit_gain[i] *= fading;
	}
	if (rate[1] > 2 * rate[0])
		p->promising = fmin(p->promising * step, MOST_PROMISING);
	else if (rate[1] < rate[0] / 2)
		p->promising = fmax(p->promising / step, LEAST_PROMISING);
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

/* 0.7: of residuals that are noise, the differences of neighbours show all of it on average (noise.h), and on 20 rows
 * seldom less than that. A quarter of the best error: the constants of an equation may take up so much of the noise. */
static void set_floor(struct pace *p, const struct score *best, const struct rows *rows, double rounding)
{
	struct tape *tape = tape_new();
	double *residual = xaligned((size_t)(rows->n + ROWS_BLOCK) * sizeof(*residual));

	tape_bind(tape, &best->fitted, rows);
	if (tape_eval(tape, NULL, residual)) {
		for (int i = 0; i < rows->n; i++)
			residual[i] -= rows->y[i];
		p->floor = rounding;
		if (noise_share(rows, residual) > 0.7)
			p->floor = fmax(rounding, 0.25 * best->fvu_fit);
	}
	free(residual);
	tape_free(tape);
}

void pace_follow_best(struct pace *p, const struct hof *h, const struct rows *rows, double rounding)
{
	const struct score *best = best_of(h);

	if (!(p->best_fvu < p->followed_fvu))
		return;
	p->followed_fvu = p->best_fvu;
	p->improved = true;
	if (best && best->fitted.n > 0)
		set_floor(p, best, rows, rounding);
}

/* ---- after a turn ------------------------------------------------------------------------------ */

static void set_temperature(struct pace *p, const struct train_config *c, double unique)
{
	if (unique < 0.25)
		p->temperature = fmin(p->temperature * HEAT_STEP, MOST_HEAT * c->temperature);
	else if (unique > 0.5)
		p->temperature = fmax(p->temperature / HEAT_STEP, c->temperature);
}

bool pace_end_turn(struct pace *p, const struct train_config *c, int max_len, int64_t turns, double unique)
{
	bool next_stage = is_in_curriculum(p, c, max_len) && (turns + 1) % c->curriculum == 0;

	if (c->adapt)
		set_temperature(p, c, unique);
	p->stalled = p->improved ? 0 : p->stalled + 1;
	p->improved = false;
	p->stage += next_stage;
	if (!next_stage && !(c->refresh > 0 && p->stalled >= c->refresh))
		return false;
	p->stalled = 0;
	return true;
}
