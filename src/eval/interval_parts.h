/* interval_parts.h — private to interval*.c: ends of intervals, and the functions of one operator each. */
#ifndef EQRL_INTERVAL_PARTS_H
#define EQRL_INTERVAL_PARTS_H

#include "eqrl/eval/interval.h"

#include <float.h>
#include <math.h>

#define PI	   3.14159265358979323846
#define NOTHING	   ((struct interval){INFINITY, -INFINITY})
#define EVERYTHING ((struct interval){-INFINITY, INFINITY})

/* Roundings by which ends move outwards: half of one is the error of + − * / √, and the C library promises less than two
 * for its functions on x86-64 (glibc manual, "Errors in Math Functions": 1 to 2, pow 1); the rest is for long arguments. */
#define ARITHMETIC 1
#define FUNCTION   4

/* ---- ends ---------------------------------------------------------------------------------------------------- */

/* What overflowed is beyond the largest number at least. DBL_MIN: results below it lose digits. */
static inline double below(double v, int roundings)
{
	return v == INFINITY ? DBL_MAX : v - (roundings * DBL_EPSILON * fabs(v) + DBL_MIN);
}

static inline double above(double v, int roundings)
{
	return v == -INFINITY ? -DBL_MAX : v + (roundings * DBL_EPSILON * fabs(v) + DBL_MIN);
}

static inline struct interval outward(double low, double high, int roundings)
{
	return (struct interval){below(low, roundings), above(high, roundings)};
}

/* Rounding never leaves the range of a function: √ is never negative, a sine never above 1. */
static inline struct interval within(struct interval a, double low, double high)
{
	return (struct interval){fmax(a.low, low), fmin(a.high, high)};
}

static inline struct interval increasing(double (*f)(double), struct interval a)
{
	return outward(f(a.low), f(a.high), FUNCTION);
}

/* The part of a between two bounds; what lies outside has no value. */
static inline struct interval defined_part(struct interval a, double low, double high, struct image *flags)
{
	if (a.low < low || a.high > high)
		flags->undefined = true;
	a = within(a, low, high);
	return a.low > a.high ? NOTHING : a;
}

static inline struct interval negative(struct interval a)
{
	return (struct interval){-a.high, -a.low};
}

static inline struct interval magnitude(struct interval a)
{
	if (a.low >= 0)
		return a;
	return a.high <= 0 ? negative(a) : (struct interval){0, fmax(-a.low, a.high)};
}

typedef struct interval (*operation)(const struct image *a, const struct image *b, struct image *flags);

/* interval_functions.c */
struct interval of_pow(const struct image *a, const struct image *b, struct image *flags);
struct interval of_sqrt(const struct image *a, const struct image *b, struct image *flags);
struct interval of_exp(const struct image *a, const struct image *b, struct image *flags);
struct interval of_log(const struct image *a, const struct image *b, struct image *flags);
struct interval of_log10(const struct image *a, const struct image *b, struct image *flags);
struct interval of_log2(const struct image *a, const struct image *b, struct image *flags);
struct interval of_cbrt(const struct image *a, const struct image *b, struct image *flags);
struct interval of_sin(const struct image *a, const struct image *b, struct image *flags);
struct interval of_cos(const struct image *a, const struct image *b, struct image *flags);
struct interval of_tan(const struct image *a, const struct image *b, struct image *flags);
struct interval of_asin(const struct image *a, const struct image *b, struct image *flags);
struct interval of_acos(const struct image *a, const struct image *b, struct image *flags);
struct interval of_atan(const struct image *a, const struct image *b, struct image *flags);
struct interval of_sinh(const struct image *a, const struct image *b, struct image *flags);
struct interval of_cosh(const struct image *a, const struct image *b, struct image *flags);
struct interval of_tanh(const struct image *a, const struct image *b, struct image *flags);
struct interval of_erf(const struct image *a, const struct image *b, struct image *flags);
struct interval of_min(const struct image *a, const struct image *b, struct image *flags);
struct interval of_max(const struct image *a, const struct image *b, struct image *flags);
struct interval of_mod(const struct image *a, const struct image *b, struct image *flags);
struct interval of_floor(const struct image *a, const struct image *b, struct image *flags);
struct interval of_round(const struct image *a, const struct image *b, struct image *flags);
struct interval of_sign(const struct image *a, const struct image *b, struct image *flags);
struct interval of_step(const struct image *a, const struct image *b, struct image *flags);

#endif
