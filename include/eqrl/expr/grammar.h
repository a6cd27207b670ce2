/* grammar.h — which token may come next: hard constraints as one uint64_t per position.
 *
 * The same masks serve sampling, scoring, the loss and evolution, so probabilities always agree.
 * A grammar is the fixed part (limits and allowed tokens); a grammar_state is the equation written so
 * far, a value type that may be copied to branch. Every state that is not done has at least one legal
 * token, and following legal tokens always ends in one complete equation within max_len.
 *
 * Constraints (rows of a table in grammar.c; each can be switched off by its bit):
 *   consts     at most max_consts constant tokens
 *   constant   no operator whose operands are all constants, and no equation without a variable
 *   inverse    no exp(log), log(exp), neg(neg), inv(inv), square(sqrt) … directly nested
 *   nest       trigonometric within trigonometric, exp/log within exp/log, at most nest_limit deep
 *   exponent   the exponent of pow is a leaf (constant, integer or variable)
 *   (always)   depth, nesting and exponents as the user bound them (bounds.h), units (units.h), and the form of his template: its own tokens
 *              are forced, columns are those of the function whose body is written; the rules hold within bodies
 *   twin       no x - x, x / x with the same leaf on both sides; c + c and c * c fall under constant */
#ifndef EQRL_GRAMMAR_H
#define EQRL_GRAMMAR_H

#include "eqrl/expr/bounds.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/units.h"
#include "eqrl/expr/vocab.h"

#include <stdbool.h>
#include <stdint.h>

enum grammar_rule {
	RULE_CONSTS,
	RULE_CONSTANT,
	RULE_INVERSE,
	RULE_NEST,
	RULE_EXPONENT,
	RULE_TWIN,
	RULE_COUNT,
};

struct grammar {
	uint64_t allowed;	     /* operators and leaves that may occur at all */
	int max_len;		     /* nodes, ≤ VOCAB_MAX_LEN */
	int max_consts;		     /* ≤ EXPR_MAX_CONSTS */
	int max_operators;	     /* curriculum; VOCAB_MAX_LEN: no limit */
	int nest_limit;		     /* operators of one family within each other: 1 forbids sin(cos(x)) */
	uint32_t rules;		     /* bit per grammar_rule */
	const struct bounds *bounds; /* whose form holds; borrowed; NULL: none */
	const struct units *units;   /* those of the slots' columns; borrowed; NULL: any token fits */
};

struct grammar_frame {
	uint8_t op;	      /* token of the operator that waits for operands */
	uint8_t child;	      /* operands complete so far */
	uint8_t first;	      /* token of the first operand if that is a leaf, else 0 */
	bool has_variable;    /* a completed operand contains a variable */
	uint8_t trig, explog; /* operators of the family on the path from the root, this one included */
};

struct grammar_state {
	int n;	  /* tokens so far */
	int open; /* operands still to come, 1 at the start, 0 when complete */
	int consts, operators;
	int depth; /* frames in use */
	bool has_variable;
	struct grammar_frame frame[VOCAB_MAX_LEN];
	uint8_t token[VOCAB_MAX_LEN]; /* those so far */
};

/* Bit per enum op: those that are not OPF_EXTRA. */
uint64_t grammar_usual_operators(void);

/* Everything of the vocabulary but the extra operators, with n_vars variables and the default limits. */
struct grammar grammar_default(int n_vars);

/* Fails (usage error) when the limits leave no equation, naming the contradiction. */
int grammar_check(const struct grammar *g);

void grammar_start(struct grammar_state *s);

/* The legal next tokens: TOK_EOS alone when the equation is complete. Never 0. */
uint64_t grammar_legal(const struct grammar *g, const struct grammar_state *s);

/* Appends a token (legal or not; scoring a foreign equation is allowed to leave the grammar as long as
 * the arity holds). EOS leaves the state as it is. */
void grammar_push(struct grammar_state *s, int token);

/* Parent operator of the slot that the next token fills (TOK_BOS at the root) and which operand it is
 * (0, 1): an input of the decoder. */
int grammar_parent(const struct grammar_state *s, int *child);

/* The grammar as the sampler asks for it; borrows g. */
struct syntax grammar_syntax(const struct grammar *g);

/* Slots of a whole token sequence with EOS, for the learner. */
void grammar_slots(const uint8_t *tokens, int n, uint8_t *slot);

/* Masks for a whole token sequence with EOS; returns the first position whose token is illegal, or n. */
int grammar_masks(const struct grammar *g, const uint8_t *tokens, int n, uint64_t *legal);

#endif
