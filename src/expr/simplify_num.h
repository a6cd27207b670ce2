/* simplify_num.h — numbers of the simplifier's normal form; private.
 *
 * Exact fractions while that lasts, doubles after. keep: free constants have values (simplify.h); without it
 * each stands for any number and is written as 1. */
#ifndef EQRL_EXPR_SIMPLIFY_NUM_H
#define EQRL_EXPR_SIMPLIFY_NUM_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* What a number is made of; of two that merge, the later kind wins. */
enum num_kind {
	NUM_EXACT,   /* p / q, integers */
	NUM_LITERAL, /* computed from integers and pi */
	NUM_FIXED,   /* from literals */
	NUM_FREE,    /* from free constants; in skeletons the value is always 1 and means nothing */
};

struct num {
	double p, q; /* value p / q; q is 1 unless exact */
	enum num_kind kind;
};

static inline struct num num_int(double v)
{
	return (struct num){v, 1, NUM_EXACT};
}

static inline double num_value(struct num a)
{
	return a.p / a.q;
}

static inline bool num_is_int(struct num a)
{
	return a.kind == NUM_EXACT && a.q == 1;
}

static inline bool num_is(struct num a, double v) /* an integer, and not by accident of a free constant */
{
	return a.kind != NUM_FREE && a.p == v && a.q == 1;
}

static inline bool num_negative(struct num a)
{
	return a.kind != NUM_FREE && a.p < 0;
}

static inline bool num_even(struct num a)
{
	return num_is_int(a) && fmod(a.p, 2) == 0;
}

static inline bool num_odd(struct num a)
{
	return num_is_int(a) && fmod(a.p, 2) != 0;
}

/* A number of that kind; integers that are tokens become exact. */
struct num num_real(bool keep, double v, enum num_kind kind);
struct num num_neg(bool keep, struct num a);
struct num num_add(bool keep, struct num a, struct num b);
struct num num_mul(bool keep, struct num a, struct num b);
struct num num_pow(bool keep, struct num a, struct num k); /* may be infinite or NaN */
int num_compare(struct num a, struct num b);

/* Can -a be written with no more nodes than a? */
bool num_sign_is_cheap(bool keep, struct num a);

#endif
