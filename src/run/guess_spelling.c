/* guess_spelling.c — columns that other programs call by number, in a guess: x0, X3. See guess_spelling.h. */
#include "guess_spelling.h"

#include "eqrl/expr/names.h"

#include <stdio.h>
#include <string.h>

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* The number of x12 or X12 that n bytes at text are, −1: they are something else. */
static int number_of(const char *text, size_t n)
{
	int v = 0;

	if (n < 2 || n > 6 || (text[0] != 'x' && text[0] != 'X'))
		return -1;
	for (size_t i = 1; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		v = 10 * v + text[i] - '0';
	}
	return v;
}

static bool is_column(const struct dataset *d, const char *text, size_t n)
{
	const struct names names = {.n = d->n_columns, .column = (const char *const *)d->name};

	return names_find(&names, text, n) >= 0;
}

/* The next word at *at or after it: its length, with *at at its beginning; 0: none is left. What stands in back-quotes is
 * passed over. */
static size_t next_word(const char **at)
{
	size_t n = 0;

	for (; **at; (*at)++) {
		if (**at == '`')
			*at += strcspn(*at + 1, "`") + (strchr(*at + 1, '`') != NULL);
		else if (is_word(**at))
			break;
	}
	while (is_word((*at)[n]))
		n++;
	return n;
}

/* Whether the first column is x0. */
static bool counts_from_zero(int from, const struct dataset *d, const char *text)
{
	size_t n;

	if (from == GUESS_FROM_PYSR || from == GUESS_FROM_OPERON)
		return from == GUESS_FROM_PYSR;
	for (; (n = next_word(&text)) > 0; text += n)
		if (number_of(text, n) == 0 && !is_column(d, text, n))
			return true;
	return false;
}

enum status guess_name_columns(int from, const struct dataset *d, const char *text, struct str *out)
{
	bool zero = counts_from_zero(from, d, text);
	const char *at = text, *done = text;
	int first = zero ? 0 : 1;
	size_t n;

	for (; (n = next_word(&at)) > 0; at += n) {
		int number = number_of(at, n), column = number - first;

		if (number < 0 || (!zero && is_column(d, at, n)))
			continue;
		if (column < 0 || column >= d->n_columns) {
			return fail(ST_USAGE, "%.*s is no column: %s has %d input columns, from x%d on", (int)n, at,
				    d->file, d->n_columns, first);
		}
		str_addn(out, done, (size_t)(at - done));
		str_addc(out, '`');
		for (const char *c = d->name[column]; *c; c++)
			str_add(out, *c == '`' ? "``" : (char[2]){*c, '\0'});
		str_addc(out, '`');
		done = at + n;
	}
	str_add(out, done);
	return ST_OK;
}
