/* words.c — see words.h. */
#include "words.h"

#include <ctype.h>
#include <strings.h>

static bool is_of_a_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

void words_next(struct word_reader *r)
{
	size_t n = 0;

	while (*r->at && !is_of_a_word(*r->at))
		r->at++;
	while (is_of_a_word(*r->at) || *r->at == '-') {
		if (n + 1 < sizeof(r->word))
			r->word[n++] = *r->at;
		r->at++;
	}
	r->word[n] = '\0';
	r->number++;
}

struct word_reader words_open(const char *text)
{
	struct word_reader r = {.at = text};

	words_next(&r);
	return r;
}

bool words_are_at(const struct word_reader *r, const char *word)
{
	return strcasecmp(r->word, word) == 0;
}

bool words_take(struct word_reader *r, const char *word)
{
	if (!words_are_at(r, word))
		return false;
	words_next(r);
	return true;
}

enum status words_expected(const struct word_reader *r, const char *what)
{
	return fail(ST_DATA, "word %d, \"%s\": %s expected there", r->number, r->word[0] ? r->word : "(the end)", what);
}
