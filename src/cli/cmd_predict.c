/* cmd_predict.c — eqrl predict: an equation's values on the rows of a file, one a line.
 *
 * The file needs the columns that the equation uses and no others. Line i + 1 of the output belongs to
 * row i of the file: a row with a missing value gives "nan" (or is refused, --missing error), so that
 * the two can be pasted side by side. */
#include "eqrl/base/mem.h"
#include "eqrl/data/csv.h"
#include "eqrl/eval/tape.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/cli/cli.h"
#include "equation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct prediction {
	const char *text;		       /* the equation, when given as such */
	const struct front *front;	       /* else the run whose chosen equation it is */
	struct expr e;			       /* OP_VAR's arg is the file's column once names are known */
	const struct uncertainty *uncertainty; /* for --interval, or NULL */
};

static struct names names_of_columns(const struct csv *t, const char ***name)
{
	*name = xcalloc((size_t)t->n_columns + 1, sizeof(**name));
	for (int i = 0; i < t->n_columns; i++)
		(*name)[i] = t->column[i].name;
	return (struct names){.n = t->n_columns, .column = *name};
}

/* Names that the file does not have may be made from its columns: `metal=brass` … */
static void derive_quoted(const char *text, struct csv *t)
{
	const char *begin = strchr(text, '`'), *end;

	for (; begin && (end = strchr(begin + 1, '`')) != NULL; begin = strchr(end + 1, '`')) {
		char *name = xstrndup(begin + 1, (size_t)(end - begin) - 1);

		csv_derive(t, name);
		free(name);
	}
}

/* … row, y_lag1. */
static void derive_plain(const char *text, struct csv *t)
{
	struct parse_params unknown;
	const char **name;
	struct names names = names_of_columns(t, &name);
	struct expr e;

	if (parse_expr(text, &names, &unknown, &e) == ST_OK) /* else the error is equation_parse's to show */
		for (int i = 0; i < unknown.n; i++)
			csv_derive(t, unknown.name[i]);
	free(name);
}

static enum status parse_for_file(struct prediction *p, struct csv *t)
{
	const char **name;
	struct names names;
	enum status st;

	derive_quoted(p->text, t);
	derive_plain(p->text, t);
	names = names_of_columns(t, &name);
	st = equation_parse(p->text, &names, NULL, &p->e);
	free(name);
	TRY(st);
	if (expr_free_consts(&p->e))
		return fail(ST_USAGE, "the equation has a ? in it; eqrl eval --fit finds its value");
	return ST_OK;
}

/* Columns of the run → columns of the file, by name. */
static enum status map_columns(struct prediction *p, struct csv *t)
{
	const struct names *names = &p->front->names;

	for (int i = 0; i < p->e.n; i++) {
		int column;

		if (p->e.node[i].op != OP_VAR)
			continue;
		column = csv_derive(t, names->column[p->e.node[i].arg]);
		if (column < 0)
			column = csv_find(t, names->column[p->e.node[i].arg], "the equation");
		if (column < 0)
			return ST_DATA;
		p->e.node[i].arg = (uint16_t)column;
	}
	return ST_OK;
}

static enum status select_columns(struct csv *t, void *context)
{
	struct prediction *p = context;

	TRY(p->text ? parse_for_file(p, t) : map_columns(p, t));
	for (int i = 0; i < t->n_columns; i++) {
		t->column[i].wanted = expr_uses_column(&p->e, i);
		t->column[i].required = t->column[i].wanted && t->column[i].origin == CSV_FIELD ? "the equation" : NULL;
	}
	return ST_OK;
}

static enum status refuse_missing(const struct csv *t)
{
	for (int c = 0; c < t->n_columns; c++)
		for (int i = 0; t->column[c].value && i < t->n; i++)
			if (isnan(t->column[c].value[i]))
				return fail(ST_DATA, "%s:%d: column %s: missing value; --missing drop prints nan",
					    t->file, (int)t->line[i], t->column[c].name);
	return ST_OK;
}

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

