/* links.h — private to search: the target seen through a function, so that what is nested becomes a sum or product.
 *
 * A view of the target y is t = g(u) with u = y joined with at most one column (y − x, y·x …). An equation E for t gives
 * one for y by the inverses: y = u⁻¹(g⁻¹(E)). Which branch of an inverse is right (the sign of a root, the half of an
 * arc) the rows decide: a view is usable where inverse(forward(y)) is y on all of them. */
#ifndef EQRL_LINKS_H
#define EQRL_LINKS_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

#include <stdbool.h>

struct view_of_target {
	int join, column; /* row of the table of joins, −1: none; the column that it joins */
	int link, branch; /* row of the table of links, its inverse */
};

/* Views in the order of how often laws need them: the target itself first, then one link or one join, then both; from
 * the stream once the simple ones are through. number counts from 0; n_columns: columns that may be joined. */
struct view_of_target link_draw(int number, const int *columns, int n_columns, struct rng *r);

/* t[row] for all rows, and the branch. False where no branch leads back to y, or t is not finite or constant. */
bool link_apply(struct view_of_target *v, const struct rows *rows, double *t);

/* out = the equation for y that e for t makes. False if it would not fit. */
bool link_undo(const struct view_of_target *v, const struct expr *e, struct expr *out);

/* out = template with x1, x2 … replaced by copies of the arguments. False if it would not fit. */
bool substitute_variables(const struct expr *template, const struct expr *const *argument, struct expr *out);

#endif
