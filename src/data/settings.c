/* settings.c — a reader's options: characters by name, lines to skip, what stands for missing. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>

enum { FEWEST_LEVELS = 20 }; /* texts of a column that are kept in any case, to be quoted and counted */

/* One character, or its name. */
static enum status parse_sign(const char *text, const char *option, char *out)
{
	static const struct {
		const char *name;
		char sign;
	} names[] = {{"tab", '\t'},  {"\\t", '\t'},	 {"blank", ' '}, {"space", ' '},
		     {"comma", ','}, {"semicolon", ';'}, {"pipe", '|'},	 {"bar", '|'}};

	if (!text)
		return ST_OK;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (strcmp(text, names[i].name) == 0) {
			*out = names[i].sign;
			return ST_OK;
		}
	if (strlen(text) != 1 || (unsigned char)*text >= 0x80 || *text == '"' || *text == '\n')
		return fail(ST_USAGE, "%s %s: expected one character, or tab, blank, comma, semicolon, pipe", option,
			    text);
	*out = *text;
	return ST_OK;
}

/* "sep=;" as first line, which Excel reads and hides. */
static enum status take_sep_line(struct table_reader *r)
{
	const char *p = r->in.buffer + r->in.begin;
	size_t n = r->in.end - r->in.begin, quoted = n > 0 && *p == '"', end = 5 + 2 * quoted;
	struct record line;

	if (n <= end || strncasecmp(p + quoted, "sep=", 4) != 0 || (quoted && p[6] != '"') ||
	    !strchr(",;\t|: ", p[4 + quoted]) || !strchr("\r\n", p[end]))
		return ST_OK;
	if (!r->t->delimiter)
		r->t->delimiter = p[4 + quoted];
	return records_next_line(&r->in, &line);
}

static enum status skip_lines(struct table_reader *r)
{
	struct record line;

	for (int i = 0; i < r->o->skip; i++) {
		TRY(records_next_line(&r->in, &line));
		if (!line.begin)
			return fail(ST_DATA, "%s: has %d line%s, --skip %d leaves none", r->t->file, i,
				    i == 1 ? "" : "s", r->o->skip);
	}
	return ST_OK;
}

bool is_na_word(const struct na_word *na, int n_na, const char *p, size_t n)
{
	for (int k = 0; k < n_na; k++)
		if (strlen(na[k].text) == n && memcmp(na[k].text, p, n) == 0)
			return true;
	return false;
}

static void parse_na(struct table_reader *r)
{
	const char *p = r->o->na, *end;

	for (; p && *p; p = *end ? end + 1 : end) {
		struct na_word w = {0};
		const char *after;

		end = p + strcspn(p, ",");
		w.text = xstrndup(p, (size_t)(end - p));
		after = csv_number(w.text, '.', &w.value);
		w.is_number = after && *after == '\0';
		r->na = xrealloc(r->na, ((size_t)r->n_na + 1) * sizeof(*r->na));
		r->na[r->n_na++] = w;
	}
}

enum status read_settings(struct table_reader *r)
{
	const struct csv_options *o = r->o;
	char comment = '#';

	r->most_levels = o->categories > FEWEST_LEVELS ? o->categories : FEWEST_LEVELS;
	TRY(parse_sign(o->delimiter, "--sep", &r->t->delimiter));
	TRY(parse_sign(o->decimal, "--decimal", &r->t->decimal));
	TRY(parse_sign(o->comment, "--comment", &comment));
	if (r->t->decimal && r->t->decimal != '.' && r->t->decimal != ',')
		return fail(ST_USAGE, "--decimal %s: expected . or ,", o->decimal);
	if (r->t->delimiter && r->t->delimiter == r->t->decimal)
		return fail(ST_USAGE, "--sep and --decimal are both \"%c\"; they must differ", r->t->decimal);
	TRY(date_options_parse(&r->dates, o->dates));
	r->in.comment_sign = comment;
	parse_na(r);
	TRY(skip_lines(r));
	return take_sep_line(r);
}
