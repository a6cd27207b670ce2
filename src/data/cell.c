/* cell.c — see cell.h. */
#include "cell.h"

#include "eqrl/base/mem.h"
#include "eqrl/data/csv.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 64 }; /* a number of more characters is a text */

static bool is_one_of(const char *p, size_t n, const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++)
		if (strlen(words[i]) == n && strncasecmp(p, words[i], n) == 0)
			return true;
	return false;
}

static bool is_missing(const char *p, size_t n)
{
	static const char *const words[] = {
		"NA",		"N/A",	     "#N/A",	"NaN",	  "-NaN",    "+NaN",	 "NULL",	 "none",
		"nil",		"?",	     "-",	"--",	  ".",	     "n.a.",	 "<NA>",	 "NaT",
		"\\N",		"-nan(ind)", "1.#QNAN", "1.#IND", "-1.#IND", "#N/A N/A", "\xe2\x80\x93", "\xe2\x80\x94",
		"\xe2\x88\x92", "missing",   "..",	"...",	  ":"};

	return n == 0 || is_one_of(p, n, words, COUNT_OF(words));
}

static bool is_infinite(const char *p, size_t n)
{
	static const char *const words[] = {"inf", "infinity", "\xe2\x88\x9e", "1.#INF"};

	if (n > 0 && (*p == '+' || *p == '-')) {
		p++;
		n--;
	}
	return is_one_of(p, n, words, COUNT_OF(words));
}

/* What Excel, Calc and Sheets write where a formula fails. */
static bool is_error(const char *p, size_t n)
{
	static const char *const words[] = {"#DIV/0!", "#REF!",	  "#VALUE!", "#NUM!",  "#NAME?",
					    "#NULL!",  "#ERROR!", "#CALC!",  "#SPILL!"};

	return is_one_of(p, n, words, COUNT_OF(words)) || (n > 4 && memcmp(p, "Err:", 4) == 0);
}

/* ---- characters that stand for others ---- */

static const struct sign {
	const char *text;
	char means; /* ' ' blank, '-' minus, '$' currency, '\'' separates thousands */
} signs[] = {
	{"\xc2\xa0", ' '},     {"\xe2\x80\xaf", ' '},  {"\xe2\x80\x89", ' '}, {"\xe2\x80\x87", ' '},
	{"\xef\xbb\xbf", ' '}, {"\xe2\x88\x92", '-'},  {"\xe2\x80\x90", '-'}, {"\xe2\x80\x91", '-'},
	{"\xe2\x80\x92", '-'}, {"\xe2\x80\x93", '-'},  {"\xe2\x80\x94", '-'}, {"\xef\xbc\x8d", '-'},
	{"\xc3\x97", 'x'},     {"\xe2\x80\x99", '\''}, {"\xe2\x82\xac", '$'}, {"\xc2\xa3", '$'},
	{"\xc2\xa5", '$'},     {"\xe2\x82\xb9", '$'},  {"\xe2\x82\xbd", '$'}, {"\xe2\x82\xa9", '$'},
};

/* A number's text in ASCII: blanks are ' ', dashes '~' where they are none of ASCII's, currencies '$'. */
struct ascii_number {
	char text[LONGEST + 1];
	size_t n;
};

static bool make_plain(const char *p, size_t n, struct ascii_number *out)
{
	const char *end = p + n;

	out->n = 0;
	while (p < end) {
		char c = *p;
		size_t length = 1;

		for (size_t i = 0; (unsigned char)c >= 0x80 && i < COUNT_OF(signs); i++) {
			length = strlen(signs[i].text);
			if ((size_t)(end - p) < length || memcmp(p, signs[i].text, length) != 0)
				continue;
			c = signs[i].means == '-' ? '~' : signs[i].means;
			break;
		}
		if ((unsigned char)c >= 0x80 || c < ' ' || out->n == LONGEST)
			return false;
		out->text[out->n++] = c;
		p += length;
	}
	while (out->n > 0 && out->text[out->n - 1] == ' ')
		out->n--;
	for (n = 0; n < out->n && out->text[n] == ' '; n++)
		;
	out->n -= n;
	memmove(out->text, out->text + n, out->n);
	out->text[out->n] = '\0';
	return out->n > 0;
}

