/* linear_part.h — private to search: least squares on a constant and some columns, projected out of everything else. */
#ifndef EQRL_LINEAR_PART_H
#define EQRL_LINEAR_PART_H

struct linear_part {
	int rows, n_base;
	double *basis;	  /* (n_base, rows), orthonormal */
	double *residual; /* (rows) what the basis leaves of the target */
	double rss;
};

/* x: (n, rows), y: (rows). */
void linear_init(struct linear_part *l, const double *x, int n, int rows, const double *y);
void linear_release(struct linear_part *l);

/* Takes what the basis spans out of v (rows). */
void linear_remove(const struct linear_part *l, double *v);

/* What one more regressor v would leave of rss, as a share; 1 where nothing in it is new. v becomes what is new in it; *s is
 * its coefficient. */
double linear_share_left(const struct linear_part *l, double *v, double *s);

#endif
