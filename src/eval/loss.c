/* loss.c — what each loss is; see loss.h. */
#include "eqrl/eval/loss.h"

#include <math.h>
#include <stddef.h>

#define LEAST_SHARE 1e-6  /* of the scale: a residual of mae has the weight of at least this one */
#define CORNER	    1.345 /* scales, of huber: 95 % efficient on normal errors */

static bool any(double y)
{
	return isfinite(y);
}

static bool not_zero(double y)
{
	return y != 0;
}

static bool positive(double y)
{
	return y > 0;
}

static bool count(double y)
{
	return y >= 0;
}

static bool binary(double y)
{
	return y == 0 || y == 1;
}

static void first_plain(double y, double *weight, double *target)
{
	*weight = 1;
	*target = y;
}

static void first_relative(double y, double *weight, double *target)
{
	*weight = 1 / (y * y);
	*target = y;
}

static double square(double y, double f, double scale)
{
	(void)scale;
	return (y - f) * (y - f);
}

static void work_plain(double y, double f, double scale, double *weight, double *target)
{
	(void)f, (void)scale;
	first_plain(y, weight, target);
}

static double inform_of_shares(double y, double f)
{
	(void)f;
	return 1 / (y * y);
}

static double absolute(double y, double f, double scale)
{
	(void)scale;
	return fabs(y - f);
}

static void work_absolute(double y, double f, double scale, double *weight, double *target)
{
	*weight = 1 / fmax(fabs(y - f), LEAST_SHARE * scale);
	*target = y;
}

static double huber(double y, double f, double scale)
{
	double u = fabs(y - f) / scale;

	return scale * scale * (u <= CORNER ? u * u : CORNER * (2 * u - CORNER));
}

static void work_huber(double y, double f, double scale, double *weight, double *target)
{
	double u = fabs(y - f) / scale;

	*weight = u <= CORNER ? 1 : CORNER / u;
	*target = y;
}

static double bend_huber(double residual, double scale)
{
	return fabs(residual) <= CORNER * scale;
}

static double logcosh(double y, double f, double scale)
{
	double u = fabs(y - f) / scale;

	return 2 * scale * scale * (u + log1p(exp(-2 * u)) - M_LN2);
}

static void work_logcosh(double y, double f, double scale, double *weight, double *target)
{
	double u = fabs(y - f) / scale;

	*weight = u < 1e-4 ? 1 : tanh(u) / u;
	*target = y;
}

static double bend_logcosh(double residual, double scale)
{
	double t = tanh(residual / scale);

	return 1 - t * t;
}

static double relative(double y, double f, double scale)
{
	(void)scale;
	return (1 - f / y) * (1 - f / y);
}

static void work_relative(double y, double f, double scale, double *weight, double *target)
{
	(void)f, (void)scale;
	first_relative(y, weight, target);
}

static double of_logarithms(double y, double f, double scale)
{
	double d = f > 0 ? log(f / y) : INFINITY;

	(void)scale;
	return d * d;
}

static void work_logarithms(double y, double f, double scale, double *weight, double *target)
{
	double at = fmax(f, 1e-3 * y); /* below it there is no logarithm to be near to */

	(void)scale;
	*weight = 1 / (at * at);
	*target = at + at * log(y / at);
}

static double inform_of_logarithms(double y, double f)
{
	(void)y;
	return 1 / (f * f);
}

static double poisson(double y, double f, double scale)
{
	(void)scale;
	if (!(f > 0))
		return f == 0 && y == 0 ? 0 : isnan(f) ? NAN : INFINITY;
	return 2 * ((y > 0 ? y * log(y / f) : 0) - (y - f));
}

static void work_poisson(double y, double f, double scale, double *weight, double *target)
{
	(void)scale;
	*weight = 1 / fmax(f, 1e-3 * fmax(y, 1));
	*target = y;
}

static double inform_of_counts(double y, double f)
{
	(void)y;
	return 1 / f;
}

static double logistic(double y, double f, double scale)
{
	(void)scale;
	return 2 * (fmax(f, 0) + log1p(exp(-fabs(f))) - y * f);
}

static void work_logistic(double y, double f, double scale, double *weight, double *target)
{
	double p = loss_mean(LOSS_LOGISTIC, f);

	(void)scale;
	*weight = fmax(p * (1 - p), 1e-6);
	*target = f + (y - p) / *weight;
}

static double inform_of_odds(double y, double f)
{
	double p = loss_mean(LOSS_LOGISTIC, f);

	(void)y;
	return p * (1 - p);
}

static void first_logistic(double y, double *weight, double *target)
{
	work_logistic(y, 0, 1, weight, target);
}

const struct loss_info loss_table[LOSS_KINDS] = {
	[LOSS_MSE] = {"mse", "squared errors", NULL, any, square, work_plain, first_plain, SPREAD_ESTIMATED, NULL,
		      NULL},
	[LOSS_MAE] = {"mae", "absolute errors", NULL, any, absolute, work_absolute, first_plain, SPREAD_DENSITY, NULL,
		      NULL},
	[LOSS_HUBER] = {"huber", "squares of small errors, absolute values of large ones", NULL, any, huber, work_huber,
			first_plain, SPREAD_ROBUST, NULL, bend_huber},
	[LOSS_LOGCOSH] = {"logcosh", "as huber, without a corner", NULL, any, logcosh, work_logcosh, first_plain,
			  SPREAD_ROBUST, NULL, bend_logcosh},
	[LOSS_RELATIVE] = {"relative", "squared errors as shares of the target", "values other than 0", not_zero,
			   relative, work_relative, first_relative, SPREAD_ESTIMATED, inform_of_shares, NULL},
	[LOSS_LOG] = {"log", "squared errors of logarithms", "values above 0", positive, of_logarithms, work_logarithms,
		      first_relative, SPREAD_ESTIMATED, inform_of_logarithms, NULL},
	[LOSS_POISSON] = {"poisson", "deviance of counts whose mean is the equation", "values of 0 and above", count,
			  poisson, work_poisson, first_plain, SPREAD_KNOWN, inform_of_counts, NULL},
	[LOSS_LOGISTIC] = {"logistic", "deviance of 0 and 1; the equation is the logarithm of the odds of 1",
			   "values 0 and 1", binary, logistic, work_logistic, first_logistic, SPREAD_KNOWN,
			   inform_of_odds, NULL},
};
