/* problem.h — one synthetic problem: an equation, a table, and the tokens that the policy should write.
 *
 * skeleton (prior) → canonical, stripped (the target) → inputs → constants in proportion to what they
 * multiply or join → scale, offset and coefficients of terms → perhaps turned around → noise. A problem
 * is a function of (configuration, stream) alone.
 *
 * Turned around: the law is solved for one of its inputs, which becomes the target; the law's value stands among the
 * columns in its place, with the values that it has. So a target is also spread as inputs are, and a column as laws'
 * values. */
#ifndef EQRL_PROBLEM_H
#define EQRL_PROBLEM_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/data/synth.h"
#include "eqrl/pretrain/skeleton.h"

enum { PROBLEM_MAX_ROWS = 256 };

struct skeleton_census; /* see census.h */

struct problem_config {
	struct prior_config prior;
	struct synth_noise noise;
	struct grammar grammar;		      /* targets obey it; allowed variables are all */
	double unused_columns;		      /* mean number of columns that the equation does not use */
	double turned;			      /* share of laws turned around */
	double dependent;		      /* share of tables with columns that depend on others */
	const struct skeleton_census *census; /* NULL: no thinning and no exclusion */
};

struct problem_config problem_default(void);

/* A law and its target; or a law whose target stands among the inputs, and one of them has to be found. */
enum problem_kind { PROBLEM_STRAIGHT, PROBLEM_TURNED };

struct problem {
	enum problem_kind kind;
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

/* One attempt at a problem of this kind. */
enum problem_verdict problem_try(const struct problem_config *c, enum problem_kind kind, int n_rows, struct rng *r,
				 struct problem *out);

/* A problem, by as many attempts as it takes: turned ones in the share that the configuration asks for. verdicts (NULL, or
 * PROBLEM_VERDICTS) counts what became of the attempts. */
void problem_draw(const struct problem_config *c, int n_rows, struct rng *r, int64_t *verdicts, struct problem *out);

#endif
