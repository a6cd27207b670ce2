/* sets_table.c — the answers on several data sets, for eyes and for programs; see train_run.h. */
#include "eqrl/expr/print.h"
#include "eqrl/run/train_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pareto_entry *answer(const struct front *f)
{
	return f->pareto.chosen >= 0 ? &f->pareto.entry[f->pareto.chosen] : NULL;
}

static int rows_of(const struct dataset *d)
{
	return d->all_but_report.n + d->report.n;
}

/* The error that says most: on report rows, else on select rows, else on fit rows. */
static double error_of(const struct front *f, const char **rows)
{
	const struct pareto_entry *e = answer(f);
	bool report = e && f->pareto.has_report && !isnan(e->fvu_report);

	*rows = !e ? "-" : report ? "report" : f->pareto.has_select ? "select" : "all";
	return !e ? NAN : report ? e->fvu_report : f->pareto.has_select ? e->fvu_select : e->fvu_all;
}

static void add_answer(struct str *out, const struct front *f, enum notation notation)
{
	if (answer(f))
		print_expr(out, &answer(f)->expr, &f->names, notation);
}

/* What stands in place of an equation. */
static void add_no_answer(struct str *out, const struct run *r, int i)
{
	if (task_stats(trainer_task(r->trainer, i))->equations == 0)
		str_add(out, "nothing was evaluated");
	else
		str_addf(out, "no equation was found that beats the mean of %s", r->set[i].front.names.target);
}

static void add_table(const struct run *r, struct str *out)
{
	int width = 8;

	for (int i = 0; i < r->data.n; i++)
		if ((int)strlen(r->data.name[i]) > width)
			width = (int)strlen(r->data.name[i]);
	str_addf(out, "%-*s  %6s  %4s  %10s  %-6s  %s\n", width, "data set", "rows", "size", "R2", "on", "equation");
	for (int i = 0; i < r->data.n; i++) {
		const struct front *f = &r->set[i].front;
		const char *rows;
		char r2[32], size[16] = "-";

		format_r2(r2, error_of(f, &rows));
		if (answer(f))
			snprintf(size, sizeof(size), "%d", answer(f)->size);
		str_addf(out, "%-*s  %6d  %4s  %10s  %-6s  ", width, r->data.name[i], rows_of(&r->data.d[i]), size, r2,
			 rows);
		if (answer(f)) {
			names_quote(out, f->names.target);
			str_add(out, " = ");
			add_answer(out, f, NOTATION_TEXT);
			str_add(out, f->pareto.significant ? "" : "   (not significant)");
			str_add(out, regularity_is_singular(&answer(f)->regularity) ? "   (not regular)" : "");
		} else {
			add_no_answer(out, r, i);
		}
		str_addc(out, '\n');
	}
}

static void add_json(const struct run *r, struct str *out)
{
	cJSON *list = cJSON_CreateArray();
	char *text;

	for (int i = 0; i < r->data.n; i++) {
		cJSON *o = front_to_json(&r->set[i].front);

		cJSON_AddStringToObject(o, "data", r->data.name[i]);
		cJSON_AddItemToArray(list, o);
	}
	text = cJSON_Print(list);
	str_addf(out, "%s\n", text);
	free(text);
	cJSON_Delete(list);
}

/* "name<TAB>equation" for each set that has an answer. */
static void add_lines(const struct run *r, enum notation notation, struct str *out)
{
	for (int i = 0; i < r->data.n; i++) {
		if (!answer(&r->set[i].front))
			continue;
		str_addf(out, "%s\t", r->data.name[i]);
		add_answer(out, &r->set[i].front, notation);
		str_addc(out, '\n');
	}
}

void run_sets_text(const struct run *r, struct str *out)
{
	enum notation notation = (enum notation)r->o->format;

	if (notation == NOTATION_TEXT)
		add_table(r, out);
	else if (notation == NOTATION_JSON)
		add_json(r, out);
	else
		add_lines(r, notation, out);
}

/* ---- summary.csv -------------------------------------------------------------------------------- */

static void csv_r2(struct str *out, double fvu, bool measured)
{
	char text[32];

	if (measured && isfinite(fvu)) {
		str_double(text, 1 - fvu);
		str_add(out, text);
	}
	str_addc(out, ',');
}

void run_summary_csv(const struct run *r, struct str *out)
{
	struct str equation = {0};

	str_add(out, "data,rows,steps,equations,exact,significant,size,r2_fit,r2_select,r2_all,r2_report,equation\n");
	for (int i = 0; i < r->data.n; i++) {
		const struct task_stats *s = task_stats(trainer_task(r->trainer, i));
		const struct front *f = &r->set[i].front;
		const struct pareto_entry *e = answer(f);

		csv_quote(out, r->data.name[i]);
		str_addf(out, ",%d,%lld,%lld,%d,", rows_of(&r->data.d[i]), (long long)s->turns, (long long)s->equations,
			 s->exact);
		str_addf(out, "%s,", !e ? "" : f->pareto.significant ? "1" : "0");
		if (e)
			str_addf(out, "%d", e->size);
		str_addc(out, ',');
		csv_r2(out, e ? e->fvu_fit : NAN, e != NULL);
		csv_r2(out, e ? e->fvu_select : NAN, e && f->pareto.has_select);
		csv_r2(out, e ? e->fvu_all : NAN, e != NULL);
		csv_r2(out, e ? e->fvu_report : NAN, e && f->pareto.has_report);
		str_clear(&equation);
		add_answer(&equation, f, NOTATION_TEXT);
		csv_quote(out, str_text(&equation));
		str_addc(out, '\n');
	}
	str_release(&equation);
}
