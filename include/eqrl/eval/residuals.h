/* residuals.h — what an equation leaves in the rows: those that are far off, and of 0 and 1 the table of confusion.
 *
 * A row is an outlier when its residual (loss_residual of loss.h) is OUTLIER robust standard deviations and more: 1.4826
 * times the median of the residuals' sizes, √(n/(n − k)) more with k constants, each size times the root of its row's weight
 * (--sigma: in standard errors of the row); of logistic 1, and of poisson at least 1,
 * since their residuals are counted in standard deviations already. Rounding of the target to six digits, and what is
 * below 1e-9 of the largest target, is no residual. Of normal errors one in two million is that far off. */
#ifndef EQRL_RESIDUALS_H
#define EQRL_RESIDUALS_H

#include "eqrl/eval/loss.h"
#include "eqrl/expr/expr.h"

#include <stdint.h>

enum {
	OUTLIERS_NAMED = 5,
	OUTLIERS_ROWS = 10,   /* from which on a median says what is usual … */
	OUTLIERS_DEGREES = 5, /* … with so many rows more than constants */
};

#define OUTLIER 5.0

struct residuals {
	int outliers;		      /* how many there are … */
	int named;		      /* … and the farthest of them, farthest first */
	int32_t line[OUTLIERS_NAMED]; /* in the file */
	double off[OUTLIERS_NAMED];   /* standard deviations, with the sign of the residual */
	bool has_confusion;	      /* the loss is logistic */
	int confusion[2][2];	      /* rows by [probability > 1/2][target] */
};

/* line: of each row, in the file. Allocates three numbers a row. */
void residuals_measure(const struct expr *e, const struct rows *rows, const int32_t *line, struct residuals *r);

#endif
