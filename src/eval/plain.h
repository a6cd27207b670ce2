/* plain.h — plain numbers close to a fitted one: integers, decimals of few digits, fractions, multiples of pi and e. */
#ifndef EQRL_EVAL_PLAIN_H
#define EQRL_EVAL_PLAIN_H

#include "eqrl/expr/expr.h"

#include <stdbool.h>

enum { PLAIN_NODES = 7, PLAIN_LITERALS = 2, MAX_PLAIN = 48 };

/* A candidate: its value and, unless it is one literal (n = 0), the nodes that spell it. */
struct plain {
	double value, price;
	int n, n_literals;
	struct node node[PLAIN_NODES]; /* OP_FIXED: arg is an index into literal */
	double literal[PLAIN_LITERALS];
};

struct plain_list {
	int n;
	struct plain plain[MAX_PLAIN];
	double near, window; /* the fitted value, and how far from it is worth trying */
};

/* The shortest first. exact: the value was fitted without noise. All fractions and multiples lie so close together that on noisy
 * data one is always met by chance, so those are for exact fits; otherwise only the commonest, and pi only where laws have
 * it (of_pi: in coefficients and angles). */
void plain_find(struct plain_list *list, double value, bool exact, bool of_pi);

#endif
