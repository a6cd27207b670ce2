/* unit_reach.h — private to src/expr: what dimensions parts of few nodes can have.
 *
 * A table from dimensions to the fewest nodes of columns, products, quotients and powers that have them, without numbers
 * that carry units. It ends where it grows too large; what is not in it needs more than `complete` nodes. */
#ifndef EQRL_UNIT_REACH_H
#define EQRL_UNIT_REACH_H

#include "eqrl/expr/units.h"

enum { REACH_NEVER = 1000 }; /* more nodes than any equation has */

/* Fewest nodes of a part with the dimension d: never too many. */
int reach_nodes(const struct units *u, const struct dimension *d);

/* The same of a part without dimension that has a column; REACH_NEVER: there is none. */
int reach_pure_nodes(const struct units *u);

bool dimension_is_none(const struct dimension *d);
bool dimension_is_same(const struct dimension *a, const struct dimension *b);

/* a + k·b */
struct dimension dimension_plus(const struct dimension *a, double k, const struct dimension *b);

#endif
