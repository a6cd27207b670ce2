/* number.c — decimal text to the nearest double, without locale and mostly without strtod.
 *
 * Up to 15 digits and 10^±22 one operation on exact doubles is correctly rounded (Clinger 1990).
 * Up to 19 digits and 10^±27 the quotient or product is formed exactly in 128 bits (5^27 < 2^64)
 * and rounded once, with a sticky bit for what the division leaves over. The rest is strtod's. */
#include "eqrl/base/mem.h"
#include "eqrl/data/csv.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_EXACT_POWER = 27, MAX_EXPONENT = 99999, MAX_DIGITS = 19 /* 10^19 < 2^64 */ };

__extension__ typedef unsigned __int128 u128;

struct decimal {
	bool negative;
	bool inexact; /* digits other than 0 were left out of digits */
	uint64_t digits;
	int exponent; /* value = digits * 10^exponent */
};

static const double ten_to[] = {1e0,  1e1,  1e2,  1e3,	1e4,  1e5,  1e6,  1e7,	1e8,  1e9,  1e10, 1e11,
				1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static uint64_t five_to(int n)
{
	static const uint64_t small[] = {1, 5, 25, 125, 625, 3125, 15625, 78125, 390625};
	uint64_t v = small[n % 9];

	for (; n >= 9; n -= 9)
		v *= 1953125;
	return v;
}

/* (m + sticky) * 2^power to nearest even; 0 < sticky < 1. The result is always a normal number
 * here. */
static double round_to_double(u128 m, bool sticky, int power)
{
	uint64_t high = (uint64_t)(m >> 64), low = (uint64_t)m;
	int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low);
	uint64_t mantissa = low;
	uint64_t scale_bits;
	double scale;

	if (bits > 53) {
		int shift = bits - 53;
		u128 rest = m & (((u128)1 << shift) - 1), half = (u128)1 << (shift - 1);

		mantissa = (uint64_t)(m >> shift);
		if (rest > half || (rest == half && (sticky || (mantissa & 1))))
			mantissa++;
		power += shift;
	}
	scale_bits = (uint64_t)(power + 1023) << 52;
	memcpy(&scale, &scale_bits, sizeof(scale));
	return (double)mantissa * scale;
}

static double exact(uint64_t digits, int exponent)
{
	uint64_t divisor, quotient;
	u128 numerator;
	int up, down;

	if (exponent >= 0)
		return round_to_double((u128)digits * five_to(exponent), false, exponent);
	divisor = five_to(-exponent);
	up = __builtin_clzll(digits);
	down = __builtin_clzll(divisor);
	divisor <<= down;
	numerator = (u128)(digits << up) << 63;
	quotient = (uint64_t)(numerator / divisor); /* in (2^62, 2^64): 9 bits more than needed */
	return round_to_double(quotient, (u128)quotient * divisor != numerator, exponent - 63 - up + down);
}

/* For what the exact paths do not cover. p … end is a checked number; strtod wants a '.'. */
static double by_strtod(const char *p, const char *end, char decimal)
{
	char local[128];
	size_t n = (size_t)(end - p);
	char *copy = n < sizeof(local) ? local : xmalloc(n + 1);
	char *comma;
	double v;

	memcpy(copy, p, n);
	copy[n] = '\0';
	comma = decimal == '.' ? NULL : strchr(copy, decimal);
	if (comma)
		*comma = '.';
	v = strtod(copy, NULL);
	if (copy != local)
		free(copy);
	return v;
}

static inline unsigned digit(char c)
{
	return (unsigned)(unsigned char)c - '0'; /* above 9: no digit */
}

/* Digits of any number: those that do not fit are counted. */
static const char *scan_long(const char *p, struct decimal *d, bool fraction)
{
	for (; digit(*p) <= 9; p++) {
		if (d->digits < 1000000000000000000u) { /* below 10^18: one more digit fits */
			d->digits = d->digits * 10 + digit(*p);
			d->exponent -= fraction;
		} else {
			d->inexact |= *p != '0';
			d->exponent += !fraction;
		}
	}
	return p;
}

/* p at 'e': the exponent is added if there is one, else the number ended before p. */
static const char *scan_exponent(const char *p, struct decimal *d)
{
	const char *q = p + 1;
	bool negative = *q == '-';
	int e = 0;

	q += *q == '-' || *q == '+';
	if (digit(*q) > 9)
		return p;
	for (; digit(*q) <= 9; q++)
		if (e < MAX_EXPONENT)
			e = e * 10 + (int)digit(*q);
	d->exponent += negative ? -e : e;
	return q;
}

/* Digits at p, while all of them fit. */
static inline const char *scan_digits(const char *p, uint64_t *digits)
{
	for (; digit(*p) <= 9; p++)
		*digits = *digits * 10 + digit(*p);
	return p;
}

/* The mantissa at first, without sign: returns what follows it, NULL if there is none. */
static inline const char *scan_mantissa(const char *first, char decimal, struct decimal *d)
{
	const char *point = scan_digits(first, &d->digits), *fraction = point, *end = point;
	ptrdiff_t n;

	if (*point == decimal) {
		fraction = point + 1;
		end = scan_digits(fraction, &d->digits);
	}
	n = (point - first) + (end - fraction);
	d->exponent = (int)(fraction - end);
	if (n <= MAX_DIGITS)
		return n > 0 ? end : NULL;
	*d = (struct decimal){.negative = d->negative}; /* some digits did not fit */
	scan_long(first, d, false);
	if (fraction > point)
		scan_long(fraction, d, true);
	return end;
}

static double decimal_value(const struct decimal *d, const char *begin, const char *end, char decimal)
{
	if (d->digits == 0)
		return 0;
	if (d->inexact || abs(d->exponent) > MAX_EXACT_POWER)
		return by_strtod(begin, end, decimal);
	if (d->digits <= (uint64_t)1 << 53 && abs(d->exponent) < (int)COUNT_OF(ten_to))
		return d->exponent < 0 ? (double)d->digits / ten_to[-d->exponent]
				       : (double)d->digits * ten_to[d->exponent];
	return exact(d->digits, d->exponent);
}

const char *csv_number(const char *p, char decimal, double *v)
{
	struct decimal d = {.negative = *p == '-'};
	const char *begin = p + (*p == '-' || *p == '+');
	double value;

	p = scan_mantissa(begin, decimal, &d);
	if (!p)
		return NULL;
	if (*p == 'e' || *p == 'E')
		p = scan_exponent(p, &d);
	value = decimal_value(&d, begin, p, decimal);
	*v = d.negative ? -value : value;
	return p;
}
