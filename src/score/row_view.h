/* row_view.h — private to score: some of the rows that equations are fitted to, with their target's moments, measured once. */
#ifndef EQRL_SCORE_ROW_VIEW_H
#define EQRL_SCORE_ROW_VIEW_H

#include "eqrl/eval/loss.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/expr/rows.h"

struct row_view {
	struct rows rows;
	struct target_moments target;
	struct row_groups groups; /* what rows point to, if they are of groups */
	struct rows *member;
};

/* The first of the rows, at most so many; 0: all. Of groups each gives its share, at least GROUP_VIEW_ROWS, and where even
 * those are too many some groups stand for all. */
enum { GROUP_VIEW_ROWS = 16 };
void row_view_open(struct row_view *v, const struct rows *r, int most);
void row_view_close(struct row_view *v);

/* A share of variance as it is to be expected on other rows of the groups, after n_consts constants of each were fitted
 * to these (Craven and Wahba 1979). */
double row_view_caution(const struct row_view *v, int n_consts, double fvu);

#endif
