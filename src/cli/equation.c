/* equation.c — see equation.h. */
#include "equation.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum status equation_parse(const char *text, const struct names *names, struct parse_params *params, struct expr *out)
{
	struct str picture = {0};
	int column;
	enum status st = parse_expr_at(text, names, params, out, &column);

	if (st == ST_OK)
		return ST_OK;
	parse_picture(&picture, text, column);
	while (picture.len && picture.data[picture.len - 1] == '\n')
		picture.data[--picture.len] = '\0';
	fail(st, "equation: %s\n%s", error_message(), str_text(&picture));
	str_release(&picture);
	return st;
}

/* ---- with a file's columns ---------------------------------------------------------------------- */

struct names equation_names(const struct csv *t, const char ***name)
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
static void derive_plain(const char *text, const struct definitions *defined, struct csv *t)
{
	struct parse_params unknown;
	const char **name;
	struct names names = equation_names(t, &name);
	struct expr e;

	names.defined = defined;
	if (parse_expr(text, &names, &unknown, &e) == ST_OK) /* else the error is equation_parse's to show */
		for (int i = 0; i < unknown.n; i++)
			csv_derive(t, unknown.name[i]);
	free(name);
}

enum status equation_parse_for_file(const char *text, const struct definitions *defined, struct csv *t,
				    struct expr *out)
{
	const char **name;
	struct names names;
	enum status st;

	derive_quoted(text, t);
	derive_plain(text, defined, t);
	names = equation_names(t, &name);
	names.defined = defined;
	st = equation_parse(text, &names, NULL, out);
	free(name);
	TRY(st);
	if (expr_free_consts(out))
		return fail(ST_USAGE, "the equation has a ? in it; eqrl fit finds its value");
	return ST_OK;
}

char *equation_target(const char *text)
{
	struct str name = {0};

	text += strspn(text, " \t");
	if (*text == '`') {
		for (text++; *text && (*text != '`' || text[1] == '`'); text++) {
			str_addc(&name, *text);
			text += *text == '`'; /* a doubled one is one */
		}
		text += *text == '`';
	} else {
		size_t n = strcspn(text, " \t=");

		str_addn(&name, text, n);
		text += n;
	}
	text += strspn(text, " \t");
	if (*text == '=' && name.len)
		return name.data;
	str_release(&name);
	return NULL;
}

/* ---- of a run ----------------------------------------------------------------------------------- */

static enum status refuse_size(const struct pareto *p, int size, const char *dir)
{
	struct str sizes = {0};

	for (int i = 0; i < p->n; i++)
		str_addf(&sizes, "%s%d", i == 0 ? "" : i == p->n - 1 ? " and " : ", ", p->entry[i].size);
	fail(ST_USAGE, "--equation %d: %s has none of that size; its sizes are %s", size, dir, str_text(&sizes));
	str_release(&sizes);
	return ST_USAGE;
}

enum status equation_of_run(const struct front *f, int size, const char *dir, const struct pareto_entry **out)
{
	const struct pareto *p = &f->pareto;

	*out = NULL;
	for (int i = 0; i < p->n; i++)
		if (size ? p->entry[i].size == size : i == p->chosen)
			*out = &p->entry[i];
	if (*out)
		return ST_OK;
	if (size && p->n)
		return refuse_size(p, size, dir);
	return fail(ST_NOTHING, "%s: the run found no equation that beats the mean", dir);
}
