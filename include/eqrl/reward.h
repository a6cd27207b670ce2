/* reward.h — what an equation is worth to the policy: one row per reward.
 *
 * F = fraction of variance unexplained on fit rows (1 − R²). Every reward is at most 1; an equation no
 * better than the mean gets about 0 and an invalid one REWARD_INVALID, below everything else.
 *   r2        max(1 − F, 0)                      REEL (arXiv 2505.15572)
 *   inv_nmse  1/(1 + F), shifted so that F = 1 gives 0: 2/(1 + F) − 1     TPSR
 *   log_fvu   clip(−log10 max(F, floor), 0, D)/D, D = 8 decades: credit for every decade
 * minus size_cost · size / max_size. */
#ifndef EQRL_REWARD_H
#define EQRL_REWARD_H

#include "eqrl/score.h"

#define REWARD_INVALID (-0.5)

struct reward_config {
	int kind;          /* index into the table = REWARD_… of options.h */
	double size_cost;
	int max_size;
	double floor;      /* F below this earns no more: noise or rounding of the target */
};

extern const struct reward_row {
	const char *name, *doc;
	double (*of_fvu)(double fvu, double floor);
} reward_table[];
extern const int reward_rows;

double reward_of(const struct reward_config *c, const struct score *s);

#endif
