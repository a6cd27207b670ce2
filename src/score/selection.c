/* selection.c — the rules by which the answer is chosen from a front; pareto.c applies them. */
#include "eqrl/base/mem.h"
#include "eqrl/score/hof.h"

const struct selection_row selection_table[] = {
	[SELECTION_MDL] = {"mdl", "least description length of equation and errors"},
	[SELECTION_BIC] = {"bic", "least Bayesian information criterion"},
	[SELECTION_ELBOW] = {"elbow", "largest drop of the log error for each node added"},
	[SELECTION_R2] = {"r2", "least error on select rows"},
};
const int selection_rows = COUNT_OF(selection_table);