/* ---- numbers ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void drop_first(struct ascii_number *p, size_t k)
{
	while (k < p->n && p->text[k] == ' ')
		k++;
	memmove(p->text, p->text + k, p->n - k + 1);
	p->n -= k;
}

static void drop_last(struct ascii_number *p)
{
	p->n--;
	while (p->n > 0 && p->text[p->n - 1] == ' ')
		p->n--;
	p->text[p->n] = '\0';
}

/* Takes sign, currency, % and brackets off; what is left begins with a digit or a decimal sign. */
static bool strip_signs(struct ascii_number *p, bool *negative, unsigned *forms)
{
	bool signed_already = false;

	*negative = false;
	if (p->n > 2 && p->text[0] == '(' && p->text[p->n - 1] == ')') {
		drop_last(p);
		drop_first(p, 1);
		*forms |= FORM_BRACKETS;
		*negative = signed_already = true;
	}
	while (p->n > 0 && strchr("+-~$", p->text[0])) {
		if (p->text[0] == '$') {
			if (*forms & FORM_CURRENCY)
				return false;
			*forms |= FORM_CURRENCY;
		} else {
			if (signed_already)
				return false;
			signed_already = true;
			*negative = p->text[0] != '+';
			*forms |= p->text[0] == '~' ? FORM_MINUS : 0u;
		}
		drop_first(p, 1);
	}
	while (p->n > 1 && strchr("%$-~", p->text[p->n - 1])) {
		unsigned form = p->text[p->n - 1] == '%'   ? FORM_PERCENT
				: p->text[p->n - 1] == '$' ? FORM_CURRENCY
							   : FORM_MINUS;

		if ((*forms & form) || (form == FORM_MINUS && signed_already))
			return false;
		*forms |= form;
		*negative |= form == FORM_MINUS;
		drop_last(p);
	}
	return p->n > 0;
}

/* Drops separators of thousands before the decimal sign: groups of three behind one to three digits, or (as in
 * India) of two and a last one of three, all separated alike. False: digits are grouped otherwise. */
static bool drop_separators(struct ascii_number *p, char decimal, unsigned *forms)
{
	size_t at = strspn(p->text, "0123456789"), first = at, to = at;
	char separator = p->text[at];
	int groups = 0, pairs = 0, digits = 0;

	if (!separator || !strchr(",.' _", separator))
		return true;
	if (separator == decimal && !strchr(p->text + at + 1, separator))
		return true; /* twice, it separates thousands whatever it means elsewhere */
	if (first < 1 || first > 3 || p->text[0] == '0')
		return false;
	for (; p->text[at] == separator; at += 1 + (size_t)digits) {
		pairs += groups > 0 && digits == 2;
		digits = (int)strspn(p->text + at + 1, "0123456789");
		if (digits != 3 && digits != 2)
			return false;
		memmove(p->text + to, p->text + at + 1, (size_t)digits);
		to += (size_t)digits;
		groups++;
	}
	if (digits != 3 || (pairs && (pairs != groups - 1 || first > 2)))
		return false;
	memmove(p->text + to, p->text + at, p->n - at + 1);
	p->n -= at - to;
	*forms |= FORM_THOUSANDS;
	return true;
}

/* Replaces k characters at `at` by one. */
static void shorten(struct ascii_number *p, char *at, size_t k, char c)
{
	*at = c;
	memmove(at + 1, at + k, p->n - (size_t)(at - p->text) - k + 1);
	p->n -= k - 1;
}

/* Ten to a power as people and Mathematica write it: 1.5x10^3, 1.5 * 10^3, 1.5*^3. */
static void mend_power(struct ascii_number *p, unsigned *forms)
{
	char *at = strstr(p->text, "*^"), *blank;

	if (at) {
		shorten(p, at, 2, 'e');
	} else if (strstr(p->text, "10^")) {
		while ((blank = strchr(p->text, ' ')) != NULL)
			shorten(p, blank, 2, blank[1]); /* none is the last character */
		at = strstr(p->text, "10^");
		if (!at || at < p->text + 2 || !strchr("x*", at[-1]))
			return;
		shorten(p, at - 1, 4, 'e');
	} else {
		return;
	}
	*forms |= FORM_POWER;
}

