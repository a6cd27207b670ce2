/* problem.h — one synthetic problem: an equation, a table, and the tokens that the policy should write.
 *
 * skeleton (prior) → canonical, stripped (the target) → inputs → constants in proportion to what they
 * multiply or join → scale, offset and coefficients of terms → noise. A problem is a function of
 * (configuration, stream) alone. */
#ifndef EQRL_PROBLEM_H
#define EQRL_PROBLEM_H

#include "eqrl/base/pool.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/grammar.h"
#include "eqrl/expr/prior.h"
#include "eqrl/expr/rows.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/data/synth.h"

enum { PROBLEM_MAX_ROWS = 256 };

/* Skeletons that must not be drawn (benchmark truths) and how often common ones may repeat. */
struct skeleton_census;

struct problem_config {
	struct prior_config prior;
	struct synth_noise noise;
	struct grammar grammar;		      /* targets obey it; allowed variables are all */
	double unused_columns;		      /* mean number of columns that the equation does not use */
	const struct skeleton_census *census; /* NULL: no thinning and no exclusion */
};

struct problem_config problem_default(void);

struct problem {
	struct expr skeleton; /* the target, columns are the table's */
	struct expr truth;    /* with constants, coefficients and offset; n = 0 if it did not fit */
	uint8_t tokens[VOCAB_MAX_LEN + 1];
	int len; /* with EOS */
	int n_columns;
	struct rows rows; /* into the arrays below */
	double noise;	  /* root mean square change of y, in standard deviations */
	const double *column[VOCAB_VARS];
	double x[VOCAB_VARS][PROBLEM_MAX_ROWS + ROWS_BLOCK];
	double y[PROBLEM_MAX_ROWS + ROWS_BLOCK];
	double clean[PROBLEM_MAX_ROWS + ROWS_BLOCK]; /* target before noise */
};

/* Why a draw was rejected, counted by the caller. */
enum problem_verdict {
	PROBLEM_OK,
	PROBLEM_TOO_LONG,
	PROBLEM_CONSTANT,   /* simplifies to a constant */
	PROBLEM_GRAMMAR,    /* the target breaks a mask */
	PROBLEM_EXCLUDED,   /* equals a benchmark truth */
	PROBLEM_THINNED,    /* its skeleton is common enough already */
	PROBLEM_UNDEFINED,  /* too few finite rows */
	PROBLEM_DEGENERATE, /* constant, or ruled by single rows */
	PROBLEM_VERDICTS,
};

extern const char *const problem_verdict_name[PROBLEM_VERDICTS];

enum problem_verdict problem_draw(const struct problem_config *c, int n_rows, struct rng *r, struct problem *out);

/* The policy's view of an equation of the prior: false and a verdict when it cannot be a target. */
enum problem_verdict problem_skeleton(const struct problem_config *c, struct rng *r, struct expr *out);

/* Counts skeletons over `draws` draws of the prior (a pure function of the arguments), so that drawing
 * can keep every skeleton below max_share of the problems, growing with its size. exclude: truths whose
 * stripped canonical skeleton (up to variable names) has more than 6 nodes never pass. pool may be NULL. */
struct skeleton_census *census_new(const struct problem_config *c, int draws, double max_share, uint64_t seed,
				   const struct expr *exclude, int n_exclude, struct pool *pool);
void census_free(struct skeleton_census *s);
int census_excluded(const struct skeleton_census *s);
double census_max_share(const struct skeleton_census *s);

#endif
