/* pieces.c — see pieces.h. */
#include "pieces.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DECADES	    8.0	  /* that a reward of 1 stands for, as in reward.h */
#define LEAST_ERROR 1e-12 /* below which a reward counts no decade, as there */

void pieces_open(struct pieces *p, int n_holes, int per_hole)
{
	pieces_release(p);
	p->n_holes = n_holes;
	p->per_hole = per_hole;
	p->hole = xcalloc((size_t)n_holes, sizeof(*p->hole));
	p->hash = xcalloc((size_t)n_holes * (size_t)per_hole, sizeof(*p->hash));
}

void pieces_release(struct pieces *p)
{
	for (int i = 0; i < p->n_holes; i++)
		context_release(&p->hole[i].shown);
	free(p->hole);
	free(p->hash);
	*p = (struct pieces){0};
}

/* By how much the whole is better than what was cut, as a share of all decades; 0 if it is not. */
static double improvement(const struct score *whole, double before, double floor)
{
	double least = fmax(floor, LEAST_ERROR), now = fmax(whole->fvu_fit, least), was = fmin(fmax(before, least), 1);

	if (whole->verdict != VERDICT_OK || !(now < was))
		return 0;
	return fmin(log10(was / now), DECADES) / DECADES;
}

/* All pieces of its hole that are equal to `piece` are worth at least that. */
static void reward_piece(const struct pieces *p, int piece, double worth, double *reward)
{
	int from = piece / p->per_hole * p->per_hole;

	for (int i = from; i < from + p->per_hole; i++)
		if (p->hash[i] == p->hash[piece])
			reward[i] = fmax(reward[i], worth);
}

bool pieces_make_lesson(const struct batch *from, double floor, struct batch *lesson)
{
	const struct pieces *p = &from->pieces;
	bool better = false;

	if (p->n_holes == 0)
		return false;
	if (lesson->capacity < from->n_written) {
		batch_close(lesson);
		batch_open(lesson, from->n_written);
	}
	lesson->by = from->by;
	lesson->mixed = true;
	lesson->n = lesson->n_written = from->n_written;
	lesson->samples = from->samples;
	for (int i = 0; i < lesson->n; i++) {
		lesson->context[i] = &p->hole[i / p->per_hole].shown;
		lesson->score[i] = (struct score){.hash = p->hash[i]};
		lesson->reward[i] = 0;
	}
	for (int i = 0; i < from->n; i++) {
		int piece = from->piece[i];
		double worth = improvement(&from->score[i], p->hole[piece / p->per_hole].before, floor);

		better |= worth > 0;
		reward_piece(p, piece, worth, lesson->reward);
	}
	return better;
}

void pieces_end_lesson(struct batch *lesson)
{
	lesson->samples = (struct samples){0};
	lesson->n = lesson->n_written = 0;
}
