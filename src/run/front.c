/* front.c — a Pareto front to files and back; see front.h. table.c shows it. */
#include "eqrl/run/front.h"
#include "singularity.h"

#include "eqrl/run/inputs.h"

#include "eqrl/base/json_file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/expr/textbook.h"
#include "eqrl/expr/parse.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/intervals.h"
#include "eqrl/run/residual_report.h"
#include "eqrl/run/run_files.h"
#include "eqrl/run/unit_setup.h"
#include "eqrl/rl/trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHECK_ROWS = 256 };

/* ---- front.csv --------------------------------------------------------------------------------- */

static void csv_double(struct str *out, double v, bool measured)
{
	char text[32];

	if (measured) {
		str_double(text, v);
		str_add(out, text);
	}
	str_addc(out, ',');
}

void csv_quote(struct str *out, const char *text)
{
	str_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			str_addc(out, '"');
		str_addc(out, *text);
	}
	str_addc(out, '"');
}

void csv_text(struct str *out, const char *text)
{
	if (!strpbrk(text, ",\"\n\r")) {
		str_add(out, text);
		return;
	}
	csv_quote(out, text);
}

void front_to_csv(const struct front *f, struct str *out)
{
	const struct pareto *p = &f->pareto;
	struct str equation = {0};

	str_add(out, "chosen,size,complexity,depth,r2_fit,r2_select,fvu_fit,fvu_select,fvu_all,fvu_cv,criterion,"
		     "constants,regular,"
		     "equation\n");
	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];

		str_addf(out, "%d,%d,%d,%d,", i == p->chosen, e->size, expr_size(&e->expr), expr_depth(&e->expr));
		csv_double(out, 1 - e->fvu_fit, true);
		csv_double(out, 1 - e->fvu_select, p->has_select);
		csv_double(out, e->fvu_fit, true);
		csv_double(out, e->fvu_select, p->has_select);
		csv_double(out, e->fvu_all, true);
		csv_double(out, e->fvu_cv, !isnan(e->fvu_cv));
		csv_double(out, e->criterion, true);
		str_addf(out, "%d,%s,", e->n_consts, singularity_csv(&e->regularity));
		str_clear(&equation);
		print_expr(&equation, &e->expr, &f->names, NOTATION_TEXT);
		csv_text(out, equation.data);
		str_addc(out, '\n');
	}
	str_release(&equation);
}

/* ---- equations.json ---------------------------------------------------------------------------- */

/* The free functions of a template: {"f": "f(x1, x2) = x1 + x2", …}. */
static void functions_to_json(cJSON *o, const struct front *f, const struct expr *e)
{
	const struct outline *t = &f->pareto.bounds.form;
	struct expr body[OUTLINE_FUNCTIONS];
	struct str text = {0};
	cJSON *list;

	if (t->n_functions == 0 || !outline_match(t, e, false, body))
		return;
	list = cJSON_AddObjectToObject(o, "functions");
	for (int k = 0; k < t->n_functions; k++) {
		str_clear(&text);
		outline_print(t, k, &body[k], &f->names, &text);
		cJSON_AddStringToObject(list, t->function[k].name, text.data);
	}
	str_release(&text);
}

static cJSON *entry_to_json(const struct front *f, const struct pareto_entry *e)
{
	cJSON *o = cJSON_CreateObject();
	struct str text = {0};

	print_expr(&text, &e->expr, &f->names, NOTATION_TEXT);
	cJSON_AddStringToObject(o, "equation", text.data);
	if (e->by)
		cJSON_AddStringToObject(o, "proposer", proposer_name(e->by));
	functions_to_json(o, f, &e->expr);
	cJSON_AddNumberToObject(o, "size", e->size);
	if (e->form >= 0)
		cJSON_AddStringToObject(o, "form", textbook_name[e->form]);
	cJSON_AddNumberToObject(o, "constants", e->n_consts);
	json_add_number(o, "fvu_fit", e->fvu_fit);
	json_add_number(o, "fvu_select", e->fvu_select);
	json_add_number(o, "fvu_all", e->fvu_all);
	json_add_number(o, "fvu_cv", e->fvu_cv);
	json_add_number(o, "fvu_report", e->fvu_report);
	json_add_number(o, "r2_fit", 1 - e->fvu_fit);
	json_add_number(o, "r2_select", 1 - e->fvu_select);
	json_add_number(o, "r2_report", 1 - e->fvu_report);
	json_add_number(o, "criterion", e->criterion);
	singularity_to_json(o, &e->regularity, &f->names);
	cJSON_AddItemToObject(o, "expr", expr_to_json(&e->expr));
	if (e->uncertainty.k)
		cJSON_AddItemToObject(o, "uncertainty", intervals_to_json(&e->uncertainty, e->expr.c));
	constant_units_to_json(&(struct unit_texts){&f->names, f->unit, f->target_unit}, &e->expr, o);
	residuals_to_json(&e->residuals, o);
	entry_groups_to_json(o, f, e);
	str_release(&text);
	return o;
}

