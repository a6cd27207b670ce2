/* quantile.c — quantiles of the normal and of Student's distribution. */
#include "spread.h"

#include <math.h>

double normal_quantile(double p)
{
	double low = -40, high = 40;

	for (int i = 0; i < 80; i++) {
		double middle = (low + high) / 2;

		if (0.5 * erfc(-middle * M_SQRT1_2) < p)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* P(|T| < t) for θ = atan(t / √ν), by the finite series of Abramowitz and Stegun 26.7.3 and 26.7.4. */
static double student_within(int degrees, double theta)
{
	double term = degrees % 2 ? cos(theta) : 1, sum = degrees > 1 ? term : 0, square = cos(theta) * cos(theta);

	for (int i = degrees % 2 ? 3 : 2; i < degrees; i += 2) {
		term *= square * (i - 1) / i;
		sum += term;
	}
	return degrees % 2 ? (theta + sin(theta) * sum) * 2 / M_PI : sin(theta) * sum;
}

double student_quantile(int degrees)
{
	const double z = 1.959963984540054; /* of the normal distribution */
	double low = 0, high = M_PI / 2, v = degrees;

	if (degrees < 1)
		return NAN;
	if (degrees > 200) /* Abramowitz and Stegun 26.7.5: its next term is below 1e-9 from here on */
		return z + (pow(z, 3) + z) / (4 * v) + (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / (96 * v * v) +
		       (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / (384 * v * v * v);
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (student_within(degrees, middle) < 0.95)
			low = middle;
		else
			high = middle;
	}
	return tan(low) * sqrt(v);
}
