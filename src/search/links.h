/* links.h — private to search: the target seen through a function, so that what is nested becomes a sum or product.
 *
 * A view of the target y is t = g(u) with u = y joined with at most two columns (y − x, y·x₁ − x₂ …). An equation E for t gives
 * one for y by the inverses: y = u⁻¹(g⁻¹(E)). Which branch of an inverse is right (the sign of a root, the half of an
 * arc) the rows decide: a view is usable where inverse(forward(y)) is y on all of them. */
#ifndef EQRL_LINKS_H
#define EQRL_LINKS_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"

#include <stdbool.h>

enum { VIEW_COLUMNS = 2 };

struct view_of_target {
	int join, column[VIEW_COLUMNS]; /* row of the table of joins, −1: none; the columns that it joins */
	int link, branch;		/* row of the table of links, its inverse */
};

/* The target itself; every link; every join with one column or none; with two; the square of sums with a column. */
enum view_kind { VIEW_ITSELF, VIEW_LINK, VIEW_JOIN, VIEW_PAIR, VIEW_SQUARED };

/* How many views of that kind there are, and number 0, 1, 2 … of them. n_columns ≥ 1: columns that may be joined. */
int link_views(enum view_kind kind, int n_columns);
struct view_of_target link_view(enum view_kind kind, int number, const int *columns, int n_columns);

/* A link, perhaps of a join, as often as laws need them. */
struct view_of_target link_draw(const int *columns, int n_columns, struct rng *r);

/* Whether the view shows products (sums) that the target itself does not show. */
bool link_shows_products(const struct view_of_target *v);
bool link_shows_sums(const struct view_of_target *v);

/* t[row] for all rows, and the branch. False where no branch leads back to y, or t is not finite or constant. */
bool link_apply(struct view_of_target *v, const struct rows *rows, double *t);

/* out = the equation for y that e for t makes. False if it would not fit. */
bool link_undo(const struct view_of_target *v, const struct expr *e, struct expr *out);

/* out = template with x1, x2 … replaced by copies of the arguments. False if it would not fit. */
bool substitute_variables(const struct expr *template, const struct expr *const *argument, struct expr *out);

#endif
