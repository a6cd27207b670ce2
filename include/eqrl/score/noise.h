/* noise.h — is what an equation leaves unexplained noise?
 *
 * Rows that lie next to each other share what a smooth function still misses, but not noise. So with r the
 * residuals and r' those of the nearest neighbour (inputs in units of their spread),
 *
 *   share = ½ mean (r − r')² / mean r²
 *
 * is about 1 for noise and near 0 for structure (von Neumann's ratio; Rice 1984 and the gamma test, Evans and
 * Jones 2002, apply the same difference to the target itself). Where neighbours are far apart, structure can
 * pass for noise, never the other way round. */
#ifndef EQRL_NOISE_H
#define EQRL_NOISE_H

#include "eqrl/expr/rows.h"

/* Looks at 400 rows at most. Returns 0 when there are fewer than 8 or the residuals are all 0. */
double noise_share(const struct rows *rows, const double *residual);

#endif
