/* lm.h — one descent of Levenberg and Marquardt from one start. */
#ifndef EQRL_EVAL_LM_H
#define EQRL_EVAL_LM_H

#include "eqrl/eval/tape.h"
#include "linear.h"

struct lm_options {
	int max_iterations;
	double rel_tol;	   /* stop when a step takes, or promises, less than this share of the error */
	double floor;	   /* an error that is rounding only: stop there */
	int give_up_after; /* iterations after which the error must be below the next; 0: never */
	double give_up_sse;
	double penalty;	   /* of a row that is not finite, where such rows are tolerated */
	bool may_stay_bad; /* such rows may be left at the end */
};

struct lm_split {
	int n_linear, n_curved;
	uint8_t linear[EXPR_MAX_CONSTS]; /* positions among the planned constants */
	uint8_t curved[EXPR_MAX_CONSTS];
	uint8_t at[EXPR_MAX_CONSTS]; /* index in c[] of each position */
};

/* Where a descent stands: constants and, from the sums there, the problem with the linear constants
 * eliminated. */
struct lm_point {
	double c[EXPR_MAX_CONSTS];
	struct moments m;
	struct factor linear;		 /* of the linear block of m.a */
	double correct[EXPR_MAX_CONSTS]; /* of the linear constants, to their optimum */
	double sse;			 /* there */
};

struct lm {
	struct tape *tape; /* bound, all free constants planned */
	struct lm_split split;
	struct lm_options options;
	struct lm_point point[2];
	bool tolerant; /* of rows that are not finite: set while a descent has them at its start */
	int iterations, evaluations;
};

void lm_prepare(struct lm *s, struct tape *tape, const struct expr *e);

/* The error that c promises once its linear constants are solved for, rows that are not finite
 * costing the penalty each: to choose among starts. */
double lm_promise(struct lm *s, const double *c);

/* Minimises from c (whole c[], in and out). Returns the error Σ w r² there, with the sums in *m.
 * From a start where some rows are not finite it looks for a point where all are; NaN, and c
 * unchanged, if it finds none (with may_stay_bad: the best point, its penalties in the error). */
double lm_descend(struct lm *s, double *c, struct moments *m);

#endif
