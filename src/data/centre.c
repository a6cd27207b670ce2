/* centre.c — columns far from zero, like dates and kelvin, counted from nearer by; see dataset_centre. */
#include "eqrl/base/mem.h"
#include "eqrl/data/dataset.h"
#include "build.h"

#include <float.h>
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

/* Decimals with which every value is written, at most 9; −1: none that the precision of doubles can tell. */
static int find_decimals(const struct rows *r, const struct rows *s)
{
	for (int decimals = 0; decimals <= 9; decimals++) {
		double unit = pow(10, decimals);
		bool all = true;

		for (int i = 0; i < r->n + s->n && all; i++) {
			double v = (i < r->n ? r->y[i] : s->y[i - r->n]) * unit, room = 4 * DBL_EPSILON * fabs(v);

			if (room > 0.1)
				return -1;
			all = fabs(v - nearbyint(v)) <= room;
		}
		if (all)
			return decimals;
	}
	return -1;
}

/* A difference of decimals is one of as many places: 1000000000.6 − 1e9 is 0.6, which the nearest doubles do not say. */
static void snap_to_decimals(const double *v, int n, int decimals)
{
	double *own = (double *)v, unit = pow(10, decimals);

	for (int i = 0; i < n && decimals >= 0; i++)
		own[i] = nearbyint(own[i] * unit) / unit;
}

static void centre_target(struct dataset *d)
{
	double origin = is_far(&d->y_stats) ? find_origin(&d->y_stats) : 0;
	int decimals = find_decimals(&d->all_but_report, &d->report);

	if (origin == 0)
		return;
	d->target_origin = origin;
	subtract_origin(d->all_but_report.y, d->all_but_report.n, origin);
	snap_to_decimals(d->all_but_report.y, d->all_but_report.n, decimals);
	if (d->report.n > 0) {
		subtract_origin(d->report.y, d->report.n, origin);
		snap_to_decimals(d->report.y, d->report.n, decimals);
	}
	d->y_stats = column_statistics(d->all_but_report.y, d->all_but_report.n);
}

bool dataset_centre(struct dataset *d, bool target)
{
	if (target)
		centre_target(d);
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
	return d->origin || d->target_origin != 0;
}
