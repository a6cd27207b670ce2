/* evaluation.h — what eqrl eval finds out about an equation, and how it is printed. */
#ifndef EQRL_EVALUATION_H
#define EQRL_EVALUATION_H

#include "eqrl/data/dataset.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/uncertainty.h"
#include "eqrl/expr/print.h"
#include "equation.h"
#include "eval_loss.h"
#include "explain.h"

/* A row whose prediction is not finite, and the node to blame. */
struct offence {
	int rows; /* how many there are */
	int line; /* of the first in the file */
	bool in_report;
	struct expr part; /* the node's subtree, n = 0: an input is to blame */
	double value;
};

struct evaluation {
	struct dataset d;
	struct names names;
	struct definitions defined;
	struct expr e;
	struct parse_params params;
	struct fit_result fit;
	double estimate
		[EXPR_MAX_CONSTS];	/* of the parameters by the fit, with all digits; e has as many as are meant */
	struct uncertainty uncertainty; /* of the estimates */
	bool fitted;
	struct metrics all, kept, report; /* kept: all rows but the report rows */
	struct offence offence;
	struct loss_report loss;
	struct explanation why; /* with --explain */
};

/* On stdout. The JSON has the explanation in it; the text has it not. */
void evaluation_print_text(const struct evaluation *v, enum notation notation);
void evaluation_print_json(const struct evaluation *v, bool explained);

#endif
