/* zebra_text.c — puzzles of houses in a small fixed English; see zebra.h.
 *
 *   puzzle     N houses . attribute … clue …
 *   attribute  WORD : WORD , … .                  its N values
 *   clue       thing is in the same house as thing | thing is next to thing
 *            | thing is left of thing | thing is just left of thing     also right; "immediately" is "just"
 *            | thing is between thing and thing
 *            | thing is [not] in house NUMBER
 *   thing      [the] WORD                         a value of an attribute */
#include "words.h"
#include "zebra.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct grid_reader {
	struct word_reader words;
	struct houses *q;
};

static enum status read_house_count(struct grid_reader *r)
{
	char *end;
	long n = strtol(r->words.word, &end, 10);

	if (end == r->words.word || *end || n < 2 || n > HOUSES_MAX)
		return fail(
			ST_DATA,
			"word 1, \"%s\": a puzzle begins with the number of its houses, 3 or 4, as in: 3 houses. Name: "
			"Ann, Bob, Cal. Colour: red, green, blue. …",
			r->words.word);
	r->q->n = (int)n;
	words_next(&r->words);
	return words_take(&r->words, "houses") ? ST_OK : words_expected(&r->words, "\"houses\" is");
}

/* The thing of that name, if there is one. */
static bool find_thing(const struct houses *q, const char *name, struct thing *out)
{
	for (int a = 0; a < q->n_attributes; a++)
		for (int v = 0; v < q->n; v++)
			if (strcasecmp(q->name[a][v], name) == 0) {
				*out = (struct thing){(uint8_t)a, (uint8_t)v};
				return true;
			}
	return false;
}

static enum status read_name(struct grid_reader *r, char *out)
{
	struct thing known;

	if (!r->words.word[0])
		return words_expected(&r->words, "a name is");
	if (strlen(r->words.word) >= NAME_LENGTH)
		return fail(ST_DATA, "word %d, \"%s\": names have at most %d letters", r->words.number, r->words.word,
			    NAME_LENGTH - 1);
	if (find_thing(r->q, r->words.word, &known))
		return fail(ST_DATA, "word %d, \"%s\": there is something of that name already", r->words.number,
			    r->words.word);
	strcpy(out, r->words.word);
	words_next(&r->words);
	return ST_OK;
}

/* Its name is the only word with a colon behind it. */
static bool is_attribute(const struct word_reader *r)
{
	return r->word[0] && r->at[strspn(r->at, " ")] == ':';
}

static enum status read_attribute(struct grid_reader *r)
{
	struct houses *q = r->q;
	int a = q->n_attributes;

	if (a == ATTRIBUTES_MAX)
		return fail(ST_DATA, "word %d, \"%s\": there are %d attributes already, which is the most",
			    r->words.number, r->words.word, a);
	TRY(read_name(r, q->attribute[a]));
	q->n_attributes++;
	for (int v = 0; v < q->n; v++) {
		if (is_attribute(&r->words))
			return fail(ST_DATA, "word %d, \"%s\": %s has %d values, %d houses want as many",
				    r->words.number, r->words.word, q->attribute[a], v, q->n);
		TRY(read_name(r, q->name[a][v]));
	}
	return ST_OK;
}

static enum status read_thing(struct grid_reader *r, struct thing *out)
{
	words_take(&r->words, "the");
	if (!find_thing(r->q, r->words.word, out))
		return words_expected(&r->words, "one of the values above is");
	words_next(&r->words);
	return ST_OK;
}

static enum status read_house(struct grid_reader *r, struct clue *c)
{
	char *end;
	long house = strtol(r->words.word, &end, 10);

	if (end == r->words.word || *end || house < 1 || house > r->q->n)
		return fail(ST_DATA, "word %d, \"%s\": houses are 1 to %d", r->words.number,
			    r->words.word[0] ? r->words.word : "(the end)", r->q->n);
	c->house = (uint8_t)(house - 1);
	words_next(&r->words);
	return ST_OK;
}

/* in the same house as THING | in house NUMBER: "in" has been read. */
static enum status read_place(struct grid_reader *r, bool negated, struct clue *c)
{
	struct word_reader *w = &r->words;

	if (!negated && words_take(w, "the")) {
		c->form = CLUE_SAME;
		if (!words_take(w, "same"))
			return words_expected(w, "\"same\" is");
		if (!words_take(w, "house"))
			return words_expected(w, "\"house\" is");
		if (!words_take(w, "as"))
			return words_expected(w, "\"as\" is");
		return read_thing(r, &c->thing[1]);
	}
	c->form = negated ? CLUE_NOT_AT : CLUE_AT;
	if (!words_take(w, "house"))
		return words_expected(w, negated ? "\"house\" is" : "\"house\" or \"the same house as\" is");
	return read_house(r, c);
}

/* [just] left of THING | [just] right of THING */
static enum status read_side(struct grid_reader *r, struct clue *c)
{
	struct word_reader *w = &r->words;
	bool just = words_take(w, "just") || words_take(w, "immediately"), right = words_take(w, "right");