/* Fortran leaves the letter out before an exponent of three digits: 0.12345-100. Four decimals at least tell it from
 * ranges like 1.5-200. */
static void mend_missing_letter(struct ascii_number *p, char decimal, unsigned *forms)
{
	const char *point = strchr(p->text, decimal);
	size_t at = p->n - 4;

	if (!point || p->n < 9 || p->n == LONGEST || !strchr("+-~", p->text[at]) ||
	    strspn(p->text + at + 1, "0123456789") != 3 || strspn(point + 1, "0123456789") < 4 ||
	    point + 1 + strspn(point + 1, "0123456789") != p->text + at)
		return;
	memmove(p->text + at + 1, p->text + at, 5);
	p->text[at] = 'e';
	p->n++;
	*forms |= FORM_POWER;
}

/* Mantissa and exponent as csv_number wants them. */
static bool mend_exponent(struct ascii_number *p, char decimal, unsigned *forms)
{
	mend_missing_letter(p, decimal, forms);
	for (size_t i = 1; i < p->n; i++) {
		if (p->text[i] == 'd' || p->text[i] == 'D' || p->text[i] == 'q' || p->text[i] == 'Q') {
			p->text[i] = 'e';
			*forms |= FORM_EXPONENT;
		}
		if (p->text[i] == '~' && (p->text[i - 1] == 'e' || p->text[i - 1] == 'E')) {
			p->text[i] = '-';
			*forms |= FORM_MINUS;
		}
	}
	return is_digit(p->text[0]) || p->text[0] == '.' || p->text[0] == ',';
}

static bool read_number(const char *text, size_t n, char decimal, struct cell_value *out)
{
	struct ascii_number p;
	bool negative;
	double v;

	if (!make_plain(text, n, &p) || !strip_signs(&p, &negative, &out->forms))
		return false;
	mend_power(&p, &out->forms);
	if (!drop_separators(&p, decimal, &out->forms) || !mend_exponent(&p, decimal, &out->forms))
		return false;
	if (csv_number(p.text, decimal, &v) != p.text + p.n)
		return false;
	if (out->forms & FORM_PERCENT)
		v /= 100;
	out->value = negative ? -v : v;
	out->kind = isinf(v) ? CELL_INFINITE : CELL_NUMBER;
	return true;
}

struct cell_value cell_read(const char *text, size_t n, char decimal)
{
	struct cell_value c = {.kind = CELL_TEXT, .value = NAN};

	while (n > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		n--;
	}
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	if (is_missing(text, n))
		c.kind = CELL_MISSING;
	else if (read_number(text, n, decimal, &c))
		return c;
	else if (is_infinite(text, n))
		c = (struct cell_value){CELL_INFINITE, 0, *text == '-' ? -INFINITY : INFINITY};
	else if (is_error(text, n))
		c.kind = CELL_ERROR;
	else if ((n == 4 && strncasecmp(text, "true", 4) == 0) || (n == 5 && strncasecmp(text, "false", 5) == 0))
		c = (struct cell_value){CELL_NUMBER, FORM_LOGICAL, n == 4};
	if (c.kind != CELL_NUMBER)
		c.forms = 0; /* of an attempt */
	return c;
}

const char *form_name(int bit)
{
	static const char *const names[FORMS] = {"thousands separators",
						 "per cent, divided by 100",
						 "currency signs",
						 "exponents with D",
						 "dashes as minus",
						 "brackets for negative numbers",
						 "TRUE and FALSE as 1 and 0",
						 "powers of ten in another notation"};

	return names[bit];
}

char decimal_evidence(const char *text, size_t n)
{
	const char *comma = memchr(text, ',', n), *point = memchr(text, '.', n);
	struct cell_value as_point = {0}, as_comma = {0};
	bool point_fits, comma_fits;

	if (!comma && !point)
		return 0;
	point_fits = read_number(text, n, '.', &as_point);
	comma_fits = read_number(text, n, ',', &as_comma);
	if (point_fits && comma_fits)
		return comma ? 'c' : 'p';
	return point_fits ? '.' : comma_fits ? ',' : 0;
}
