/* interval_functions.c — powers, exponentials, logarithms, periodic functions and steps on intervals; see interval.h. */
#include "interval_parts.h"

/* ---- powers, exponentials, logarithms ------------------------------------------------------------------------ */

/* Of a base ≥ 0: in each argument it rises or falls throughout, so that extremes are at corners. */
static struct interval power_of_positive(struct interval a, struct interval b)
{
	struct interval hull = NOTHING;

	for (int k = 0; k < 4; k++) {
		double v = pow(fabs(k & 1 ? a.high : a.low), k & 2 ? b.high : b.low); /* fabs: of -0 */

		hull.low = fmin(hull.low, below(v, FUNCTION));
		hull.high = fmax(hull.high, above(v, FUNCTION));
	}
	return within(hull, 0, INFINITY);
}

static struct interval hull_of(struct interval a, struct interval b)
{
	return (struct interval){fmin(a.low, b.low), fmax(a.high, b.high)};
}

/* Of a base ≤ 0, which has a value for whole exponents only. */
static struct interval power_of_negative(struct interval a, struct interval b)
{
	double first = ceil(b.low), last = floor(b.high);
	struct interval even;

	if (first > last)
		return NOTHING;
	even = power_of_positive(negative(a), (struct interval){first, last});
	if (first == last && isfinite(first))
		return fmod(first, 2) == 0 ? even : negative(even);
	return hull_of(even, negative(even));
}

struct interval of_pow(const struct image *a, const struct image *b, struct image *flags)
{
	struct interval out = NOTHING;

	if (a->range.low < 0 && (b->range.low != b->range.high || b->range.low != floor(b->range.low)))
		flags->undefined = true;
	flags->infinite |= interval_holds(a->range, 0) && b->range.low < 0;
	if (a->range.high >= 0)
		out = power_of_positive(within(a->range, 0, INFINITY), b->range);
	if (a->range.low < 0)
		out = hull_of(out, power_of_negative(within(a->range, -INFINITY, 0), b->range));
	if ((a->undefined && interval_holds(b->range, 0)) || (b->undefined && interval_holds(a->range, 1)))
		out = hull_of(out, (struct interval){1, 1}); /* pow(NaN, 0) = pow(1, NaN) = 1 */
	return out;
}

struct interval of_sqrt(const struct image *a, const struct image *b, struct image *flags)
{
	struct interval x = defined_part(a->range, 0, INFINITY, flags);

	return interval_is_empty(x) ? x : within(outward(sqrt(x.low), sqrt(x.high), ARITHMETIC), 0, INFINITY);
}

struct interval of_exp(const struct image *a, const struct image *b, struct image *flags)
{
	return within(increasing(exp, a->range), 0, INFINITY);
}

static struct interval logarithm(double (*f)(double), struct interval a, struct image *flags)
{
	struct interval x = defined_part(a, 0, INFINITY, flags);

	if (interval_is_empty(x))
		return x;
	flags->infinite |= x.low == 0;
	return increasing(f, x);
}

struct interval of_log(const struct image *a, const struct image *b, struct image *flags)
{
	return logarithm(log, a->range, flags);
}

struct interval of_log10(const struct image *a, const struct image *b, struct image *flags)
{
	return logarithm(log10, a->range, flags);
}

struct interval of_log2(const struct image *a, const struct image *b, struct image *flags)
{
	return logarithm(log2, a->range, flags);
}

struct interval of_cbrt(const struct image *a, const struct image *b, struct image *flags)
{
	return increasing(cbrt, a->range);
}

/* ---- periodic functions and their inverses --------------------------------------------------------------------- */

/* Whether phase + k·period is in a for some whole k, or so near that rounding hides it. */
static bool holds_phase(struct interval a, double phase, double period)
{
	double slack = 8 * DBL_EPSILON * (fmax(fabs(a.low), fabs(a.high)) + period), k;

	if (!(a.high - a.low + 2 * slack < period))
		return true;
	k = ceil((a.low - slack - phase) / period);
	return phase + k * period <= a.high + slack;
}

