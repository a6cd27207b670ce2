/* tape_parts.h — what a tape is made of; shared by tape.c (values and derivatives), sums.c (normal
 * equations) and trace.c (looking into nodes). */
#ifndef EQRL_EVAL_TAPE_PARTS_H
#define EQRL_EVAL_TAPE_PARTS_H

#include "eqrl/eval/tape.h"

typedef double block[ROWS_BLOCK];

/* Where a node's values stand: at base + row·step. Blocks are rewritten for each ROWS_BLOCK rows
 * (step 0), columns are walked (step 1), scalars are one number (step 0, scalar). */
struct tape_place {
	const double *base;
	uint8_t step, scalar, arity;
	uint8_t child[2];
	uint16_t constants; /* planned ones in the subtree, a bit for each index of c[] */
};

struct call {
	value_kernel *run;
	double *out;
	const double *a, *b;
	uint8_t a_step, b_step;
};

struct back_call {
	partial_kernel *run;
	double *ga, *gb;
	const double *g, *v, *a, *b;
	uint8_t a_step, b_step;
};

/* One constant node: its derivative's share is adjoint · slope, where slope leads from the topmost
 * scalar node above it down to it. */
struct adjoint_source {
	const double *adjoint;
	uint8_t constant; /* position among the planned ones */
	uint8_t node;
	bool inside; /* some larger scalar */
	bool direct; /* the only source of its constant, and with slope 1 */
};

struct tape {
	const struct kernels *kernels;
	struct expr e;
	struct rows rows;
	struct tape_place place[EXPR_MAX_NODES];

	int stride; /* from one block that is summed to the next, in rows */
	int n_calls, n_back, n_scalars, n_sources, k;
	struct call calls[EXPR_MAX_NODES];
	struct back_call back[EXPR_MAX_NODES];
	uint8_t scalars[EXPR_MAX_NODES]; /* nodes to compute once, children first */
	struct adjoint_source sources[EXPR_MAX_NODES];
	bool slopes;			       /* some planned constant is inside a larger scalar */
	const double *column[EXPR_MAX_CONSTS]; /* of the Jacobian, this block */

	double scalar[EXPR_MAX_NODES], slope[EXPR_MAX_NODES];
	struct moment_lanes lanes;
	block *value, *adjoint;	   /* of each node */
	block *jacobian, *scratch; /* of each constant; the last scratch is the residual */
	block *ones;
	double *memory;
};

/* Readies the scalar nodes for constants c (NULL: the equation's own), and their slopes. */
void tape_load(struct tape *t, const double *c);
void tape_load_slopes(struct tape *t);

/* Values of the block of rows that starts at row; returns the root's. */
const double *tape_forward(struct tape *t, int row);

/* Derivatives of the block whose values tape_forward has just left: fills column[0 … k-1]. */
void tape_backward(struct tape *t, int row);

/* The first counted row of the block whose value v is not finite, or -1. */
int tape_first_bad(const struct tape *t, const double *v, int row);

static inline int rows_left(const struct tape *t, int row)
{
	return t->rows.n - row < ROWS_BLOCK ? t->rows.n - row : ROWS_BLOCK;
}

#endif
