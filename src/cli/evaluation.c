/* evaluation.c — see evaluation.h. */
#include "evaluation.h"

#include "eqrl/base/json_file.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/intervals.h"
#include "eqrl/run/unit_setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void print_scores(const char *rows, int n, const struct metrics *m)
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

struct named_slots {
	const struct parse_params *params;
	struct str name;
};

static const char *name_slot(void *context, int slot)
{
	struct named_slots *s = context;

	str_clear(&s->name);
	parameter_name(&s->name, s->params, slot);
	return str_text(&s->name);
}

static const char *why_no_errors(const struct evaluation *v)
{
	if (expr_free_consts(&v->e) == 0)
		return "nothing was fitted";
	if (fvu_of(v->loss.error, v->loss.null_error) <= EXACT_FVU)
		return "the fit is exact, and they would be those of rounding";
	if (v->uncertainty.k == 0)
		return "a value or derivative is not finite in some row";
	return "there are no more rows than parameters";
}

static void print_intervals(const struct evaluation *v)
{
	struct named_slots slots = {.params = &v->params};
	struct str out = {0};

	if (fvu_of(v->loss.error, v->loss.null_error) > EXACT_FVU)
		intervals_table(&v->uncertainty, v->estimate, name_slot, &slots, &out);
	if (out.len)
		printf("\n%s", out.data);
	else
		printf("\nno standard errors: %s\n", why_no_errors(v));
	str_release(&out);
	str_release(&slots.name);
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

static void print_unit_line(const struct evaluation *v)
{
	struct constant_units c;
	struct str list = {0};

	constant_units_find(&(struct unit_texts){&v->names, v->d.unit, v->d.target_unit}, &v->e, &c);
	constant_units_list(&c, &list);
	if (c.known && !c.consistent)
		printf("%-9s not consistent: %s\n", "units", str_text(&c.why));
	else if (c.known)
		printf("%-9s consistent%s%s\n", "units", list.len ? ", with constants in units: " : "",
		       str_text(&list));
	str_release(&list);
	constant_units_release(&c);
}

void evaluation_print_text(const struct evaluation *v, enum notation notation)
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
	print_unit_line(v);
	if (v->fitted)
		print_parameters(v);
	printf("\n%-9s %9s  %14s  %12s  %12s  %12s  %12s\n", "rows", "number", "R2", "FVU", "RMSE", "MAE", "max error");
	print_scores("all", v->d.all_but_report.n + v->d.report.n, &v->all);
	if (v->d.report.n) {
		print_scores("fit", v->d.all_but_report.n, &v->kept);
		print_scores("report", v->d.report.n, &v->report);
	}
	if (v->fitted)
		print_intervals(v);
	loss_report_print(&v->loss);
	print_offence(v);
	str_release(&text);
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static void add_scores(cJSON *object, const char *key, int n, const struct metrics *m)
{
	cJSON *o = cJSON_AddObjectToObject(object, key);

	cJSON_AddNumberToObject(o, "rows", n);
	json_add_number(o, "r2", m->r2);
	json_add_number(o, "fvu", m->fvu);
	json_add_number(o, "rmse", m->rmse);
	json_add_number(o, "mae", m->mae);
	json_add_number(o, "max_error", m->max_error);
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
		json_add_number(o, name.data, v->e.c[i]);
	}
	str_release(&name);
}

void evaluation_print_json(const struct evaluation *v, bool explained)
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
	constant_units_to_json(&(struct unit_texts){&v->names, v->d.unit, v->d.target_unit}, &v->e, o);
	if (v->fitted)
		add_parameters(o, v);
	if (v->uncertainty.k)
		cJSON_AddItemToObject(o, "uncertainty", intervals_to_json(&v->uncertainty, v->estimate));
	add_scores(o, "all", v->d.all_but_report.n + v->d.report.n, &v->all);
	if (v->d.report.n) {
		add_scores(o, "fit", v->d.all_but_report.n, &v->kept);
		add_scores(o, "report", v->d.report.n, &v->report);
	}
	loss_report_to_json(&v->loss, o);
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
