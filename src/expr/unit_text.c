/* unit_text.c — units as people write them; see units_read in units.h. Known units are rows of a table. */
#include "eqrl/expr/units.h"

#include "eqrl/base/mem.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- known units ------------------------------------------------------------------------------------------------ */

enum si { M, KG, S, A, K, MOL, CD, SI_COUNT };

static const char *const si_symbol[SI_COUNT] = {"m", "kg", "s", "A", "K", "mol", "cd"};

struct known_unit {
	const char *symbols;	  /* separated by blanks */
	signed char of[SI_COUNT]; /* powers of m, kg, s, A, K, mol, cd */
};

/* Those that take a prefix of the SI. */
static const struct known_unit prefixed[] = {
	{"m", {1}},
	{"g t Da", {0, 1}},
	{"s sec a yr", {0, 0, 1}},
	{"A", {0, 0, 0, 1}},
	{"K degC \302\260C", {0, 0, 0, 0, 1}},
	{"mol", {0, 0, 0, 0, 0, 1}},
	{"cd lm", {0, 0, 0, 0, 0, 0, 1}},
	{"lx", {-2, 0, 0, 0, 0, 0, 1}},
	{"Hz Bq", {0, 0, -1}},
	{"N", {1, 1, -2}},
	{"Pa bar Torr", {-1, 1, -2}},
	{"J eV cal Wh", {2, 1, -2}},
	{"W VA", {2, 1, -3}},
	{"C", {0, 0, 1, 1}},
	{"V", {2, 1, -3, -1}},
	{"F", {-2, -1, 4, 2}},
	{"ohm Ohm \316\251 \342\204\246", {2, 1, -3, -2}},
	{"S", {-2, -1, 3, 2}},
	{"T G", {0, 1, -2, -1}},
	{"H", {2, 1, -2, -2}},
	{"Wb", {2, 1, -2, -1}},
	{"Gy Sv", {2, 0, -2}},
	{"L l", {3}},
	{"M", {-3, 0, 0, 0, 0, 1}},
	{"pc ly", {1}},
	{"Jy", {0, 1, -2}},
	{"rad sr", {0}},
};

/* Those that take none. */
static const struct known_unit plain[] = {
	{"min h hr hrs d day week month", {0, 0, 1}},
	{"- 1 none n/a % \342\200\260 \302\260 deg ppm ppb pH psu PSU dB mag arcsec arcmin frac", {0}},
	{"degF degK \302\260F \302\260K R", {0, 0, 0, 0, 1}},
	{"atm psi mmHg", {-1, 1, -2}},
	{"rpm cps", {0, 0, -1}},
	{"in ft yd mi AU au \303\205", {1}},
	{"lb lbs oz u amu", {0, 1}},
	{"mph kn", {1, 0, -1}},
	{"ha", {2}},
	{"gal", {3}},
};

/* Names in letters of either case, in the plural too, perhaps behind kilo, milli … */
static const struct known_unit spelled[] = {
	{"second minute hour day week month year", {0, 0, 1}},
	{"meter metre mile foot feet inch inches yard parsec", {1}},
	{"gram pound ounce ton tonne", {0, 1}},
	{"ampere amp", {0, 0, 0, 1}},
	{"kelvin celsius fahrenheit", {0, 0, 0, 0, 1}},
	{"mole", {0, 0, 0, 0, 0, 1}},
	{"candela lumen", {0, 0, 0, 0, 0, 0, 1}},
	{"hertz becquerel", {0, 0, -1}},
	{"newton", {1, 1, -2}},
	{"pascal", {-1, 1, -2}},
	{"joule calorie", {2, 1, -2}},
	{"watt", {2, 1, -3}},
	{"coulomb", {0, 0, 1, 1}},
	{"volt", {2, 1, -3, -1}},
	{"farad", {-2, -1, 4, 2}},
	{"siemens siemen", {-2, -1, 3, 2}},
	{"tesla", {0, 1, -2, -1}},
	{"weber", {2, 1, -2, -1}},
	{"sievert gray", {2, 0, -2}},
	{"liter litre gallon", {3}},
	{"knot", {1, 0, -1}},
	{"acre hectare", {2}},
	{"unitless dimensionless ratio fraction percent degree radian", {0}},
};

struct unit_word {
	const char *p;
	size_t n;
};

