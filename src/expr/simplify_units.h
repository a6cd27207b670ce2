/* simplify_units.h — a product as it is written: brackets around factors that share a power; private. */
#ifndef EQRL_EXPR_SIMPLIFY_UNITS_H
#define EQRL_EXPR_SIMPLIFY_UNITS_H

#include "simplify_form.h"

/* Factors that are written as one: (a · b²)³ stands for a³ · b⁶. */
struct unit {
	uint64_t members;
	int power; /* of the bracket; its members keep exponent / power */
	bool below;
};

struct written_product {
	struct normal_term part[LIST_MAX];
	int n, n_units, n_above, n_below;
	struct unit unit[LIST_MAX];
};

/* 2 or 3 if p, too large for a token, is that times a token; else 1. */
int power_outside(const struct workspace *w, double p);

/* Fills the units of p's parts: brackets where they save nodes, single factors otherwise, in the order of the parts. */
void product_find_units(const struct workspace *w, struct written_product *p);

#endif
