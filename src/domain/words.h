/* words.h — private to domains whose questions are English: a text word by word. */
#ifndef EQRL_DOMAIN_WORDS_H
#define EQRL_DOMAIN_WORDS_H

#include "eqrl/base/error.h"

#include <stdbool.h>

struct word_reader {
	const char *at; /* behind the word */
	int number;	/* of the word, from 1 */
	char word[32];
};

/* At the first word of the text, which has to stay. */
struct word_reader words_open(const char *text);

/* Moves on to the next word, "" at the end. Stops and commas belong to no word. */
void words_next(struct word_reader *r);

/* Whether this is the word, in letters of either case. */
bool words_are_at(const struct word_reader *r, const char *word);

/* The same, and moves on if so. */
bool words_take(struct word_reader *r, const char *word);

/* ST_DATA: not this word but `what` is expected. `what` ends with its verb. */
enum status words_expected(const struct word_reader *r, const char *what);

#endif
