/* hints.h — what the user gives a search to start from: equations, and operators of his own.
 *
 * Guesses are scored first of all and may become parents; own operators are building blocks of variation. */
#ifndef EQRL_HINTS_H
#define EQRL_HINTS_H

#include "eqrl/expr/definitions.h"
#include "eqrl/expr/expr.h"

#include <stdint.h>

struct guess {
	struct expr skeleton; /* stripped (strip.h), columns of the data set */
	struct expr start;    /* as it was given, its numbers free: where its first fit starts */
};

/* Owns its guesses; starts as {0}. */
struct hints {
	struct definitions own;
	int n;
	struct guess *guess;
};

/* Bits of the rules of style (grammar.h) that bodies of own operators break: they do not hold for what is bred of them. */
uint32_t hints_broken_rules(const struct hints *h);

void hints_add(struct hints *h, const struct guess *g);
void hints_copy(struct hints *out, const struct hints *h);
void hints_release(struct hints *h);

#endif
