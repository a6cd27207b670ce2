/* metrics.c — see metrics.h. */
#include "eqrl/eval/metrics.h"

#include <math.h>
#include <stddef.h>

void target_measure(const double *y, const double *w, int n, struct target_moments *t)
{
	double sum = 0, rest = 0;

	*t = (struct target_moments){0};
	for (int i = 0; i < n; i++) {
		double wi = w ? w[i] : 1;

		if (!(wi > 0))
			continue;
		t->weight += wi;
		sum += wi * y[i];
		t->square += wi * y[i] * y[i];
		t->largest = fmax(t->largest, fabs(y[i]));
	}
	if (t->weight == 0)
		return;
	t->mean = sum / t->weight;
	for (int i = 0; i < n; i++) {
		double wi = w ? w[i] : 1, d = y[i] - t->mean;

		if (!(wi > 0))
			continue;
		t->sst += wi * d * d;
		rest += wi * d;
	}
	t->sst -= rest * rest / t->weight; /* what rounding of the mean left over */
	if (!(t->sst > 0x1p-100 * t->square))
		t->sst = 0; /* equal targets, up to that rounding */
}

double fvu_of(double sse, double sst)
{
	if (!isfinite(sse) || sst < 0)
		return INFINITY;
	if (sst > 0)
		return sse / sst;
	return sse == 0 ? 0 : INFINITY;
}

void metrics_measure(const double *y, const double *prediction, const double *w, int n, struct metrics *m)
{
	struct target_moments t;
	double absolute = 0;

	*m = (struct metrics){0};
	target_measure(y, w, n, &t);
	for (int i = 0; i < n; i++) {
		double wi = w ? w[i] : 1, d = fabs(y[i] - prediction[i]);

		if (!(wi > 0))
			continue;
		if (!isfinite(prediction[i])) {
			*m = (struct metrics){INFINITY, INFINITY, -INFINITY, INFINITY, INFINITY, INFINITY};
			return;
		}
		m->sse += wi * d * d;
		absolute += wi * d;
		m->max_error = fmax(m->max_error, d);
	}
	m->fvu = fvu_of(m->sse, t.sst);
	m->r2 = 1 - m->fvu;
	m->rmse = t.weight > 0 ? sqrt(m->sse / t.weight) : 0;
	m->mae = t.weight > 0 ? absolute / t.weight : 0;
}
