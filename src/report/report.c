/* report.c — see report.h: the parts of a report in their order. */
#include "eqrl/report/report.h"

#include "eqrl/base/file.h"
#include "eqrl/report/figures.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/residual_report.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/run/run_lock.h"
#include "run_facts.h"

#include <stdlib.h>
#include <string.h>

/* ---- diagrams of the data ------------------------------------------------------------------------- */

/* The columns of the equation, then the others; at most as many as are wanted. Returns how many. */
static int choose_columns(const struct set_facts *s, int wanted, bool used_only, int *column)
{
	int n = 0;

	for (int pass = 0; pass < (used_only ? 1 : 2); pass++)
		for (int c = 0; c < front_columns(&s->front) && n < wanted; c++)
			if (expr_uses_column(&s->entry->expr, c) == (pass == 0))
				column[n++] = c;
	return n;
}

static void add_left_columns(struct document *d, int shown, int of, const char *what)
{
	if (shown < of)
		document_add(d, BLOCK_TEXT, "%d of %d %s are shown, those of the equation first.", shown, of, what);
}

static void add_outliers(struct document *d, const struct set_facts *s)
{
	struct str text = {0};

	residuals_table(&s->entry->residuals, &text);
	while (text.len && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	if (text.len)
		document_add(d, BLOCK_CODE, "%s", text.data);
	str_release(&text);
}

static void add_residuals(struct document *d, const struct set_facts *s, const struct figures *f, int wanted)
{
	int *column = xcalloc((size_t)wanted + 1, sizeof(*column)), n = choose_columns(s, wanted, false, column);

	document_heading(d, 3, "Residuals against each column");
	for (int i = 0; i < n; i++)
		document_plot(d, figure_residuals(f, column[i]));
	add_left_columns(d, n, front_columns(&s->front), "columns");
	add_outliers(d, s);
	free(column);
}

/* What the curves and points of the responses are: of `used` columns, in an equation with or without groups. */
static const char *words_on_responses(int used, bool grouped)
{
	if (grouped)
		return used == 1 ? "The equation along its column, the groups' constants at their medians. The points "
				   "are "
				   "the residuals put on the curve."
				 : "The equation along one column, the others and the groups' constants at their "
				   "medians. "
				   "The points are the residuals put on the curve.";
	return used == 1 ? "The equation along its column, and the measured values."
			 : "The equation along one column, the others at their medians. The points are the residuals "
			   "put on the curve.";
}

static void add_responses(struct document *d, const struct set_facts *s, const struct figures *f, int wanted)
{
	int *column = xcalloc((size_t)wanted + 1, sizeof(*column)), n = choose_columns(s, wanted, true, column),
	    used = 0;

	for (int c = 0; c < front_columns(&s->front); c++)
		used += expr_uses_column(&s->entry->expr, c);
	if (n > 0) {
		document_heading(d, 3, "Response to each column");
		document_add(d, BLOCK_TEXT, "%s",
			     words_on_responses(used, front_table_of(&s->front, s->entry) != NULL));
	}
	for (int i = 0; i < n; i++)
		document_plot(d, figure_response(f, column[i]));
	add_left_columns(d, n, used, "columns of the equation");
	free(column);
}

/* How good it is, what else there is, how it came about: what one looks at first. */
static void add_overview(struct document *d, const struct run_facts *r, const struct set_facts *s,
			 const struct figures *f)
{
	if (f)
		document_plot(d, figure_predicted(f));
	else
		document_add(d, BLOCK_WARNING, "The diagrams of the data are left out: %s.", s->no_data);
	document_plot(d, figure_front(&s->front, s->entry));
	document_plot(d, figure_convergence(r->log, s->name));
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static void add_found(struct document *d, const struct run_facts *r, const struct set_facts *s, int diagrams)
{
	struct figures f = {0};

	if (!s->no_data)
		figures_open(&f, &s->front, s->entry, &s->data);
	add_answer(d, s);
	add_overview(d, r, s, s->no_data ? NULL : &f);
	add_constants(d, s);
	add_groups(d, s);
	if (!s->no_data) {
		add_responses(d, s, &f, diagrams);
		add_residuals(d, s, &f, diagrams);
	}
	add_front(d, s);
	add_folds(d, r);
	add_columns(d, s);
	figures_release(&f);
}

static void add_set(struct document *d, const struct run_facts *r, const struct set_facts *s, int diagrams)
{
	if (s->name)
		document_heading(d, 2, "%s", s->name);
	if (!s->entry) {
		document_add(d, BLOCK_WARNING, "No equation that was tried is better than the mean of %s.",
			     s->front.names.target);
	} else {
		add_found(d, r, s, diagrams);
	}
	add_search(d, r, s);
	add_notes(d, s);
}

/* A record without an end is of a run that goes on, or of one that was killed. */
static void add_state(struct document *d, const struct run_facts *r)
{
	const cJSON *ended = cJSON_GetObjectItem(r->record, "ended");

	if (!r->record || cJSON_IsString(ended))
		return;
	if (run_is_locked(r->folder))
		document_add(d, BLOCK_WARNING, "The run is still going on: this is what it had found by now.");
	else
		document_add(d, BLOCK_WARNING,
			     "The run was killed before its end: constants are those of the fit rows, and nothing was "
			     "cross-validated. eqrl train --resume %s goes on.",
			     r->folder);
}

static enum status add_named_set(struct document *d, const struct run_facts *r, const char *name,
				 const struct report_wishes *w)
{
	struct set_facts s;

	TRY(set_facts_load(&s, r, name, w));
	add_set(d, r, &s, w->diagrams);
	set_facts_release(&s);
	return ST_OK;
}

/* A line for each data set, before their parts. */
static enum status add_summary(struct document *d, const struct run_facts *r, char *names)
{
	document_table(d, "llc");
	document_cell(d, "data set");
	document_cell(d, "R²");
	document_cell(d, "equation");
	for (char *rest = names, *name; (name = strsep(&rest, "\n"));) {
		char *dir = path_join(r->folder, name), r2[32] = "-";
		struct str text = {0};
		struct front f;
		enum status st = run_front_load(&f, dir, NULL);

		free(dir);
		TRY(st);
		if (f.pareto.chosen >= 0) {
			const struct pareto_entry *e = &f.pareto.entry[f.pareto.chosen];

			format_r2(r2, e->fvu_all);
			names_quote(&text, f.names.target);
			str_add(&text, " = ");
			print_expr_with(&text, &e->expr, &f.names, NOTATION_TEXT, &(struct print_options){.digits = 8});
		}
		document_cell(d, "%s", name);
		document_cell(d, "%s", r2);
		document_cell(d, "%s", str_text(&text));
		str_release(&text);
		front_release(&f);
	}
	return ST_OK;
}

static enum status add_sets(struct document *d, const struct run_facts *r, const struct report_wishes *w)
{
	char *names = run_parts(r->folder), *copy = names ? xstrdup(names) : NULL;
	enum status st = ST_OK;

	if (r->part || !names)
		st = add_named_set(d, r, r->part, w);
	else if (w->size || w->data)
		st = fail(ST_USAGE, "%s: the run has several data sets; with --%s choose one, as in %s/%.*s", w->dir,
			  w->size ? "equation" : "data", r->folder, (int)strcspn(names, "\n"), names);
	else
		st = add_summary(d, r, copy);
	for (char *rest = names, *name; !r->part && st == ST_OK && (name = strsep(&rest, "\n"));)
		st = add_named_set(d, r, name, w);
	free(names);
	free(copy);
	return st;
}

static char *title_of(const struct run_facts *r)
{
	char *parts = r->part ? NULL : run_parts(r->folder), *dir;
	struct str title = {0};
	struct front f;

	if (parts) {
		const char *slash = strrchr(r->folder, '/');

		str_addf(&title, "Equations of %s", slash ? slash + 1 : r->folder);
		free(parts);
		return title.data;
	}
	dir = r->part ? path_join(r->folder, r->part) : xstrdup(r->folder);
	if (run_front_load(&f, dir, NULL) == ST_OK) {
		str_addf(&title, "An equation for %s", f.names.target);
		front_release(&f);
	}
	free(dir);
	return title.data ? title.data : xstrdup("eqrl");
}

enum status report_build(struct document *d, const struct report_wishes *w, char **title)
{
	struct run_facts r;
	enum status st;

	*d = (struct document){0};
	TRY(run_facts_load(&r, w->dir));
	*title = title_of(&r);
	document_heading(d, 1, "%s", *title);
	add_state(d, &r);
	st = add_sets(d, &r, w);
	if (st == ST_OK)
		add_reproduction(d, &r);
	else {
		document_release(d);
		free(*title);
		*title = NULL;
	}
	run_facts_release(&r);
	return st;
}
