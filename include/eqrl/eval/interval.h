/* interval.h — what values an equation can have on a box of its columns.
 *
 * Interval arithmetic (Moore 1966; Hickey, Ju and van Emden 2001 for division): every node gets a closed interval that
 * holds all its finite values on the box, rounded outwards by more than the error of the arithmetic and of the C library.
 * A column that stands at several nodes is taken as if these were independent, so intervals may be too wide; they are
 * tight in the limit of small boxes, and bisection makes use of that (regularity.h).
 *
 * Flags say "may be", never "is": a false flag is certain. An empty interval is certain, too: no point of the box has a
 * value. Threads: any. Nothing allocates, nothing fails. */
#ifndef EQRL_INTERVAL_H
#define EQRL_INTERVAL_H

#include "eqrl/expr/expr.h"

#include <stdbool.h>

struct interval {
	double low, high; /* low > high: empty; ends may be infinite */
};

struct image {
	struct interval range; /* of the finite values */
	bool undefined;	       /* there may be points without a value: log(-1), 0/0 */
	bool infinite;	       /* there may be points of infinite value, by a pole or by overflow */
};

static inline bool interval_is_empty(struct interval a)
{
	return a.low > a.high;
}

static inline bool interval_holds(struct interval a, double v)
{
	return a.low <= v && v <= a.high;
}

/* One operator on the images of its operands (b is ignored by those of one operand). The flags of operands pass on. */
struct image interval_of_operator(enum op op, const struct image *a, const struct image *b);

/* image[0 … e->n-1] of all nodes, side[column] being the box. e is valid. */
void interval_of_nodes(const struct expr *e, const struct interval *side, struct image *image);

/* Of the whole equation: image[0] of the above. */
struct image interval_of_expr(const struct expr *e, const struct interval *side);

#endif
