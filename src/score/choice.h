/* choice.h — private to score: the errors that the choice looks at, and the rules. */
#ifndef EQRL_CHOICE_H
#define EQRL_CHOICE_H

#include "eqrl/eval/fit.h"
#include "eqrl/score/hof.h"

/* fvu_cv of every entry: the error on rows that its constants were not fitted to, over all rows but the report rows (the
 * first CV_ROWS, which are a random sample). Folds are dealt out by rank of the target, so that each has its large and its
 * small ones: 5, below 40 rows 10, up to 12 rows one for each row. seen[entry.seen]: the equations with all their
 * constants free; plain numbers would not show what they owe to the rows. A prediction that is no number counts
 * as an error of ten standard deviations. Errors are by the loss of the rows. */
void choice_cross_validate(struct pareto *p, const struct expr *seen, const struct dataset *d, struct fitter *f);

/* singular.c: nats by which an entry that is singular among its rows has to be better than a regular one; 0 for all others. n rows. */
double singular_price(const struct pareto_entry *e, int n);

/* Sets the criterion of every entry by the rule, and the answer: the best by it, whatever it is worth. */
void choice_make(struct pareto *p, const struct dataset *d);

/* Whether the answer may be told from what chance would have found among as many tries: p->significant. f: a fitter;
 * seen: the answer with constants of the fit rows alone, for the test on select rows. */
void choice_judge(struct pareto *p, const struct dataset *d, const struct expr *seen, struct fitter *f, uint64_t seed);

/* Without select rows: the probability that as many tries of a target without any law leave as little. */
double choice_chance_among_tries(const struct pareto *p, const struct pareto_entry *e, const struct rows *rows);

#define CHANCE_LEVEL 0.05

#endif
