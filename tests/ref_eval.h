/* ref_eval.h — the slow evaluator that the tape is compared with, and random equations to compare
 * on. */
#ifndef EQRL_TESTS_REF_EVAL_H
#define EQRL_TESTS_REF_EVAL_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/expr.h"

#include <stdbool.h>

/* A value and how far another correct evaluator may be from it: every operator may be wrong by a
 * few ulp, and what comes out of it goes into the next. unsure: such errors decide between a
 * number, an infinity and a NaN (an argument at the edge of a domain), so nothing can be said. */
struct ref_value {
	double v, error;
	bool unsure;
};

struct ref_value ref_eval(const struct expr *e, const double *x);

/* Does got agree with want: the same NaN or infinity, or a number within the error? */
bool ref_agrees(struct ref_value want, double got);

/* A random tree of exactly n nodes over columns 0 … n_columns-1 with the operators' prior weights
 * (and at most max_consts constants, values N(0, 4)). */
void ref_random_expr(struct rng *r, int n, int n_columns, int max_consts, struct expr *out);

/* The equation that Polish notation spells: operators by name, x0 x1 … columns, c0 c1 … free
 * constants (value 1; the same number is the same constant), pi, integers; other numbers are fixed
 * literals. */
struct expr ref_polish(const char *text);

#endif
