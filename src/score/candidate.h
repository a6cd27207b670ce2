/* candidate.h — private to score: one candidate on its way through the stages of score.h. */
#ifndef EQRL_SCORE_CANDIDATE_H
#define EQRL_SCORE_CANDIDATE_H

#include "eqrl/score/score.h"
#include "row_view.h"

/* What candidates are fitted to and judged by; const while a batch is scored, so that all threads share it. */
struct assessor {
	struct scorer_config c;
	struct bounds steps; /* of equations that lack something required: they may become parents */
	struct row_view first, second, fit, select;
	struct interval *box; /* of the columns, report rows excluded; owned */
};

void assessor_open(struct assessor *by, const struct scorer_config *c, const struct dataset *d);
void assessor_close(struct assessor *by);

/* Begins a score: the canonical skeleton of what was written, and its hash; without variables it has a verdict and no hash.
 * stripped: it is that skeleton already. */
void candidate_strip(const struct assessor *by, const struct expr *written, bool stripped, struct score *out);

/* Stage 1. start: NULL, or an equation of this skeleton with the constants that the fit starts from; n = 0: none. */
void candidate_fit(const struct assessor *by, struct fitter *f, const struct expr *start, struct score *out);

/* Stage 2 if it is promising, then stage 3. */
void candidate_finish(const struct assessor *by, struct fitter *f, bool promising, struct score *out);

#endif