static bool is_listed(const char *list, struct unit_word t)
{
	for (const char *at = list; *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if (n == t.n && memcmp(at, t.p, n) == 0)
			return true;
		at += n;
	}
	return false;
}

/* "Metres" in "meter metre …" */
static bool is_spelled(const char *list, struct unit_word t)
{
	for (const char *at = list; *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if ((t.n == n || (t.n == n + 1 && (t.p[n] | 32) == 's')) && strncasecmp(at, t.p, n) == 0)
			return true;
		at += n;
	}
	return false;
}

/* Units, what may stand before each, and how both are compared: the letter of a symbol is what it is, a word's has no case. */
static const struct family {
	const struct known_unit *unit;
	size_t n_units;
	const char *prefix[24]; /* to the first that is NULL */
	size_t shortest;	/* what is left behind a prefix */
	int (*compare)(const char *, const char *, size_t);
	bool (*is_one)(const char *, struct unit_word);
} families[] = {
	{plain, COUNT_OF(plain), {""}, 1, strncmp, is_listed},
	{prefixed,
	 COUNT_OF(prefixed),
	 {"", "k", "M", "G", "T", "P", "m", "u", "n", "p", "f", "c", "d", "h", "da", "\302\265", "\316\274"},
	 1,
	 strncmp,
	 is_listed},
	{spelled,
	 COUNT_OF(spelled),
	 {"", "kilo", "milli", "mega", "centi", "micro", "nano", "hecto", "giga"},
	 3,
	 strncasecmp,
	 is_spelled},
};

static const struct known_unit *find_in(const struct family *f, struct unit_word t)
{
	for (const char *const *prefix = f->prefix; *prefix; prefix++) {
		size_t n = strlen(*prefix);

		if (t.n < n + f->shortest || f->compare(t.p, *prefix, n) != 0)
			continue;
		for (size_t k = 0; k < f->n_units; k++)
			if (f->is_one(f->unit[k].symbols, (struct unit_word){t.p + n, t.n - n}))
				return &f->unit[k];
	}
	return NULL;
}

static const struct known_unit *find_known(struct unit_word t)
{
	const struct known_unit *k = NULL;

	for (size_t i = 0; i < COUNT_OF(families) && !k; i++)
		k = find_in(&families[i], t);
	return k;
}

/* ---- lists of symbols --------------------------------------------------------------------------------------------- */

/* Its place in the list, where it is put at the end if it is new; −1: no room. */
static int place_of(struct symbol_list *l, struct unit_word t, bool unknown)
{
	for (int i = 0; i < l->n; i++)
		if (strlen(l->symbol[i]) == t.n && memcmp(l->symbol[i], t.p, t.n) == 0)
			return i;
	if (l->n == UNITS_BASES)
		return -1;
	memcpy(l->symbol[l->n], t.p, t.n);
	l->symbol[l->n][t.n] = '\0';
	l->unknown[l->n] = unknown;
	return l->n++;
}

static bool add_base(struct units *u, struct unit_powers *out, struct unit_word t, bool unknown, double power)
{
	int at = place_of(&u->base, t, unknown);

	if (at >= 0)
		out->of.power[at] += power;
	return at >= 0;
}

/* A symbol to a power becomes part of the unit. */
static enum status add_symbol(struct units *u, struct unit_powers *out, struct unit_word t, double power)
{
	const struct known_unit *k = find_known(t);
	static const struct known_unit none[] = {{"", {0}}};
	bool room = true;
	int at;

	if (t.n >= UNITS_SYMBOL)
		return fail(ST_USAGE, "the symbol %.*s… is longer than %d bytes", UNITS_SYMBOL - 1, t.p,
			    UNITS_SYMBOL - 1);
	if (!k)
		room = add_base(u, out, t, true, power);
	for (int i = 0; k && i < SI_COUNT; i++)
		if (k->of[i])
			room &= add_base(u, out, (struct unit_word){si_symbol[i], strlen(si_symbol[i])}, false,
					 power * k->of[i]);
	if (k && memcmp(k->of, none[0].of, sizeof(k->of)) == 0)
		return ST_OK; /* what has no dimension is not written behind a constant, either */
	at = room ? place_of(&u->written, t, !k) : -1;
	if (at < 0)
		return fail(ST_USAGE, "more than %d different units", UNITS_BASES);
	out->written.power[at] += power;
	return ST_OK;
}

