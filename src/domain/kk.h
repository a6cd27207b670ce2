/* kk.h — private to knights and knaves. */
#ifndef EQRL_DOMAIN_KK_H
#define EQRL_DOMAIN_KK_H

#include "eqrl/domain/domain.h"

/* Whether the statement is true when the persons of the mask are knights. */
bool statement_holds(const struct statement *s, unsigned knights);

/* Whether its second claim means anything. */
static inline bool statement_has_second(const struct statement *s)
{
	return s->form != SAYS_IS;
}

/* ---- kk_sat.c: PicoSAT on the puzzle. One solver belongs to one thread. ---- */

struct kk_solver;
struct kk_solver *kk_open(const struct knights *q);
void kk_close(struct kk_solver *s);

/* How many answers the statements allow: 0, 1 or 2 for several. *knights becomes one of them. */
int kk_count(struct kk_solver *s, unsigned *knights);

/* A partial answer: what is taken for granted of the persons of `known`. */
struct kk_facts {
	unsigned known, knights;
};

/* Whether the statements contradict the facts and that claim. Then *clash is the set of statements that do. */
bool kk_contradicts(struct kk_solver *s, const struct kk_facts *facts, struct claim claim, unsigned *clash);

/* kk_count() with a solver of its own. */
int kk_answers(const struct knights *q, unsigned *knights);

/* ---- the rows of struct domain that have files of their own ---- */

int kk_teach(const struct prompt *p, uint8_t *tokens);
void kk_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out);
void kk_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out);

/* ---- kk_text.c ---- */

void kk_print(const struct prompt *p, struct str *out);
enum status kk_read(const char *text, struct knights *out);

#endif
