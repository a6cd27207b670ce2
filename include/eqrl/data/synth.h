/* synth.h — synthetic inputs and noise: the tables that pretraining shows.
 *
 * Inputs cover what users bring: uniform, log-uniform, normal mixtures, grids, few distinct values,
 * correlated columns, positive and signed, ranges over many decades, heavy tails. */
#ifndef EQRL_SYNTH_H
#define EQRL_SYNTH_H

#include "eqrl/base/rng.h"

#include <stdbool.h>

/* Fills x[column][row]. positive: every value > 0 (for equations that are undefined elsewhere). */
void synth_inputs(struct rng *r, int n_columns, int n_rows, bool positive, double *const *x);

struct synth_noise {
	double share;	  /* of problems with noise */
	double low, high; /* standard deviation of the noise in those of the target, log-uniform */
};

/* Adds noise to y in place: additive Gaussian, relative, outliers or rounding to few digits. Returns
 * the root mean square change in standard deviations of the clean target; 0: nothing was changed. */
double synth_add_noise(struct rng *r, const struct synth_noise *s, int n, double *y);

#endif
