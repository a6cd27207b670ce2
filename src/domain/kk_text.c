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

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct puzzle_reader {
	const char *at;
	int number; /* of the word, from 1 */
	char word[32];
	struct knights *q;
};

/* Moves on to the next word, "" at the end. Stops and commas belong to no word. */
static void next_word(struct puzzle_reader *r)
{
	size_t n = 0;

	while (*r->at && !isalnum((unsigned char)*r->at) && *r->at != '_')
		r->at++;
	while (isalnum((unsigned char)*r->at) || *r->at == '_' || *r->at == '-') {
		if (n + 1 < sizeof(r->word))
			r->word[n++] = *r->at;
		r->at++;
	}
	r->word[n] = '\0';
	r->number++;
}

static bool is_word(const struct puzzle_reader *r, const char *word)
{
	return strcasecmp(r->word, word) == 0;
}

static bool take_word(struct puzzle_reader *r, const char *word)
{
	if (!is_word(r, word))
		return false;
	next_word(r);
	return true;
}

static enum status expected(const struct puzzle_reader *r, const char *what)
{
	return fail(ST_DATA, "word %d, \"%s\": %s expected there", r->number, r->word[0] ? r->word : "(the end)", what);
}

static enum status read_person(struct puzzle_reader *r, int speaker, uint8_t *out)
{
	struct knights *q = r->q;
	int i = 0;

	if (speaker >= 0 && strcmp(r->word, "I") == 0) {
		*out = (uint8_t)speaker;
		next_word(r);
		return ST_OK;
	}
	if (!isupper((unsigned char)r->word[0]))
		return expected(r, "a name, which begins with a capital, is");
	if (strlen(r->word) >= NAME_LENGTH)
		return fail(ST_DATA, "word %d, \"%s\": names have at most %d letters", r->number, r->word,
			    NAME_LENGTH - 1);
	while (i < q->n && strcmp(q->name[i], r->word) != 0)
		i++;
	if (i == PEOPLE_MAX)
		return fail(ST_DATA, "word %d, \"%s\": there are %d people already, which is the most", r->number,
			    r->word, PEOPLE_MAX);
	if (i == q->n)
		strcpy(q->name[q->n++], r->word);
	*out = (uint8_t)i;
	next_word(r);
	return ST_OK;
}

static enum status read_kind(struct puzzle_reader *r, bool plural, bool *knight)
{
	*knight = is_word(r, plural ? "knights" : "knight");
	if (!*knight && !is_word(r, plural ? "knaves" : "knave"))
		return expected(r, plural ? "\"knights\" or \"knaves\" is" : "\"knight\" or \"knave\" is");
	next_word(r);
	return ST_OK;
}

/* is [not] a KIND: the person has been read. */
static enum status read_predicate(struct puzzle_reader *r, struct claim *c)
{
	bool negated;

	if (!take_word(r, "is") && !take_word(r, "am"))
		return expected(r, "\"is\" is");
	negated = take_word(r, "not");
	if (!take_word(r, "a"))
		return expected(r, "\"a\" is");
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
	if (!take_word(r, "are"))
		return expected(r, "\"are\" is");
	if (take_word(r, "the")) {
		s->form = SAYS_SAME;
		if (!take_word(r, "same"))
			return expected(r, "\"same\" is");
	} else if (take_word(r, "different")) {
		s->form = SAYS_DIFFERENT;
	} else if (take_word(r, "both")) {
		s->form = SAYS_AND;
		TRY(read_kind(r, true, &s->first.knight));
		s->second.knight = s->first.knight;
	} else {
		return expected(r, "\"both\", \"the same\" or \"different\" is");
	}
	return ST_OK;
}

static enum status read_clause(struct puzzle_reader *r, struct statement *s)
{
	int speaker = s->speaker;

	if (take_word(r, "if")) {
		s->form = SAYS_IF;
		TRY(read_claim(r, speaker, &s->first));
		if (!take_word(r, "then"))
			return expected(r, "\"then\" is");
		return read_claim(r, speaker, &s->second);
	}
	TRY(read_person(r, speaker, &s->first.person));
	if (take_word(r, "and")) {
		TRY(read_person(r, speaker, &s->second.person));
		return read_pair(r, s);
	}
	TRY(read_predicate(r, &s->first));
	s->form = is_word(r, "and") ? SAYS_AND : is_word(r, "or") ? SAYS_OR : SAYS_IS;
	if (s->form == SAYS_IS)
		return ST_OK;
	next_word(r);
	return read_claim(r, speaker, &s->second);
}

/* One person twice in a statement means something else than the network has ever seen. */
static enum status check_statement(const struct puzzle_reader *r, const struct statement *s)
{
	if (s->form != SAYS_IS && s->first.person == s->second.person)
		return fail(ST_DATA, "before word %d: a statement names two different people, this one %s twice",
			    r->number, r->q->name[s->first.person]);
	return ST_OK;
}

enum status kk_read(const char *text, struct knights *out)
{
	struct puzzle_reader r = {.at = text, .q = out};

	*out = (struct knights){0};
	next_word(&r);
	while (r.word[0]) {
		struct statement *s = &out->said[out->n_statements];

		if (out->n_statements == PEOPLE_MAX)
			return fail(ST_DATA, "word %d, \"%s\": there are %d statements already, which is the most",
				    r.number, r.word, PEOPLE_MAX);
		TRY(read_person(&r, -1, &s->speaker));
		if (!take_word(&r, "says"))
			return expected(&r, "\"says\" is");
		take_word(&r, "that");
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
