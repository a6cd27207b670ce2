/* significant.c — see significant.h. */
#include "eqrl/eval/significant.h"

#include "eqrl/base/str.h"

#include <math.h>

int digits_written(double v)
{
	char text[32];
	int digits = 0, zeros = 0; /* zeros at the end count nowhere */

	str_double(text, fabs(v));
	for (const char *p = text; *p && *p != 'e'; p++) {
		if (*p == '.' || (*p == '0' && digits == 0))
			continue;
		zeros = *p == '0' ? zeros + 1 : 0;
		digits++;
	}
	return digits - zeros;
}

/* The decimal place, as a power of ten, of the last digit that an error is rounded to. */
static int last_place(double error)
{
	int place = (int)floor(log10(error));

	return error < 3.55 * pow(10, place) ? place - 1 : place; /* 0.0096 is 0.010 */
}

int digits_determined(double v, double error)
{
	double digits;

	if (!(error >= 0) || !isfinite(error))
		return 0;
	if (error == 0 || v == 0)
		return error == 0 ? 17 : 1;
	digits = floor(log10(fabs(v))) - last_place(error) + 1;
	return (int)fmin(fmax(digits, 1), 17);
}
