/* hints_read.c — --guess and --def: what a search starts from, in the user's and other programs' words; see
 * search_setup.h. What cannot be read is refused before the search. */
#include "constraints.h"
#include "guess_spelling.h"

#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/shift.h"
#include "eqrl/expr/strip.h"
#include "eqrl/run/search_setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	const struct options *o;
	const struct dataset *d;
	const struct bounds *bounds;
	struct definitions known; /* those of the user, and of other programs */
	struct hints *hints;
	const char *file; /* that guesses are read from, or NULL, … */
	int line;	  /* … and the line there */
};

/* Everything that goes wrong with a guess says which one. */
static enum status refuse(const struct reading *r, const char *text, const char *why)
{
	if (r->file)
		return fail(ST_USAGE, "--guess: %s:%d: %s", r->file, r->line, why);
	return fail(ST_USAGE, "--guess '%s': %s", text, why);
}

static void refuse_as_said(const struct reading *r, const char *text)
{
	char *why = xstrdup(error_message());

	refuse(r, text, why);
	free(why);
}

/* ---- one guess ------------------------------------------------------------------------------------------------------ */

static void free_literals(struct expr *e)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_FIXED)
			e->node[i].op = OP_CONST;
}

/* The 3 of sin(3*x) may be meant as it stands, or as a number to begin with; that of x^5 is meant. */
static bool free_integers(struct expr *e)
{
	bool any = false;

	for (int i = 0; i < e->n; i++) {
		struct node *a = &e->node[i];

		if (a->op == OP_POW) {
			i = expr_end(e, i + 1); /* past its base, to the exponent */
			continue;
		}
		if (a->op != OP_INT || e->n_consts == EXPR_MAX_CONSTS)
			continue;
		e->c[e->n_consts] = a->arg;
		*a = (struct node){OP_CONST, (uint16_t)e->n_consts++};
		any = true;
	}
	return any;
}

static void add_with_free_integers(struct reading *r, struct guess g)
{
	struct expr before = g.skeleton;

	if (free_integers(&g.start) && expr_strip(&g.start, &g.skeleton) && g.skeleton.n > 0 &&
	    !expr_same_skeleton(&g.skeleton, &before) && !constraint_against(r->bounds, &g.skeleton))
		hints_add(r->hints, &g);
}

/* Under a template: the bodies of its functions, as they are given and stripped. */
static enum status add_bodies(struct reading *r, const char *text, const struct expr *e)
{
	const struct outline *t = &r->bounds->form;
	struct expr body[OUTLINE_FUNCTIONS], stripped[OUTLINE_FUNCTIONS];
	struct guess g;
	bool ok = true;

	if (!outline_match(t, e, false, body))
		return refuse(r, text, "it has not the form of --template");
	for (int f = 0; f < t->n_functions && ok; f++) {
		free_literals(&body[f]);
		ok = expr_strip(&body[f], &stripped[f]);
		if (ok && stripped[f].n == 0)
			expr_push_const(&stripped[f], OP_CONST, 1);
	}
	if (!ok || !outline_join(t, body, &g.start) || !outline_join(t, stripped, &g.skeleton))
		return refuse(r, text, "it is too long");
	if (expr_columns(&g.skeleton) == 0)
		return refuse(r, text, "it uses no input column");
	hints_add(r->hints, &g);
	return ST_OK;
}

static enum status add_guess(struct reading *r, const char *text, const struct expr *e)
{
	const struct dataset *d = r->d;
	struct guess g = {.start = *e};
	const char *against;

	if (bounds_have_form(r->bounds))
		return add_bodies(r, text, e);
	if ((d->origin && !expr_shift_columns(&g.start, d->origin, -1, NULL)) ||
	    (d->target_origin != 0 && !expr_add_number(&g.start, -d->target_origin)))
		return refuse(r, text, "it has no room for the origins of its columns, which lie far from 0");
	free_literals(&g.start);
	if (bounds_bind_numbers(r->bounds))
		free_integers(&g.start);
	if (!expr_strip(&g.start, &g.skeleton))
		return refuse(r, text, "it is too long");
	if (g.skeleton.n == 0 || expr_columns(&g.skeleton) == 0)
		return refuse(r, text, "it uses no input column");
	against = constraint_against(r->bounds, &g.skeleton);
	if (against)
		return refuse(r, text, against);
	hints_add(r->hints, &g);
	add_with_free_integers(r, g);
	return ST_OK;
}

static enum status read_guess(struct reading *r, const char *text)
{
	const struct names names = {.n = r->d->n_columns,
				    .column = (const char *const *)r->d->name,
				    .target = r->d->target,
				    .defined = &r->known};
	struct parse_params params;
	struct str spelled = {0};
	struct expr e;
	enum status st = guess_name_columns((int)r->o->guess_from, r->d, text, &spelled);

	if (st == ST_OK)
		st = parse_expr(str_text(&spelled), &names, &params, &e);
	if (st != ST_OK)
		refuse_as_said(r, text);
	str_release(&spelled);
	return st == ST_OK ? add_guess(r, text, &e) : st;
}

/* ---- many --------------------------------------------------------------------------------------------------------- */

