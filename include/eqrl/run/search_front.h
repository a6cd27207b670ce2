/* search_front.h — what a search has found, made fit to be shown: at its end, and while it goes on. */
#ifndef EQRL_SEARCH_FRONT_H
#define EQRL_SEARCH_FRONT_H

#include "eqrl/options/options.h"
#include "eqrl/rl/trainer.h"
#include "eqrl/run/front.h"

/* Both go from the columns that the search sees (dataset_centre) to the user's. An equation that has no room for an origin, or
 * that it would put beyond the bounds, goes.
 *
 * Refits, rounds and reports the equations of a front on its data set. */
void search_polish(const struct options *o, const struct dataset *d, struct pareto *p);

/* For a front that is shown while the search goes on: constants have the digits that the fit rows determine, fvu_all is that of
 * what is printed, and everything else is left for the end. */
void search_shorten(const struct options *o, const struct dataset *d, struct pareto *p);

/* front.names from the task's data set; the pareto part finished: refitted, rounded, reported. */
void search_front(const struct options *o, const struct task *k, struct front *f);

#endif
