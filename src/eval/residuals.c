/* residuals.c — see residuals.h. */
#include "eqrl/eval/residuals.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/eval/tape.h"
#include "eqrl/eval/uncertainty.h"

#include <math.h>
#include <stdlib.h>

#define MAD_TO_SD  1.4826 /* of normal residuals */
#define SIX_DIGITS 1e-6	  /* of a target: less off is how it was written */
#define NOTHING	   1e-9	  /* of the largest target */

/* Constants that rows may have decided. */
static int count_constants(const struct expr *e)
{
	return __builtin_popcount(uncertain_constants(e, true));
}

/* A row of weight w has a standard deviation of 1/√w of the others'; residuals of these losses are counted in it already. */
static double root_of_weight(const struct rows *rows, int i)
{
	enum loss_kind kind = rows->loss ? rows->loss->kind : LOSS_MSE;

	return rows->w && kind != LOSS_LOGISTIC && kind != LOSS_POISSON ? sqrt(rows->w[i]) : 1;
}

/* The residuals' robust standard deviation at a weight of 1; sizes is room for them. */
static double usual_residual(const struct rows *rows, const double *residual, double *sizes, int k)
{
	enum loss_kind kind = rows->loss ? rows->loss->kind : LOSS_MSE;
	double usual;

	if (kind == LOSS_LOGISTIC)
		return 1;
	for (int i = 0; i < rows->n; i++)
		sizes[i] = fabs(residual[i]) * root_of_weight(rows, i);
	sort_doubles(sizes, rows->n);
	usual = MAD_TO_SD * sizes[rows->n / 2] * sqrt((double)rows->n / (rows->n - k));
	return kind == LOSS_POISSON ? fmax(usual, 1) : usual;
}

/* The least residual of a row that is no rounding. */
static double least_residual(const struct rows *rows, int i, double largest)
{
	switch (rows->loss ? rows->loss->kind : LOSS_MSE) {
	case LOSS_RELATIVE:
	case LOSS_LOG:
		return SIX_DIGITS;
	case LOSS_POISSON:
	case LOSS_LOGISTIC:
		return 0;
	default:
		return fmax(SIX_DIGITS * fabs(rows->y[i]), NOTHING * largest);
	}
}

/* Keeps the farthest, farthest first; of equals the one that comes first in the file. */
static void name_outlier(struct residuals *r, int32_t line, double off)
{
	int at = r->named;

	while (at > 0 &&
	       (fabs(off) > fabs(r->off[at - 1]) || (fabs(off) == fabs(r->off[at - 1]) && line < r->line[at - 1])))
		at--;
	r->outliers++;
	if (at == OUTLIERS_NAMED)
		return;
	if (r->named < OUTLIERS_NAMED)
		r->named++;
	for (int i = r->named - 1; i > at; i--) {
		r->off[i] = r->off[i - 1];
		r->line[i] = r->line[i - 1];
	}
	r->off[at] = off;
	r->line[at] = line;
}

static void find_outliers(const struct rows *rows, const int32_t *line, const double *residual, double usual,
			  struct residuals *r)
{
	double largest = 0;

	for (int i = 0; i < rows->n; i++)
		largest = fmax(largest, fabs(rows->y[i]));
	for (int i = 0; i < rows->n; i++) {
		double scale = fmax(usual / root_of_weight(rows, i), least_residual(rows, i, largest));

		if (fabs(residual[i]) >= OUTLIER * scale && scale > 0)
			name_outlier(r, line[i], residual[i] / scale);
	}
}

void residuals_measure(const struct expr *e, const struct rows *rows, const int32_t *line, struct residuals *r)
{
	double *value = xcalloc((size_t)rows->n + ROWS_BLOCK, sizeof(*value));
	double *residual = xcalloc((size_t)rows->n + 1, sizeof(*residual));
	double *sizes = xcalloc((size_t)rows->n + 1, sizeof(*sizes));
	struct tape *tape = tape_new();
	int k = count_constants(e);
	bool finite;

	*r = (struct residuals){.has_confusion = rows->loss && rows->loss->kind == LOSS_LOGISTIC};
	tape_bind(tape, e, rows);
	finite = tape_eval(tape, NULL, value);
	for (int i = 0; i < rows->n && finite; i++) {
		residual[i] = loss_residual(rows->loss, rows->y[i], value[i]);
		if (r->has_confusion)
			r->confusion[value[i] > 0][rows->y[i] == 1]++;
	}
	if (finite && rows->n >= OUTLIERS_ROWS && rows->n - k >= OUTLIERS_DEGREES)
		find_outliers(rows, line, residual, usual_residual(rows, residual, sizes, k), r);
	tape_free(tape);
	free(value);
	free(residual);
	free(sizes);
}