static void print_heading(const struct prediction *p)
{
	bool observations = p->uncertainty && uncertainty_of_observations(p->uncertainty->loss);

	printf("%s%s%s\n", p->front && p->front->loss == LOSS_LOGISTIC ? "probability" : "prediction",
	       p->uncertainty ? ",curve_low,curve_high" : "", observations ? ",low,high" : "");
}

static void print_predictions(const struct prediction *p, const struct csv *t)
{
	int wide = t->n_columns, bad = 0;
	const double **x = xcalloc((size_t)wide + 1, sizeof(*x));
	double *out = xcalloc((size_t)t->n + ROWS_BLOCK, sizeof(*out));
	struct rows rows = {.n = t->n, .n_columns = wide, .x = x};
	double *error = xcalloc((size_t)t->n + ROWS_BLOCK, sizeof(*error));
	struct tape *tape = tape_new();

	for (int c = 0; c < wide; c++) {
		if (!t->column[c].value)
			continue;
		/* the evaluator reads whole blocks */
		double *copy = xcalloc((size_t)t->n + ROWS_BLOCK, sizeof(*copy));

		memcpy(copy, t->column[c].value, (size_t)t->n * sizeof(*copy));
		x[c] = copy;
	}
	tape_bind(tape, &p->e, &rows);
	tape_eval(tape, NULL, out);
	if (p->uncertainty)
		uncertainty_predict(&p->e, p->uncertainty, &rows, out, error);
	print_heading(p);
	for (int i = 0; i < t->n; i++) {
		if (p->uncertainty)
			print_with_intervals(p->uncertainty, out[i], error[i]);
		else
			print_value(loss_mean(p->front ? p->front->loss : LOSS_MSE, out[i]), '\n');
		bad += !isfinite(out[i]);
	}
	if (bad)
		warn("%d of %d predictions are not finite (missing inputs, or outside the equation's domain)", bad,
		     t->n);
	tape_free(tape);
	for (int c = 0; c < wide; c++)
		free((double *)x[c]);
	free(x);
	free(error);
	free(out);
}

static enum status predict(struct prediction *p, const struct options *o)
{
	struct csv_options read = read_options(o);
	struct csv t;
	enum status st;

	if (!o->data)
		return fail(ST_USAGE, "no data: give --data FILE with the rows to predict");
	if (strchr(o->data, '\n'))
		return fail(ST_USAGE, "--data: this command takes one file; call it once for each");
	read.select = select_columns;
	read.context = p;
	TRY(csv_read(&t, o->data, &read));
	show_notes(&t.notes, NULL, o);
	st = o->missing == MISSING_ERROR ? refuse_missing(&t) : ST_OK;
	if (st == ST_OK)
		print_predictions(p, &t);
	csv_release(&t);
	return st;
}

int cmd_predict(struct invocation *inv)
{
	const struct options *o = inv->options;
	struct prediction p = {.text = inv->n_args ? inv->args[0] : NULL};
	struct front front = {0};
	enum status st;

	if (!p.text == !o->run)
		return fail(ST_USAGE, "give either --run DIR or 'EQUATION', and --data FILE");
	if (p.text && o->interval)
		return fail(ST_USAGE,
			    "--interval: a run knows how sure its constants are, an equation does not; give --run DIR");
	if (p.text)
		return predict(&p, o);
	TRY(run_front_load(&front, o->run, NULL));
	if (front.pareto.chosen < 0) {
		st = fail(ST_NOTHING, "%s: the run found no equation that beats the mean", o->run);
	} else {
		p.front = &front;
		p.e = front.pareto.entry[front.pareto.chosen].expr;
		if (o->interval)
			p.uncertainty = &front.pareto.entry[front.pareto.chosen].uncertainty;
		if (p.uncertainty && p.uncertainty->degrees < 1)
			st = fail(ST_NOTHING,
				  "--interval: %s: no standard errors: the equation has no fitted constant, there are "
				  "no more "
				  "rows than constants, or the run is older than intervals",
				  o->run);
		else
			st = predict(&p, o);
	}
	front_release(&front);
	return st;
}