/* ---- the text -------------------------------------------------------------------------------------------------------- */

struct unit_reader {
	struct units *u;
	struct unit_powers *out;
	const char *text, *p, *end;
	double sign; /* of the powers here: -1 below the line */
	bool below;  /* a '/' came since the last bracket: what a blank joins now is not clear */
};

static const struct {
	const char *text;
	int digit; /* 10: a minus sign */
} raised[] = {{"\342\201\260", 0}, {"\302\271", 1},	{"\302\262", 2},     {"\302\263", 3},
	      {"\342\201\264", 4}, {"\342\201\265", 5}, {"\342\201\266", 6}, {"\342\201\267", 7},
	      {"\342\201\270", 8}, {"\342\201\271", 9}, {"\342\201\273", 10}};

/* The raised digit or sign at p, or −1; its length to *n. */
static int raised_at(const char *p, const char *end, size_t *n)
{
	for (size_t i = 0; i < COUNT_OF(raised); i++) {
		*n = strlen(raised[i].text);
		if ((size_t)(end - p) >= *n && memcmp(p, raised[i].text, *n) == 0)
			return raised[i].digit;
	}
	return -1;
}

static bool skip(struct unit_reader *r, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, text, n) != 0)
		return false;
	r->p += n;
	return true;
}

static void skip_blanks(struct unit_reader *r)
{
	while (r->p < r->end && isspace((unsigned char)*r->p))
		r->p++;
}

static enum status odd(const struct unit_reader *r, const char *what)
{
	return fail(ST_USAGE, "unit \"%s\": %s", r->text, what);
}

/* "2", "-1", "0.5", "(1/2)", "(-3)" */
static enum status read_number_power(struct unit_reader *r, double *power)
{
	bool bracket = skip(r, "(");
	char *stop;

	*power = strtod(r->p, &stop);
	if (stop == r->p || stop > r->end)
		return odd(r, "a power is a number: m^2, s^-1, m^0.5, m^(1/2)");
	r->p = stop;
	if (bracket && skip(r, "/")) {
		double by = strtod(r->p, &stop);

		if (stop == r->p || by == 0)
			return odd(r, "a power is a number: m^(1/2)");
		r->p = stop;
		*power /= by;
	}
	if (bracket && !skip(r, ")"))
		return odd(r, "a bracket is not closed");
	return fabs(*power) <= 24 ? ST_OK : odd(r, "a power beyond 24");
}

static double read_raised(struct unit_reader *r)
{
	double sign = 1, value = 0;
	size_t n;
	int digit;

	while ((digit = raised_at(r->p, r->end, &n)) >= 0) {
		if (digit == 10)
			sign = -1;
		else
			value = value * 10 + digit;
		r->p += n;
	}
	return sign * value;
}

/* What stands behind a symbol: ^2, **2, ², 2, -2, nothing. */
static enum status read_power(struct unit_reader *r, double *power)
{
	size_t n;

	*power = 1;
	if (skip(r, "^") || skip(r, "**"))
		return read_number_power(r, power);
	if (r->p < r->end && raised_at(r->p, r->end, &n) >= 0) {
		*power = read_raised(r);
		return ST_OK;
	}
	if (r->p < r->end && (isdigit((unsigned char)*r->p) ||
			      (strchr("+-", *r->p) && r->p + 1 < r->end && isdigit((unsigned char)r->p[1]))))
		return read_number_power(r, power);
	return ST_OK;
}

/* Letters, %, ° and whatever else joins nothing. */
static bool is_joint(const char *p, const char *end)
{
	static const char *const dots[] = {"\302\267", "\342\213\205", "\303\227"};
	size_t n;

	if (isdigit((unsigned char)*p) || isspace((unsigned char)*p) || strchr("/*.^+-()[]<>,;:=\"'{}", *p))
		return true;
	for (size_t i = 0; i < COUNT_OF(dots); i++)
		if ((size_t)(end - p) >= strlen(dots[i]) && memcmp(p, dots[i], strlen(dots[i])) == 0)
			return true;
	return raised_at(p, end, &n) >= 0;
}

static enum status read_product(struct unit_reader *r);

/* A bracket, a number (which is passed over: data keep their own size), or a symbol, with its power. */
static enum status read_factor(struct unit_reader *r)
{
	struct unit_word t = {r->p, 0};
	double power, sign = r->sign;

