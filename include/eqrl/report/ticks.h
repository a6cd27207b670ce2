/* ticks.h — where an axis has its marks, and what they are called. */
#ifndef EQRL_TICKS_H
#define EQRL_TICKS_H

#include <stdbool.h>

enum { TICKS_MAX = 12 };

struct ticks {
	double low, high; /* the axis: all values and a little more; of a logarithmic one their logarithms to base 10 */
	int n;
	double at[TICKS_MAX]; /* on the same scale */
	char text[TICKS_MAX][24];
};

/* About `wanted` round marks (multiples of 1, 2 or 5 times a power of ten; the powers themselves, or every second,
 * fifth … of them, on a logarithmic axis) within [least, most], which is widened by a twenty-fifth on both sides, or where
 * both are equal. All labels have the same number of decimals, and no two are equal. Logarithmic: both above 0. */
void ticks_choose(struct ticks *t, double least, double most, int wanted, bool logarithmic);

/* Where a value lies on the axis: 0 at its low end, 1 at its high one. */
double ticks_place(const struct ticks *t, double v, bool logarithmic);

#endif
