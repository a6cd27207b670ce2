/* synth.c — see synth.h. */
#include "eqrl/data/synth.h"

#include <math.h>
#include <string.h>

enum kind { UNIFORM, LOG_UNIFORM, NORMAL, MIXTURE, GRID, FEW_VALUES, HEAVY_TAIL, KINDS };

/* One column's recipe. Several columns often share one, as measurements of one experiment do. */
struct recipe {
	enum kind kind;
	double low, high; /* of uniform kinds; centre and width of the others */
	double sign;	  /* share of values with flipped sign */
};

/* A magnitude: mostly of order 1, sometimes many decades away. */
static double draw_scale(struct rng *r)
{
	double u = rng_uniform(r);

	if (u < 0.6)
		return pow(10, rng_range(r, -0.5, 1));
	return u < 0.9 ? pow(10, rng_range(r, -2, 3)) : pow(10, rng_range(r, -9, 9));
}

static struct recipe draw_recipe(struct rng *r, bool positive)
{
	static const double weight[KINDS] = {[UNIFORM] = 48, [LOG_UNIFORM] = 17, [NORMAL] = 12,	  [MIXTURE] = 5,
					     [GRID] = 8,     [FEW_VALUES] = 5,	 [HEAVY_TAIL] = 5};
	struct recipe c = {.kind = (enum kind)rng_weighted(r, weight, KINDS)};
	double scale = draw_scale(r);

	if (c.kind == LOG_UNIFORM) {
		c.low = scale;
		c.high = scale * pow(10, rng_range(r, 0.7, 4));
		c.sign = !positive && rng_bool(r, 0.15) ? 0.5 : 0;
		return c;
	}
	if (positive || rng_bool(r, 0.5)) { /* like 1 … 5, or from nearly 0 */
		c.low = scale * (rng_bool(r, 0.5) ? rng_range(r, 0.001, 0.1) : rng_range(r, 0.1, 1));
		c.high = c.low + scale * rng_range(r, 0.5, 5);
	} else if (rng_bool(r, 0.7)) { /* symmetric */
		c.high = scale * rng_range(r, 0.5, 3);
		c.low = -c.high;
	} else {
		c.low = -scale * rng_range(r, 0, 5);
		c.high = c.low + scale * rng_range(r, 0.5, 6);
	}
	return c;
}

static void fill(struct rng *r, const struct recipe *c, int n, bool positive, double *x)
{
	double middle = (c->low + c->high) / 2, width = c->high - c->low;
	double centre[3], spread[3];
	int few = rng_between(r, 2, 12), centres = rng_between(r, 2, 3);

	for (int k = 0; k < 3; k++) {
		centre[k] = rng_range(r, c->low, c->high);
		spread[k] = width * rng_range(r, 0.02, 0.3);
	}
	for (int i = 0; i < n; i++) {
		double v = 0;
		int k;

		switch (c->kind) {
		case UNIFORM:
			v = rng_range(r, c->low, c->high);
			break;
		case LOG_UNIFORM:
			v = exp(rng_range(r, log(c->low), log(c->high)));
			break;
		case NORMAL:
			v = middle + width / 4 * rng_normal(r);
			break;
		case MIXTURE:
			k = rng_below(r, centres);
			v = centre[k] + spread[k] * rng_normal(r);
			break;
		case GRID:
			v = c->low + width * i / (n > 1 ? n - 1 : 1);
			break;
		case FEW_VALUES:
			v = c->low + width * rng_below(r, few) / (few - 1);
			break;
		case HEAVY_TAIL:
			v = positive ? middle * exp(rng_normal(r))
				     : middle + width / 6 * rng_normal(r) / fmax(fabs(rng_normal(r)), 0.05);
			break;
		case KINDS:
			break;
		}
		if (c->sign > 0 && rng_bool(r, c->sign))
			v = -v;
		if (positive && v <= 0)
			v = c->low;
		x[i] = v;
	}
}

/* A grid walks in row order: columns after the first must not walk in step with it. */
static void shuffle_rows(struct rng *r, int n, double *x)
{
	for (int i = n - 1; i > 0; i--) {
		int j = rng_below(r, i + 1);
		double t = x[i];

		x[i] = x[j];
		x[j] = t;
	}
}

