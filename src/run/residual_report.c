/* residual_report.c — see residual_report.h. */
#include "eqrl/run/residual_report.h"

#include "eqrl/base/json_file.h"

#include <math.h>

void residuals_table(const struct residuals *r, struct str *out)
{
	if (r->has_confusion)
		str_addf(out, "rows      %9s  %9s\np <= 1/2  %9d  %9d\np > 1/2   %9d  %9d\n\n", "target 0", "target 1",
			 r->confusion[0][0], r->confusion[0][1], r->confusion[1][0], r->confusion[1][1]);
	if (r->outliers == 0)
		return;
	str_addf(out, "outliers  %d row%s with a residual of %g robust standard deviations and more: %s %d (%+.3g)",
		 r->outliers, r->outliers == 1 ? "" : "s", OUTLIER, r->named == 1 ? "line" : "lines", (int)r->line[0],
		 r->off[0]);
	for (int i = 1; i < r->named; i++)
		str_addf(out, ", %d (%+.3g)", (int)r->line[i], r->off[i]);
	if (r->outliers > r->named)
		str_addf(out, " and %d more", r->outliers - r->named);
	str_add(out, "\n\n");
}

void residuals_to_json(const struct residuals *r, cJSON *out)
{
	if (r->has_confusion) {
		cJSON *o = cJSON_AddObjectToObject(out, "confusion");

		cJSON_AddItemToObject(o, "predicted_0", cJSON_CreateIntArray(r->confusion[0], 2));
		cJSON_AddItemToObject(o, "predicted_1", cJSON_CreateIntArray(r->confusion[1], 2));
	}
	if (r->outliers) {
		cJSON *o = cJSON_AddObjectToObject(out, "outliers");

		cJSON_AddNumberToObject(o, "rows", r->outliers);
		cJSON_AddItemToObject(o, "lines", cJSON_CreateIntArray(r->line, r->named));
		cJSON_AddItemToObject(o, "off", cJSON_CreateDoubleArray(r->off, r->named));
	}
}

static bool read_pair(const cJSON *o, const char *key, int out[2])
{
	const cJSON *list = cJSON_GetObjectItem(o, key);

	if (cJSON_GetArraySize(list) != 2)
		return false;
	for (int i = 0; i < 2; i++)
		out[i] = cJSON_GetArrayItem(list, i)->valueint;
	return true;
}

void residuals_from_json(struct residuals *r, const cJSON *json)
{
	const cJSON *confusion = cJSON_GetObjectItem(json, "confusion"), *o = cJSON_GetObjectItem(json, "outliers");
	const cJSON *lines = cJSON_GetObjectItem(o, "lines"), *off = cJSON_GetObjectItem(o, "off");
	int n = cJSON_GetArraySize(lines);

	*r = (struct residuals){0};
	r->has_confusion = read_pair(confusion, "predicted_0", r->confusion[0]) &&
			   read_pair(confusion, "predicted_1", r->confusion[1]);
	if (n < 1 || n > OUTLIERS_NAMED || cJSON_GetArraySize(off) != n)
		return;
	r->outliers = (int)json_number(o, "rows", n);
	r->named = n;
	for (int i = 0; i < n; i++) {
		r->line[i] = cJSON_GetArrayItem(lines, i)->valueint;
		r->off[i] = cJSON_GetArrayItem(off, i)->valuedouble;
	}
}
