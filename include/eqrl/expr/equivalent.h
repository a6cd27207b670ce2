/* equivalent.h — other ways to write the same equation: expanded, with common factors in front, exponentials merged,
 * phases reduced.
 *
 * Numbers meet and are computed, so every coefficient of a sum becomes a number of its own; those that free constants
 * went into are free constants (tied ones come apart). Where all constants keep the values that they get here, the
 * function is the same up to rounding wherever the given one is defined, but for EQUIVALENT_DROPPED and those after it,
 * which leave out phases close to a multiple of pi/2, and for what overflows on the way. Whoever takes one checks it on
 * data. Threads: any. */
#ifndef EQRL_EQUIVALENT_H
#define EQRL_EQUIVALENT_H

#include "eqrl/expr/expr.h"

enum equivalent {
	EQUIVALENT_EXPANDED, /* a sum of products of powers; phases in [0, 2 pi), amplitudes positive */
	EQUIVALENT_SINE,     /* the same with sines instead of cosines */
	EQUIVALENT_COSINE, /* and with cosines, where their phase is smaller: which has fewer digits is for the data to say */
	EQUIVALENT_DROPPED, /* the same without phases that are nearly a multiple of pi/2 */
	EQUIVALENT_LOGS, /* the last with one logarithm for all of a sum that have the same coefficient up to its sign */
	EQUIVALENT_FACTORED, /* the last but one with what all terms have in common in front of a bracket */
	EQUIVALENT_LED_BY_ONE, /* EQUIVALENT_DROPPED with sums below powers and logarithms whose highest term has no coefficient, and
				* without denominators in them: a*x/(x + b) */
	EQUIVALENT_OF_ONE, /* the same with sums whose number is 1: a*x/(1 + b*x) */
	EQUIVALENT_COUNT,
};

/* False if it does not fit into an equation (then *out means nothing). */
bool expr_equivalent(const struct expr *e, enum equivalent kind, struct expr *out);

#endif
