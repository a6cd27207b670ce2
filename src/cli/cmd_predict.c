/* cmd_predict.c — eqrl predict: an equation's values on the rows of a file, one a line.
 *
 * The file needs the columns that the equation uses and no others. Line i + 1 of the output belongs to
 * row i of the file: a row with a missing value gives "nan" (or is refused, --missing error), so that
 * the two can be pasted side by side. Columns of --keep go before the value. Where the file has the target too, scores
 * follow on standard error. */
#include "eqrl/base/mem.h"
#include "eqrl/data/csv.h"
#include "eqrl/run/group_report.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/run_dir.h"
#include "eqrl/cli/cli.h"
#include "equation.h"
#include "prediction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the run → columns of the file, by name. */
static enum status map_columns(struct prediction *p, struct csv *t)
{
	const struct names *names = &p->front->names;

	for (int i = 0; i < p->e.n; i++) {
		int column;

		if (p->e.node[i].op != OP_VAR)
			continue;
		if (p->parameters && p->e.node[i].arg >= p->front->pareto.grouped->n_columns) {
			p->e.node[i].arg =
				(uint16_t)(PARAMETER_COLUMNS + p->e.node[i].arg - p->front->pareto.grouped->n_columns);
			continue;
		}
		column = csv_derive(t, names->column[p->e.node[i].arg]);
		if (column < 0)
			column = csv_find(t, names->column[p->e.node[i].arg], "the equation");
		if (column < 0)
			return ST_DATA;
		p->e.node[i].arg = (uint16_t)column;
	}
	return ST_OK;
}

/* Of a run with constants by group: the column that names each row's. */
static enum status find_groups(struct prediction *p, struct csv *t)
{
	if (!p->parameters)
		return ST_OK;
	p->group_column = csv_find(t, p->front->pareto.grouped->column, "the groups");
	if (p->group_column < 0)
		return ST_DATA;
	t->column[p->group_column].keep_text = true;
	return ST_OK;
}

/* The target is a help where it is there; only --target insists. */
static enum status find_target(struct prediction *p, const struct csv *t)
{
	p->target_column = -1;
	if (p->target_wanted) {
		p->target_column = csv_find(t, p->target_wanted, "--target");
		return p->target_column < 0 ? ST_DATA : ST_OK;
	}
	for (int i = 0; p->target && i < t->n_columns; i++)
		if (strcmp(t->column[i].name, p->target) == 0)
			p->target_column = i;
	return ST_OK;
}

/* The columns of --keep: fields as they stand, derived ones (row, y_lag1) by value. */
static enum status choose_kept(struct prediction *p, struct csv *t)
{
	const char *list = p->keep;
	char *entry;

	while ((entry = csv_next_entry(&list))) {
		int c = csv_derive(t, entry);

		if (c < 0)
			c = csv_find(t, entry, "--keep");
		free(entry);
		if (c < 0)
			return ST_DATA;
		p->kept = xrealloc(p->kept, (size_t)(p->n_kept + 1) * sizeof(*p->kept));
		p->kept[p->n_kept++] = c;
		if (t->column[c].origin == CSV_FIELD)
			t->column[c].keep_text = true;
		else
			t->column[c].wanted = true;
	}
	return ST_OK;
}

static enum status select_columns(struct csv *t, void *context)
{
	struct prediction *p = context;

	TRY(p->text ? equation_parse_for_file(p->text, p->defined, t, &p->e) : map_columns(p, t));
	TRY(find_target(p, t));
	for (int i = 0; i < t->n_columns; i++) {
		bool used = expr_uses_column(&p->e, i);

		t->column[i].wanted = used || i == p->target_column;
		t->column[i].required = used && t->column[i].origin == CSV_FIELD ? "the equation" : NULL;
	}
	TRY(find_groups(p, t));
	return choose_kept(p, t);
}

static enum status refuse_missing(const struct csv *t, const struct expr *e)
{
	for (int c = 0; c < t->n_columns; c++)
		for (int i = 0; expr_uses_column(e, c) && i < t->n; i++)
			if (isnan(t->column[c].value[i]))
				return fail(ST_DATA, "%s:%d: column %s: missing value; --missing drop prints nan",
					    t->file, (int)t->line[i], t->column[c].name);
	return ST_OK;
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
	prediction_place_parameters(p, &t);
	st = o->missing == MISSING_ERROR ? refuse_missing(&t, &p->e) : ST_OK;
	if (st == ST_OK)
		prediction_print(p, &t, o->quiet);
	csv_release(&t);
	return st;
}

static enum status predict_given(struct prediction *p, const struct options *o)
{
	struct definitions defined = {0};
	char *target;
	enum status st;

	if (o->interval)
		return fail(ST_USAGE,
			    "--interval: a run knows how sure its constants are, an equation does not; give --run DIR");
	if (o->equation)
		return fail(ST_USAGE, "--equation: only a run has several; give --run DIR");
	TRY(definitions_read(o->define, &defined));
	p->defined = &defined;
	target = equation_target(p->text);
	p->target = target;
	st = predict(p, o);
	free(target);
	return st;
}

static enum status predict_of_run(struct prediction *p, const struct options *o, const struct front *front)
{
	const struct pareto_entry *entry;

	TRY(equation_of_run(front, (int)o->equation, o->run, &entry));
	p->front = front;
	p->target = front->names.target;
	p->e = entry->expr;
	p->parameters = front_table_of(front, entry);
	if (o->interval && p->parameters)
		return fail(ST_USAGE, "--interval: not for an equation with constants of each group; leave it out");
	if (o->interval)
		p->uncertainty = &entry->uncertainty;
	if (p->uncertainty && p->uncertainty->degrees < 1)
		return fail(
			ST_NOTHING,
			"--interval: %s: no standard errors: the equation has no fitted constant, there are no more "
			"rows than constants, or the run is older than intervals",
			o->run);
	return predict(p, o);
}

int cmd_predict(struct invocation *inv)
{
	const struct options *o = inv->options;
	struct prediction p = {.text = inv->n_args ? inv->args[0] : NULL, .keep = o->keep, .target_wanted = o->called};
	struct front front = {0};
	enum status st;

	if (!p.text == !o->run)
		return fail(ST_USAGE, "give either --run DIR or 'EQUATION', and --data FILE");
	if (p.text) {
		st = predict_given(&p, o);
	} else {
		TRY(run_front_load(&front, o->run, NULL));
		st = predict_of_run(&p, o, &front);
		front_release(&front);
	}
	free(p.kept);
	return st;
}
