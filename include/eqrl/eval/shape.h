/* shape.h — does an equation keep to the range and rise or fall as the user bound it, everywhere in the box?
 *
 * Proved by interval arithmetic (interval.h): values, and slopes by automatic differentiation in forward mode with
 * intervals for numbers (Moore 1979, ch. 5), on pieces of the box that are halved along their widest column until the
 * proof holds on each. What cannot be proved on SHAPE_PIECES pieces counts as violated; so does an equation that may be
 * infinite or without a value somewhere. The outermost billionth of a column's range is no part of the box: an equation
 * that reaches its bound at the edge obeys it. Deterministic. Threads: any. Nothing allocates. */
#ifndef EQRL_SHAPE_H
#define EQRL_SHAPE_H

#include "eqrl/eval/interval.h"
#include "eqrl/expr/bounds.h"

enum { SHAPE_PIECES = 256 }; /* about a millisecond for 20 nodes, where no proof is found */

/* Range and monotony alone; bounds_allow judges the rest of b. box[column], as regularity_box measures it. */
bool shape_holds(const struct bounds *b, const struct expr *e, const struct interval *box);

/* The slope along a column: image[0] of the derivative on the box side[column]; values are those of interval_of_nodes. */
struct image shape_slope(const struct expr *e, const struct image *value, int column);

#endif
