/* adamw.h — the optimiser's arithmetic on the host; its moments live where the weights do.
 *
 * AdamW (Loshchilov and Hutter 2019): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p(1 − lr·decay) − lr · m̂/(√v̂ +
 * eps) with bias-corrected m̂, v̂. */
#ifndef EQRL_ADAMW_H
#define EQRL_ADAMW_H

#include "eqrl/learn/ctorch.h"

#include <stddef.h>

/* g is read times a->scale. */
void adamw_update(float *p, float *m, float *v, const float *g, size_t n, const struct ct_adamw *a);

/* Σ g², in double. */
double adamw_square_sum(const float *g, size_t n);

#endif
