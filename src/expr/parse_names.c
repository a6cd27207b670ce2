/* parse_names.c — words of a formula that are no columns: parameters, and mistakes with a way out. */
#include "functions.h"
#include "parser.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_SHOWN = 40 }; /* bytes of a word in messages */

/* A copy of a word for messages: one line, cut to what can be shown. */
static void show_word(char out[MAX_SHOWN + 4], const char *word, size_t n)
{
	size_t cut = n;

	if (n > MAX_SHOWN)
		for (cut = MAX_SHOWN; cut > 0 && is_continuation(word[cut]);)
			cut--;
	snprintf(out, MAX_SHOWN + 4, "%.*s%s", (int)cut, word, cut < n ? "..." : "");
	for (; *out; out++)
		if ((unsigned char)*out < ' ' || *out == 0x7F)
			*out = '?';
}

/* The column that a word of at least four letters misses by one letter, or by case alone: a typo, not a parameter's
 * name. Shorter names are a step apart by nature, and so are k1 and k2. */
static const char *mistyped_column(const struct parser *p, const char *word)
{
	for (int i = 0; p->names && i < p->names->n; i++) {
		const char *column = p->names->column[i];
		size_t same = 0;

		if (strcasecmp(word, column) == 0 && strlen(word) > 1)
			return column;
		if (strlen(word) < 4 || str_distance(word, column) != 1)
			continue;
		while (word[same] && word[same] == column[same])
			same++;
		if (!is_digit(word[same]) && !is_digit(column[same]))
			return column;
	}
	return NULL;
}

bool parser_is_target(const struct parser *p, const char *word, size_t n)
{
	const char *target = p->names ? p->names->target : NULL;

	return target && strncmp(target, word, n) == 0 && target[n] == '\0';
}

static enum status did_you_mean(struct parser *p, const char *where, const char *name, const char *near)
{
	char hint[MAX_SHOWN + 4];
	struct str quoted = {0};

	names_quote(&quoted, near);
	show_word(hint, quoted.data, quoted.len);
	str_release(&quoted);
	return parser_fail(p, where, "unknown name '%s'; did you mean %s?", name, hint);
}

enum status parser_unknown_name(struct parser *p, const char *where, const char *word, size_t n)
{
	char name[MAX_SHOWN + 4];
	const char *near = NULL;

	show_word(name, word, n);
	if (!p->names)
		return parser_fail(p, where, "unknown name '%s'; columns are x1, x2, ...", name);
	if (parser_is_target(p, word, n))
		return parser_fail(p, where, "'%s' is the target; an equation is made of the other columns", name);
	if (n < MAX_SHOWN)
		near = str_nearest(name, p->names->column, p->names->n);
	if (!near)
		return parser_fail(p, where, "unknown name '%s'; it is no column", name);
	return did_you_mean(p, where, name, near);
}

enum status parser_unknown_function(struct parser *p, const char *word, size_t n)
{
	char name[MAX_SHOWN + 4];
	const char *near;

	show_word(name, word, n);
	if (names_find(p->names, word, n) >= 0)
		return parser_fail(p, word, "'%s' is a column, not a function; write * between factors", name);
	near = function_nearest(name);
	if (near)
		return parser_fail(p, word, "unknown function '%s'; did you mean %s?", name, near);
	return parser_fail(p, word, "unknown function '%s'; `eqrl ops` lists them", name);
}

/* A free constant with a name: a new one, or the one that had this name before. */
enum status parser_parameter(struct parser *p, const char *word, size_t n)
{
	struct parse_params *q = p->params;
	char name[PARSE_NAME_MAX + 1];
	const char *near;

	if (parser_is_target(p, word, n))
		return parser_unknown_name(p, word, word, n);
	for (int i = 0; i < q->n; i++)
		if (strncmp(q->name[i], word, n) == 0 && q->name[i][n] == '\0')
			return parser_push(p, OP_CONST, q->slot[i]);
	if (n > PARSE_NAME_MAX)
		return parser_fail(p, word, "a parameter's name has more than %d bytes", PARSE_NAME_MAX);
	snprintf(name, sizeof(name), "%.*s", (int)n, word);
	near = mistyped_column(p, name);
	if (near)
		return did_you_mean(p, word, name, near);
	TRY(parser_push_free(p, word));
	memcpy(q->name[q->n], word, n);
	q->name[q->n][n] = '\0';
	q->slot[q->n++] = p->out->n_consts - 1;
	return ST_OK;
}
