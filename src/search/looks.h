/* looks.h — private to search: which view of the target is looked at for what, in which order.
 *
 * What is cheap and often needed comes first: every link for a product, for a sum of powers, for a sum with functions; then
 * the functions of one number, joins, long monomials; then draws from the stream, with a column that is a function of two
 * others. */
#ifndef EQRL_LOOKS_H
#define EQRL_LOOKS_H

#include "links.h"

enum { LOOK_COLUMNS = 10 }; /* of the data set's, at most */

/* POWERS: sums of products of few powers; TERMS: and of functions; MONOMIALS: of as many powers as there is room for. */
enum solver { SOLVE_PRODUCT, SOLVE_POWERS, SOLVE_TERMS, SOLVE_MONOMIALS, SOLVE_NUMBER };

struct look {
	enum solver solver;
	int function; /* of the number, with SOLVE_NUMBER */
	struct view_of_target view;
	int extra, extra_column[2]; /* row of the table of functions that make a column, −1: none; their columns */
};

/* Look number 0, 1, 2 …; n_columns ≥ 1. */
struct look look_draw(int number, const int *columns, int n_columns, struct rng *r);

/* out[row] = the extra column's value. False where it is not finite everywhere. */
bool look_extra_values(const struct look *l, const struct rows *rows, double *out);

/* out = e with the variable `place` replaced by the extra column's formula. False if it would not fit. */
bool look_write_extra(const struct look *l, int place, const struct expr *e, struct expr *out);

#endif
