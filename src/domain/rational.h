/* rational.h — exact fractions. Every operation says whether its result fits 64 bits; nothing is ever rounded. */
#ifndef EQRL_DOMAIN_RATIONAL_H
#define EQRL_DOMAIN_RATIONAL_H

#include <stdbool.h>
#include <stdint.h>

/* Lowest terms, den > 0. */
struct rational {
	int64_t num, den;
};

enum rational_verdict { RATIONAL_OK, RATIONAL_BY_ZERO, RATIONAL_TOO_LARGE };

/* op: '+', '-', '*' or '/'. */
enum rational_verdict rational_apply(char op, struct rational a, struct rational b, struct rational *out);

/* Whether a op b is that whole number, which is cheaper than to compute it. */
bool rational_gives(char op, struct rational a, struct rational b, int whole);

static inline bool rational_is(struct rational a, int64_t whole)
{
	return a.den == 1 && a.num == whole;
}

#endif
