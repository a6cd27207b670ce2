/* group_front.h — private to score: the end of a front whose equations have constants of their own in each group. */
#ifndef EQRL_SCORE_GROUP_FRONT_H
#define EQRL_SCORE_GROUP_FRONT_H

#include "eqrl/eval/group_fit.h"
#include "eqrl/score/hof.h"

/* An equation of the front on its way: with its constants still in it. */
struct group_form {
	struct expr e;		   /* shared constants that became plain are literals */
	uint32_t shared;	   /* free constants that are the same in all groups */
	struct group_constants *c; /* of each member */
	double sse;
	bool good; /* fitted, and as the user bound it */
};

/* pareto_finish on what a search looked at (dataset_searched). */
void group_front_finish(struct pareto *p, const struct dataset *d, enum scaling scaling, uint64_t seed);

/* group_form.c. Fits the form to all rows but the report rows, drops what costs nothing, and finds what is shared and
 * plain. *out is to be closed. */
void group_form_open(struct group_form *out, const struct expr *e, const struct dataset *d, const struct bounds *bounds,
		     enum scaling scaling, struct fitter *f);
void group_form_close(struct group_form *g);

/* As the front shows it: own constants are parameters, whose table is added to p->grouped, and the shared ones have
 * standard errors. */
void group_form_show(const struct group_form *g, const struct dataset *d, struct pareto *p, struct pareto_entry *e);

/* group_judge.c. Error shares on rows that the constants were not fitted to, in folds within the groups; probability that
 * chance would have found as good an answer (on select rows, whose constants are those of fit rows); a place where the
 * form has no finite value in some group. */
void group_cross_validate(struct pareto *p, const struct group_form *form, const struct dataset *d, struct fitter *f);
double group_chance(const struct pareto *p, const struct group_form *g, const struct dataset *d, struct fitter *f,
		    uint64_t seed);
struct regularity group_regularity(const struct group_form *g, const struct dataset *d);

#endif
