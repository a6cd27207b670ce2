/* product.h — private to search: a product of powers, written as people write it.
 *
 * Factors with negative exponents stand below the line, those with exponents of a half under one root. */
#ifndef EQRL_PRODUCT_H
#define EQRL_PRODUCT_H

#include "eqrl/expr/expr.h"

/* Numerators and denominators of the powers that are taken below one root, and of the others. */
struct power_product {
	struct expr above, below, root_above, root_below;
};

/* The multiple of a half or a third that p nearly is, else p. */
double plain_exponent(double p);

/* Takes factor^p in. False if it does not fit. */
bool product_multiply(struct power_product *q, const struct expr *factor, double p);

/* out = scale · the product. False if it does not fit. */
bool product_write(struct power_product *q, double scale, struct expr *out);

/* left = left op right, or right where left is empty. False if it does not fit. */
bool expr_extend(struct expr *left, enum op op, const struct expr *right);

#endif
