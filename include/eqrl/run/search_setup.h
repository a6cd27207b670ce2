/* search_setup.h — from options to a search, for train, infer and bench. */
#ifndef EQRL_SEARCH_SETUP_H
#define EQRL_SEARCH_SETUP_H

#include "eqrl/rl/trainer.h"
#include "eqrl/options/options.h"
#include "eqrl/run/front.h"

/* Everything but the data-dependent parts. arm: ARM_… of options.h. */
enum status search_config(const struct options *o, int arm, struct train_config *c);

/* What every printed equation obeys (--ops, --max-size, --nest …), but for what names columns: that needs the data. What
 * contradicts itself is refused. */
enum status search_bounds(const struct options *o, struct bounds *b);
enum status search_bounds_on(const struct options *o, const struct dataset *d, struct bounds *b);

/* --guess and --def, with the columns of d (after data_set_origins) and its bounds. What cannot be read, and what no equation
 * may be, is refused with one line. The caller releases h. */
enum status search_hints_on(const struct options *o, const struct dataset *d, const struct bounds *b, struct hints *h);

/* --weights, or the shipped ones. */
enum status search_policy(const struct options *o, struct policy *p);

/* The learner library, once for the process. */
enum status search_learner(const struct learner_api **api);

/* Begins to open it, for a search that starts meanwhile; the caller frees it (learner_load.h) after the search. */
enum status search_learner_start(struct learner_loading **loading);

/* True when no budget of the options is left, or every data set is solved. (Time is the deadline's business: signals.h.) */
bool search_done(const struct options *o, const struct trainer *t);

/* What is left of --time since `started` (clock_seconds) becomes the deadline. To be called after the first step, which
 * is made whatever the time: an answer of "nothing" would say more about the clock than about the data. */
void search_start_deadline(const struct options *o, double started);

#endif
