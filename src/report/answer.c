/* answer.c — the answer, its constants, the columns and the front as blocks; see run_facts.h. */
#include "run_facts.h"

#include "eqrl/export/mathml.h"
#include "eqrl/expr/textbook.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/intervals.h"
#include "eqrl/run/unit_setup.h"

#include <math.h>
#include <string.h>

/* ---- the answer ----------------------------------------------------------------------------------- */

/* The free functions of a template. */
static void add_functions(struct document *d, const struct set_facts *s)
{
	const struct outline *t = &s->front.pareto.bounds.form;
	struct expr body[OUTLINE_FUNCTIONS];
	struct str text = {0};

	if (t->n_functions == 0 || !outline_match(t, &s->entry->expr, false, body))
		return;
	for (int f = 0; f < t->n_functions; f++) {
		str_clear(&text);
		outline_print(t, f, &body[f], &s->front.names, &text);
		document_cell(d, "free function");
		document_cell(d, "%s", text.data);
	}
	str_release(&text);
}

static void add_score(struct document *d, const char *rows, double fvu)
{
	char r2[32];

	if (isnan(fvu))
		return;
	format_r2(r2, fvu);
	document_cell(d, "%s", rows);
	document_cell(d, "%s", r2);
}

static void add_scores(struct document *d, const struct set_facts *s)
{
	const struct pareto_entry *e = s->entry;

	document_table(d, "ll");
	document_cell(d, "what");
	document_cell(d, "value");
	add_score(d, s->front.pareto.has_report ? "R² on all rows but the report rows" : "R² on all rows", e->fvu_all);
	add_score(d, "R², cross-validated", e->fvu_cv);
	add_score(d, "R² on report rows", s->front.pareto.has_report ? e->fvu_report : NAN);
	document_cell(d, "size");
	document_cell(d, "%d node%s, %d fitted constant%s", e->size, e->size == 1 ? "" : "s", e->n_consts,
		      e->n_consts == 1 ? "" : "s");
	if (e->form >= 0 && textbook_has_shape(e->form)) {
		document_cell(d, "known as");
		document_cell(d, "%s", textbook_name[e->form]);
	}
	add_functions(d, s);
	if (e->uncertainty.k > 0 && isfinite(e->uncertainty.s)) {
		document_cell(d, "residual standard deviation");
		document_cell(d, "%.4g", e->uncertainty.s);
	}
}

/* What a reader must know before they believe it. */
static void add_doubts(struct document *d, const struct set_facts *s)
{
	struct constant_units units;
	struct str doubt = {0};

	front_doubt(&s->front, "", &doubt);
	for (char *rest = doubt.data, *line; s->entry->chosen && (line = strsep(&rest, "\n"));)
		if (*line)
			document_add(d, BLOCK_WARNING, "%s", line);
	constant_units_find(&(struct unit_texts){&s->front.names, s->front.unit, s->front.target_unit}, &s->entry->expr,
			    &units);
	if (units.known && !units.consistent)
		document_add(d, BLOCK_WARNING, "Units are not consistent: %s.", str_text(&units.why));
	constant_units_release(&units);
	if (!s->entry->chosen)
		document_add(d, BLOCK_WARNING, "This is the equation of size %d, not the one that the search chose.",
			     s->entry->size);
	str_release(&doubt);
}

void add_constants(struct document *d, const struct set_facts *s)
{
	const struct uncertainty *u = &s->entry->uncertainty;
	struct constant_units units;

	if (u->k == 0 || u->degrees < 1)
		return;
	constant_units_find(&(struct unit_texts){&s->front.names, s->front.unit, s->front.target_unit}, &s->entry->expr,
			    &units);
	document_heading(d, 3, "Constants");
	document_table(d, units.consistent ? "rrrrl" : "rrrr");
	document_cell(d, "estimate");
	document_cell(d, "standard error");
	document_cell(d, "95 %% from");
	document_cell(d, "to");
	if (units.consistent)
		document_cell(d, "unit");
	for (int p = 0; p < u->k; p++) {
		struct interval_text t;

		interval_words(u, p, s->entry->expr.c[u->at[p]], &t);
		document_cell(d, "%s", t.value);
		document_cell(d, "%s", *t.error ? t.error : "not determined");
		document_cell(d, "%s", t.low);
		document_cell(d, "%s", t.high);
		if (units.consistent)
			document_cell(d, "%s", str_text(&units.unit[u->at[p]]));
	}
	constant_units_release(&units);
}

/* "2.5 ± 0.01" */
static void add_estimate(struct document *d, double value, double error)
{
	struct uncertainty u = {.k = 1, .t = 1};
	struct interval_text words;

	u.error[0] = isnan(error) ? INFINITY : error;
	interval_words(&u, 0, value, &words);
	document_cell(d, *words.error ? "%s ± %.2g" : "%s", words.value, error);
}

