/* reward.c — the table of rewards; see reward.h. */
#include "eqrl/reward.h"

#include "eqrl/mem.h"

#include <math.h>

static double r2(double fvu, double floor)
{
	return fmax(1 - fvu, 0);
}

static double inv_nmse(double fvu, double floor)
{
	return fmax(2 / (1 + fvu) - 1, 0);
}

static double log_fvu(double fvu, double floor)
{
	const double decades = 8;

	return fmin(fmax(-log10(fmax(fvu, floor)), 0), decades) / decades;
}

const struct reward_row reward_table[] = {
	{"r2", "share of the variance explained", r2},
	{"inv_nmse", "2/(1 + NMSE) - 1", inv_nmse},
	{"log_fvu", "decades of the unexplained share of variance, of 8", log_fvu},
};
const int reward_rows = COUNT_OF(reward_table);

double reward_of(const struct reward_config *c, const struct score *s)
{
	if (!s || s->verdict != VERDICT_OK || !isfinite(s->fvu_fit))
		return REWARD_INVALID;
	return reward_table[c->kind].of_fvu(s->fvu_fit, fmax(c->floor, 1e-12)) -
	       c->size_cost * s->size / c->max_size;
}
