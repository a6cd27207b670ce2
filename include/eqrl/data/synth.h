/* synth.h — synthetic inputs and noise: the tables that pretraining shows.
 *
 * Inputs cover what users bring: uniform, log-uniform, normal mixtures, grids, few distinct values,
 * correlated columns, positive and signed, ranges over many decades, heavy tails. */
#ifndef EQRL_SYNTH_H
#define EQRL_SYNTH_H

#include "eqrl/base/rng.h"

#include <stdbool.h>

enum { SYNTH_MAX_ROWS = 256 };

/* Fills x[column][row]. positive: every value > 0 (for equations that are undefined elsewhere). */
void synth_inputs(struct rng *r, int n_columns, int n_rows, bool positive, double *const *x);

/* Makes one or two of the columns depend on others in place: a sum, difference, product or ratio of two of them, or one of
 * them shifted, each with a spread of 0.3 to 30 %. Fewer than two columns stay as they are, and so does a column that would
 * lose the sign that positive asks for. */
void synth_depend(struct rng *r, int n_columns, int n_rows, bool positive, double *const *x);

struct synth_noise {
	double share;	  /* of problems with noise */
	double low, high; /* standard deviation of the noise in those of the target, log-uniform */
};

/* Adds noise to y in place: additive Gaussian, relative, outliers or rounding to few digits. Returns
 * the root mean square change in standard deviations of the clean target; 0: nothing was changed. */
double synth_add_noise(struct rng *r, const struct synth_noise *s, int n, double *y);

#endif