void synth_inputs(struct rng *r, int n_columns, int n_rows, bool positive, double *const *x)
{
	bool shared = rng_bool(r, 0.55);
	double correlation = rng_bool(r, 0.12) ? rng_range(r, 0.3, 0.97) : 0;
	bool whole = rng_bool(r, 0.05); /* counts */
	struct recipe c = draw_recipe(r, positive);

	for (int j = 0; j < n_columns; j++) {
		if (j > 0 && !shared)
			c = draw_recipe(r, positive);
		fill(r, &c, n_rows, positive, x[j]);
		if (c.kind == GRID && (j > 0 || rng_bool(r, 0.5)))
			shuffle_rows(r, n_rows, x[j]);
		if (j > 0 && correlation > 0 && shared)
			for (int i = 0; i < n_rows; i++)
				x[j][i] = correlation * x[0][i] + (1 - correlation) * x[j][i];
		if (whole && c.high - c.low > 4)
			for (int i = 0; i < n_rows; i++)
				x[j][i] = positive ? fmax(1, nearbyint(x[j][i])) : nearbyint(x[j][i]);
	}
}

/* What a column is made of: columns a and b, which may be the same. */
static double combine_values(int kind, double a, double b)
{
	switch (kind) {
	case 0:
		return a + b;
	case 1:
		return a - b;
	case 2:
		return a * b;
	case 3:
		return a / b;
	default:
		return a;
	}
}

static void depend(struct rng *r, int n_columns, int n_rows, bool positive, double *const *x)
{
	int j = rng_below(r, n_columns), a = (j + rng_between(r, 1, n_columns - 1)) % n_columns;
	int b = (j + rng_between(r, 1, n_columns - 1)) % n_columns, kind = a == b ? 4 : rng_below(r, 5);
	double spread = exp(rng_range(r, log(0.003), log(0.3))), factor = rng_bool(r, 0.7) ? 1 : exp(rng_normal(r));
	double v[SYNTH_MAX_ROWS];

	for (int i = 0; i < n_rows; i++) {
		v[i] = factor * combine_values(kind, x[a][i], x[b][i]) * (1 + spread * rng_normal(r));
		if (!isfinite(v[i]) || (positive && v[i] <= 0))
			return;
	}
	memcpy(x[j], v, (size_t)n_rows * sizeof(*v));
}

void synth_depend(struct rng *r, int n_columns, int n_rows, bool positive, double *const *x)
{
	int times = rng_bool(r, 0.7) ? 1 : 2;

	for (int k = 0; k < times && n_columns > 1; k++)
		depend(r, n_columns, n_rows, positive, x);
}

static double round_to_digits(double v, int digits)
{
	double unit;

	if (v == 0 || !isfinite(v))
		return v;
	unit = pow(10, floor(log10(fabs(v))) - digits + 1);
	return unit > 0 ? nearbyint(v / unit) * unit : 0; /* below 1e-320 the unit of the last digit is no double */
}

double synth_add_noise(struct rng *r, const struct synth_noise *s, int n, double *y)
{
	double mean = 0, deviation = 0, change = 0, sigma, kind = rng_uniform(r);
	int digits = rng_between(r, 2, 4);

	if (!rng_bool(r, s->share))
		return 0;
	for (int i = 0; i < n; i++)
		mean += y[i] / n;
	for (int i = 0; i < n; i++)
		deviation += (y[i] - mean) * (y[i] - mean) / n;
	deviation = sqrt(deviation);
	sigma = exp(rng_range(r, log(s->low), log(s->high)));
	for (int i = 0; i < n; i++) {
		double before = y[i];

		if (kind < 0.72)
			y[i] += sigma * deviation * rng_normal(r);
		else if (kind < 0.84)
			y[i] *= 1 + sigma * rng_normal(r);
		else if (kind < 0.92)
			y[i] = round_to_digits(y[i], digits);
		else
			y[i] += sigma * deviation * rng_normal(r) * (rng_bool(r, 0.06) ? 20 : 0.3);
		change += (y[i] - before) * (y[i] - before);
	}
	return deviation > 0 ? sqrt(change / n) / deviation : 0;
}
