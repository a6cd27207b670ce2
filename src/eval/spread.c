/* spread.c — see spread.h. */
#include "spread.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"

#include <math.h>
#include <stdlib.h>

#define NORMAL_95 1.959963984540054 /* 97.5 % quantile of the normal distribution */
#define MAD_TO_SD 1.4826	    /* of normal residuals, and 1.34 from one quartile to the other */
#define IQR_TO_SD (1 / 1.34)

static enum loss_spread kind_of(const struct loss *loss)
{
	return loss_table[loss ? loss->kind : LOSS_MSE].spread;
}

void spread_open(struct spread *s, const struct loss *loss, int n)
{
	bool ordered = kind_of(loss) == SPREAD_ROBUST || kind_of(loss) == SPREAD_DENSITY;

	*s = (struct spread){.loss = loss};
	if (ordered)
		s->residual = xmalloc((size_t)(n + 1) * sizeof(*s->residual));
}

void spread_close(struct spread *s)
{
	free(s->residual);
	s->residual = NULL;
}

double spread_information(const struct loss *loss, double y, double f)
{
	double (*information)(double, double) = loss_table[loss ? loss->kind : LOSS_MSE].information;

	return information ? information(y, f) : 1;
}

/* (y − mean)² over the variance that the mean has. */
static double pearson_square(enum loss_kind kind, double y, double f)
{
	double mean = loss_mean(kind, f), off = y - mean;

	return off * off / (kind == LOSS_POISSON ? mean : mean * (1 - mean));
}

void spread_add(struct spread *s, double w, double y, double f)
{
	const struct loss_info *info = &loss_table[s->loss ? s->loss->kind : LOSS_MSE];

	if (info->spread == SPREAD_KNOWN)
		s->error += w * pearson_square(s->loss->kind, y, f);
	else
		s->error += w * loss_of(s->loss, y, f);
	if (info->spread == SPREAD_ROBUST) {
		double own, target, bend = info->curvature(y - f, s->loss->scale);

		info->work(y, f, s->loss->scale, &own, &target);
		s->slope += w * pow(own * (target - f), 2);
		s->curvature += w * bend;
		s->curvature2 += w * bend * bend;
	}
	if (s->residual)
		s->residual[s->n] = sqrt(w) * (y - f);
	s->weight += w;
	s->n++;
}

/* ---- medians --------------------------------------------------------------------------------------- */

/* Between the sorted values, as most programs do (type 7 of Hyndman and Fan 1996). */
static double sorted_quantile(const double *v, int n, double p)
{
	double at = p * (n - 1);
	int below = (int)at;

	return below + 1 < n ? v[below] + (at - below) * (v[below + 1] - v[below]) : v[n - 1];
}

/* Of the residuals about 0, for as many degrees of freedom as are left. */
static double robust_deviation(const struct spread *s, int degrees)
{
	double *size = xmalloc((size_t)(s->n + 1) * sizeof(*size)), middle;

	for (int i = 0; i < s->n; i++)
		size[i] = fabs(s->residual[i]);
	sort_doubles(size, s->n);
	middle = sorted_quantile(size, s->n, 0.5);
	free(size);
	return MAD_TO_SD * middle * sqrt((double)s->n / degrees);
}

/* Of the residuals at 0: Epanechnikov's kernel as wide as Hall and Sheather (1988) find best for quantiles' intervals at
 * 95 %, as Koenker (2005, section 3.4) recommends. Sorts them. */
static double density_at_zero(struct spread *s)
{
	double share = cbrt(1.5 * NORMAL_95 * NORMAL_95 / (2 * M_PI) / s->n), width, sum = 0;

	sort_doubles(s->residual, s->n);
	width = IQR_TO_SD * (sorted_quantile(s->residual, s->n, 0.75) - sorted_quantile(s->residual, s->n, 0.25));
	width *= 2 * normal_quantile(0.5 + fmin(share, 0.45)); /* below 8 rows half of them is all there is */
	for (int i = 0; i < s->n; i++) {
		double u = s->residual[i] / width;

		sum += fabs(u) <= 1 ? 0.75 * (1 - u * u) : 0;
	}
	return sum / (s->n * width);
}

/* Asymptotic variance of a median is 1/(4 f(0)²): Koenker and Bassett 1978. */
static double density_factor(struct spread *s)
{
	return 0.5 / density_at_zero(s);
}

/* ---- M-estimators ---------------------------------------------------------------------------------- */

/* K² [Σψ²/(n − k)] / [mean ψ′]² (JᵀJ)⁻¹ with K = 1 + k/n var ψ′/(mean ψ′)²: Huber 1981, section 7.6. */
static double robust_factor(const struct spread *s, const struct uncertainty *u)
{
	double mean = s->curvature / s->weight, variance = s->curvature2 / s->weight - mean * mean;
	double correction = 1 + u->rank * fmax(variance, 0) / (mean * mean) / s->n;

	return mean > 0 ? correction * sqrt(s->slope / u->degrees) / mean : NAN;
}

/* ---- the factor ------------------------------------------------------------------------------------ */

double spread_factor(struct spread *s, struct uncertainty *u)
{
	enum loss_spread kind = kind_of(s->loss);
	double factor;

	u->loss = s->loss ? s->loss->kind : LOSS_MSE;
	u->degrees = s->n - u->rank;
	u->s = u->t = NAN;
	if (u->degrees < 1)
		return NAN;
	u->t = kind == SPREAD_KNOWN ? NORMAL_95 : student_quantile(u->degrees);
	u->s = s->residual ? robust_deviation(s, u->degrees) : sqrt(s->error / u->degrees);
	factor = kind == SPREAD_KNOWN	 ? 1
		 : kind == SPREAD_ROBUST ? robust_factor(s, u)
		 : s->residual		 ? density_factor(s)
					 : u->s;
	if (!isfinite(factor))
		u->degrees = 0;
	return factor;
}
