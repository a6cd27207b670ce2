/* parts.c — see parts.h. */
#include "parts.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- arguments ---- */

static bool is_taken(const struct arguments *a, const char *word)
{
	if (a->function && strcmp(a->function, word) == 0)
		return true;
	for (int i = 0; i < a->n; i++)
		if (a->called[a->column[i]] && strcmp(a->called[a->column[i]], word) == 0)
			return true;
	return false;
}

static bool is_declared(const char *word, const char *const *declared)
{
	for (; declared && *declared; declared++)
		if (strcmp(word, *declared) == 0)
			return true;
	return false;
}

/* An identifier for names->column[k] that nothing else is called by. The last one is the target's, the function. */
static char *choose_identifier(const struct arguments *a, const struct names *names, int k, const struct language *l)
{
	struct str word = {0}, plain = {0};

	names_identifier(&plain, names, k, l->reserved);
	str_add(&word, l->letter_first && plain.data[0] == '_' ? "x" : "");
	str_add(&word, plain.data);
	while (is_taken(a, word.data) || (k == names->n - 1 && is_declared(word.data, l->declared)))
		str_addc(&word, '_');
	str_release(&plain);
	return word.data;
}

void arguments_choose(struct arguments *a, const struct export_source *x, const struct language *l)
{
	int n = x->names->n;
	const char **all = xcalloc((size_t)n + 1, sizeof(*all));
	struct names with_target = {.n = n + 1, .column = all};

	*a = (struct arguments){.called = xcalloc((size_t)n + 1, sizeof(*a->called))};
	for (int k = 0; k < n; k++)
		all[k] = x->names->column[k];
	all[n] = x->names->target;
	for (int k = 0; k < n; k++)
		if (expr_uses_column(x->e, k)) {
			a->called[k] = choose_identifier(a, &with_target, k, l);
			a->column[a->n++] = k;
		}
	a->function = choose_identifier(a, &with_target, n, l);
	a->names = (struct names){.n = n, .column = a->called, .target = a->function};
	free(all);
}

void arguments_release(struct arguments *a)
{
	for (int i = 0; i < a->n; i++)
		free((char *)a->called[a->column[i]]);
	free(a->called);
	free(a->function);
	*a = (struct arguments){0};
}

void add_arguments(struct str *out, const struct arguments *a, const char *before)
{
	for (int i = 0; i < a->n; i++)
		str_addf(out, "%s%s%s", i ? ", " : "", before, a->called[a->column[i]]);
}

/* ---- the heading ---- */

struct heading_line {
	const char *name, *called, *unit;
};

/* "  T: the column `Temp (°C)`, in °C" */
static void add_column(struct str *out, const struct heading_line *h, const char *what, const char *comment)
{
	struct str quoted = {0};
	bool renamed = strcmp(h->name, h->called) != 0;

	names_quote(&quoted, h->name);
	str_addf(out, "%s  ", comment);
	add_comment(out, renamed ? h->called : quoted.data);
	str_addf(out, ": %s", what);
	if (renamed) {
		str_addc(out, ' ');
		add_comment(out, quoted.data);
	}
	if (h->unit && *h->unit) {
		str_add(out, ", in ");
		add_comment(out, h->unit);
	}
	str_addc(out, '\n');
	str_release(&quoted);
}

/* "  run1: a = 2.5, b = 0.3" for each group. */
static void add_groups(struct str *out, const struct export_source *x, const struct arguments *a, const char *comment)
{
	const struct export_groups *g = x->groups;
	char number[32];

	for (int k = 0; k < g->n; k++) {
		str_addf(out, "%s  ", comment);
		add_comment(out, g->name[k]);
		for (int p = 0; p < g->n_parameters; p++) {
			int column = g->first + p;

			str_double(number, g->value[k * g->n_parameters + p]);
			str_addf(out, "%s %s = %s", p ? "," : ":",
				 a && a->called[column] ? a->called[column] : x->names->column[column], number);
		}
		str_addc(out, '\n');
	}
}

static const char *what_is(const struct export_source *x, int column)
{
	return x->groups && column >= x->groups->first ? "constant of its group" : "the column";
}

void add_heading(struct str *out, const struct export_source *x, const struct arguments *a, const char *comment)
{
	struct heading_line target = {x->names->target, a ? a->function : x->names->target, x->target_unit};
	struct str equation = {0};
	char sum[9];

	export_equation(&equation, x);
	export_checksum(sum, x);
	str_add(out, comment);
	add_comment(out, equation.data);
	str_addc(out, '\n');
	add_column(out, &target, "the value", comment);
	for (int k = 0; k < x->names->n; k++) {
		const char *name = x->names->column[k];

		if (expr_uses_column(x->e, k))
			add_column(out,
				   &(struct heading_line){name, a ? a->called[k] : name, x->unit ? x->unit[k] : NULL},
				   what_is(x, k), comment);
	}
	if (x->groups) {
		str_addf(out, "%sGroups by ", comment);
		add_comment(out, x->groups->column);
		str_add(out, ":\n");
		add_groups(out, x, a, comment);
	}
	str_addf(out, "%sWritten by eqrl %s. CRC-32 of the equation in the first line: %s\n", comment, x->version, sum);
	str_release(&equation);
}

/* ---- helpers and strings ---- */

void add_named(struct str *out, const char *text, const char *function)
{
	for (; *text; text++)
		if (*text == '@')
			str_addf(out, "%s_", function);
		else
			str_addc(out, *text);
}

void add_helpers(struct str *out, const struct helper *h, const char *body, const char *function)
{
	for (; h && h->name; h++) {
		struct str mark = {0};

		str_addf(&mark, "@%s(", h->name);
		if (strstr(body, mark.data))
			add_named(out, h->text, function);
		str_release(&mark);
	}
}

void add_quoted(struct str *out, const char *text)
{
	str_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			str_addc(out, '\\');
		str_addc(out, (unsigned char)*text < ' ' ? ' ' : *text);
	}
	str_addc(out, '"');
}
