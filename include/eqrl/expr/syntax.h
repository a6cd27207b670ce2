/* syntax.h — a language as sampler, learner and weights see it.
 *
 * The vocabulary names a language's tokens: the weights have a row for each and are matched by name. The syntax says
 * which token may come next. Sets of tokens are masks of one uint64_t; all languages begin with the same three tokens.
 *
 * A slot is the place that a token fills: a row of the network's table of slots, an input of the decoder. Languages
 * choose it among 2 · vocabulary->n rows: equations by the operator above and which of its operands it is. */
#ifndef EQRL_SYNTAX_H
#define EQRL_SYNTAX_H

#include <stdint.h>

enum { TOK_PAD, TOK_BOS, TOK_EOS, TOK_FIRST /* of the language's own */ };

enum { SYNTAX_MAX_TOKENS = 64, SYNTAX_MAX_LEN = 95 }; /* of a vocabulary; of a sentence without its EOS */

#define TOK_BIT(token) ((uint64_t)1 << (token))

struct vocabulary {
	const char *language;
	int n;				/* tokens, ≤ SYNTAX_MAX_TOKENS */
	int max_len;			/* longest sentence, ≤ SYNTAX_MAX_LEN */
	uint64_t needed;		/* weights without these are of no use */
	const char *(*name)(int token); /* unique */
	int (*arity)(int token);	/* operands that follow it, where the language is in prefix form; else 0 */
};

/* The set of all tokens of a vocabulary of n. */
static inline uint64_t syntax_all(int n)
{
	return ~(uint64_t)0 >> (64 - n);
}

/* The token of that name, or -1. */
int vocabulary_find(const struct vocabulary *v, const char *name);

struct syntax {
	int max_len; /* of a sentence without its EOS */
	/* The tokens among `known` that may follow the first n, and the slot that they fill. Never empty; TOK_EOS alone
	 * when nothing else can follow. No sentence that keeps to it is longer than max_len. Threads: re-entrant. */
	uint64_t (*next)(const void *rules, uint64_t known, const uint8_t *tokens, int n, int *slot);
	const void *rules;
};

#endif
