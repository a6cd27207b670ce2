/* forms.c — --constants, --integer-constants and --template; see constraints.h. */
#include "constraints.h"

#include "eqrl/base/mem.h"
#include "eqrl/data/csv.h"
#include "eqrl/expr/definitions.h"
#include "eqrl/expr/vocab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers --------------------------------------------------------------------------------------------------------- */

/* "2.5", "1/3", "pi", "e"; a sign says nothing. */
static bool read_number(const char *word, double *v)
{
	char *end;
	double below;

	if (strcmp(word, "pi") == 0 || strcmp(word, "e") == 0) {
		*v = word[0] == 'p' ? M_PI : M_E;
		return true;
	}
	*v = strtod(word, &end);
	if (end == word)
		return false;
	if (*end == '/') {
		const char *rest = end + 1;

		below = strtod(rest, &end);
		if (end == rest || below == 0)
			return false;
		*v /= below;
	}
	*v = fabs(*v);
	return *end == '\0' && isfinite(*v);
}

enum status constraints_read_numbers(const struct options *o, struct bounds *b)
{
	const char *list = o->constants;
	enum status st = ST_OK;
	char *word;

	b->whole_numbers = o->integer_constants;
	while (st == ST_OK && (word = csv_next_entry(&list)) != NULL) {
		double v;

		if (*word && !read_number(word, &v))
			st = fail(ST_USAGE, "--constants: \"%s\" is no number like 2, 0.5, 1/3, pi or e", word);
		else if (*word && b->n_numbers == BOUNDS_NUMBERS)
			st = fail(ST_USAGE, "--constants: more than %d numbers", BOUNDS_NUMBERS);
		else if (*word && v != 0) /* 0 of a sum is left out anyway */
			b->number[b->n_numbers++] = v;
		free(word);
	}
	if (st == ST_OK && o->constants && b->n_numbers == 0 && !b->whole_numbers)
		return fail(ST_USAGE, "--constants: no number in \"%s\"; without any: --max-consts 0", o->constants);
	return st;
}

uint64_t constraints_barred_tokens(const struct bounds *b)
{
	uint64_t barred = bounds_allow_number(b, M_PI) ? 0 : TOK_BIT(TOK_PI);

	for (int k = 1; k <= VOCAB_INTS; k++)
		barred |= bounds_allow_number(b, k) ? 0 : TOK_BIT(TOK_INT + k - 1);
	return barred;
}

/* ---- a template ------------------------------------------------------------------------------------------------------ */

/* The shortest equation of the form: each function is its first argument. */
static bool shortest(const struct outline *t, struct expr *out)
{
	struct expr body[OUTLINE_FUNCTIONS];

	for (int f = 0; f < t->n_functions; f++)
		body[f] = (struct expr){.n = 1, .node = {{.op = OP_VAR}}};
	return outline_expand(t, body, out);
}

static bool has_column(const struct outline *t, int column)
{
	for (int i = 0; i < t->n_nodes; i++)
		if (t->node[i].op == OP_VAR && t->node[i].arg == column)
			return true;
	return false;
}

/* Numbers that stand in the template, and those that are fitted. */
static enum status check_numbers(const struct bounds *b, const struct expr *e)
{
	int numbers = e->n_consts;

	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];
		double v = a.op == OP_INT ? a.arg : a.op == OP_PI ? M_PI : a.op == OP_FIXED ? e->c[a.arg] : 0;

		if (v != 0 && !bounds_allow_number(b, v))
			return fail(ST_USAGE, "--template: %g stands in it, and --constants leaves that out", v);
	}
	if (numbers > b->max_consts)
		return fail(ST_USAGE, "--max-consts %d: --template has %d constants already", b->max_consts, numbers);
	return ST_OK;
}

static enum status check_form(const struct dataset *d, struct bounds *b)
{
	struct expr e;
	int size;

	if (!shortest(&b->form, &e))
		return fail(ST_USAGE, "--template: its shortest equation has more than %d nodes or %d constants",
			    EXPR_MAX_NODES, EXPR_MAX_CONSTS);
	for (int i = 0; i < e.n; i++)
		if (e.node[i].op < OP_COUNT && !(b->operators >> e.node[i].op & 1))
			return fail(ST_USAGE,
				    "--template: it has %s, which may not occur (--ops, --forbid, --exponents)",
				    op_info[e.node[i].op].name);
	for (int f = 0; f < b->form.n_functions; f++)
		if (b->form.function[f].arity > d->n_columns)
			return fail(ST_USAGE, "--template: %s has %d arguments, and %s %d input column%s",
				    b->form.function[f].name, b->form.function[f].arity, d->file, d->n_columns,
				    d->n_columns == 1 ? "" : "s");
	TRY(check_numbers(b, &e));
	size = bounds_size(b, &e);
	if (size > b->max_size)
		return fail(ST_USAGE, "--max-size %d: the shortest equation of --template has %d nodes", b->max_size,
			    size);
	if (!bounds_allow_form(b, &e))
		return fail(ST_USAGE,
			    "--template: even its shortest equation breaks --max-depth, --nest or --exponents");
	for (int k = 0; k < b->n_required; k++)
		if (!has_column(&b->form, b->required_column[k]))
			return fail(ST_USAGE, "--require %s: --template has not that column",
				    d->name[b->required_column[k]]);
	return ST_OK;
}

enum status constraints_read_template(const struct options *o, const struct dataset *d, struct bounds *b)
{
	struct definitions *own;
	struct names names = {.n = d->n_columns, .column = (const char *const *)d->name, .target = d->target};
	enum status st;

	if (!o->template)
		return ST_OK;
	if (o->feedback != FEEDBACK_NONE)
		return fail(ST_USAGE,
			    "--template --feedback: certificates are of equations without a form; leave one out");
	own = xcalloc(1, sizeof(*own));
	st = definitions_read(o->define, own);
	names.defined = own;
	if (st == ST_OK && outline_parse(o->template, &names, &b->form) != ST_OK)
		st = fail_prefix(ST_USAGE, "--template '%s'", o->template);
	free(own);
	return st == ST_OK ? check_form(d, b) : st;
}
