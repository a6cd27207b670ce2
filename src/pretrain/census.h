/* census.h — private to the problem generator: how common a skeleton is, and which are forbidden. */
#ifndef EQRL_CENSUS_H
#define EQRL_CENSUS_H

#include "eqrl/pretrain/problem.h"

/* PROBLEM_OK, PROBLEM_THINNED (by a coin of r) or PROBLEM_EXCLUDED. */
enum problem_verdict census_judge(const struct skeleton_census *s, const struct expr *skeleton, struct rng *r);

#endif
