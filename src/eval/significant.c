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

int digits_determined(double v, double error)
{
	double digits;

	if (!(error >= 0) || !isfinite(error))
		return 0;
	if (error == 0 || v == 0)
		return error == 0 ? 17 : 1;
	digits = floor(log10(fabs(v))) - floor(log10(error)) + 2;
	return (int)fmin(fmax(digits, 1), 17);
}
