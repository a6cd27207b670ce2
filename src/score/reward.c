/* reward.c — the table of rewards; see reward.h. */
#include "eqrl/score/reward.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"

#include <math.h>
#include <stdlib.h>

#define DECADES	      8.0
#define INVALID_BELOW 0.4 /* distance of an invalid equation from the worst valid one */

static double r2(double fvu, double floor)
{
	return fmax(1 - fvu, 0);
}

static double inv_nmse(double fvu, double floor)
{
	return fmax(2 / (1 + fvu) - 1, 0);
}

static double inv_nrmse(double fvu, double floor)
{
	return fmax(2 / (1 + sqrt(fvu)) - 1, 0);
}

static double log_fvu(double fvu, double floor)
{
	return fmin(fmax(-log10(fvu), 0), DECADES) / DECADES;
}

static double binary(double fvu, double floor)
{
	return fvu <= fmax(REWARD_SOLVED, 2 * floor);
}

static double partial(double fvu, double unused)
{
	/* a whole decade that is missed by rounding alone counts */
	return floor(DECADES * log_fvu(fvu, unused) + 1e-9) / DECADES;
}

static double rescaled(double fvu, double floor)
{
	return 2 * log_fvu(fvu, floor) - 1;
}

const struct reward_row reward_table[] = {
	[REWARD_R2] = {"r2", "share of the variance explained", 0, r2},
	[REWARD_INV_NMSE] = {"inv_nmse", "2/(1 + NMSE) - 1", 0, inv_nmse},
	[REWARD_INV_NRMSE] = {"inv_nrmse", "2/(1 + NRMSE) - 1", 0, inv_nrmse},
	[REWARD_LOG_FVU] = {"log_fvu", "decades of the unexplained share of variance, of 8", 0, log_fvu},
	[REWARD_RANK] = {"rank", "share of the step's equations that are worse", 0, NULL},
	[REWARD_BINARY] = {"binary", "1 if nothing but rounding and noise is left", 0, binary},
	[REWARD_PARTIAL] = {"partial", "whole decades, of 8", 0, partial},
	[REWARD_RESCALED] = {"rescaled", "decades between -1 and 1", -1, rescaled},
};
const int reward_rows = COUNT_OF(reward_table);

static bool is_valid(const struct score *s)
{
	return s && s->verdict == VERDICT_OK && isfinite(s->fvu_fit);
}

static double capped(const struct reward_config *c, const struct score *s)
{
	return fmax(s->fvu_fit, fmax(c->floor, 1e-12));
}

double reward_invalid(const struct reward_config *c)
{
	return reward_table[c->kind].lowest - fmax(c->size_cost, 0) - INVALID_BELOW;
}

/* worth: by the row, before sharpening and size. */
static double price_reward(const struct reward_config *c, const struct score *s, double worth)
{
	if (c->sharpness > 0)
		worth += c->sharpness * (binary(capped(c, s), c->floor) - worth);
	return worth - c->size_cost * fmin(1, (double)s->size / c->max_size);
}

double reward_of(const struct reward_config *c, const struct score *s)
{
	const struct reward_row *row = &reward_table[c->kind];

	if (!is_valid(s))
		return reward_invalid(c);
	return price_reward(c, s, (row->of_fvu ? row->of_fvu : log_fvu)(capped(c, s), c->floor));
}

/* How many of the n sorted values are below x, those equal to it by half. */
static double place_of(const double *sorted, int n, double x)
{
	int below = 0, upto = 0;

	for (int step = n; step > 0; step /= 2) { /* both ends by galloping: the values are sorted */
		while (below + step <= n && sorted[below + step - 1] < x)
			below += step;
		while (upto + step <= n && sorted[upto + step - 1] <= x)
			upto += step;
	}
	return 0.5 * (below + upto);
}

static void reward_ranks(const struct reward_config *c, const struct score *s, int n, double *reward)
{
	double *sorted = xmalloc((size_t)(n + 1) * sizeof(*sorted));

	for (int i = 0; i < n; i++)
		sorted[i] = is_valid(&s[i]) ? capped(c, &s[i]) : INFINITY;
	sort_doubles(sorted, n);
	for (int i = 0; i < n; i++) {
		if (!is_valid(&s[i]))
			reward[i] = reward_invalid(c);
		else /* of the n − 1 others; the half for itself is taken off */
			reward[i] = price_reward(
				c, &s[i], n == 1 ? 1 : 1 - (place_of(sorted, n, capped(c, &s[i])) - 0.5) / (n - 1));
	}
	free(sorted);
}

void reward_step(const struct reward_config *c, const struct score *s, int n, double *reward)
{
	if (!reward_table[c->kind].of_fvu) {
		reward_ranks(c, s, n, reward);
		return;
	}
	for (int i = 0; i < n; i++)
		reward[i] = reward_of(c, &s[i]);
}
