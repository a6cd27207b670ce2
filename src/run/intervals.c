/* intervals.c — see intervals.h. */
#include "eqrl/run/intervals.h"

#include "eqrl/base/json_file.h"

#include <math.h>
#include <stdio.h>

/* Of a thousand sets of 20 rows that scatter as the likelihood says, five are beyond it (χ² with 18 degrees); with more
 * rows fewer. */
#define WIDE_SCATTER 1.45

/* Digits of a value that its error leaves meaning in: the error's first two. */
static int count_digits(double value, double error)
{
	double decades = value != 0 && error > 0 ? log10(fabs(value) / error) : 15;

	return decades > 13 ? 15 : decades < 0 ? 2 : (int)decades + 3;
}

void interval_words(const struct uncertainty *u, int p, double value, struct interval_text *out)
{
	double error = u->error[p], low = value - u->t * error, high = value + u->t * error;

	*out = (struct interval_text){0};
	snprintf(out->value, sizeof(out->value), "%.*g", isfinite(error) ? count_digits(value, error) : 6, value);
	if (isinf(error))
		return;
	snprintf(out->error, sizeof(out->error), "%.3g", error);
	snprintf(out->low, sizeof(out->low), "%.*g", count_digits(low, error), low);
	snprintf(out->high, sizeof(out->high), "%.*g", count_digits(high, error), high);
}

static void add_line(struct str *out, const char *name, const struct interval_text *t)
{
	if (!*t->error) {
		str_addf(out, "%-14s  other constants can make up for any change of it: the rows do not determine it\n",
			 name ? name : t->value);
		return;
	}
	if (name)
		str_addf(out, "%-14s  %-14s  %-14s  %s to %s\n", name, t->value, t->error, t->low, t->high);
	else
		str_addf(out, "%-14s  %-14s  %s to %s\n", t->value, t->error, t->low, t->high);
}

bool intervals_table(const struct uncertainty *u, const double *c, const char *(*name)(void *context, int slot),
		     void *context, struct str *out)
{
	if (u->k == 0 || u->degrees < 1)
		return false;
	if (name)
		str_addf(out, "%-14s  %-14s  %-14s  %s\n", "parameter", "value", "standard error", "95 % interval");
	else
		str_addf(out, "%-14s  %-14s  %s\n", "constant", "standard error", "95 % interval");
	for (int p = 0; p < u->k; p++) {
		struct interval_text words;

		interval_words(u, p, c[u->at[p]], &words);
		add_line(out, name ? name(context, u->at[p]) : NULL, &words);
	}
	if (!uncertainty_of_observations(u->loss) && u->s > WIDE_SCATTER)
		str_addf(
			out,
			"%s: the targets scatter %.3g times as far as their distribution says; so far too narrow these "
			"intervals are\n",
			loss_table[u->loss].name, u->s);
	return true;
}

cJSON *intervals_to_json(const struct uncertainty *u, const double *c)
{
	cJSON *o = cJSON_CreateObject(), *list, *matrix;

	if (u->loss != LOSS_MSE)
		cJSON_AddStringToObject(o, "loss", loss_table[u->loss].name);
	json_add_number(o, "residual_sd", u->s);
	cJSON_AddNumberToObject(o, "degrees", u->degrees);
	cJSON_AddNumberToObject(o, "rank", u->rank);
	json_add_number(o, "t", u->t);
	list = cJSON_AddArrayToObject(o, "estimates");
	matrix = cJSON_AddArrayToObject(o, "covariance");
	for (int p = 0; p < u->k; p++) {
		cJSON *item = cJSON_CreateObject(), *row = cJSON_CreateArray();
		double value = c[u->at[p]];

		cJSON_AddNumberToObject(item, "index", u->at[p]);
		cJSON_AddNumberToObject(item, "value", value);
		json_add_number(item, "standard_error", u->error[p]);
		json_add_number(item, "low", value - u->t * u->error[p]);
		json_add_number(item, "high", value + u->t * u->error[p]);
		cJSON_AddItemToArray(list, item);
		for (int q = 0; q < u->k; q++)
			cJSON_AddItemToArray(row, isfinite(u->covariance[p][q])
							  ? cJSON_CreateNumber(u->covariance[p][q])
							  : cJSON_CreateNull());
		cJSON_AddItemToArray(matrix, row);
	}
	return o;
}

void intervals_from_json(struct uncertainty *u, const cJSON *json)
{
	const cJSON *list = cJSON_GetObjectItem(json, "estimates"), *item;
	const cJSON *matrix = cJSON_GetObjectItem(json, "covariance");
	int n = cJSON_GetArraySize(list);

	*u = (struct uncertainty){0};
	if (n < 1 || n > EXPR_MAX_CONSTS || cJSON_GetArraySize(matrix) != n)
		return;
	u->loss = loss_named(cJSON_GetStringValue(cJSON_GetObjectItem(json, "loss")));
	u->s = json_number(json, "residual_sd", NAN);
	u->degrees = (int)json_number(json, "degrees", 0);
	u->rank = (int)json_number(json, "rank", n);
	u->t = json_number(json, "t", NAN);
	cJSON_ArrayForEach(item, list)
	{
		double at = json_number(item, "index", -1);
		const cJSON *row = cJSON_GetArrayItem(matrix, u->k);

		if (!(at >= 0 && at < EXPR_MAX_CONSTS)) {
			*u = (struct uncertainty){0};
			return;
		}
		u->at[u->k] = (uint8_t)at;
		u->error[u->k] = json_number(item, "standard_error", INFINITY);
		for (int q = 0; q < n; q++)
			u->covariance[u->k][q] = cJSON_GetNumberValue(cJSON_GetArrayItem(row, q)); /* NAN of null */
		u->k++;
	}
}
