/* number_fit.h — private to search: which number a function is of (number_law.h): b and q in f(exp(b + Σ q_k X_k)).
 *
 * In this order: open, set f, screen; for each of the best climb and refine; close. */
#ifndef EQRL_NUMBER_FIT_H
#define EQRL_NUMBER_FIT_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"
#include "linear_part.h"

enum {
	NUMBER_COLUMNS = 11,
	NUMBERS_KEPT =
		5, /* screened candidates that are refined; the right one is seldom first, mostly second or third */
};

struct number {
	double b, q[NUMBER_COLUMNS];
	double left; /* share of what a product of powers leaves */
};

struct exponent_search {
	int n, column[NUMBER_COLUMNS]; /* columns that have logarithms */
	double sign[NUMBER_COLUMNS];
	const struct rows *rows;
	double *log_x;	       /* (n, rows) */
	double *few_x, *few_y; /* the rows of the screening: (n, few), (few) */
	struct expr f;
	struct linear_part all, few;
	double *scratch; /* (NUMBER_COLUMNS + 4, rows) */
};

/* rows are borrowed; magnitude: log|t|. f is empty. */
void number_search_open(struct exponent_search *s, const struct rows *rows, const int *column, int n_columns,
			const double *magnitude);
void number_search_close(struct exponent_search *s);

/* z[row] = b + Σ q_k X_k for (n, rows) logarithms, and v[row] = log|f(exp(z))|; false where that is not finite. */
void number_logs(const double *log_x, int n, int rows, const struct number *m, double *z);
bool number_evaluate(const struct expr *f, const double *z, int rows, double *v);

/* Every q of −1, 0 and 1 with few others than 0, evenly thinned where these are too many; best first, left = 1: none. */
void number_screen(struct exponent_search *s, struct number best[NUMBERS_KEPT]);

/* Exponents go up or down by 1, one at a time, as long as the number gets better: numbers of more columns, and squares and
 * cubes, are reached from those that were screened. */
void number_climb(struct exponent_search *s, struct number *m);

/* Levenberg–Marquardt on b and, with n_free = 1 + n, all exponents. */
void number_refine(struct exponent_search *s, struct number *m, int n_free);

#endif
