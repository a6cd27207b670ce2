/* arithmetic.h — private to the domains of numbers: countdown and game24 differ in their questions alone. */
#ifndef EQRL_DOMAIN_ARITHMETIC_H
#define EQRL_DOMAIN_ARITHMETIC_H

#include "eqrl/domain/domain.h"
#include "rational.h"

/* Values that are still to be used. */
struct number_pool {
	int n, target;
	bool all; /* nothing may be left over */
	struct rational value[NUMBERS_MAX];
};

/* Whether some way of computing with the pool gives the target. Exhaustive: 5 numbers take some 10 ms when none does. */
bool pool_reaches(const struct number_pool *p);

/* The answer of fewest operations, in prefix form with EOS, without negative intermediate values, which no shortest
 * answer needs as numbers and target are positive. Returns its number of tokens, 0: there is none. */
int numbers_solve(const struct numbers *q, uint8_t *tokens);

void numbers_sort(struct numbers *q); /* largest first */
uint64_t numbers_canonical(const struct prompt *p);
void numbers_show(const struct prompt *p, struct shown_prompt *out);
int numbers_teach(const struct prompt *p, uint8_t *tokens);
uint64_t numbers_next(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot);
void numbers_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out);
void numbers_print(const struct prompt *p, struct str *out);
void numbers_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out);

/* Appends the term that begins at *at as people write it, and moves *at behind it. Complete terms alone. */
void numbers_print_term(const struct numbers *q, const uint8_t *tokens, int *at, struct str *out);

/* Numbers and, with_target, "= TARGET"; fails with what is wrong and where. Bounds are the caller's. */
enum status numbers_parse(const char *text, bool with_target, struct numbers *out);

/* What the operator of a token is called. */
char numbers_operator(int token);

#endif
