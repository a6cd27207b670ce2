/* kk_text.c — puzzles of knights and knaves in a small fixed English; see kk.h.
 *
 *   sentence   NAME says [that] clause [.]
 *   clause     claim | claim and claim | claim or claim | if claim then claim
 *            | NAME and NAME are both knights | NAME and NAME are both knaves
 *            | NAME and NAME are the same | NAME and NAME are different
 *   claim      NAME is [not] a knight | NAME is [not] a knave
 *
 * A name is a word that begins with a capital; in a clause "I" is the speaker. */
#include "kk.h"
#include "words.h"

#include <ctype.h>
#include <string.h>

struct puzzle_reader {
	struct word_reader words;
	struct knights *q;
};

static enum status read_person(struct puzzle_reader *r, int speaker, uint8_t *out)
{
	struct knights *q = r->q;
	int i = 0;

	if (speaker >= 0 && strcmp(r->words.word, "I") == 0) {
		*out = (uint8_t)speaker;
		words_next(&r->words);
		return ST_OK;
	}
	if (!isupper((unsigned char)r->words.word[0]))
		return words_expected(&r->words, "a name, which begins with a capital, is");
	if (strlen(r->words.word) >= NAME_LENGTH)
		return fail(ST_DATA, "word %d, \"%s\": names have at most %d letters", r->words.number, r->words.word,
			    NAME_LENGTH - 1);
	while (i < q->n && strcmp(q->name[i], r->words.word) != 0)
		i++;
	if (i == PEOPLE_MAX)
		return fail(ST_DATA, "word %d, \"%s\": there are %d people already, which is the most", r->words.number,
			    r->words.word, PEOPLE_MAX);
	if (i == q->n)
		strcpy(q->name[q->n++], r->words.word);
	*out = (uint8_t)i;
	words_next(&r->words);
	return ST_OK;
}

static enum status read_kind(struct puzzle_reader *r, bool plural, bool *knight)
{
	*knight = words_are_at(&r->words, plural ? "knights" : "knight");
	if (!*knight && !words_are_at(&r->words, plural ? "knaves" : "knave"))
		return words_expected(&r->words,
				      plural ? "\"knights\" or \"knaves\" is" : "\"knight\" or \"knave\" is");
	words_next(&r->words);
	return ST_OK;
}

/* is [not] a KIND: the person has been read. */
static enum status read_predicate(struct puzzle_reader *r, struct claim *c)
{
	bool negated;

	if (!words_take(&r->words, "is") && !words_take(&r->words, "am"))
		return words_expected(&r->words, "\"is\" is");
	negated = words_take(&r->words, "not");
	if (!words_take(&r->words, "a"))
		return words_expected(&r->words, "\"a\" is");
	TRY(read_kind(r, false, &c->knight));
	c->knight ^= negated;
	return ST_OK;
}

static enum status read_claim(struct puzzle_reader *r, int speaker, struct claim *c)
{
	TRY(read_person(r, speaker, &c->person));
	return read_predicate(r, c);
}

/* NAME and NAME are …: both names have been read. */
static enum status read_pair(struct puzzle_reader *r, struct statement *s)
{
	s->first.knight = s->second.knight = true;
	if (!words_take(&r->words, "are"))
		return words_expected(&r->words, "\"are\" is");
	if (words_take(&r->words, "the")) {
		s->form = SAYS_SAME;
		if (!words_take(&r->words, "same"))
			return words_expected(&r->words, "\"same\" is");
	} else if (words_take(&r->words, "different")) {
		s->form = SAYS_DIFFERENT;
	} else if (words_take(&r->words, "both")) {
		s->form = SAYS_AND;
		TRY(read_kind(r, true, &s->first.knight));
		s->second.knight = s->first.knight;
	} else {
		return words_expected(&r->words, "\"both\", \"the same\" or \"different\" is");
	}
	return ST_OK;
}

static enum status read_clause(struct puzzle_reader *r, struct statement *s)
{
	int speaker = s->speaker;

	if (words_take(&r->words, "if")) {
		s->form = SAYS_IF;
		TRY(read_claim(r, speaker, &s->first));
		if (!words_take(&r->words, "then"))
			return words_expected(&r->words, "\"then\" is");
		return read_claim(r, speaker, &s->second);
	}
	TRY(read_person(r, speaker, &s->first.person));
	if (words_take(&r->words, "and")) {
		TRY(read_person(r, speaker, &s->second.person));
		return read_pair(r, s);
	}
	TRY(read_predicate(r, &s->first));
	s->form = words_are_at(&r->words, "and") ? SAYS_AND : words_are_at(&r->words, "or") ? SAYS_OR : SAYS_IS;
	if (s->form == SAYS_IS)
		return ST_OK;
	words_next(&r->words);
	return read_claim(r, speaker, &s->second);
}

/* One person twice in a statement means something else than the network has ever seen. */
static enum status check_statement(const struct puzzle_reader *r, const struct statement *s)
{
	if (s->form != SAYS_IS && s->first.person == s->second.person)
		return fail(ST_DATA, "before word %d: a statement names two different people, this one %s twice",
			    r->words.number, r->q->name[s->first.person]);
	return ST_OK;
}

enum status kk_read(const char *text, struct knights *out)
{
	struct puzzle_reader r = {.words = words_open(text), .q = out};

	*out = (struct knights){0};
	while (r.words.word[0]) {
		struct statement *s = &out->said[out->n_statements];

		if (out->n_statements == PEOPLE_MAX)
			return fail(ST_DATA, "word %d, \"%s\": there are %d statements already, which is the most",
				    r.words.number, r.words.word, PEOPLE_MAX);
		TRY(read_person(&r, -1, &s->speaker));
		if (!words_take(&r.words, "says"))
			return words_expected(&r.words, "\"says\" is");
		words_take(&r.words, "that");
		TRY(read_clause(&r, s));
		TRY(check_statement(&r, s));
		out->n_statements++;
	}
	if (out->n < 2)
		return fail(ST_DATA, "a puzzle has 2 to %d people, as in: A says B is a knave. B says I am a knight.",
			    PEOPLE_MAX);
	return ST_OK;
}

/* ---- print ---- */

static void print_claim(const struct knights *q, struct claim c, struct str *out)
{
	str_addf(out, "%s is a %s", q->name[c.person], c.knight ? "knight" : "knave");
}

static void print_statement(const struct knights *q, const struct statement *s, struct str *out)
{
	const char *first = q->name[s->first.person], *second = q->name[s->second.person];

	str_addf(out, "%s says ", q->name[s->speaker]);
	if (s->form == SAYS_SAME || s->form == SAYS_DIFFERENT) {
		str_addf(out, "%s and %s are %s.", first, second, s->form == SAYS_SAME ? "the same" : "different");
		return;
	}
	if (s->form == SAYS_AND && s->first.knight == s->second.knight) {
		str_addf(out, "%s and %s are both %s.", first, second, s->first.knight ? "knights" : "knaves");
		return;
	}
	if (s->form == SAYS_IF)
		str_add(out, "if ");
	print_claim(q, s->first, out);
	if (s->form != SAYS_IS) {
		str_add(out, s->form == SAYS_AND ? " and " : s->form == SAYS_OR ? " or " : " then ");
		print_claim(q, s->second, out);
	}
	str_addc(out, '.');
}

void kk_print(const struct prompt *p, struct str *out)
{
	for (int i = 0; i < p->knights.n_statements; i++) {
		if (i)
			str_addc(out, ' ');
		print_statement(&p->knights, &p->knights.said[i], out);
	}
}
