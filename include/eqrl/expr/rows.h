/* rows.h — a block of rows to evaluate on: borrowed columns of doubles.
 *
 * Kernels work on blocks of ROWS_BLOCK rows and may read past the end of the last one: x[c][0 … n-1]
 * are the rows, x[c][n … n+ROWS_BLOCK-1] must be readable and their values are ignored (so rows of a
 * neighbouring role may stand there). The same holds for y and w. No alignment is assumed. */
#ifndef EQRL_ROWS_H
#define EQRL_ROWS_H

enum { ROWS_BLOCK = 64 };

struct loss;

struct rows {
	int n;
	int n_columns;
	const double *const *x;	 /* x[column][row] */
	const double *y;	 /* target; NULL where only values are wanted */
	const double *w;	 /* weights ≥ 0 with mean 1, or NULL: all 1 */
	const struct loss *loss; /* loss.h; NULL: squared errors */
};

#endif
