/* census.h — which skeletons must not be drawn, and how often common ones may repeat.
 *
 * Counted once over a number of draws of the prior, a pure function of the arguments: so a generator that asks it
 * stays a function of (configuration, stream). Read-only afterwards, by any threads. */
#ifndef EQRL_CENSUS_H
#define EQRL_CENSUS_H

#include "eqrl/base/pool.h"
#include "eqrl/pretrain/skeleton.h"

struct census_config {
	const struct prior_config *prior; /* borrowed for the count alone, as grammar is */
	const struct grammar *grammar;
	uint64_t seed;
	int draws;
	double max_share; /* of the problems, for one skeleton of seven nodes; larger ones get more */
};

struct skeleton_census;

/* excluded: truths whose stripped canonical skeleton (up to variable names) has more than 6 nodes never pass.
 * pool may be NULL. */
struct skeleton_census *census_new(const struct census_config *c, const struct expr *excluded, int n_excluded,
				   struct pool *pool);
void census_free(struct skeleton_census *s);

int census_excluded(const struct skeleton_census *s);
double census_max_share(const struct skeleton_census *s);

/* PROBLEM_OK, PROBLEM_THINNED (by a coin of r) or PROBLEM_EXCLUDED. */
enum problem_verdict census_judge(const struct skeleton_census *s, const struct expr *skeleton, struct rng *r);

#endif
