/* cmd_export.c — eqrl export: an equation of a run, or a given one, in the language of another program.
 *
 * What is written gives the values that eqrl predict prints: of a run with --loss logistic, whose equation is the log of
 * the odds, the probability. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/export/export.h"
#include "eqrl/options/command.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/cli/cli.h"
#include "equation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status write_export(const struct options *o, struct export_source *x)
{
	struct str text = {0};
	enum status st = ST_OK;

	x->version = EQRL_VERSION;
	export_table[o->language].write(&text, x);
	if (o->file)
		st = file_write_atomic(o->file, text.data, text.len);
	else
		fputs(text.data, stdout);
	str_release(&text);
	return st;
}

/* ---- of a run ----------------------------------------------------------------------------------- */

/* 1/(1 + exp(-e)) */
static enum status make_probability(struct expr *e)
{
	struct expr p = {0};
	bool fits = expr_push(&p, OP_DIV, 0) && expr_push(&p, OP_INT, 1) && expr_push(&p, OP_ADD, 0) &&
		    expr_push(&p, OP_INT, 1) && expr_push(&p, OP_EXP, 0) && expr_push(&p, OP_NEG, 0) &&
		    expr_append_subtree(&p, e, 0);

	if (!fits)
		return fail(ST_USAGE, "the equation is too long to be written as a probability: more than %d nodes",
			    EXPR_MAX_NODES);
	*e = p;
	return ST_OK;
}

/* The front's equations as predict evaluates them. */
static enum status collect_lines(const struct front *f, struct expr *e, struct export_line *line)
{
	for (int i = 0; i < f->pareto.n; i++) {
		const struct pareto_entry *entry = &f->pareto.entry[i];

		e[i] = entry->expr;
		if (f->loss == LOSS_LOGISTIC)
			TRY(make_probability(&e[i]));
		line[i] = (struct export_line){.e = &e[i],
					       .size = entry->size,
					       .fvu = entry->fvu_all,
					       .fvu_cv = entry->fvu_cv,
					       .chosen = i == f->pareto.chosen};
	}
	return ST_OK;
}

static enum status export_entry(const struct options *o, const struct front *f, const struct pareto_entry *entry)
{
	struct export_line line[COUNT_OF(f->pareto.entry)];
	struct expr *e = xcalloc(COUNT_OF(f->pareto.entry), sizeof(*e));
	struct names names = f->names;
	const struct group_table *table = front_table_of(f, entry);
	struct export_groups groups = {0};
	enum status st = collect_lines(f, e, line);

	if (o->called)
		names.target = o->called;
	if (table)
		groups = (struct export_groups){.column = f->pareto.grouped->column,
						.n = f->pareto.grouped->n,
						.first = f->pareto.grouped->n_columns,
						.n_parameters = table->n,
						.name = (const char *const *)f->pareto.grouped->name,
						.value = table->value};
	if (st == ST_OK)
		st = write_export(o, &(struct export_source){.e = &e[entry - f->pareto.entry],
							     .names = &names,
							     .unit = (const char *const *)f->unit,
							     .target_unit = f->target_unit,
							     .line = line,
							     .n_lines = f->pareto.n,
							     .groups = table ? &groups : NULL});
	free(e);
	return st;
}

static enum status export_run(const struct options *o)
{
	const struct pareto_entry *entry;
	struct front f = {0};
	enum status st;

	if (o->data)
		return fail(ST_USAGE, "--data: a run knows its columns; give it with an equation only");
	TRY(run_front_load(&f, o->run, NULL));
	st = equation_of_run(&f, (int)o->equation, o->run, &entry);
	if (st == ST_OK)
		st = export_entry(o, &f, entry);
	front_release(&f);
	return st;
}

/* ---- of the command line ------------------------------------------------------------------------ */

struct given {
	const char *text;
	struct definitions defined;
	struct expr e;
};

static enum status read_names_only(struct csv *t, void *context)
{
	struct given *g = context;

	TRY(equation_parse_for_file(g->text, &g->defined, t, &g->e));
	for (int i = 0; i < t->n_columns; i++)
		t->column[i].wanted = false;
	return ST_OK;
}

static enum status export_for_table(const struct options *o, const struct given *g, const struct csv *t)
{
	const char **name, **unit = xcalloc((size_t)t->n_columns + 1, sizeof(*unit));
	struct names names = equation_names(t, &name);
	char *target = o->called ? xstrdup(o->called) : equation_target(g->text);
	const char *target_unit = NULL;
	enum status st;

	names.target = target ? target : "y";
	for (int i = 0; i < t->n_columns; i++) {
		unit[i] = t->column[i].unit;
		if (strcmp(t->column[i].name, names.target) == 0)
			target_unit = unit[i];
	}
	st = write_export(
		o, &(struct export_source){.e = &g->e, .names = &names, .unit = unit, .target_unit = target_unit});
	free(target);
	free(name);
	free(unit);
	return st;
}

static enum status export_given(const struct options *o, const char *text)
{
	struct csv_options read = read_options(o);
	struct given g = {.text = text};
	struct csv t;
	enum status st;

	if (!o->data || strchr(o->data, '\n'))
		return fail(ST_USAGE, "give one --data FILE with the columns of the equation");
	if (o->equation)
		return fail(ST_USAGE, "--equation: only a run has several; give --run DIR");
	TRY(definitions_read(o->define, &g.defined));
	read.select = read_names_only;
	read.context = &g;
	TRY(csv_read(&t, o->data, &read));
	st = export_for_table(o, &g, &t);
	csv_release(&t);
	return st;
}

int cmd_export(struct invocation *inv)
{
	const struct options *o = inv->options;
	const char *text = inv->n_args ? inv->args[0] : NULL;

	if (!text == !o->run)
		return fail(ST_USAGE, "give either --run DIR or 'EQUATION', and with that --data FILE");
	return text ? export_given(o, text) : export_run(o);
}
