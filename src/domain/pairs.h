/* pairs.h — private to the puzzles: answers that are pairs of tokens, of whom or of where and then what. */
#ifndef EQRL_DOMAIN_PAIRS_H
#define EQRL_DOMAIN_PAIRS_H

#include "eqrl/domain/domain.h"

typedef bool token_test(const struct prompt *p, int token);

/* The first of n tokens that has no place in pairs with an EOS behind them or none; n: all have one. Where a second half or
 * everything is missing: the last token, -1 if there is none. */
int pairs_break(const struct prompt *p, const uint8_t *tokens, int n, token_test *is_first, token_test *is_second);

/* What stands behind a member of a list in words, by the set of those that come later. */
static inline const char *list_separator(unsigned later)
{
	return !later ? "" : later & (later - 1) ? ", " : " and ";
}

#endif