	if (!right && !words_take(w, "left"))
		return words_expected(w, just ? "\"left\" or \"right\" is"
					      : "\"in\", \"next to\", \"left of\", \"right of\" or \"between\" is");
	if (!words_take(w, "of"))
		return words_expected(w, "\"of\" is");
	TRY(read_thing(r, &c->thing[1]));
	c->form = just ? CLUE_JUST_LEFT : CLUE_LEFT;
	if (right) {
		struct thing swap = c->thing[0];

		c->thing[0] = c->thing[1];
		c->thing[1] = swap;
	}
	return ST_OK;
}

static enum status read_relation(struct grid_reader *r, struct clue *c)
{
	struct word_reader *w = &r->words;

	if (words_take(w, "not"))
		return words_take(w, "in") ? read_place(r, true, c) : words_expected(w, "\"in\" is");
	if (words_take(w, "in"))
		return read_place(r, false, c);
	if (words_take(w, "next")) {
		c->form = CLUE_NEXT;
		return words_take(w, "to") ? read_thing(r, &c->thing[1]) : words_expected(w, "\"to\" is");
	}
	if (words_take(w, "between")) {
		c->form = CLUE_BETWEEN;
		TRY(read_thing(r, &c->thing[1]));
		return words_take(w, "and") ? read_thing(r, &c->thing[2]) : words_expected(w, "\"and\" is");
	}
	return read_side(r, c);
}

/* Clues of these kinds would say nothing, or what cannot be; the network has never seen one. */
static enum status check_clue(const struct grid_reader *r, const struct clue *c)
{
	for (int i = 0; i < clue_things(c); i++)
		for (int k = 0; k < i; k++) {
			struct thing a = c->thing[i], b = c->thing[k];

			if (a.attribute == b.attribute && a.value == b.value)
				return fail(ST_DATA, "before word %d: a clue names different things, this one %s twice",
					    r->words.number, r->q->name[a.attribute][a.value]);
			if (c->form == CLUE_SAME && a.attribute == b.attribute)
				return fail(ST_DATA, "before word %d: %s and %s cannot be in the same house",
					    r->words.number, r->q->name[b.attribute][b.value],
					    r->q->name[a.attribute][a.value]);
		}
	return ST_OK;
}

static enum status read_clue(struct grid_reader *r)
{
	struct clue *c = &r->q->clue[r->q->n_clues];

	if (r->q->n_clues == CLUES_MAX)
		return fail(ST_DATA, "word %d, \"%s\": there are %d clues already, which is the most", r->words.number,
			    r->words.word, CLUES_MAX);
	TRY(read_thing(r, &c->thing[0]));
	if (!words_take(&r->words, "is"))
		return words_expected(&r->words, "\"is\" is");
	TRY(read_relation(r, c));
	r->q->n_clues++;
	return check_clue(r, c);
}

enum status zebra_read(const char *text, struct houses *out)
{
	struct grid_reader r = {.words = words_open(text), .q = out};

	*out = (struct houses){0};
	TRY(read_house_count(&r));
	while (is_attribute(&r.words))
		TRY(read_attribute(&r));
	while (r.words.word[0])
		TRY(read_clue(&r));
	return ST_OK;
}

/* ---- print ---- */

static void print_clue(const struct houses *q, const struct clue *c, struct str *out)
{
	static const char *const words[CLUE_FORMS] = {[CLUE_SAME] = "is in the same house as",
						      [CLUE_NEXT] = "is next to",
						      [CLUE_LEFT] = "is left of",
						      [CLUE_JUST_LEFT] = "is just left of",
						      [CLUE_AT] = "is in house",
						      [CLUE_NOT_AT] = "is not in house",
						      [CLUE_BETWEEN] = "is between"};
	const char *name[3];

	for (int k = 0; k < clue_things(c); k++)
		name[k] = q->name[c->thing[k].attribute][c->thing[k].value];
	str_addf(out, " %c%s %s ", toupper((unsigned char)name[0][0]), name[0] + 1, words[c->form]);
	if (clue_things(c) == 1)
		str_addf(out, "%d.", c->house + 1);
	else if (clue_things(c) == 2)
		str_addf(out, "%s.", name[1]);
	else
		str_addf(out, "%s and %s.", name[1], name[2]);
}

void zebra_print(const struct prompt *p, struct str *out)
{
	const struct houses *q = &p->houses;

	str_addf(out, "%d houses.", q->n);
	for (int a = 0; a < q->n_attributes; a++) {
		str_addf(out, " %s:", q->attribute[a]);
		for (int v = 0; v < q->n; v++)
			str_addf(out, "%s%s", v ? ", " : " ", q->name[a][v]);
		str_addc(out, '.');
	}
	for (int i = 0; i < q->n_clues; i++)
		print_clue(q, &q->clue[i], out);
}
