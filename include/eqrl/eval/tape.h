/* tape.h — evaluate one equation on many rows, again and again with other constants.
 *
 * Binding turns the prefix array into a list of kernel calls, one for each operator that depends on
 * a column; columns and constants are operands where they stand, never copied. Sub-expressions
 * without a column are computed once for each evaluation, not for each row. Derivatives with
 * respect to all planned constants come from one backward sweep; tied constants add up.
 *
 * The simple algorithm, for one row (tests/ref_eval.c):
 *   for i = n-1 … 0: v[i] = leaf value, or op(v[first child], v[second child])
 *   g[0] = 1; for i = 0 … n-1: g[child] = g[i] · ∂op/∂child; ∂f/∂c_k = Σ g[i] over its nodes
 * The tape does the same with blocks of ROWS_BLOCK rows in place of numbers.
 *
 * Threads: not synchronised, one tape per worker. Nothing allocates after tape_new.
 * Lifetime: borrows the rows (not the equation) from tape_bind until the next tape_bind or
 * tape_free. Failure: none. A non-finite value is an answer; tape_culprit says which node made it.
 * Rows of weight 0 count nowhere. Results do not depend on the worker; the sums run over rows in
 * order, in partial sums that are the same on every instruction set. */
#ifndef EQRL_TAPE_H
#define EQRL_TAPE_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"
#include "eqrl/eval/kernels.h"

#include <stdbool.h>
#include <stdint.h>

struct tape;

/* Normal equations of the residuals r = f − y over all counted rows, weighted. Constants are
 * numbered 0 … k-1 in the order of their index in c[]. */
struct moments {
	int k;
	int bad;				    /* counted rows taken as 0 (lenient form) */
	double sse;				    /* Σ w r² */
	double g[EXPR_MAX_CONSTS];		    /* Jᵀ W r */
	double a[EXPR_MAX_CONSTS][EXPR_MAX_CONSTS]; /* Jᵀ W J, both triangles */
};

/* What one node's values look like; n counts the finite ones. */
struct node_stats {
	int n;
	double low, high, mean, mean_abs, sd;
	double typical; /* (Σ |v|^¼ / n)⁴: the size of most values, whatever the largest are */
};

struct tape *tape_new(void);
struct tape *tape_new_for(const struct kernels *k); /* a given instruction set */
void tape_free(struct tape *t);			    /* NULL is fine */
const struct kernels *tape_kernels(const struct tape *t);

/* e must be valid and rows hold at least expr_columns(e) columns. Plans no derivatives. */
void tape_bind(struct tape *t, const struct expr *e, const struct rows *rows);

/* Gives the sums other row weights (n + ROWS_BLOCK are readable) until the next tape_bind. */
void tape_weigh(struct tape *t, const double *w);

/* Lets the sums and statistics run over about max_rows rows only, in blocks spread evenly, until
 * the next tape_bind or tape_sample; 0: all rows. */
void tape_sample(struct tape *t, int max_rows);

/* Returns the row of the sample that follows, ≥ n after the last. The first is 0. */
int tape_next_row(const struct tape *t, int row);

/* Sets the constants to differentiate with respect to: bit i is c[i]. Returns their number. */
int tape_plan(struct tape *t, uint32_t constants);

/* In all that follows c is the equation's c[] (fixed literals included), or NULL for its own. */

/* out[row] = f(x[row]) for rows 0 … n-1. False if any counted row is not finite. */
bool tape_eval(struct tape *t, const double *c, double *out);

/* Σ w (f − y)², or the error by the rows' loss (loss.h); NaN or infinite if some counted row is. */
double tape_sse(struct tape *t, const double *c);

/* Values and planned derivatives of all rows in one pass. False if the error or a derivative is not
 * finite: then only m->sse is set (and finite, when only a derivative is not). */
bool tape_moments(struct tape *t, const double *c, struct moments *m);

/* Does the same with every residual and derivative that is not finite taken as 0, to leave a point like
 * √0 or log(−1). False only if a sum overflows. */
bool tape_moments_lenient(struct tape *t, const double *c, struct moments *m);

/* out as tape_eval; jacobian[p][row] = ∂f/∂(p-th planned constant). */
bool tape_jacobian(struct tape *t, const double *c, double *out, double *const *jacobian);

/* Adds to out[row], for all rows or those of tape_sample, ln(1 + Σ_k (J_k / typical J_k)²) with the
 * derivatives J_k of the planned constants: how much harder than most this row pulls at them. */
void tape_leverage(struct tape *t, const double *c, double *out);

/* Finds the first counted row whose value is not finite, and the node to blame there: it is not finite, and its children
 * are. False if there is none. */
bool tape_culprit(struct tape *t, const double *c, int *node, int *row);

/* Measures every node (stats[0 … e->n-1]) over all rows or those of tape_sample, whatever
 * their weights. */
void tape_stats(struct tape *t, const double *c, struct node_stats *stats);

#endif
