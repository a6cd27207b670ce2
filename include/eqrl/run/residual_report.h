/* residual_report.h — outliers and the table of confusion (residuals.h) for readers and as JSON, there and back. */
#ifndef EQRL_RESIDUAL_REPORT_H
#define EQRL_RESIDUAL_REPORT_H

#include "eqrl/base/str.h"
#include "eqrl/eval/residuals.h"

#include <cjson/cJSON.h>

/* A table of confusion, then one line of outliers; each only if there is something to tell, and a blank line behind it. */
void residuals_table(const struct residuals *r, struct str *out);

/* "outliers": {"rows", "lines", "off"}, "confusion": {"predicted_0", "predicted_1"}, of the targets 0 and 1 each; into o,
 * those that there are. */
void residuals_to_json(const struct residuals *r, cJSON *o);

/* What residuals_to_json wrote; of anything else nothing. */
void residuals_from_json(struct residuals *r, const cJSON *o);

#endif
