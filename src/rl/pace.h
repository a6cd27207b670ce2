/* pace.h — private to the trainer: what changes from turn to turn of one task, by counted progress alone.
 *
 * share      Policy and evolution divide the effort of a step by what they have paid off: decades by which their
 *            equations lowered the front, per unit of counted effort, both decaying by 0.9 a turn (a two-armed
 *            bandit). Neither gets less than an eighth, so neither becomes idle. The policy writes that share of a
 *            batch, and then there are as many rounds of evolution as balance what that and learning cost.
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

struct task;
struct rollout;
struct brood;

/* Completed offspring (complete.h) are evolution's, but counted apart in the statistics. */
enum { BY_POLICY, BY_EVOLUTION, SOURCES, BY_COMPLETION = SOURCES };
enum { PACE_MOST_ROUNDS = 32 };

struct pace {
	double best_fvu, followed_fvu; /* of the front, on fit rows: now; when the floor was last set */
	double temperature;
	double gain[SOURCES], effort[SOURCES]; /* decades; microseconds of one core, by count */
	double cost[SOURCES];		       /* of a candidate in the last turn, in the same microseconds */
	double learning;		       /* of the last turn's learning */
	double fit_gain[2], fit_effort[2];     /* of first and second fits: decades; node-rows */
	double counted[2];		       /* node-rows that are in fit_effort already */
	double promising;
	int32_t stalled, stage; /* turns since best_fvu fell; of the curriculum */
};

void pace_open(struct pace *p, const struct train_config *c);

/* Sets the task's grammar, reward and temperature for its next turn. */
void pace_begin(struct task *k, const struct train_config *c);

/* What the next turn of a task with parents does: candidates that the policy writes, in whole groups, and rounds of
 * evolution, c->offspring each. */
struct turn_plan {
	int written, rounds;
};
struct turn_plan pace_plan(const struct pace *p, const struct train_config *c);

/* Count what the written candidates, learning from `trained` sequences, and one round of evolution took. */
void pace_count_written(struct pace *p, const struct rollout *r);
void pace_count_learning(struct pace *p, int trained);
void pace_count_bred(struct pace *p, const struct brood *b);

/* Before the hall of fame learns of it: notes by how many decades an equation lowers the front. */
void pace_credit(struct task *k, const struct score *s, int source);

/* Sets `promising` after a turn in which first and second fits evaluated so many node-rows. */
void pace_follow_fits(struct pace *p, double first, double second);

/* After a turn. True if the policy is to be refreshed. */
bool pace_end(struct task *k, const struct train_config *c);

#endif
