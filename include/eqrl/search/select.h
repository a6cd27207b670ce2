/* select.h — few regressors out of many: forward selection by orthogonal least squares.
 *
 * Every step adds the regressor that, made orthogonal to those chosen before, explains most of what is left of the
 * target (Chen, Billings and Luo, Int. J. Control 50, 1989). The best `width` models of each size are kept, so that a
 * regressor which only looks best at first does not decide all (a beam); of few regressors all pairs are compared, since
 * two that explain little one by one may explain all together. One product of the matrix with a vector serves
 * each model and step: the norms and inner products of the rest are brought up to date, never computed again.
 *
 * Threads: any; memory is allocated for the call. Failure: none; a regressor that the chosen ones span is passed over. */
#ifndef EQRL_SELECT_H
#define EQRL_SELECT_H

enum { SELECT_MAX = 32 }; /* regressors of a model, those of every model included */

struct regressors {
	int rows, n;
	const double *column; /* (n, rows), each column of length 1 */
	const double *target; /* (rows) */
	int n_base;	      /* the first ones are in every model; column 0 is the constant */
};

struct selection {
	int n;
	int index[SELECT_MAX];
	double coefficient[SELECT_MAX];
	double left; /* share of the target's variance (of what the constant leaves) that is not explained */
};

/* best[k], k = 0 … depth: the best model found with k regressors beyond the base; n = 0 where there is none. A model that
 * explains all but `enough` of the target ends the search: larger ones are not looked for. */
void select_forward(const struct regressors *r, int depth, int width, double enough, struct selection *best);

#endif
