/* recovery.h — private to pretraining: how soon the policy writes the true equation.
 *
 * A fixed set of synthetic problems of at most 12 nodes, the same for every run and recipe (the default
 * prior, its own streams), once exact and once with a noisy target, and another one of laws turned around. Recovered: one of the sampled equations has the
 * stripped canonical skeleton of the truth (strip.h); equal values in another form do not count, and
 * nothing is fitted. */
#ifndef EQRL_PRETRAIN_RECOVERY_H
#define EQRL_PRETRAIN_RECOVERY_H

#include "eqrl/base/pool.h"
#include "eqrl/pretrain/pretrain.h"

struct recovery_set;

/* n problems that the network sees at c->net.points rows; census (may be NULL) as in training. */
struct recovery_set *recovery_new(const struct pretrain_config *c, int n);
void recovery_free(struct recovery_set *s);

/* Samples `samples` equations for each problem of each kind. */
void recovery_measure(const struct recovery_set *s, const struct policy *p, struct pool *pool, int samples,
		      struct recovery_result out[RECOVERY_KINDS]);

#endif
