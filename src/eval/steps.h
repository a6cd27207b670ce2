/* steps.h — private to eval: starts for constants that have no gradient. */
#ifndef EQRL_STEPS_H
#define EQRL_STEPS_H

#include "fitter.h"

/* Constants within floor, round, sign or step of one column change nothing until a row passes a step. So the steps are sought
 * where the target jumps from one value of the column to the next: jumps number the steps, and the argument is fitted to
 * these numbers at their edges. Then a few hundred small changes at random look for the last rows. Improves c, if it can; e is bound
 * to f's tape and planned (lm_prepare). A no-op for equations without such constants. */
void steps_seek(struct fitter *f, const struct expr *e, const struct rows *rows, const struct fit_options *o,
		double *c);

#endif