	if (skip(r, "(")) {
		bool below = r->below;

		r->below = false;
		TRY(read_product(r));
		r->below = below;
		r->sign = sign;
		return skip(r, ")") ? ST_OK : odd(r, "a bracket is not closed");
	}
	if (r->p < r->end && isdigit((unsigned char)*r->p)) {
		char *stop;

		strtod(r->p, &stop);
		r->p = stop;
		return read_power(r, &power);
	}
	while (r->p < r->end && !is_joint(r->p, r->end))
		r->p++;
	t.n = (size_t)(r->p - t.p);
	if (t.n == 0)
		return odd(r, "expected a symbol, as in kg/m^3, m s^-2 or J/(kg K)");
	TRY(read_power(r, &power));
	return add_symbol(r->u, r->out, t, r->sign * power);
}

/* Factors up to the end or a closing bracket; a '/' takes the next one below the line. */
static enum status read_product(struct unit_reader *r)
{
	double sign = r->sign;

	for (bool first = true;; first = false) {
		bool divided, joined;

		skip_blanks(r);
		if (r->p >= r->end || *r->p == ')')
			return first ? odd(r, "it has an empty bracket, or an end without a unit") : ST_OK;
		divided = !first && skip(r, "/");
		joined = divided || (!first && (skip(r, "*") || skip(r, ".") || skip(r, "\302\267") ||
						skip(r, "\342\213\205") || skip(r, "\303\227")));
		skip_blanks(r);
		if (!first && !joined && r->below)
			return odd(r, "what stands below the line? write J/(kg K) or J/kg*K");
		r->sign = divided ? -sign : sign;
		r->below = r->below || divided;
		TRY(read_factor(r));
	}
}

/* [m/s], (m/s) and <m/s> mean m/s. */
static void take_brackets_off(struct unit_reader *r)
{
	static const char pairs[] = "()[]<>";

	while (r->p < r->end && isspace((unsigned char)r->end[-1]))
		r->end--;
	skip_blanks(r);
	for (int i = 0; i < 6 && r->end - r->p >= 2; i += 2)
		if (*r->p == pairs[i] && r->end[-1] == pairs[i + 1] &&
		    !memchr(r->p + 1, pairs[i], (size_t)(r->end - r->p) - 1)) {
			r->p++;
			r->end--;
			skip_blanks(r);
		}
}

enum status units_read(struct units *u, const char *text, struct unit_powers *out)
{
	struct unit_reader r = {.u = u, .out = out, .text = text, .p = text, .end = text + strlen(text), .sign = 1};
	struct unit_word whole;

	*out = (struct unit_powers){0};
	take_brackets_off(&r);
	whole = (struct unit_word){r.p, (size_t)(r.end - r.p)};
	if (whole.n == 0)
		return ST_OK;
	if (find_known(whole))
		return add_symbol(u, out, whole, 1);
	TRY(read_product(&r));
	return r.p == r.end ? ST_OK : odd(&r, "a bracket is not opened");
}

/* ---- printing ------------------------------------------------------------------------------------------------------- */

/* Whole, a fraction of at most 12, or a decimal. */
static void print_power(struct str *out, double power)
{
	for (int below = 1; below <= 12; below++) {
		double above = nearbyint(power * below);

		if (fabs(above / below - power) > 1e-9)
			continue;
		if (below == 1 && above == 1)
			return;
		if (below == 1 || below == 2 || below == 4 || below == 5 || below == 10)
			str_addf(out, "^%g", power);
		else
			str_addf(out, "^(%g/%d)", above, below);
		return;
	}
	str_addf(out, "^%.4g", power);
}

static int print_side(const struct symbol_list *l, const struct dimension *d, double sign, struct str *out)
{
	int n = 0;

	for (int i = 0; i < l->n; i++) {
		double power = sign * d->power[i];

		if (!(power > 1e-9))
			continue;
		str_add(out, n++ ? "*" : "");
		str_add(out, l->symbol[i]);
		print_power(out, power);
	}
	return n;
}

void dimension_print(const struct symbol_list *l, const struct dimension *d, struct str *out)
{
	struct str below = {0};
	int n = print_side(l, d, -1, &below);

	if (print_side(l, d, 1, out) == 0)
		str_addc(out, '1');
	if (n > 0)
		str_addf(out, n > 1 ? "/(%s)" : "/%s", below.data);
	str_release(&below);
}
