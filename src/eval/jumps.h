/* jumps.h — private to eval: where a target jumps along a column. */
#ifndef EQRL_JUMPS_H
#define EQRL_JUMPS_H

#include <stdbool.h>

/* Rows by rising column, those of one value as their mean, and in which step each of them is. */
struct jumps {
	int n, n_edges;
	double *x, *y, *level;
	double *edge, *edge_level; /* halfway between rows of two steps that follow each other; the upper one */
	double *sorted;
};

/* Room for n rows; of more than 1024 the first are looked at. */
void jumps_open(struct jumps *s, int n);
void jumps_close(struct jumps *s);

/* Differences of neighbours that are clearly above all others are jumps, one of about twice the least being two steps; one:
 * the largest alone is. False if there is none. */
bool jumps_find(struct jumps *s, const double *x, const double *y, int n, bool one);

/* Where a straight line through the levels meets x = 0, as a whole number. */
double jumps_origin(const struct jumps *s);

#endif
