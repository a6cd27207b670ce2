/* cmd_eval.c — eqrl eval: the scores of a given equation on a data set; and eqrl fit, which fits it first.
 *
 * The equation is evaluated as it stands; nothing is rescaled and nothing is clipped. What is fitted are its named
 * parameters and each ?, on all rows but the report rows. */
#include "eqrl/base/mem.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/tape.h"
#include "eqrl/run/inputs.h"
#include "eqrl/cli/cli.h"
#include "equation.h"
#include "evaluation.h"
#include "tasks.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIT_STARTS = 24 };

static void fit_parameters(struct evaluation *v, uint64_t seed)
{
	struct fit_options o = fit_defaults();
	struct fitter *f = fitter_new();

	o.restarts = FIT_STARTS;
	o.max_iterations = 200;
	o.seed = seed;
	fit_constants(f, &v->e, &v->d.all_but_report, &o, &v->fit);
	uncertainty_measure(&v->e, uncertain_constants(&v->e, false), &v->d.all_but_report, &v->uncertainty);
	memcpy(v->estimate, v->e.c, sizeof(v->estimate));
	fit_limit_digits(f, &v->e, &v->d.all_but_report, &o, false, &v->fit);
	fitter_free(f);
	v->fitted = true;
}

/* ---- values that are not finite ----------------------------------------------------------------- */

/* The innermost part that is not finite in a row although its inputs are. */
static void blame(struct offence *o, const struct expr *e, const double *x)
{
	for (int i = e->n - 1; i >= 0; i--) {
		struct expr part = {0};

		expr_append_subtree(&part, e, i);
		o->value = expr_value(&part, x);
		if (!isfinite(o->value)) {
			o->part = part;
			return;
		}
	}
	/* the vectorised and the scalar value may part company at the edge of the number range */
	o->part = *e;
	o->value = NAN;
}

static void find_offences(struct evaluation *v, const struct rows *rows, const double *predicted, const int32_t *line,
			  bool in_report)
{
	struct offence *o = &v->offence;
	double *x;
	int first = -1;

	for (int i = 0; i < rows->n; i++) {
		if (isfinite(predicted[i]))
			continue;
		o->rows++;
		if (first < 0 || line[i] < line[first])
			first = i;
	}
	if (first < 0 || o->part.n)
		return;
	x = xcalloc((size_t)rows->n_columns + 1, sizeof(*x));
	for (int c = 0; c < rows->n_columns; c++)
		x[c] = rows->x[c][first];
	o->line = line[first];
	o->in_report = in_report;
	blame(o, &v->e, x);
	free(x);
}

/* Of 0 and 1 the probabilities are what meets the target, not the logarithms of the odds. */
static void make_means(double *predicted, const struct rows *rows)
{
	for (int i = 0; i < rows->n && rows->loss; i++)
		predicted[i] = loss_mean(rows->loss->kind, predicted[i]);
}

/* ---- scores -------------------------------------------------------------------------------------- */

static void measure(struct evaluation *v)
{
	const struct rows *kept = &v->d.all_but_report, *report = &v->d.report;
	size_t n = (size_t)kept->n + (size_t)report->n;
	double *predicted = xcalloc(n + ROWS_BLOCK, sizeof(*predicted));
	double *y = xcalloc(n, sizeof(*y)), *w = kept->w ? xcalloc(n, sizeof(*w)) : NULL;
	struct tape *tape = tape_new();

	tape_bind(tape, &v->e, kept);
	tape_eval(tape, NULL, predicted);
	find_offences(v, kept, predicted, v->d.line, false);
	make_means(predicted, kept);
	metrics_measure(kept->y, predicted, kept->w, kept->n, &v->kept);
	memcpy(y, kept->y, (size_t)kept->n * sizeof(*y));
	if (w)
		memcpy(w, kept->w, (size_t)kept->n * sizeof(*w));
	if (report->n) {
		double *out = predicted + kept->n;

		tape_bind(tape, &v->e, report);
		tape_eval(tape, NULL, out);
		find_offences(v, report, out, v->d.line + kept->n, true);
		make_means(out, report);
		metrics_measure(report->y, out, report->w, report->n, &v->report);
		memcpy(y + kept->n, report->y, (size_t)report->n * sizeof(*y));
		if (w)
			memcpy(w + kept->n, report->w, (size_t)report->n * sizeof(*w));
	}
	metrics_measure(y, predicted, w, (int)n, &v->all);
	tape_free(tape);
	free(predicted);
	free(y);
	free(w);
}

static enum status evaluate(struct evaluation *v, const struct invocation *inv, bool fit)
{
	const struct options *o = inv->options;

	TRY(definitions_read(o->define, &v->defined));
	v->names.defined = &v->defined;
	TRY(equation_parse(inv->args[0], &v->names, fit ? &v->params : NULL, &v->e));
	if (fit && !o->fit && expr_free_consts(&v->e) == 0)
		return fail(ST_USAGE, "nothing to fit: parameters are names that are no columns, and each ?");
	if (fit)
		fit_parameters(v, (uint64_t)o->seed);
	else if (expr_free_consts(&v->e))
		return fail(ST_USAGE, "the equation has a ? in it; eqrl fit finds its value");
	measure(v);
	loss_report_measure(&v->loss, &v->d, &v->e);
	if (o->explain)
		explain(&v->why, &v->d, &v->names, &v->params, &v->e);
	if (o->format == NOTATION_JSON)
		evaluation_print_json(v, o->explain);
	else
		evaluation_print_text(v, (enum notation)o->format);
	if (o->explain && o->format != NOTATION_JSON)
		explanation_print(&v->why);
	return ST_OK;
}

static enum status evaluate_on_data(struct invocation *inv, bool fit)
{
	struct evaluation *v;
	enum status st;

	if (inv->options->domain)
		return evaluate_tasks(inv->options);
	v = xcalloc(1, sizeof(*v));
	st = data_load_unsplit(&v->d, inv->options);
	if (st == ST_OK) {
		v->names = (struct names){
			.n = v->d.n_columns, .column = (const char *const *)v->d.name, .target = v->d.target};
		st = evaluate(v, inv, fit);
		dataset_release(&v->d);
	}
	free(v);
	return st;
}

int cmd_eval(struct invocation *inv)
{
	return evaluate_on_data(inv, inv->options->fit);
}

int cmd_fit(struct invocation *inv)
{
	return evaluate_on_data(inv, true);
}
