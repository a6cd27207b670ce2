/* eval_loss.h — private to cli: what eval says about losses other than squares, and about rows far off. */
#ifndef EQRL_EVAL_LOSS_H
#define EQRL_EVAL_LOSS_H

#include "eqrl/expr/expr.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/residuals.h"

#include <cjson/cJSON.h>

struct loss_report {
	const struct loss *loss;  /* NULL: squared errors */
	double error, null_error; /* of the equation and of the best constant */
	struct residuals residuals;
};

/* On all rows but the report rows. */
void loss_report_measure(struct loss_report *r, const struct dataset *d, const struct expr *e);
void loss_report_print(const struct loss_report *r);
void loss_report_to_json(const struct loss_report *r, cJSON *out);

#endif
