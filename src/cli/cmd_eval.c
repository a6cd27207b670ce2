/* cmd_eval.c — eqrl eval: the scores of a given equation on a data set.
 *
 * The equation is evaluated as it stands; nothing is rescaled and nothing is clipped. With --fit its
 * named parameters and each ? are fitted first, on all rows but the report rows. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"
#include "eqrl/data/dataset.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/tape.h"
#include "eqrl/run/inputs.h"
#include "eqrl/cli/cli.h"
#include "equation.h"
#include "explain.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIT_STARTS = 24 };

/* A row whose prediction is not finite, and the node to blame. */
struct offence {
	int rows; /* how many there are */
	int line; /* of the first in the file */
	bool in_report;
	struct expr part; /* the node's subtree, n = 0: an input is to blame */
	double value;
};

struct evaluation {
	struct dataset d;
	struct names names;
	struct expr e;
	struct parse_params params;
	struct fit_result fit;
	bool fitted;
	struct metrics all, kept, report; /* kept: all rows but the report rows */
	struct offence offence;
	struct explanation why; /* with --explain */
};

static void fit_parameters(struct evaluation *v, uint64_t seed)
{
	struct fit_options o = fit_defaults();
	struct fitter *f = fitter_new();

	o.restarts = FIT_STARTS;
	o.max_iterations = 200;
	o.seed = seed;
	fit_constants(f, &v->e, &v->d.all_but_report, &o, &v->fit);
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
	metrics_measure(kept->y, predicted, kept->w, kept->n, &v->kept);
	memcpy(y, kept->y, (size_t)kept->n * sizeof(*y));
	if (w)
		memcpy(w, kept->w, (size_t)kept->n * sizeof(*w));
	if (report->n) {
		double *out = predicted + kept->n;

		tape_bind(tape, &v->e, report);
		tape_eval(tape, NULL, out);
		find_offences(v, report, out, v->d.line + kept->n, true);
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

static void scores_line(const char *rows, int n, const struct metrics *m)
{
	printf("%-9s %9d  %14.10g  %12.6g  %12.6g  %12.6g  %12.6g\n", rows, n, m->r2, m->fvu, m->rmse, m->mae,
	       m->max_error);
}

static bool is_free(const struct expr *e, int slot)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST && e->node[i].arg == slot)
			return true;
	return false;
}

static void print_parameters(const struct evaluation *v)
{
	struct str name = {0};

	for (int i = 0; i < v->e.n_consts; i++) {
		if (!is_free(&v->e, i))
			continue;
		str_clear(&name);
		parameter_name(&name, &v->params, i);
		printf("%-9s %.10g%s\n", name.data, v->e.c[i],
		       v->fit.unidentified >> i & 1 ? "  (the data do not determine it)" : "");
	}
	str_release(&name);
}

static void print_offence(const struct evaluation *v)
{
	const struct offence *o = &v->offence;
	struct str part = {0};

	if (o->rows == 0)
		return;
	print_expr(&part, &o->part, &v->names, NOTATION_TEXT);
	printf("no value  %d row%s; first in %s line %d: %s is %s\n", o->rows, o->rows == 1 ? "" : "s",
	       o->in_report && v->d.report_file ? v->d.report_file : v->d.file, o->line, part.data,
	       isnan(o->value) ? "undefined"
	       : o->value > 0  ? "infinite"
			       : "minus infinite");
	str_release(&part);
}

