/* prediction.c — see prediction.h. */
#include "prediction.h"

#include "eqrl/base/log.h"
#include "eqrl/base/mem.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/tape.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Full precision in the fewest of 15, 16 or 17 digits. */
static void print_value(double v, char after)
{
	char text[32];

	if (isnan(v)) {
		printf("nan%c", after); /* whatever its sign bit */
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	printf("%s%c", text, after);
}

static void print_field(const char *text)
{
	struct str field = {0};

	csv_text(&field, text);
	printf("%s,", str_text(&field));
	str_release(&field);
}

static void print_header(const struct prediction *p, const struct csv *t, bool probability)
{
	bool observations = p->uncertainty && uncertainty_of_observations(p->uncertainty->loss);

	for (int k = 0; k < p->n_kept; k++)
		print_field(t->column[p->kept[k]].name);
	printf("%s%s%s\n", probability ? "probability" : "prediction", p->uncertainty ? ",curve_low,curve_high" : "",
	       observations ? ",low,high" : "");
}

static void print_kept(const struct prediction *p, const struct csv *t, int i)
{
	for (int k = 0; k < p->n_kept; k++) {
		const struct csv_column *col = &t->column[p->kept[k]];

		if (col->cell)
			print_field(col->cell[i]);
		else
			print_value(col->value[i], ',');
	}
}

static void print_with_intervals(const struct uncertainty *u, double v, double error)
{
	struct value_interval i = uncertainty_interval(u, v, error);
	bool observations = uncertainty_of_observations(u->loss);

	print_value(i.value, ',');
	print_value(i.curve_low, ',');
	print_value(i.curve_high, observations ? ',' : '\n');
	if (!observations)
		return;
	print_value(i.low, ',');
	print_value(i.high, '\n');
}

/* ---- scores -------------------------------------------------------------------------------------- */

static bool has_inputs(const struct prediction *p, const struct csv *t, int i)
{
	for (int c = 0; c < t->n_columns; c++)
		if (expr_uses_column(&p->e, c) && isnan(t->column[c].value[i]))
			return false;
	return !p->parameters || grouped_find(p->front->pareto.grouped, t->column[p->group_column].cell[i]) >= 0;
}

static void say_scores(const char *name, const double *y, const double *predicted, int n, bool probability)
{
	struct metrics m;
	char r2[32];
	int right = 0;

	metrics_measure(y, predicted, NULL, n, &m);
	format_r2(r2, m.fvu);
	for (int i = 0; i < n; i++)
		right += (predicted[i] > 0.5) == (y[i] > 0.5);
	if (probability)
		warn("%s of %d row%s: %d right (%.1f %%), RMSE of the probability %.6g", name, n, n == 1 ? "" : "s",
		     right, 100.0 * right / n, m.rmse);
	else
		warn("%s of %d row%s: R2 %s, RMSE %.6g, MAE %.6g", name, n, n == 1 ? "" : "s", r2, m.rmse, m.mae);
}

/* Rows with the target and all inputs count, also those where the equation has no value. */
static void score(const struct prediction *p, const struct csv *t, const double *predicted, bool probability)
{
	const struct csv_column *target = &t->column[p->target_column];
	double *y = xcalloc((size_t)t->n + 1, sizeof(*y)), *f = xcalloc((size_t)t->n + 1, sizeof(*f));
	int n = 0;

	for (int i = 0; i < t->n; i++)
		if (isfinite(target->value[i]) && has_inputs(p, t, i)) {
			y[n] = target->value[i];
			f[n++] = predicted[i];
		}
	if (n > 0)
		say_scores(target->name, y, f, n, probability);
	free(y);
	free(f);
}

/* ---- values -------------------------------------------------------------------------------------- */

void prediction_place_parameters(struct prediction *p, const struct csv *t)
{
	for (int i = 0; i < p->e.n && p->parameters; i++)
		if (p->e.node[i].op == OP_VAR && p->e.node[i].arg >= PARAMETER_COLUMNS)
			p->e.node[i].arg = (uint16_t)(p->e.node[i].arg - PARAMETER_COLUMNS + t->n_columns);
}

/* The parameters of each row's group, NaN where the run knows none of that name. Returns how many rows those are. */
static int fill_parameters(const struct prediction *p, const struct csv *t, const double **x)
{
	const struct grouped *g = p->front->pareto.grouped;
	const struct group_table *table = p->parameters;
	int unknown = 0;

	for (int k = 0; k < table->n; k++)
		x[t->n_columns + k] = xcalloc((size_t)t->n + ROWS_BLOCK, sizeof(**x));
	for (int i = 0; i < t->n; i++) {
		int group = grouped_find(g, t->column[p->group_column].cell[i]);

		unknown += group < 0;
		for (int k = 0; k < table->n; k++)
			((double *)(uintptr_t)x[t->n_columns + k])[i] =
				group < 0 ? NAN : table->value[group * table->n + k];
	}
	return unknown;
}

/* The values of all rows and, with intervals, their standard errors. */
static void evaluate(const struct prediction *p, const struct csv *t, double *out, double *error)
{
	int wide = t->n_columns + (p->parameters ? p->parameters->n : 0), unknown = 0;
	const double **x = xcalloc((size_t)wide + 1, sizeof(*x));
	struct rows rows = {.n = t->n, .n_columns = wide, .x = x};
	struct tape *tape = tape_new();

	for (int c = 0; c < t->n_columns; c++) {
		if (!t->column[c].value)
			continue;
		/* the evaluator reads whole blocks */
		double *copy = xcalloc((size_t)t->n + ROWS_BLOCK, sizeof(*copy));

		memcpy(copy, t->column[c].value, (size_t)t->n * sizeof(*copy));
		x[c] = copy;
	}
	if (p->parameters)
		unknown = fill_parameters(p, t, x);
	if (unknown > 0)
		warn("%d of %d rows are of groups that the run has no constants for: nan", unknown, t->n);
	tape_bind(tape, &p->e, &rows);
	tape_eval(tape, NULL, out);
	if (p->uncertainty)
		uncertainty_predict(&p->e, p->uncertainty, &rows, out, error);
	tape_free(tape);
	for (int c = 0; c < wide; c++)
		free((double *)x[c]);
	free(x);
}

void prediction_print(const struct prediction *p, const struct csv *t, bool quiet)
{
	double *out = xcalloc((size_t)t->n + ROWS_BLOCK, sizeof(*out));
	double *error = xcalloc((size_t)t->n + ROWS_BLOCK, sizeof(*error));
	enum loss_kind loss = p->front ? p->front->loss : LOSS_MSE;
	int bad = 0;

	evaluate(p, t, out, error);
	print_header(p, t, loss == LOSS_LOGISTIC);
	for (int i = 0; i < t->n; i++) {
		print_kept(p, t, i);
		if (p->uncertainty)
			print_with_intervals(p->uncertainty, out[i], error[i]);
		else
			print_value(loss_mean(loss, out[i]), '\n');
		bad += !isfinite(out[i]);
		out[i] = loss_mean(loss, out[i]);
	}
	if (bad)
		warn("%d of %d predictions are not finite (missing inputs, or outside the equation's domain)", bad,
		     t->n);
	if (!quiet && p->target_column >= 0 && t->column[p->target_column].value)
		score(p, t, out, loss == LOSS_LOGISTIC);
	free(error);
	free(out);
}
