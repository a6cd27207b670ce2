/* spread.h — private to eval: how far the constants of a fit scatter, by its loss; enum loss_spread of loss.h. */
#ifndef EQRL_SPREAD_H
#define EQRL_SPREAD_H

#include "eqrl/eval/loss.h"
#include "eqrl/eval/uncertainty.h"

/* What is summed over the rows that count. */
struct spread {
	const struct loss *loss; /* NULL: squared errors */
	int n;
	double weight;		      /* Σ w */
	double error;		      /* Σ w d, of Pearson's residuals where the loss is a likelihood */
	double slope;		      /* Σ w ψ², ψ half the slope of the loss */
	double curvature, curvature2; /* Σ w ψ′ and Σ w ψ′² */
	double *residual;	      /* √w (y − f), where their order counts; else NULL */
};

/* For at most n rows. */
void spread_open(struct spread *s, const struct loss *loss, int n);
void spread_close(struct spread *s);

/* A row of weight w > 0. */
void spread_add(struct spread *s, double w, double y, double f);

/* Half the expected curvature of the loss in a row; by it and w rows of J count. */
double spread_information(const struct loss *loss, double y, double f);

/* Sets u's loss, degrees, s and t; u->rank is known. Returns the factor of triangle_covariance; NAN: there is none, and
 * u->degrees is 0. */
double spread_factor(struct spread *s, struct uncertainty *u);

/* Of the normal distribution, 0 < p < 1. */
double normal_quantile(double p);

#endif
