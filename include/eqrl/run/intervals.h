/* intervals.h — uncertainty of constants (uncertainty.h) as a table for readers and as JSON, there and back. */
#ifndef EQRL_INTERVALS_H
#define EQRL_INTERVALS_H

#include "eqrl/base/str.h"
#include "eqrl/eval/uncertainty.h"

#include <cjson/cJSON.h>

/* Below this share of the variance the residuals are rounding, and a table of intervals would be about that. */
#define EXACT_FVU 1e-20

/* One line a constant, with a heading: what it is called (its value where name gives NULL or is NULL itself), standard
 * error, 95 % interval. context is name's. False, and nothing, if there is nothing to tell. */
bool intervals_table(const struct uncertainty *u, const double *c, const char *(*name)(void *context, int slot),
		     void *context, struct str *out);

/* The numbers of one line, constant p of u with that value, with as many digits as its error leaves meaning in. All but
 * the value are "" where the rows do not determine it. */
struct interval_text {
	char value[40], error[40], low[40], high[40];
};
void interval_words(const struct uncertainty *u, int p, double value, struct interval_text *out);

/* {"loss" (if it is not mse), "residual_sd", "degrees", "t", "estimates": [{"index", "value", "standard_error", "low", "high"}], "covariance"};
 * null stands for what is not determined. */
cJSON *intervals_to_json(const struct uncertainty *u, const double *c);

/* What intervals_to_json wrote. Anything else leaves u->k 0. */
void intervals_from_json(struct uncertainty *u, const cJSON *json);

#endif
