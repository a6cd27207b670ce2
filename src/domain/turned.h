/* turned.h — private to template.c: answers the other way round. */
#ifndef EQRL_DOMAIN_TURNED_H
#define EQRL_DOMAIN_TURNED_H

#include "eqrl/domain/domain.h"

/* The answer as the domain writes it, and where each of its tokens stood. */
struct straight_answer {
	int n;
	uint8_t token[ANSWER_LEN + 1], at[ANSWER_LEN + 1];
};

/* n tokens, with or without EOS. False: they have not the form of a turned answer; then *bad is the token to blame and
 * *why says so. */
bool turned_read(const struct domain *d, const uint8_t *tokens, int n, struct straight_answer *out, int *bad,
		 const char **why);

/* Turns an answer of n tokens with EOS as the domain teaches it. */
void turned_write(const struct domain *d, uint8_t *tokens, int n);

uint64_t turned_next(const struct prompt *p, bool strict, const uint8_t *tokens, int n, int *slot);

#endif
