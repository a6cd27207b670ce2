/* rows.h — a block of rows to evaluate on: borrowed columns of doubles.
 *
 * Kernels work on blocks of ROWS_BLOCK rows and may read past the end of the last one: x[c][0 … n-1]
 * are the rows, x[c][n … n+ROWS_BLOCK-1] must be readable and their values are ignored (so rows of a
 * neighbouring role may stand there). The same holds for y and w. No alignment is assumed. */
#ifndef EQRL_ROWS_H
#define EQRL_ROWS_H

enum { ROWS_BLOCK = 64 };

struct loss;
struct rows;

/* Rows of which each group has constants of its own. */
struct row_groups {
	int n;			   /* at least 1 */
	const struct rows *member; /* n of them, without groups; member[0] is the rows that point here */
};

struct rows {
	int n;
	int n_columns;
	const double *const *x;	 /* x[column][row] */
	const double *y;	 /* target; NULL where only values are wanted */
	const double *w;	 /* weights ≥ 0 with mean 1, or NULL: all 1 */
	const struct loss *loss; /* loss.h; NULL: squared errors */
	/* NULL, or these are the rows of the first of some groups, and one form is fitted to all of them: who fits constants
	 * (fit.h) or measures the target (loss.h) looks at every group, who evaluates an equation at this one alone. */
	const struct row_groups *groups;
};

/* All rows, of all groups. */
static inline int rows_all(const struct rows *r)
{
	int n = r->groups ? 0 : r->n;

	for (int g = 0; r->groups && g < r->groups->n; g++)
		n += r->groups->member[g].n;
	return n;
}

#endif
