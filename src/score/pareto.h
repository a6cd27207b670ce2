/* pareto.h — private to score: what the end of a front (finish.c) needs of its order (pareto.c). */
#ifndef EQRL_SCORE_PARETO_H
#define EQRL_SCORE_PARETO_H

#include "eqrl/score/hof.h"

/* Different equations may have ended in the same form, one with plainer constants, the other with an error that is no more
 * than chance below it: both become the plainer. */
void pareto_share_plain_forms(struct pareto *p, int n_rows);

#endif