/* "units": one text for each column, "" where none is known; "target_unit". Without units no word of them. */
static void add_units(cJSON *o, const struct front *f)
{
	cJSON *list = f->unit ? cJSON_AddArrayToObject(o, "units") : NULL;

	for (int i = 0; list && i < front_columns(f); i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(f->unit[i] ? f->unit[i] : ""));
	if (f->target_unit)
		cJSON_AddStringToObject(o, "target_unit", f->target_unit);
}

static void units_from_json(struct front *f, const cJSON *json)
{
	const cJSON *list = cJSON_GetObjectItem(json, "units"), *item;
	const char **unit = xcalloc((size_t)f->names.n + 1, sizeof(*unit));
	int i = 0;

	cJSON_ArrayForEach(item, list)
	{
		if (i < f->names.n && cJSON_IsString(item) && *item->valuestring)
			unit[i] = item->valuestring;
		i++;
	}
	front_set_units(f, i ? unit : NULL, cJSON_GetStringValue(cJSON_GetObjectItem(json, "target_unit")));
	free(unit);
}

cJSON *front_to_json(const struct front *f)
{
	const struct pareto *p = &f->pareto;
	cJSON *o = cJSON_CreateObject(), *list;

	cJSON_AddNumberToObject(o, "schema", FRONT_SCHEMA);
	cJSON_AddStringToObject(o, "target", f->names.target);
	cJSON_AddItemToObject(o, "columns", cJSON_CreateStringArray(f->names.column, front_columns(f)));
	groups_to_json(o, f);
	add_units(o, f);
	if (f->form)
		cJSON_AddStringToObject(o, "template", f->form);
	if (p->chosen >= 0)
		cJSON_AddNumberToObject(o, "chosen", p->chosen);
	else
		cJSON_AddNullToObject(o, "chosen");
	cJSON_AddStringToObject(o, "select", selection_table[p->by].name);
	cJSON_AddBoolToObject(o, "significant", p->significant);
	json_add_number(o, "chance", p->chance);
	if (f->loss != LOSS_MSE) /* r2 and fvu are shares of it */
		cJSON_AddStringToObject(o, "loss", loss_table[f->loss].name);
	cJSON_AddBoolToObject(o, "has_select", p->has_select);
	cJSON_AddBoolToObject(o, "has_report", p->has_report);
	if (f->notes)
		cJSON_AddItemToObject(o, "notes", notes_record(f->notes));
	list = cJSON_AddArrayToObject(o, "equations");
	for (int i = 0; i < p->n; i++)
		cJSON_AddItemToArray(list, entry_to_json(f, &p->entry[i]));
	return o;
}

static enum status names_from_json(struct front *f, const cJSON *json, const char *path)
{
	const cJSON *target = cJSON_GetObjectItem(json, "target");
	const cJSON *columns = cJSON_GetObjectItem(json, "columns"), *item;
	int n = cJSON_GetArraySize(columns), i = 0;
	const char **column;

	if (!cJSON_IsString(target) || !cJSON_IsArray(columns))
		return fail(ST_DATA, "%s: no \"target\" and \"columns\"; not equations of a run", path);
	column = xcalloc((size_t)n + 1, sizeof(*column));
	cJSON_ArrayForEach(item, columns) column[i++] = cJSON_IsString(item) ? item->valuestring : "";
	front_set_names(f, n, column, target->valuestring);
	free(column);
	return ST_OK;
}

/* What was said about the data of a run belongs to its equations, whoever reads them. */
static void notes_from_json(struct front *f, const cJSON *list)
{
	const cJSON *item;

	if (!cJSON_IsArray(list))
		return;
	f->own_notes = xcalloc(1, sizeof(*f->own_notes));
	f->notes = f->own_notes;
	cJSON_ArrayForEach(item, list)
	{
		bool warning = strcmp(json_text(item, "level", "note"), "warning") == 0;
		struct str text = {0};

		text_clean(&text, json_text(item, "text", ""), strlen(json_text(item, "text", "")));
		notes_add(f->own_notes, warning ? NOTE_WARNING : NOTE_INFO, "%s", str_text(&text));
		str_release(&text);
	}
}

/* A template with operators of the user's own is not understood here: its functions are then not shown. */
static void form_from_json(struct front *f, const char *text)
{
	front_set_form(f, text);
	if (text && outline_parse(text, &f->names, &f->pareto.bounds.form) != ST_OK)
		f->pareto.bounds.form = (struct outline){0};
}

static enum status entry_from_json(struct front *f, const cJSON *o, const char *path)
{
	struct pareto_entry *e = &f->pareto.entry[f->pareto.n];

