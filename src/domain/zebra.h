/* zebra.h — private to the puzzles of houses. */
#ifndef EQRL_DOMAIN_ZEBRA_H
#define EQRL_DOMAIN_ZEBRA_H

#include "eqrl/domain/domain.h"

/* What is in the houses: value[attribute][house], or UNKNOWN. */
enum { UNKNOWN = -1 };

struct house_grid {
	int value[ATTRIBUTES_MAX][HOUSES_MAX];
};

struct house_grid zebra_unknown(void);
int zebra_house_of(const struct house_grid *g, int n, struct thing t); /* of a grid without gaps */

/* How many things the form speaks of: 1 to 3. */
int clue_things(const struct clue *c);
/* Whether first and second may change places, and whether second and third may. */
bool clue_is_symmetric(const struct clue *c);
/* Whether the clue is true when its things are in these houses. */
bool clue_holds(const struct clue *c, const int house[3]);

/* ---- zebra_sat.c: PicoSAT on the puzzle. One solver belongs to one thread. ---- */

struct zebra_solver;
/* Of the size of q; the clues are taken from `clue`, at most 32. Copies what it needs. */
struct zebra_solver *zebra_open(const struct houses *q, const struct clue *clue, int n_clues);
void zebra_close(struct zebra_solver *s);

/* How many answers the clues allow: 0, 1 or 2 for several. *out becomes one of them. */
int zebra_count(struct zebra_solver *s, struct house_grid *out);

/* zebra_count() with a solver of its own. */
int zebra_answers(const struct houses *q, struct house_grid *out);

/* From here on zebra_decide() asks for other answers than this one. */
void zebra_exclude(struct zebra_solver *s, const struct house_grid *answer);
/* Whether those clues (a set) leave no other answer. Then *needed is a part of them that does it. */
bool zebra_decide(struct zebra_solver *s, unsigned clues, unsigned *needed);

/* What a contradiction takes: a set of clues, and whether some of the facts. */
struct clash {
	unsigned clues;
	bool facts;
};

/* Why the thing cannot be in the house, which it cannot: clues that contradict it and the facts. shortest: no more of them
 * than are needed, which takes some times as long. */
struct clash zebra_explain(struct zebra_solver *s, const struct house_grid *facts, struct thing t, int house,
			   bool shortest);

/* ---- the rows of struct domain that have files of their own ---- */

void zebra_draw(int level, struct rng *r, struct prompt *out);
uint64_t zebra_canonical(const struct prompt *p);
int zebra_teach(const struct prompt *p, uint8_t *tokens);
void zebra_judge(const struct prompt *p, const uint8_t *tokens, int n, struct judgement *out);
void zebra_print_answer(const struct prompt *p, const uint8_t *tokens, int n, struct str *out);

/* ---- zebra_text.c ---- */

void zebra_print(const struct prompt *p, struct str *out);
enum status zebra_read(const char *text, struct houses *out);

/* Houses and attributes of a level; the level of a size, or 0: there is none. */
void zebra_size(int level, struct houses *out);
int zebra_level(const struct houses *q);

#endif
