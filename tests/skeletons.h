/* skeletons.h — true structures whose constants are to be found, as a search would look for them. */
#ifndef EQRL_TEST_SKELETONS_H
#define EQRL_TEST_SKELETONS_H

#include "eqrl/expr/simplify.h"
#include "eqrl/expr/strip.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/fit.h"

#include <math.h>

enum { SKELETON_ROWS = 512, SKELETON_STARTS = 8, SKELETON_ITERATIONS = 100 };

#define SKELETON_FOUND 1e-12 /* FVU */

/* Makes every literal a free constant without value. Whether one of them was no integer. */
static inline bool skeleton_forget(struct expr *e)
{
	bool any = false;

	for (int i = 0; i < e->n; i++) {
		if (e->node[i].op != OP_FIXED)
			continue;
		any |= e->c[e->node[i].arg] != nearbyint(e->c[e->node[i].arg]);
		e->node[i].op = OP_CONST;
	}
	for (int k = 0; k < e->n_consts; k++)
		e->c[k] = 1;
	return any;
}

/* FVU on the fit rows: coefficients and offset come on top of the stripped skeleton, some rows show
 * where the constants are, and one descent from there sees all rows. Adds the passes over rows. */
static inline double skeleton_fit(struct fitter *f, const struct expr *skeleton, const struct dataset *d, uint64_t seed,
				  double *passes)
{
	struct fit_options o = fit_defaults();
	struct rows rows = d->fit;
	struct fit_result r;
	struct expr e = *skeleton, stripped;

	if (expr_strip(skeleton, &stripped))
		fit_add_scaling(&stripped, SCALING_AUTO, NULL, &e);
	if (rows.n > SKELETON_ROWS)
		rows.n = SKELETON_ROWS;
	o.max_iterations = SKELETON_ITERATIONS;
	o.restarts = SKELETON_STARTS;
	o.seed = seed;
	o.stream = expr_canonical_hash(&e);
	fit_constants(f, &e, &rows, &o, &r);
	*passes += r.evaluations;
	if (rows.n < d->fit.n && r.verdict == VERDICT_OK) {
		o.restarts = 1;
		fit_constants(f, &e, &d->fit, &o, &r);
	}
	return r.verdict == VERDICT_OK ? r.nmse : INFINITY;
}

#endif
