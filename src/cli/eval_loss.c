/* eval_loss.c — see eval_loss.h. */
#include "eval_loss.h"

#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/eval/loss.h"
#include "eqrl/eval/tape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define OUTLIER 5.0 /* of a million normal errors, one is as far off */

enum { FEWEST = 10 }; /* rows from which on a median says what is usual */

/* Residuals against 1.4826 times the median of their sizes, which is their standard deviation if they are normal. */
static void find_outliers(struct loss_report *r, const struct dataset *d, const double *predicted)
{
	const struct rows *rows = &d->all_but_report;
	double *size = xcalloc((size_t)rows->n + 1, sizeof(*size)), usual, largest = 0;

	for (int i = 0; i < rows->n; i++) {
		size[i] = fabs(rows->y[i] - predicted[i]);
		largest = fmax(largest, fabs(rows->y[i]));
	}
	sort_doubles(size, rows->n);
	usual = 1.4826 * size[rows->n / 2];
	for (int i = 0; i < rows->n && usual > 1e-9 * largest; i++) {
		double off = fabs(rows->y[i] - predicted[i]) / usual;

		if (!(off >= OUTLIER))
			continue;
		r->outliers++;
		if (off > r->farthest)
			r->farthest = off, r->farthest_line = d->line[i];
	}
	free(size);
}

void loss_report_measure(struct loss_report *r, const struct dataset *d, const struct expr *e)
{
	const struct rows *rows = &d->all_but_report;
	double *predicted = xcalloc((size_t)rows->n + ROWS_BLOCK, sizeof(*predicted));
	struct tape *tape = tape_new();
	struct target_moments t;

	*r = (struct loss_report){.loss = rows->loss};
	rows_measure_target(rows, &t);
	tape_bind(tape, e, rows);
	r->error = tape_sse(tape, NULL);
	r->null_error = t.sst;
	if (tape_eval(tape, NULL, predicted) && rows->n >= FEWEST && (!r->loss || r->loss->kind <= LOSS_LOGCOSH))
		find_outliers(r, d, predicted);
	for (int i = 0; i < rows->n && r->loss && r->loss->kind == LOSS_LOGISTIC; i++)
		r->confusion[predicted[i] > 0][rows->y[i] == 1]++;
	tape_free(tape);
	free(predicted);
}

void loss_report_print(const struct loss_report *r)
{
	if (r->loss) {
		printf("\nloss      %s: %.6g, of the best constant %.6g; explained %.6f\n",
		       loss_table[r->loss->kind].name, r->error, r->null_error, 1 - fvu_of(r->error, r->null_error));
		if (r->loss->kind == LOSS_LOGISTIC)
			printf("\nrows      %9s  %9s\np <= 1/2  %9.0f  %9.0f\np > 1/2   %9.0f  %9.0f\n", "target 0",
			       "target 1", r->confusion[0][0], r->confusion[0][1], r->confusion[1][0],
			       r->confusion[1][1]);
	}
	if (r->outliers)
		printf("\noutliers  %d row%s with a residual of 5 robust standard deviations and more; the farthest is "
		       "line %d, %.3g of them off\n",
		       r->outliers, r->outliers == 1 ? "" : "s", r->farthest_line, r->farthest);
}

void loss_report_to_json(const struct loss_report *r, cJSON *out)
{
	if (r->loss) {
		cJSON *o = cJSON_AddObjectToObject(out, "loss");

		cJSON_AddStringToObject(o, "name", loss_table[r->loss->kind].name);
		json_add_number(o, "error", r->error);
		json_add_number(o, "null_error", r->null_error);
		json_add_number(o, "explained", 1 - fvu_of(r->error, r->null_error));
		if (loss_table[r->loss->kind].spread == SPREAD_ROBUST)
			json_add_number(o, "scale", r->loss->scale);
		if (r->loss->kind == LOSS_LOGISTIC) {
			cJSON_AddItemToObject(o, "target_of_predicted_0", cJSON_CreateDoubleArray(r->confusion[0], 2));
			cJSON_AddItemToObject(o, "target_of_predicted_1", cJSON_CreateDoubleArray(r->confusion[1], 2));
		}
	}
	if (r->outliers) {
		cJSON *o = cJSON_AddObjectToObject(out, "outliers");

		cJSON_AddNumberToObject(o, "rows", r->outliers);
		cJSON_AddNumberToObject(o, "farthest_line", r->farthest_line);
		cJSON_AddNumberToObject(o, "farthest", r->farthest);
	}
}