static struct interval wave(double (*f)(double), struct interval a, double top)
{
	bool peak = holds_phase(a, top, 2 * PI), trough = holds_phase(a, top + PI, 2 * PI);
	double left = 0, right = 0;

	if (!peak || !trough) {
		left = f(a.low);
		right = f(a.high);
	}
	return within((struct interval){trough ? -1 : below(fmin(left, right), FUNCTION),
					peak ? 1 : above(fmax(left, right), FUNCTION)},
		      -1, 1);
}

struct interval of_sin(const struct image *a, const struct image *b, struct image *flags)
{
	flags->undefined |= a->infinite;
	return wave(sin, a->range, PI / 2);
}

struct interval of_cos(const struct image *a, const struct image *b, struct image *flags)
{
	flags->undefined |= a->infinite;
	return wave(cos, a->range, 0);
}

struct interval of_tan(const struct image *a, const struct image *b, struct image *flags)
{
	flags->undefined |= a->infinite;
	if (!holds_phase(a->range, PI / 2, PI))
		return increasing(tan, a->range);
	flags->infinite = true;
	return EVERYTHING;
}

struct interval of_asin(const struct image *a, const struct image *b, struct image *flags)
{
	struct interval x = defined_part(a->range, -1, 1, flags);

	return interval_is_empty(x) ? x : increasing(asin, x);
}

struct interval of_acos(const struct image *a, const struct image *b, struct image *flags)
{
	struct interval x = defined_part(a->range, -1, 1, flags);

	if (interval_is_empty(x))
		return x;
	return within(outward(acos(x.high), acos(x.low), FUNCTION), 0, INFINITY);
}

struct interval of_atan(const struct image *a, const struct image *b, struct image *flags)
{
	return increasing(atan, a->range);
}

/* ---- hyperbolic functions, steps ------------------------------------------------------------------------------ */

struct interval of_sinh(const struct image *a, const struct image *b, struct image *flags)
{
	return increasing(sinh, a->range);
}

struct interval of_cosh(const struct image *a, const struct image *b, struct image *flags)
{
	return within(increasing(cosh, magnitude(a->range)), 1, INFINITY);
}

struct interval of_tanh(const struct image *a, const struct image *b, struct image *flags)
{
	return within(increasing(tanh, a->range), -1, 1);
}

struct interval of_erf(const struct image *a, const struct image *b, struct image *flags)
{
	return within(increasing(erf, a->range), -1, 1);
}

struct interval of_min(const struct image *a, const struct image *b, struct image *flags)
{
	return (struct interval){fmin(a->range.low, b->range.low), fmin(a->range.high, b->range.high)};
}

struct interval of_max(const struct image *a, const struct image *b, struct image *flags)
{
	return (struct interval){fmax(a->range.low, b->range.low), fmax(a->range.high, b->range.high)};
}

/* Between 0 and the divisor, whose sign it has. */
struct interval of_mod(const struct image *a, const struct image *b, struct image *flags)
{
	flags->undefined |= a->infinite || interval_holds(b->range, 0);
	return (struct interval){fmin(b->range.low, 0), fmax(b->range.high, 0)};
}

struct interval of_floor(const struct image *a, const struct image *b, struct image *flags)
{
	return (struct interval){floor(a->range.low), floor(a->range.high)};
}

struct interval of_round(const struct image *a, const struct image *b, struct image *flags)
{
	return (struct interval){nearbyint(a->range.low), nearbyint(a->range.high)};
}

struct interval of_sign(const struct image *a, const struct image *b, struct image *flags)
{
	return (struct interval){(a->range.low > 0) - (a->range.low < 0), (a->range.high > 0) - (a->range.high < 0)};
}

struct interval of_step(const struct image *a, const struct image *b, struct image *flags)
{
	return (struct interval){a->range.low >= 0, a->range.high >= 0};
}
