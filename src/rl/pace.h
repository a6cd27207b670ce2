/* pace.h — private to src/rl: what changes from step to step of one task beside the shares of effort.h, by counted progress
 * alone. A turn is a batch that the policy (without one, the prior) wrote anew.
 *
 * promising  The share of new equations that are fitted a second time (score.h) follows what that pays: decades by which it
 *            alone lowered the front, per evaluated node-row, against those of first fits. Between 5 and 30 %.
 * temperature  rises by 15 % a turn while fewer than a quarter of the written equations are new, to at most
 *            twice the configured one, and falls back when more than half are.
 * sharpness  of the reward: from 0 to 1 over `anneal` turns (reward.h).
 * floor      of the reward: rounding of the target; and a quarter of the best error once what the best equation
 *            leaves looks like noise to neighbouring rows (noise.h).
 * stage      of the curriculum: equations of at most 4, 7, 10 … operators, `curriculum` turns each.
 * refresh    when the best equation has not improved for `refresh` turns, or a stage ends: the reference becomes
 *            the policy and the optimiser forgets its moments (policy refresh, arXiv 2507.17512). */
#ifndef EQRL_RL_PACE_H
#define EQRL_RL_PACE_H

#include "eqrl/rl/trainer.h"

struct pace {
	double best_fvu, followed_fvu; /* of the front, on fit rows: now; when the floor was last set */
	double floor;
	double temperature;
	double fit_gain[2], fit_effort[2]; /* of first and second fits: decades; node-rows; both fading */
	double promising;
	int32_t stalled, stage;	  /* turns since best_fvu fell; of the curriculum */
	int32_t improved, unused; /* best_fvu fell since the last turn */
};

void pace_open(struct pace *p, const struct train_config *c, double floor);

/* Of a turn with that many before it, for equations of at most max_len nodes. */
int pace_operators(const struct pace *p, const struct train_config *c, int max_len);
double pace_sharpness(const struct train_config *c, int64_t turns);

/* Sets `promising` after a batch in which first and second fits evaluated so many node-rows; fading: effort_fading() of it. */
void pace_follow_fits(struct pace *p, double first, double second, double fading);

/* Sets the floor when the best equation has become a better one. */
void pace_follow_best(struct pace *p, const struct hof *h, const struct rows *rows, double rounding);

/* After a turn with `turns` before it, of whose equations the share `unique` was new. True if the policy is to be refreshed. */
bool pace_end_turn(struct pace *p, const struct train_config *c, int max_len, int64_t turns, double unique);

#endif
