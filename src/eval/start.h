/* start.h — where a descent begins. */
#ifndef EQRL_EVAL_START_H
#define EQRL_EVAL_START_H

#include "eqrl/base/rng.h"
#include "eqrl/eval/tape.h"

/* Draws values for the free constants of e. stats: of e's nodes, of which only those without free
 * constants are used. size: of the target. attempt counts from 0; later ones draw more widely. */
void start_draw(const struct expr *e, const struct node_stats *stats, double size, int attempt, struct rng *r,
		double *c);

#endif
