/* ticks.c — see ticks.h. */
#include "eqrl/report/ticks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The nearest, by ratio, of 1, 2, 5, 10 times a power of ten. */
static double round_step(double v)
{
	double power = pow(10, floor(log10(v))), m = v / power;

	return power * (m < sqrt(2) ? 1 : m < sqrt(10) ? 2 : m < sqrt(50) ? 5 : 10);
}

/* "1.5e+06" as "1.5e6", "2e-07" as "2e-7". */
static void shorten_exponent(char *text)
{
	char *e = strchr(text, 'e'), *digits;

	if (!e)
		return;
	digits = e + 1 + (e[1] == '+' || e[1] == '-');
	e += e[1] == '-' ? 2 : 1;
	while (*digits == '0' && digits[1])
		digits++;
	memmove(e, digits, strlen(digits) + 1);
}

/* Labels of multiples of step: plain decimals, or with an exponent where these would be long. */
static void label_linear(struct ticks *t, double step)
{
	double largest = fmax(fabs(t->at[0]), fabs(t->at[t->n - 1]));
	int exponent = (int)floor(log10(step) + 1e-9);
	int digits = (int)floor(log10(largest > 0 ? largest : step) + 1e-9) - exponent;
	/* more than six digits before the point, or more than four behind it */
	bool power = (largest >= 1e6 && exponent >= 2) || exponent < -4;

	for (int i = 0; i < t->n; i++) {
		double v = t->at[i];

		if (power && v != 0)
			snprintf(t->text[i], sizeof(t->text[i]), "%.*e", digits < 0 ? 0 : digits > 12 ? 12 : digits, v);
		else
			snprintf(t->text[i], sizeof(t->text[i]), "%.*f", power || exponent > 0 ? 0 : -exponent, v);
		shorten_exponent(t->text[i]);
	}
}

static void choose_linear(struct ticks *t, double least, double most, int wanted)
{
	double pad = (most - least) / 25, step = 1, first;

	/* no spread, or one that doubles of this size hardly show */
	if (!(most - least > 1e-12 * fmax(fabs(least), fabs(most))))
		pad = least != 0 ? fabs(least) / 10 : 1;
	t->low = least - pad;
	t->high = most + pad;
	for (; t->n < 2; wanted++) { /* one mark says nothing about distances */
		step = round_step((t->high - t->low) / wanted);
		first = ceil(t->low / step - 1e-9);
		for (t->n = 0; t->n < TICKS_MAX && (first + t->n) * step <= t->high + 1e-9 * step; t->n++)
			t->at[t->n] = (first + t->n) * step + 0.0; /* no -0 */
	}
	label_linear(t, step);
}

static void label_power(char text[24], double value)
{
	double power = log10(value);

	/* plain from 0.001 to 10,000 */
	if (power > -3.5 && power < 4.5)
		snprintf(text, 24, "%.4g", value);
	else
		snprintf(text, 24, "%.0e", value);
	shorten_exponent(text);
}

static void add_power(struct ticks *t, double value)
{
	double at = log10(value);

	if (t->n == TICKS_MAX || at < t->low || at > t->high)
		return;
	t->at[t->n] = at;
	label_power(t->text[t->n++], value);
}

static void choose_powers(struct ticks *t, double least, double most, int wanted)
{
	double low = log10(least), high = log10(most), pad = high > low ? (high - low) / 25 : 0.3, every;
	static const double within[] = {1, 2, 5};

	t->low = low - pad;
	t->high = high + pad;
	every = fmax(1, round_step((t->high - t->low) / wanted));
	for (double p = ceil(t->low / every - 1e-9) * every; p <= t->high && t->n < TICKS_MAX; p += every)
		add_power(t, pow(10, p));
	if (t->n >= 2)
		return;
	t->n = 0;
	for (double p = floor(t->low); p <= t->high; p++)
		for (int k = 0; k < 3; k++)
			add_power(t, within[k] * pow(10, p));
	if (t->n >= 2)
		return;
	t->n = 0; /* less than half a decade: round numbers in between */
	choose_linear(t, least, most, wanted);
	t->low = low - pad;
	t->high = high + pad;
	for (int i = 0; i < t->n; i++)
		t->at[i] = log10(t->at[i]);
}

void ticks_choose(struct ticks *t, double least, double most, int wanted, bool logarithmic)
{
	*t = (struct ticks){0};
	if (logarithmic)
		choose_powers(t, least, most, wanted);
	else
		choose_linear(t, least, most, wanted);
}

double ticks_place(const struct ticks *t, double v, bool logarithmic)
{
	return ((logarithmic ? log10(v) : v) - t->low) / (t->high - t->low);
}