/* The equation in a line of PySR's hall of fame, without quotes. */
static char *third_field(char *line)
{
	char *at = strchr(line, ',');

	at = at ? strchr(at + 1, ',') : NULL;
	if (!at)
		return line;
	at++;
	if (*at == '"') {
		at++;
		at[strcspn(at, "\"")] = '\0';
	}
	return at;
}

/* One a line; blank lines and those that begin with # are none. PySR's file hall_of_fame.csv says so in its first line. */
static enum status read_file(struct reading *r, const char *path)
{
	enum status st;
	char *data;
	bool pysr = false;
	size_t size;

	TRY(file_read(path, ST_USAGE, &data, &size));
	r->file = path;
	r->line = 0;
	st = ST_OK;
	for (char *line = data, *next; line && st == ST_OK; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		r->line++;
		line[strcspn(line, "\r")] = '\0';
		line += strspn(line, " \t");
		if (r->line == 1 && strncmp(line, "Complexity,Loss,Equation", 24) == 0)
			pysr = true;
		else if (*line && *line != '#')
			st = read_guess(r, pysr ? third_field(line) : line);
	}
	r->file = NULL;
	free(data);
	return st;
}

static enum status read_guesses(struct reading *r)
{
	const char *list = r->o->guess;
	enum status st = ST_OK;

	while (list && *list && st == ST_OK) {
		size_t n = strcspn(list, "\n");
		char *text = xstrndup(list, n);

		st = file_exists(text) ? read_file(r, text) : read_guess(r, text);
		free(text);
		list += n + (list[n] == '\n');
	}
	return st;
}

/* ---- own operators -------------------------------------------------------------------------------------------------- */

static enum status check_definition(const struct reading *r, const struct definition *f)
{
	struct bounds free_form = *r->bounds;
	struct expr skeleton;
	const char *against;
	const struct names names = {.n = r->d->n_columns, .column = (const char *const *)r->d->name};

	if (names_find(&names, f->name, strlen(f->name)) >= 0 || strcmp(f->name, r->d->target) == 0)
		return fail(ST_USAGE, "--def: %s has a column called %s; take another name", r->d->file, f->name);
	if (!expr_strip(&f->body, &skeleton) || skeleton.n == 0)
		return ST_OK; /* 2*x */
	if (bounds_have_form(&free_form))
		free_form.form.n_functions = 0; /* a part of a body has none */
	against = constraint_against(&free_form, &skeleton);
	return against ? fail(ST_USAGE, "--def: the body of %s cannot occur: %s", f->name, against) : ST_OK;
}

/* a + b*x of a column, or the column itself. */
static struct expr argument_of(int column, bool scaled)
{
	struct expr e = {0};

	if (scaled) {
		expr_push(&e, OP_ADD, 0);
		expr_push_const(&e, OP_CONST, 0);
		expr_push(&e, OP_MUL, 0);
		expr_push_const(&e, OP_CONST, 1);
	}
	expr_push(&e, OP_VAR, column);
	return e;
}

/* An own operator of one column, or of two: what its user will think of first. What is not allowed is not tried. */
static void try_call(struct reading *r, const struct definition *f, int a, int b, bool scaled)
{
	const struct expr first = argument_of(a, scaled), second = argument_of(b, scaled);
	const struct expr *const both[2] = {&first, &second};
	struct guess g;

	if (definition_apply(f, both, &g.start) && expr_strip(&g.start, &g.skeleton) && g.skeleton.n > 0 &&
	    expr_columns(&g.skeleton) > 0 && !constraint_against(r->bounds, &g.skeleton)) {
		g.start.n = 0;
		hints_add(r->hints, &g);
	}
}

enum { MOST_PAIRED = 8 }; /* columns that own operators of two arguments are tried on at first */

static void try_own_operators(struct reading *r)
{
	for (int i = 0; i < r->hints->own.n; i++) {
		const struct definition *f = &r->hints->own.of[i];
		int n = f->arity == 1 || r->d->n_columns < MOST_PAIRED ? r->d->n_columns : MOST_PAIRED;

		for (int a = 0; a < n; a++)
			for (int b = 0; b < (f->arity == 1 ? 1 : n); b++) {
				if (f->arity == 2 && a == b)
					continue;
				try_call(r, f, a, b, false);
				try_call(r, f, a, b, true);
			}
	}
}

enum status search_hints_on(const struct options *o, const struct dataset *d, const struct bounds *b, struct hints *h)
{
	struct reading *r = xcalloc(1, sizeof(*r));
	enum status st;

	*h = (struct hints){0};
	r->o = o;
	r->d = d;
	r->bounds = b;
	r->hints = h;
	st = definitions_read(o->define, &h->own);
	for (int i = 0; i < h->own.n && st == ST_OK; i++)
		st = check_definition(r, &h->own.of[i]);
	if (st == ST_OK) {
		r->known = h->own;
		definitions_add_foreign(&r->known);
		st = read_guesses(r);
	}
	if (st != ST_OK)
		hints_release(h);
	else if (!bounds_have_form(b))
		try_own_operators(r);
	free(r);
	return st;
}
