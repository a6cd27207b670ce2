/* normal.h — private to the simplifier: equations as sums and products.
 *
 *   number    value, free or fixed
 *   leaf      variable or tied constant
 *   call      function(argument)
 *   power     base ^ exponent, exponent not an integer
 *   sum       offset + Σ coefficient · term
 *   product   coefficient · Π base ^ integer
 *
 * Nodes live in one array on the stack and refer to each other by index. A node is never changed. */
#ifndef EQRL_NORMAL_H
#define EQRL_NORMAL_H

#include "eqrl/expr.h"

enum { NORMAL_NODES = 256, NORMAL_ITEMS = 512, NORMAL_LIST = EXPR_MAX_NODES };

enum normal_kind { NORMAL_NUMBER, NORMAL_LEAF, NORMAL_CALL, NORMAL_POWER, NORMAL_SUM, NORMAL_PRODUCT };

struct number {
	double v;
	bool free;
};

struct item {
	int16_t node;
	int16_t exponent;        /* of a factor */
	struct number k;         /* of a term */
};

struct normal_node {
	uint8_t kind;
	bool has_free;           /* contains a free constant: equal to nothing but itself */
	uint16_t size;           /* nodes when written, about */
	struct node leaf;        /* leaf; op of a call */
	int16_t a, b;            /* call: argument; power: base, exponent; sum, product: first item, items */
	struct number k;         /* number; offset; coefficient */
	uint64_t hash, shape;    /* with and without the identity of variables */
};

struct normal {
	bool keep_values;
	bool failed;             /* out of room, or a constant that is no number: leave the equation alone */
	int n, n_items;
	struct normal_node node[NORMAL_NODES];
	struct item item[NORMAL_ITEMS];
};

/* Index of the equation's root; check failed. */
int normal_read(struct normal *f, const struct expr *e);

/* Writes a node in prefix order; false when it does not fit. */
bool normal_write(const struct normal *f, int node, struct expr *out);

static inline bool number_is(struct number k, double v)
{
	return !k.free && k.v == v;
}

#endif
