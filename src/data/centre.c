/* centre.c — columns far from zero, like dates and kelvin, counted from nearer by; see dataset_centre. */
#include "eqrl/base/mem.h"
#include "eqrl/data/dataset.h"
#include "build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Spreads between a column's mean and zero from which on it is counted from elsewhere. In between a power or a
 * logarithm of the column cannot be told from a straight line (its bend is below 1 % of its slope), while exponentials
 * and polynomials are products and differences of large numbers. */
#define FAR 50.0

/* The largest multiple of a power of ten not above the least value; the power is that of the range. Written in decimals
 * and read back, so that it is the number that is printed. */
static double find_origin(const struct column_stats *s)
{
	int decade = (int)floor(log10(s->max - s->min));
	char text[400]; /* a double has at most 309 digits before the point */

	snprintf(text, sizeof(text), "%.*f", decade < 0 ? -decade : 0,
		 floor(s->min / pow(10, decade)) * pow(10, decade));
	return strtod(text, NULL);
}

static void subtract_origin(const double *v, int n, double by)
{
	double *own = (double *)v; /* a column of the data set, which owns it */

	for (int i = 0; i < n; i++)
		own[i] -= by;
}

static bool is_far(const struct column_stats *s)
{
	return s->max > s->min && s->sd > 0 && fabs(s->mean) > FAR * s->sd && s->max - s->min >= 1e-300;
}

bool dataset_centre(struct dataset *d)
{
	for (int c = 0; c < d->n_columns; c++) {
		double origin = is_far(&d->stats[c]) ? find_origin(&d->stats[c]) : 0;

		if (origin == 0)
			continue;
		if (!d->origin)
			d->origin = xcalloc((size_t)d->n_columns, sizeof(*d->origin));
		d->origin[c] = origin;
		subtract_origin(d->all_but_report.x[c], d->all_but_report.n, origin);
		if (d->report.n > 0)
			subtract_origin(d->report.x[c], d->report.n, origin);
		d->stats[c] = column_statistics(d->all_but_report.x[c], d->all_but_report.n);
	}
	return d->origin != NULL;
}
