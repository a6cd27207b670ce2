/* prior_parts.h — what random equations are put together from; private to expr.
 *
 * Builders write through `out` and give false when it grows too long. level counts how deep a part stands: deeper ones
 * are simpler. */
#ifndef EQRL_EXPR_PRIOR_PARTS_H
#define EQRL_EXPR_PRIOR_PARTS_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/expr.h"

/* Which variables are still unused: new ones are preferred, so that an equation of n variables
 * usually shows all of them. */
struct prior_draw_state {
	struct rng *r;
	int n_vars;
	int left; /* unused variables, in order[0 … left-1] */
	int order[16];
};

/* Leaves: all n_vars variables are unused at first; op is OP_CONST or OP_INT, OP_PI, OP_VAR with its arg. */
void draw_start(struct prior_draw_state *d, int n_vars, struct rng *r);
void draw_leaf(struct expr *out, enum op op, int arg);
void draw_variable(struct prior_draw_state *d, struct expr *out);

/* *e becomes op(c, e) or op(e, c) with a new constant, op(e), op(a, b). */
bool expr_with_const(struct prior_draw_state *d, enum op op, struct expr *e, bool const_first);
bool expr_wrap(enum op op, struct expr *e);
bool expr_join(enum op op, struct expr *a, const struct expr *b);

/* x1 - x2 and its kin; function(argument); factors multiplied and divided; terms added and subtracted. */
bool draw_difference(struct prior_draw_state *d, struct expr *out);
bool draw_function(struct prior_draw_state *d, int level, struct expr *out);
bool draw_product(struct prior_draw_state *d, int factors, int level, struct expr *out);
bool draw_sum(struct prior_draw_state *d, int terms, int level, struct expr *out);

/* Sums of products of two columns, ratios with differences, means with weights; distances and third sides. */
bool draw_pairs(struct prior_draw_state *d, struct expr *out);
bool draw_distance(struct prior_draw_state *d, struct expr *out);

#endif
