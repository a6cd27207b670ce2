/* constraints.c — see constraints.h. An entry of a list that names no operator is a column. */
#include "constraints.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/data/csv.h"

#include <math.h>
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

/* ---- --exponents and --complexity ---------------------------------------------------------------------------------- */

enum {
	ANY_EXPONENT = 1000000, /* whole exponents beyond it are nobody's */
	LEAST_TOKEN = 4,	/* pow is written from this exponent on: 2 and 3 are square and cube */
};

/* Roots are powers with broken exponents, and what has none left goes. */
static enum status read_exponents(const char *text, struct bounds *b)
{
	char *end;
	long most = text ? strtol(text, &end, 10) : 0;

	if (!text)
		return ST_OK;
	if (strcmp(text, "integer") == 0)
		most = ANY_EXPONENT;
	else if (*end || most < 1 || most > ANY_EXPONENT)
		return fail(ST_USAGE, "--exponents: \"%s\" is neither integer nor a largest exponent from 1 to %d",
			    text, ANY_EXPONENT);
	b->max_exponent = (int)most;
	b->operators &= ~(bit(OP_SQRT) | bit(OP_CBRT));
	if (most < LEAST_TOKEN)
		b->operators &= ~bit(OP_POW);
	if (most < 3)
		b->operators &= ~bit(OP_CUBE);
	if (most < 2)
		b->operators &= ~bit(OP_SQUARE);
	return ST_OK;
}

enum { MOST_WEIGHT = 60 }; /* the largest --max-size */

/* "sin=3" */
static enum status read_weight(const char *word, struct bounds *b)
{
	char name[16], rest;
	int weight, op;

	if (sscanf(word, " %15[^=]=%d%c", name, &weight, &rest) != 2 || weight < 1 || weight > MOST_WEIGHT)
		return fail(ST_USAGE, "--complexity: \"%s\" is not of the form OPERATOR=N with N from 1 to %d: sin=3",
			    word, MOST_WEIGHT);
	op = constraint_operator("--complexity", name);
	if (op < 0)
		return ST_USAGE;
	b->weight[op] = (uint8_t)weight;
	return ST_OK;
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
	int unary = 0, binary = 0, leaves, depth = 1, size = 0;

	for (int op = 0; op < OP_COUNT; op++)
		if (b->required & bit(op)) {
			*(op_info[op].arity == 1 ? &unary : &binary) += 1;
			size += b->weight[op] ? b->weight[op] - 1 : 0;
		}
	leaves = binary + 1 > b->n_required ? binary + 1 : b->n_required;
	size += unary + 2 * leaves - 1;
	if (size > b->max_size)
		return fail(ST_USAGE, "--max-size %d: what --require names needs %d nodes", b->max_size, size);
	while (1 << (depth - 1) < leaves)
		depth++;
	depth = depth == 1 && unary ? 2 : depth;
	if (b->max_depth > 0 && depth > b->max_depth)
		return fail(ST_USAGE, "--max-depth %d: what --require names needs %d levels", b->max_depth, depth);
	return ST_OK;
}

/* ---- shape --------------------------------------------------------------------------------------------------------- */

/* "0:1", ":1", "0:" */
static enum status read_end(const char *text, const char *end, double *value)
{
	char *stop;

	if (text == end)
		return ST_OK;
	*value = strtod(text, &stop);
	return stop == end && isfinite(*value) ? ST_OK : ST_USAGE;
}

static enum status read_range(const struct options *o, struct bounds *b)
{
	const char *text = o->bounds, *colon = text ? strchr(text, ':') : NULL;

	b->least = o->positive ? 0 : -INFINITY;
	b->most = INFINITY;
	b->ranged = o->positive || text;
	if (text && (!colon || !text[1] || read_end(text, colon, &b->least) != ST_OK ||
		     read_end(colon + 1, text + strlen(text), &b->most) != ST_OK))
		return fail(ST_USAGE, "--bounds: \"%s\" is not of the form LOW:HIGH, one of them perhaps left out: 0:1",
			    text);
	if (!(b->least < b->most))
		return fail(ST_USAGE, "--bounds %s: nothing lies between", text);
	if (o->positive && b->most <= 0)
		return fail(ST_USAGE, "--positive --bounds %s: nothing lies between", text);
	if (o->positive)
		b->least = fmax(b->least, 0);
	return ST_OK;
}

/* ---- together ---------------------------------------------------------------------------------------------------- */

enum status constraints_read(const struct options *o, struct bounds *b)
{
	b->max_depth = (int)o->max_depth;
	TRY(for_each_word(o->nest, read_nesting, b));
	TRY(read_exponents(o->exponents, b));
	TRY(for_each_word(o->complexity, read_weight, b));
	TRY(read_range(o, b));
	TRY(constraints_read_numbers(o, b));
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

	return fail(ST_USAGE, "%s: %s has no input column \"%s\"%s%s%s%s", option, d->file, name,
		    strcmp(option, "--require") == 0 ? ", and no operator is called so" : "",
		    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* "x+": the column's name and the sign. */
static enum status find_monotony(const struct dataset *d, char *word, struct bounds *b)
{
	size_t n = strlen(word);
	char sign = n > 1 ? word[n - 1] : ' ';
	int c;

	if (sign != '+' && sign != '-')
		return fail(ST_USAGE, "--monotone: \"%s\" does not end in + or - after a column: x+", word);
	word[n - 1] = '\0';
	c = column_named(d, word);
	if (c < 0)
		return find_column(d, "--monotone", word);
	for (int k = 0; k < b->n_monotone; k++)
		if (b->monotone[k].column == c)
			return fail(ST_USAGE, "--monotone: column %s twice; without it altogether: --forbid %s", word,
				    word);
	if (b->n_monotone == BOUNDS_COLUMNS)
		return fail(ST_USAGE, "--monotone: more than %d columns", BOUNDS_COLUMNS);
	b->monotone[b->n_monotone++] = (struct monotony){(uint16_t)c, sign == '+' ? 1 : -1};
	return ST_OK;
}

static enum status find_monotonies(const struct dataset *d, const char *list, struct bounds *b)
{
	enum status st = ST_OK;
	char *word;

	while (st == ST_OK && (word = csv_next_entry(&list)) != NULL) {
		if (*word)
			st = find_monotony(d, word, b);
		free(word);
	}
	return st;
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
	TRY(st);
	TRY(find_monotonies(d, o->monotone, b));
	return constraints_read_template(o, d, b);
}
