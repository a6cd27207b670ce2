/* expr.h — an equation: a prefix array of nodes and its constants.
 *
 * The only representation of an equation in the program, a value type without pointers: copy it with
 * '='. Nodes stand in prefix (Polish) order, exactly as the decoder emits tokens; evaluate right to
 * left, differentiate left to right, print recursively. Free (OP_CONST) and fixed (OP_FIXED) nodes
 * index c[]; several nodes may share one index (tied parameters).
 *
 * Columns: OP_VAR's arg is a column index of a data set (0 … 65534), which may be larger than the 16
 * variables of the policy's vocabulary; the policy's variable slots are mapped to columns per context. */
#ifndef EQRL_EXPR_H
#define EQRL_EXPR_H

#include "eqrl/expr/op.h"

#include <stdbool.h>
#include <stdint.h>

enum { EXPR_MAX_NODES = 64, EXPR_MAX_CONSTS = 16 };

struct node {
	uint16_t op; /* enum op */
	uint16_t arg;
};

struct expr {
	int n;	      /* nodes, 0 … EXPR_MAX_NODES; 0 means "no equation" */
	int n_consts; /* used entries of c[] */
	struct node node[EXPR_MAX_NODES];
	double c[EXPR_MAX_CONSTS];
};

static inline int node_arity(struct node a)
{
	return op_info[a.op].arity;
}

/* Builders, for tests and generators: append one node; false (and nothing changed) when full. */
bool expr_push(struct expr *e, enum op op, int arg);
bool expr_push_const(struct expr *e, enum op const_or_fixed, double value); /* new c[] entry */

/* One complete tree, indices within bounds, every leaf well-formed. */
bool expr_valid(const struct expr *e);

/* Zeroes what lies behind the last node and constant, so that equal equations are equal bytes. */
void expr_clear_rest(struct expr *e);

/* First index after the subtree that starts at node i. */
int expr_end(const struct expr *e, int i);

/* Fills end[i] for all nodes in one pass. */
void expr_ends(const struct expr *e, uint8_t end[EXPR_MAX_NODES]);

/* Appends the subtree of src at i (constants copied; tied ones stay tied within the subtree). */
bool expr_append_subtree(struct expr *dst, const struct expr *src, int i);

/* dst = src with the subtree at node i replaced by r. False if the result would not fit. */
bool expr_replace_subtree(struct expr *dst, const struct expr *src, int i, const struct expr *r);

/* Size in complexity units: the number of nodes weighted by op_info.complexity. */
int expr_size(const struct expr *e);
int expr_depth(const struct expr *e); /* a leaf has depth 1 */

/* Free constants: OP_CONST nodes counted once per shared index. */
int expr_free_consts(const struct expr *e);

/* Renumbers c[] so that entries appear in prefix order without gaps; unused entries vanish. */
void expr_pack_consts(struct expr *e);

/* Same nodes (constants' values ignored, their tying respected) after packing both. */
bool expr_same_skeleton(const struct expr *a, const struct expr *b);

/* Value of one row x (x[column]); the slow definition, recursive. */
double expr_value(const struct expr *e, const double *x);

/* Highest column index used plus one; 0 if no variable. */
int expr_columns(const struct expr *e);
bool expr_uses_column(const struct expr *e, int column);

#endif