static void print_text(const struct evaluation *v, enum notation notation)
{
	struct str text = {0};

	names_quote(&text, v->names.target);
	str_add(&text, " = ");
	if (notation != NOTATION_TEXT)
		str_clear(&text); /* other programs' notations stand alone */
	print_expr(&text, &v->e, &v->names, notation);
	printf("%-9s %s\n", "equation", text.data);
	str_clear(&text);
	print_legend(&text, &v->e, &v->names, notation);
	fputs(str_text(&text), stdout);
	printf("%-9s %d (depth %d)\n", "size", v->e.n, expr_depth(&v->e));
	if (v->fitted)
		print_parameters(v);
	printf("\n%-9s %9s  %14s  %12s  %12s  %12s  %12s\n", "rows", "number", "R2", "FVU", "RMSE", "MAE", "max error");
	scores_line("all", v->d.all_but_report.n + v->d.report.n, &v->all);
	if (v->d.report.n) {
		scores_line("fit", v->d.all_but_report.n, &v->kept);
		scores_line("report", v->d.report.n, &v->report);
	}
	print_offence(v);
	str_release(&text);
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static void add_number(cJSON *o, const char *key, double x)
{
	if (isfinite(x))
		cJSON_AddNumberToObject(o, key, x);
	else
		cJSON_AddNullToObject(o, key);
}

static void add_scores(cJSON *object, const char *key, int n, const struct metrics *m)
{
	cJSON *o = cJSON_AddObjectToObject(object, key);

	cJSON_AddNumberToObject(o, "rows", n);
	add_number(o, "r2", m->r2);
	add_number(o, "fvu", m->fvu);
	add_number(o, "rmse", m->rmse);
	add_number(o, "mae", m->mae);
	add_number(o, "max_error", m->max_error);
}

static void add_parameters(cJSON *object, const struct evaluation *v)
{
	cJSON *o = cJSON_AddObjectToObject(object, "parameters");
	struct str name = {0};

	for (int i = 0; i < v->e.n_consts; i++) {
		if (!is_free(&v->e, i))
			continue;
		str_clear(&name);
		parameter_name(&name, &v->params, i);
		add_number(o, name.data, v->e.c[i]);
	}
	str_release(&name);
}

static void print_json(const struct evaluation *v, bool explained)
{
	cJSON *o = cJSON_CreateObject();
	struct str text = {0};
	char *json;

	print_expr(&text, &v->e, &v->names, NOTATION_TEXT);
	cJSON_AddNumberToObject(o, "schema", 1);
	cJSON_AddStringToObject(o, "target", v->names.target);
	cJSON_AddStringToObject(o, "equation", text.data);
	cJSON_AddItemToObject(o, "expr", expr_to_json(&v->e));
	cJSON_AddNumberToObject(o, "size", v->e.n);
	cJSON_AddNumberToObject(o, "depth", expr_depth(&v->e));
	if (v->fitted)
		add_parameters(o, v);
	add_scores(o, "all", v->d.all_but_report.n + v->d.report.n, &v->all);
	if (v->d.report.n) {
		add_scores(o, "fit", v->d.all_but_report.n, &v->kept);
		add_scores(o, "report", v->d.report.n, &v->report);
	}
	if (v->offence.rows) {
		cJSON *bad = cJSON_AddObjectToObject(o, "no_value");

		str_clear(&text);
		print_expr(&text, &v->offence.part, &v->names, NOTATION_TEXT);
		cJSON_AddNumberToObject(bad, "rows", v->offence.rows);
		cJSON_AddNumberToObject(bad, "line", v->offence.line);
		cJSON_AddStringToObject(bad, "part", text.data);
	}
	if (explained)
		explanation_to_json(&v->why, o);
	cJSON_AddItemToObject(o, "notes", notes_record(&v->d.notes));
	json = cJSON_Print(o);
	puts(json);
	free(json);
	cJSON_Delete(o);
	str_release(&text);
}

static enum status evaluate(struct evaluation *v, const struct invocation *inv)
{
	const struct options *o = inv->options;

	TRY(equation_parse(inv->args[0], &v->names, o->fit ? &v->params : NULL, &v->e));
	if (o->fit)
		fit_parameters(v, (uint64_t)o->seed);
	else if (expr_free_consts(&v->e))
		return fail(ST_USAGE, "the equation has a ? in it; --fit finds its value");
	measure(v);
	if (o->explain)
		explain(&v->why, &v->d, &v->names, &v->params, &v->e);
	if (o->format == NOTATION_JSON)
		print_json(v, o->explain);
	else
		print_text(v, (enum notation)o->format);
	if (o->explain && o->format != NOTATION_JSON)
		explanation_print(&v->why);
	return ST_OK;
}

int cmd_eval(struct invocation *inv)
{
	struct evaluation *v = xcalloc(1, sizeof(*v));
	enum status st = data_load_unsplit(&v->d, inv->options);

	if (st == ST_OK) {
		v->names = (struct names){
			.n = v->d.n_columns, .column = (const char *const *)v->d.name, .target = v->d.target};
		st = evaluate(v, inv);
		dataset_release(&v->d);
	}
	free(v);
	return st;
}
