/* names.c — see names.h. Letters are tested by hand: ctype depends on the locale. */
#include "eqrl/expr/names.h"

#include <string.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool name_is_identifier(const char *name)
{
	if (!is_letter(*name))
		return false;
	while (is_letter(*name) || is_digit(*name))
		name++;
	return *name == '\0';
}

/* "x<k+1>" without leading zeros, as columns are called without names. */
static int find_numbered(const char *text, size_t n)
{
	int k = 0;

	if (n < 2 || n > 6 || text[0] != 'x' || text[1] == '0')
		return -1;
	for (size_t i = 1; i < n; i++) {
		if (!is_digit(text[i]))
			return -1;
		k = 10 * k + (text[i] - '0');
	}
	return k <= NAMES_MAX_COLUMNS ? k - 1 : -1;
}

int names_find(const struct names *names, const char *text, size_t n)
{
	if (!names)
		return find_numbered(text, n);
	for (int k = 0; k < names->n; k++)
		if (strncmp(names->column[k], text, n) == 0 && names->column[k][n] == '\0')
			return k;
	return -1;
}

void names_plain(struct str *out, const struct names *names, int column)
{
	if (names && column < names->n)
		str_add(out, names->column[column]);
	else
		str_addf(out, "x%d", column + 1);
}

/* Length of what a terminal may take for a command at text: a control character of ASCII, or of Latin-1 in UTF-8. */
static int control_length(const char *text)
{
	unsigned char a = (unsigned char)text[0], b = a ? (unsigned char)text[1] : 0;

	if (a < ' ' || a == 0x7F)
		return 1;
	return a == 0xC2 && b >= 0x80 && b < 0xA0 ? 2 : 0;
}

static int hex_digit(char c)
{
	return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int name_escaped(const char *text)
{
	if (text[0] != '\\' || text[1] != 'x' || hex_digit(text[2]) < 0 || hex_digit(text[3]) < 0)
		return -1;
	return 16 * hex_digit(text[2]) + hex_digit(text[3]);
}

void names_quote(struct str *out, const char *name)
{
	if (name_is_identifier(name)) {
		str_add(out, name);
		return;
	}
	str_addc(out, '`');
	while (*name) {
		int hidden = name_escaped(name) >= 0 ? 1 : control_length(name);

		for (; hidden > 0; hidden--)
			str_addf(out, "\\x%02x", (unsigned char)*name++);
		if (*name == '`')
			str_addc(out, '`');
		if (*name && !control_length(name) && name_escaped(name) < 0)
			str_addc(out, *name++);
	}
	str_addc(out, '`');
}

/* The name with '_' for what lies between its letters and digits: "Temp (°C)" is Temp_C. */
static void add_identifier(struct str *out, const char *name)
{
	size_t start = out->len;
	bool gap = false;

	for (; *name; name++) {
		if (!is_letter(*name) && !is_digit(*name)) {
			gap = true;
			continue;
		}
		if (out->len == start ? is_digit(*name) : gap)
			str_addc(out, '_');
		str_addc(out, *name);
		gap = false;
	}
	if (out->len == start)
		str_addc(out, '_');
}

static bool is_reserved(const char *word, const char *const *reserved)
{
	for (; reserved && *reserved; reserved++)
		if (strcmp(word, *reserved) == 0)
			return true;
	return false;
}

/* Would another column, or a word of the language, be mistaken for this identifier? */
static bool clashes(const struct names *names, int column, const char *word, const char *const *reserved)
{
	struct str other = {0};
	bool clash = is_reserved(word, reserved);

	for (int k = 0; k < names->n && !clash; k++) {
		if (k == column)
			continue;
		str_clear(&other);
		add_identifier(&other, names->column[k]);
		clash = strcmp(word, names->column[k]) == 0 || strcmp(word, other.data) == 0;
	}
	str_release(&other);
	return clash;
}

void names_identifier(struct str *out, const struct names *names, int column, const char *const *reserved)
{
	struct str word = {0};

	if (!names || column >= names->n) {
		names_plain(out, names, column);
		return;
	}
	if (name_is_identifier(names->column[column]) && !is_reserved(names->column[column], reserved)) {
		str_add(out, names->column[column]); /* as it is, even if others become the same */
		return;
	}
	add_identifier(&word, names->column[column]);
	if (clashes(names, column, word.data, reserved))
		str_addf(&word, "_%d", column + 1);
	while (clashes(names, column, word.data, reserved))
		str_addc(&word, '_');
	str_add(out, word.data);
	str_release(&word);
}
