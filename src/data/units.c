/* units.c — whether a cell below a name is a unit of measurement. */
#include "layout.h"

#include "eqrl/base/mem.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Symbols that stand alone or behind a prefix of the SI. */
static const char *const symbols[] = {
	"m",   "g",	   "s", "A", "K", "mol", "cd",	 "Hz", "N",   "Pa",  "J",  "W", "C",  "V",  "F",   "ohm",
	"Ohm", "\xce\xa9", "S", "T", "H", "Wb",	 "lm",	 "lx", "Bq",  "Gy",  "Sv", "L", "l",  "eV", "bar", "cal",
	"Wh",  "M",	   "b", "B", "t", "G",	 "Torr", "pc", "sec", "rad", "sr", "a", "yr", "VA", "Da",  "degC"};

/* Those that take none. */
static const char *const words[] = {
	"min",	"h",	"hr",		"hrs",	  "d",	    "%",   "\xc2\xb0", "\302\260C", "\302\260F", "deg",	 "degF",
	"degK", "atm",	"psi",		"ppm",	  "ppb",    "pH",  "dB",       "dBm",	    "rpm",	 "mmHg", "in",
	"ft",	"yd",	"lb",		"lbs",	  "oz",	    "mi",  "mph",      "kn",	    "ha",	 "gal",	 "USD",
	"EUR",	"$",	"\xe2\x82\xac", "cps",	  "-",	    "1",   "none",     "n/a",	    "AU",	 "ly",	 "u",
	"amu",	"a.u.", "arb",		"arcsec", "arcmin", "mag", "Jy",       "frac",	    "RN",	 "TS",	 "psu",
	"PSU",	"FTU",	"NTU",		"sec"};

/* Names of units, in letters of either case, also in the plural and with kilo, milli … before them. */
static const char *const spelled[] = {
	"second",   "minute",	 "hour",     "day",	      "week",	 "month",   "year",   "meter",	 "metre",
	"gram",	    "ampere",	 "amp",	     "kelvin",	      "mole",	 "candela", "hertz",  "newton",	 "pascal",
	"joule",    "watt",	 "coulomb",  "volt",	      "farad",	 "ohm",	    "siemen", "tesla",	 "weber",
	"lumen",    "becquerel", "sievert",  "liter",	      "litre",	 "ton",	    "tonne",  "bar",	 "calorie",
	"degree",   "radian",	 "celsius",  "fahrenheit",    "percent", "mile",    "knot",   "foot",	 "feet",
	"inch",	    "inches",	 "yard",     "pound",	      "ounce",	 "gallon",  "acre",   "hectare", "count",
	"unitless", "ratio",	 "fraction", "dimensionless", "dollar",	 "euro"};

static bool is_in(const char *p, size_t n, const char *const *list, size_t n_list)
{
	for (size_t i = 0; i < n_list; i++)
		if (strlen(list[i]) == n && memcmp(p, list[i], n) == 0)
			return true;
	return false;
}

static bool is_spelled(const char *p, size_t n)
{
	static const char *const prefixes[] = {"kilo", "milli", "mega", "centi", "micro", "nano", "hecto", "giga"};

	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		size_t k = strlen(prefixes[i]);

		if (n > k + 2 && strncasecmp(p, prefixes[i], k) == 0) {
			p += k;
			n -= k;
			break;
		}
	}
	for (size_t i = 0; i < COUNT_OF(spelled); i++) {
		size_t k = strlen(spelled[i]);

		if ((n == k || (n == k + 1 && (p[k] | 32) == 's')) && strncasecmp(p, spelled[i], k) == 0)
			return true;
	}
	return false;
}

static bool is_symbol(const char *p, size_t n)
{
	static const char *const prefixes[] = {"k", "M", "G", "T", "m",	 "u",	     "n",	"p",
					       "f", "c", "d", "h", "da", "\xc2\xb5", "\xce\xbc"};

	if (is_in(p, n, symbols, COUNT_OF(symbols)) || is_in(p, n, words, COUNT_OF(words)) || is_spelled(p, n))
		return true;
	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		size_t k = strlen(prefixes[i]);

		if (n > k && memcmp(p, prefixes[i], k) == 0 && is_in(p + k, n - k, symbols, COUNT_OF(symbols)))
			return true;
	}
	return false;
}

/* Between symbols: operators, blanks, exponents, also raised ones and the middle dot. */
static size_t skip_joint(const char *p, const char *end)
{
	static const char *const raised[] = {"\xc2\xb7", "\xc2\xb2",	 "\xc2\xb3",
					     "\xc2\xb9", "\xe2\x81\xbb", "\xe2\x8b\x85"};

	if (isdigit((unsigned char)*p) || strchr("/*.^ -+()", *p))
		return 1;
	for (size_t i = 0; i < COUNT_OF(raised); i++) {
		size_t k = strlen(raised[i]);

		if ((size_t)(end - p) >= k && memcmp(p, raised[i], k) == 0)
			return k;
	}
	return 0;
}

/* Products of powers of symbols: kg/m3, m s^-2, µg·m⁻³. */
static bool is_product(const char *p, const char *end)
{
	int symbols_seen = 0;

	while (p < end) {
		const char *begin = p;
		size_t joint = skip_joint(p, end);

		if (joint) {
			p += joint;
			continue;
		}
		while (p < end && !skip_joint(p, end))
			p++;
		if (!is_symbol(begin, (size_t)(p - begin)))
			return false;
		symbols_seen++;
	}
	return symbols_seen > 0;
}

bool is_unit(const char *text)
{
	size_t n = strlen(text);

	if (n == 0 || n > 30)
		return false;
	if ((text[0] == '(' && text[n - 1] == ')') || (text[0] == '[' && text[n - 1] == ']') ||
	    (text[0] == '<' && text[n - 1] == '>'))
		return true; /* what a row of brackets holds is meant as units, known or not */
	return is_in(text, n, words, COUNT_OF(words)) || is_spelled(text, n) || is_product(text, text + n);
}