void add_groups(struct document *d, const struct set_facts *s)
{
	static const char align[EXPR_MAX_CONSTS + 2] = "rrrrrrrrrrrrrrrrr";
	const struct grouped *g = s->front.pareto.grouped;
	const struct group_table *t = front_table_of(&s->front, s->entry);

	if (!t)
		return;
	document_heading(d, 3, "Constants of each group");
	document_add(d, BLOCK_TEXT,
		     "One form for %d groups by %s; R² is against the mean of each group. ± is a standard error.", g->n,
		     g->column);
	document_table(d, align + EXPR_MAX_CONSTS - t->n);
	document_cell(d, "%s", g->column);
	for (int p = 0; p < t->n; p++)
		document_cell(d, "%s", s->front.names.column[g->n_columns + p]);
	for (int k = 0; k < g->n; k++) {
		document_cell(d, "%s", g->name[k]);
		for (int p = 0; p < t->n; p++)
			add_estimate(d, t->value[k * t->n + p], t->error[k * t->n + p]);
	}
}

void add_answer(struct document *d, const struct set_facts *s)
{
	struct str typeset = {0}, text = {0};

	names_quote(&text, s->front.names.target);
	str_add(&text, " = ");
	print_expr(&text, &s->entry->expr, &s->front.names, NOTATION_TEXT);
	mathml_equation(&typeset, &s->entry->expr, &s->front.names);
	document_equation(d, typeset.data, text.data);
	if (s->front.loss == LOSS_LOGISTIC)
		document_add(d, BLOCK_TEXT,
			     "This is the logarithm of the odds: the probability is 1/(1 + exp(-value)).");
	add_doubts(d, s);
	add_scores(d, s);
	str_release(&typeset);
	str_release(&text);
}

/* ---- columns and front ---------------------------------------------------------------------------- */

static const char *unit_of(const struct set_facts *s, int c)
{
	const char *unit = c < 0 ? s->front.target_unit : s->front.unit ? s->front.unit[c] : NULL;

	return unit ? unit : "";
}

static bool has_units(const struct set_facts *s)
{
	for (int c = -1; c < front_columns(&s->front); c++)
		if (*unit_of(s, c))
			return true;
	return false;
}

static void add_column(struct document *d, const struct set_facts *s, int c, bool units)
{
	const struct column_stats *stats = c < 0 ? &s->data.y_stats : &s->data.stats[c];

	document_cell(d, "%s", c < 0 ? s->front.names.target : s->front.names.column[c]);
	if (units)
		document_cell(d, "%s", unit_of(s, c));
	document_cell(d, "%s",
		      c < 0				     ? "target"
		      : expr_uses_column(&s->entry->expr, c) ? "in the equation"
							     : "not used");
	if (s->no_data)
		return;
	document_cell(d, "%.5g", stats->min);
	document_cell(d, "%.5g", stats->mean);
	document_cell(d, "%.5g", stats->max);
}

void add_columns(struct document *d, const struct set_facts *s)
{
	bool units = has_units(s);
	const char *align = s->no_data ? "lll" : "lllrrr";

	document_heading(d, 3, "Columns");
	document_table(d, units ? align : align + 1);
	document_cell(d, "column");
	if (units)
		document_cell(d, "unit");
	document_cell(d, "role");
	if (!s->no_data) {
		document_cell(d, "least");
		document_cell(d, "mean");
		document_cell(d, "largest");
	}
	for (int c = -1; c < front_columns(&s->front); c++)
		add_column(d, s, c, units);
}

void add_front(struct document *d, const struct set_facts *s)
{
	const struct pareto *p = &s->front.pareto;

	document_heading(d, 3, "Front");
	document_add(d, BLOCK_TEXT,
		     "Each line is the best equation of its size, and better than all shorter ones. Constants "
		     "have eight digits at most here.");
	document_table(d, "rllc");
	document_cell(d, "size");
	document_cell(d, "R²");
	document_cell(d, "R², cross-validated");
	document_cell(d, "equation");
	for (int i = 0; i < p->n; i++) {
		struct str text = {0};
		char all[32], cv[32];

		format_r2(all, p->entry[i].fvu_all);
		format_r2(cv, p->entry[i].fvu_cv);
		print_expr_with(&text, &p->entry[i].expr, &s->front.names, NOTATION_TEXT,
				&(struct print_options){.digits = 8});
		document_cell(d, "%d", p->entry[i].size);
		document_cell(d, "%s", all);
		document_cell(d, "%s", cv);
		document_cell(d, "%s", text.data);
		if (&p->entry[i] == s->entry)
			document_mark_row(d);
		str_release(&text);
	}
}
