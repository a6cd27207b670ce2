/* skeleton.h — the form of a synthetic equation: drawn from the prior, canonical and stripped, as a policy writes it. */
#ifndef EQRL_SKELETON_H
#define EQRL_SKELETON_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/expr/prior.h"
#include "eqrl/expr/vocab.h"

/* Why a draw was rejected, counted by the caller. */
enum problem_verdict {
	PROBLEM_OK,
	PROBLEM_TOO_LONG,
	PROBLEM_CONSTANT,   /* simplifies to a constant */
	PROBLEM_GRAMMAR,    /* the skeleton breaks a mask */
	PROBLEM_EXCLUDED,   /* equals a benchmark truth */
	PROBLEM_THINNED,    /* its skeleton is common enough already */
	PROBLEM_UNDEFINED,  /* too few finite rows */
	PROBLEM_DEGENERATE, /* constant, or ruled by single rows */
	PROBLEM_UNSOLVABLE, /* to be turned around, and no input is a function of the others that holds in all rows */
	PROBLEM_VERDICTS,
};

extern const char *const problem_verdict_name[PROBLEM_VERDICTS];

/* PROBLEM_OK, or why a canonical, stripped equation can be no target of a policy under this grammar. */
enum problem_verdict skeleton_check(const struct expr *e, const struct grammar *g);

/* The same of an equation drawn from the prior. */
enum problem_verdict skeleton_draw(const struct prior_config *prior, const struct grammar *g, struct rng *r,
				   struct expr *out);

#endif
