/* fraction.h — which numbers are written as fractions; private to expr. */
#ifndef EQRL_EXPR_FRACTION_H
#define EQRL_EXPR_FRACTION_H

#include <math.h>

enum { FRACTION_LARGEST = 200 }; /* numerator: larger ones are no simpler than their decimals */

/* The smallest q of 3, 6, 7, 9, 11 and 12 for which v has all bits of a fraction p/q in lowest terms, else 1: halves,
 * quarters, fifths, eighths and tenths are short decimals. */
static inline int fraction_denominator(double v)
{
	static const int not_decimal[] = {3, 6, 7, 9, 11, 12};

	for (int i = 0; i < 6; i++) {
		int q = not_decimal[i];
		double p = nearbyint(v * q);

		if (p != 0 && fabs(p) <= FRACTION_LARGEST && p / q == v && fmod(p, q % 3 ? q : 3) != 0 &&
		    (q % 2 || fmod(p, 2) != 0))
			return q;
	}
	return 1;
}

#endif
