/* selection.c — the rules by which the answer is chosen from a front; choice.c applies them. */
#include "eqrl/base/mem.h"
#include "eqrl/score/hof.h"

#include <string.h>

const struct selection_row selection_table[] = {
	[SELECTION_EVIDENCE] = {"evidence", "evidence",
				"errors of the fit and of cross-validation against nodes and constants"},
	[SELECTION_ACCURACY] = {"accuracy", "CV error", "least cross-validated error"},
	[SELECTION_MDL] = {"mdl", "MDL", "least description length of equation and errors"},
	[SELECTION_BIC] = {"bic", "BIC", "least Bayesian information criterion"},
	[SELECTION_ELBOW] = {"elbow", "elbow", "largest drop of the log error for each node added"},
	[SELECTION_R2] = {"r2", "error", "least error on select rows"},
};
const int selection_rows = COUNT_OF(selection_table);

enum selection selection_named(const char *name)
{
	for (int i = 0; i < selection_rows && name; i++)
		if (strcmp(selection_table[i].name, name) == 0)
			return (enum selection)i;
	return SELECTION_MDL;
}
