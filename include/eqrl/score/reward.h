/* reward.h — what an equation is worth to the policy: one row per reward.
 *
 * F = fraction of variance unexplained on fit rows (1 − R²), never below the floor of the data: what
 * rounding and noise of the target leave (noise.h), so that nothing is gained by fitting noise. D = 8 decades.
 *   r2         max(1 − F, 0)                                                REEL (arXiv 2505.15572)
 *   inv_nmse   1/(1 + F), shifted so that F = 1 gives 0: 2/(1 + F) − 1      TPSR (arXiv 2303.06833)
 *   inv_nrmse  the same with √F                                             DSR (arXiv 1912.04871)
 *   log_fvu    min(−log10 F, D)/D: credit for every decade
 *   rank       share of the step's other equations that are worse by F; ties count half
 *   binary     1 if F ≤ max(REWARD_SOLVED, twice the floor), else 0
 *   partial    whole decades of log_fvu: what is right so far counts, digit by digit
 *   rescaled   2·log_fvu − 1: −1 … 1
 * (binary, partial and rescaled are the reward styles of multi-domain RLVR, arXiv 2507.17512.)
 *
 * sharpness blends any of them with binary: (1 − s)·reward + s·binary; trainers let it rise.
 * The size term, size_cost · size / max_size, is subtracted. An equation that cannot be evaluated gets
 * reward_invalid(), strictly below everything else. */
#ifndef EQRL_REWARD_H
#define EQRL_REWARD_H

#include "eqrl/score/score.h"

#define REWARD_SOLVED 1e-6

/* Rows of the table, and values of --reward. */
enum {
	REWARD_R2,
	REWARD_INV_NMSE,
	REWARD_INV_NRMSE,
	REWARD_LOG_FVU,
	REWARD_RANK,
	REWARD_BINARY,
	REWARD_PARTIAL,
	REWARD_RESCALED
};

struct reward_config {
	int kind; /* REWARD_… */
	double size_cost;
	int max_size;
	double floor;	  /* F below this earns no more */
	double sharpness; /* 0 … 1 */
};

extern const struct reward_row {
	const char *name, *doc;
	double lowest;				    /* of a valid equation, before the size term */
	double (*of_fvu)(double fvu, double floor); /* NULL: needs the whole step */
} reward_table[];
extern const int reward_rows;

/* Rewards one equation by itself. A reward that needs the whole step counts as log_fvu here. */
double reward_of(const struct reward_config *c, const struct score *s);

/* Rewards all equations of a step at once. */
void reward_step(const struct reward_config *c, const struct score *s, int n, double *reward);

double reward_invalid(const struct reward_config *c);

#endif
