/* pieces.h — private to src/rl: what the policy wrote for the holes of a batch of completions, kept until the wholes are
 * scored: then it learns from pieces as it learns from equations, each hole's table being a context of its own.
 *
 * A piece is worth the decades by which the equation that was cut became better with it in the hole; nothing if it was not
 * put in, or made nothing better. Equal pieces of a hole are worth the same. */
#ifndef EQRL_RL_PIECES_H
#define EQRL_RL_PIECES_H

#include "batch.h"

/* One for each hole, in the order of the sequences. */
struct hole {
	struct context shown; /* the table that has to stand there, as the encoder saw it; owned */
	double before;	      /* error of the equation that was cut, share of variance */
};

void pieces_open(struct pieces *p, int n_holes, int per_hole);
void pieces_release(struct pieces *p);

/* The pieces of a scored batch of completions as a batch to learn from, with rewards; errors below `floor` are noise. Its
 * sequences and contexts are those of `from`: to be given back by pieces_end_lesson. False: no whole has become better. */
bool pieces_make_lesson(const struct batch *from, double floor, struct batch *lesson);
void pieces_end_lesson(struct batch *lesson);

#endif
