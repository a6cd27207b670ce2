/* print_style.h — how each notation writes operators; private to expr.
 *
 * A form is the text of an operator with #1 and #2 for its operands, its precedence (as in ops.def: 1 sum, 2 product,
 * 3 sign, 4 power, 5 atom) and the least precedence that an operand may have without parentheses; 0 where the form
 * encloses it. Operators without a row are functions by name. */
#ifndef EQRL_EXPR_PRINT_STYLE_H
#define EQRL_EXPR_PRINT_STYLE_H

#include "notation.h"

enum { SUM = 1, PRODUCT, SIGN, POWER, ATOM };

struct operator_form {
	const char *text;
	int precedence, left, right;
};

struct style {
	const struct operator_form *forms; /* [OP_COUNT] */
	const char *prefix;		   /* before the name of a function */
	const char *open, *close;	   /* parentheses */
	const char *pi;
	const char *const *reserved; /* words that names must avoid; NULL: names are not identifiers */
	bool points;		     /* integers and whole constants need a decimal point */
};

extern const struct style print_style[NOTATION_COUNT]; /* none for NOTATION_JSON */

#endif
