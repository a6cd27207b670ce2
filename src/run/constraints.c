/* constraints.c — see constraints.h. An entry of a list that names no operator is a column. */
#include "constraints.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/data/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t bit(int op)
{
	return (uint64_t)1 << op;
}

int constraint_operator(const char *option, const char *name)
{
	const char *names[OP_COUNT], *near;
	int op = op_of_word(name);

	if (op >= 0)
		return op;
	for (int i = 0; i < OP_COUNT; i++)
		names[i] = op_info[i].name;
	near = str_nearest(name, names, OP_COUNT);
	fail(ST_USAGE, "%s: no operator \"%s\"%s%s%s; eqrl ops lists them", option, name, near ? " (did you mean " : "",
	     near ? near : "", near ? "?)" : "");
	return -1;
}

/* ---- --nest ---------------------------------------------------------------------------------------------------- */

/* "outer(inner)=most" */
static enum status read_nesting(const char *word, struct bounds *b)
{
	char outer[16], inner[16], rest;
	struct nesting *n = &b->nesting[b->n_nestings];
	int most, a, c;

	if (sscanf(word, " %15[^(](%15[^)])=%d%c", outer, inner, &most, &rest) != 3 || most < 0 || most > 60)
		return fail(ST_USAGE,
			    "--nest: \"%s\" is not of the form OPERATOR(OPERATOR)=N with N from 0 to 60: sin(cos)=1",
			    word);
	if (b->n_nestings == BOUNDS_NESTS)
		return fail(ST_USAGE, "--nest: more than %d entries", BOUNDS_NESTS);
	a = constraint_operator("--nest", outer);
	c = a < 0 ? -1 : constraint_operator("--nest", inner);
	if (c < 0)
		return ST_USAGE;
	*n = (struct nesting){(uint8_t)a, (uint8_t)c, (uint8_t)most};
	b->n_nestings++;
	return ST_OK;
}

/* Calls read for every word between commas. */
static enum status for_each_word(const char *list, enum status (*read)(const char *word, struct bounds *b),
				 struct bounds *b)
{
	enum status st = ST_OK;
	char *word;

	while (st == ST_OK && (word = csv_next_entry(&list)) != NULL) {
		if (*word)
			st = read(word, b);
		free(word);
	}
	return st;
}

/* ---- --forbid and --require -------------------------------------------------------------------------------------- */

static enum status forbid_operator(const char *word, struct bounds *b)
{
	int op = op_of_word(word);

	if (op >= 0)
		b->operators &= ~bit(op);
	return ST_OK;
}

static enum status require_operator(const char *word, struct bounds *b)
{
	int op = op_of_word(word);

	if (op < 0 && b->n_required == BOUNDS_COLUMNS)
		return fail(ST_USAGE, "--require: more than %d columns", BOUNDS_COLUMNS);
	if (op < 0)
		b->required_column[b->n_required++] = 0; /* which one is found when the data are there */
	else if (!(b->operators & bit(op)))
		return fail(ST_USAGE, "--require %s: that operator may not occur, by --ops or another constraint",
			    word);
	else
		b->required |= bit(op);
	return ST_OK;
}

static bool lists(const char *list, const char *wanted)
{
	bool found = false;
	char *word;

	while ((word = csv_next_entry(&list)) != NULL) {
		found |= strcmp(word, wanted) == 0;
		free(word);
	}
	return found;
}

static enum status check_contradictions(const char *required, const char *forbidden)
{
	enum status st = ST_OK;
	char *word;

	while (st == ST_OK && (word = csv_next_entry(&required)) != NULL) {
		if (*word && lists(forbidden, word))
			st = fail(ST_USAGE, "--require %s --forbid %s: one of both", word, word);
		free(word);
	}
	return st;
}

/* The least equation that has all that is required: leaves are joined by operators of two operands. */
static enum status check_room(const struct bounds *b)
{
	int unary = 0, binary = 0, leaves, depth = 1;

	for (int op = 0; op < OP_COUNT; op++)
		if (b->required & bit(op))
			*(op_info[op].arity == 1 ? &unary : &binary) += 1;
	leaves = binary + 1 > b->n_required ? binary + 1 : b->n_required;
	if (unary + 2 * leaves - 1 > b->max_size)
		return fail(ST_USAGE, "--max-size %d: what --require names needs %d nodes", b->max_size,
			    unary + 2 * leaves - 1);
	while (1 << (depth - 1) < leaves)
		depth++;
	depth = depth == 1 && unary ? 2 : depth;
	if (b->max_depth > 0 && depth > b->max_depth)
		return fail(ST_USAGE, "--max-depth %d: what --require names needs %d levels", b->max_depth, depth);
	return ST_OK;
}

/* ---- together ---------------------------------------------------------------------------------------------------- */

enum status constraints_read(const struct options *o, struct bounds *b)
{
	b->max_depth = (int)o->max_depth;
	TRY(for_each_word(o->nest, read_nesting, b));
	TRY(check_contradictions(o->require, o->forbid));
	TRY(for_each_word(o->forbid, forbid_operator, b));
	TRY(for_each_word(o->require, require_operator, b));
	return check_room(b);
}

static int column_named(const struct dataset *d, const char *name)
{
	for (int c = 0; c < d->n_columns; c++)
		if (strcmp(d->name[c], name) == 0)
			return c;
	return -1;
}

static enum status find_column(const struct dataset *d, const char *option, const char *name)
{
	const char *near = str_nearest(name, (const char *const *)d->name, d->n_columns);

	return fail(ST_USAGE, "%s: %s has no input column \"%s\", and no operator is called so%s%s%s", option, d->file,
		    name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

enum status constraints_find_columns(const struct options *o, const struct dataset *d, struct bounds *b)
{
	const char *list = o->require;
	enum status st = ST_OK;
	int n = 0;
	char *word;

	while (st == ST_OK && (word = csv_next_entry(&list)) != NULL) {
		int c = *word && op_of_word(word) < 0 ? column_named(d, word) : 0;

		if (c < 0)
			st = find_column(d, "--require", word);
		else if (*word && op_of_word(word) < 0)
			b->required_column[n++] = (uint16_t)c;
		free(word);
	}
	return st;
}
