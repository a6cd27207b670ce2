/* vocab.h — tokens: what the decoder writes, one token for each node of an equation.
 *
 * Weights map tokens by name (vocab_name), so a file stays readable when the table grows. All sets of
 * tokens are masks of one uint64_t, hence VOCAB_SIZE ≤ 64. */
#ifndef EQRL_VOCAB_H
#define EQRL_VOCAB_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/syntax.h"

#include <stdint.h>

enum { VOCAB_VARS = 16, VOCAB_INTS = 10 };

enum token {
	TOK_OP = TOK_FIRST, /* TOK_OP + enum op, for the OP_COUNT operators */
	TOK_CONST = TOK_OP + OP_COUNT,
	TOK_PI,
	TOK_INT,			/* TOK_INT + 0 … 9 are the integers 1 … 10 */
	TOK_VAR = TOK_INT + VOCAB_INTS, /* TOK_VAR + slot */
	VOCAB_SIZE = TOK_VAR + VOCAB_VARS,
};

_Static_assert((int)VOCAB_SIZE <= (int)SYNTAX_MAX_TOKENS, "token sets are 64-bit masks");

#define VOCAB_ALL (~(uint64_t)0 >> (64 - VOCAB_SIZE)) /* every token */

/* "<pad>", "<bos>", "<eos>", "add", …, "c", "pi", "1", …, "10", "x1", …, "x16" */
const char *vocab_name(int token);
int vocab_find(const char *name); /* -1 if unknown */
int vocab_arity(int token);	  /* 0 for leaves; PAD, BOS, EOS: 0 */

/* Longest equation that the decoder writes, EOS not counted. */
enum { VOCAB_MAX_LEN = 60 };

extern const struct vocabulary equation_vocabulary;

/* Tokens of an equation without BOS, with EOS. slot_of_column maps columns to variable slots (NULL:
 * identity). Returns the number of tokens written including EOS, or 0 if the equation has a node that
 * is no token (a fixed literal, an integer above 10, a column without slot) or is too long. */
int vocab_encode(const struct expr *e, const int *slot_of_column, int n_columns, uint8_t tokens[VOCAB_MAX_LEN + 1]);

/* The equation of n tokens (without EOS); constants get the value 1. column_of_slot: NULL is identity.
 * False if the tokens are not one complete equation. */
bool vocab_decode(const uint8_t *tokens, int n, const int *column_of_slot, struct expr *e);

#endif