	if (f->pareto.n == (int)COUNT_OF(f->pareto.entry))
		return fail(ST_DATA, "%s: more than %d equations", path, f->pareto.n);
	if (expr_from_json(cJSON_GetObjectItem(o, "expr"), &e->expr) != ST_OK)
		return fail_prefix(ST_DATA, "%s: equation %d", path, f->pareto.n + 1);
	TRY(entry_groups_from_json(f, e, o, path));
	if (expr_columns(&e->expr) > f->names.n + (f->pareto.grouped ? f->pareto.grouped->table[e->table].n : 0))
		return fail(ST_DATA, "%s: equation %d uses column %d of %d", path, f->pareto.n + 1,
			    expr_columns(&e->expr), f->names.n);
	e->by = proposer_named(cJSON_GetStringValue(cJSON_GetObjectItem(o, "proposer")));
	e->size = (int)json_number(o, "size", e->expr.n);
	e->n_consts = (int)json_number(o, "constants", 0);
	e->fvu_fit = json_number(o, "fvu_fit", INFINITY);
	e->fvu_select = json_number(o, "fvu_select", INFINITY);
	e->fvu_report = json_number(o, "fvu_report", NAN);
	e->fvu_all = json_number(o, "fvu_all", e->fvu_fit);
	e->fvu_cv = json_number(o, "fvu_cv", NAN);
	e->criterion = json_number(o, "criterion", json_number(o, "mdl", NAN)); /* of schema 1 */
	e->form = textbook_find(&e->expr);
	singularity_from_json(&e->regularity, o, &f->names);
	intervals_from_json(&e->uncertainty, cJSON_GetObjectItem(o, "uncertainty"));
	residuals_from_json(&e->residuals, o);
	e->chosen = f->pareto.n == f->pareto.chosen;
	f->pareto.n++;
	return ST_OK;
}

static enum status read_front(struct front *f, const cJSON *json, const char *path)
{
	const cJSON *list = cJSON_GetObjectItem(json, "equations"), *item;

	if (json_number(json, "schema", 0) > FRONT_SCHEMA)
		return fail(ST_DATA, "%s: written by a newer eqrl (schema %g, this one reads %d)", path,
			    json_number(json, "schema", 0), FRONT_SCHEMA);
	TRY(names_from_json(f, json, path));
	TRY(groups_from_json(f, json, path));
	units_from_json(f, json);
	form_from_json(f, cJSON_GetStringValue(cJSON_GetObjectItem(json, "template")));
	notes_from_json(f, cJSON_GetObjectItem(json, "notes"));
	f->pareto.chosen = (int)json_number(json, "chosen", -1);
	f->pareto.by = selection_named(cJSON_GetStringValue(cJSON_GetObjectItem(json, "select")));
	f->pareto.significant = !cJSON_IsFalse(cJSON_GetObjectItem(json, "significant"));
	f->pareto.chance = json_number(json, "chance", 0);
	f->loss = loss_named(cJSON_GetStringValue(cJSON_GetObjectItem(json, "loss")));
	f->pareto.has_select = cJSON_IsTrue(cJSON_GetObjectItem(json, "has_select"));
	f->pareto.has_report = cJSON_IsTrue(cJSON_GetObjectItem(json, "has_report"));
	cJSON_ArrayForEach(item, list) TRY(entry_from_json(f, item, path));
	front_set_parameters(f);
	if (f->pareto.chosen >= f->pareto.n)
		return fail(ST_DATA, "%s: \"chosen\" is %d of %d equations", path, f->pareto.chosen, f->pareto.n);
	return ST_OK;
}

enum status front_from_json(struct front *f, const cJSON *json, const char *path)
{
	enum status st;

	*f = (struct front){.pareto = {.chosen = -1}};
	st = read_front(f, json, path);
	if (st != ST_OK)
		front_release(f);
	return st;
}

/* ---- the check before anything is written ------------------------------------------------------- */

static bool same_value(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0 || (isnan(a) && isnan(b));
}

/* Fills x with one row of the data, or a made-up one. */
static void check_row(const struct rows *rows, int i, int n, double *x)
{
	struct rng r = rng_stream(1, 0, (uint64_t)i);

	for (int c = 0; c < n; c++)
		x[c] = rows ? rows->x[c][i] : rng_range(&r, -3, 3);
}

void front_check(const struct front *f, const struct rows *data)
{
	const struct rows *rows = f->pareto.grouped ? NULL : data; /* data have no column for parameters */
	int n_rows = !rows ? 16 : rows->n < CHECK_ROWS ? rows->n : CHECK_ROWS;
	double *x = xcalloc((size_t)f->names.n + 1, sizeof(*x));
	struct str text = {0};

	for (int k = 0; k < f->pareto.n; k++) {
		const struct expr *e = &f->pareto.entry[k].expr;
		struct expr from_text, from_json;
		cJSON *json = expr_to_json(e);

		str_clear(&text);
		print_expr(&text, e, &f->names, NOTATION_TEXT);
		if (parse_expr(text.data, &f->names, NULL, &from_text) != ST_OK)
			BUG("own equation does not parse: %s: %s", text.data, error_message());
		if (expr_from_json(json, &from_json) != ST_OK)
			BUG("own JSON does not parse: %s: %s", text.data, error_message());
		cJSON_Delete(json);
		for (int i = 0; i < n_rows; i++) {
			double want;

			check_row(rows, i, f->names.n, x);
			want = expr_value(e, x);
			if (!same_value(expr_value(&from_text, x), want) ||
			    !same_value(expr_value(&from_json, x), want))
				BUG("%s: the printed equation is not the evaluated one in row %d", text.data, i + 1);
		}
	}
	str_release(&text);
	free(x);
}
