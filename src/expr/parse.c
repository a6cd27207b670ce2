/* parse.c — recursive descent from text to a prefix array; see parse.h for the grammar.
 *
 * Every function appends one complete subtree to *out. An infix operator is met after its left
 * operand and inserted in front of it, so no tree is built. */
#include "parser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 200 };

static enum status factor(struct parser *p);

/* ---- operators, tightest first ---- */

/* x^2 and x^3 with the integers written out are operators of their own. */
static enum op power_op(const struct expr *e, int exponent)
{
	struct node a = e->node[exponent];

	if (exponent != e->n - 1 || a.op != OP_INT)
		return OP_POW;
	return a.arg == 2 ? OP_SQUARE : a.arg == 3 ? OP_CUBE : OP_POW;
}

static enum status power(struct parser *p)
{
	int base = p->out->n, exponent;
	enum op op;

	TRY(parser_atom(p));
	if (!parser_at_power(p))
		return ST_OK;
	p->at += *p->at == '^' ? 1 : 2;
	exponent = p->out->n;
	TRY(factor(p));
	op = power_op(p->out, exponent);
	p->out->n -= op != OP_POW;
	return parser_insert(p, base, op);
}

/* "-2" as one literal, unless a power follows: -2^x is -(2^x). */
static enum status negative(struct parser *p)
{
	const char *begin = p->at;
	bool whole;
	double v;

	if (parser_at_number(p)) {
		TRY(parser_literal(p, &v, &whole));
		if (!parser_at_power(p))
			return parser_push_fixed(p, begin, -v);
		p->at = begin;
	}
	TRY(parser_push(p, OP_NEG, 0));
	return factor(p);
}

static enum status factor(struct parser *p)
{
	enum status st;

	while (parser_peek(p) == '+')
		p->at++;
	if (++p->depth > MAX_DEPTH)
		return parser_fail(p, p->at, "nested more than %d deep; leave out parentheses", MAX_DEPTH);
	if (*p->at == '-') {
		p->at++;
		st = negative(p);
	} else {
		st = power(p);
	}
	p->depth--;
	return st;
}

static enum status product(struct parser *p)
{
	int left = p->out->n;

	TRY(factor(p));
	while (parser_peek(p) == '/' || (*p->at == '*' && !parser_at_power(p))) {
		enum op op = *p->at++ == '*' ? OP_MUL : OP_DIV;

		TRY(factor(p));
		TRY(parser_insert(p, left, op));
	}
	return ST_OK;
}

enum status parser_sum(struct parser *p)
{
	int left = p->out->n;

	TRY(product(p));
	while (parser_peek(p) == '+' || *p->at == '-') {
		enum op op = *p->at++ == '+' ? OP_ADD : OP_SUB;

		TRY(product(p));
		TRY(parser_insert(p, left, op));
	}
	return ST_OK;
}

/* "rate = " in front, as the program prints equations: skipped where that is the target's name, or the target is not
 * known. */
static void skip_left_side(struct parser *p)
{
	const char *begin = (parser_peek(p), p->at), *name = begin, *end;
	bool quoted = *begin == '`', mine;
	struct str word = {0};

	for (name += quoted; *name && (quoted ? name[0] != '`' || name[1] == '`' : is_letter(*name) || is_digit(*name));
	     name++) {
		str_addc(&word, *name);
		name += *name == '`';
	}
	p->at = name + (quoted && *name == '`');
	end = p->at;
	mine = end > begin && (p->names ? !p->names->target || parser_is_target(p, str_text(&word), word.len)
					: strcmp(str_text(&word), "y") == 0);
	if (mine && parser_peek(p) == '=' && p->at[1] != '=')
		p->at++;
	else
		p->at = begin;
	str_release(&word);
}

enum status parser_whole(struct parser *p)
{
	skip_left_side(p);
	if (parser_peek(p) == '\0')
		return parser_fail(p, p->at, "the equation is empty");
	TRY(parser_sum(p));
	switch (parser_peek(p)) {
	case '\0':
		return ST_OK;
	case ')':
		return parser_fail(p, p->at, "this ')' was never opened");
	case '=':
		return parser_fail(p, p->at, "'=': give the right-hand side, or the target's name before it");
	default:
		return parser_fail(p, p->at, "expected an operator; write * between factors");
	}
}

enum status parse_expr_at(const char *text, const struct names *names, struct parse_params *params, struct expr *out,
			  int *column)
{
	struct parser p = {.text = text, .at = text, .names = names, .params = params, .out = out};
	enum status st;

	memset(out, 0, sizeof(*out));
	if (params)
		params->n = 0;
	st = parser_whole(&p);
	*column = st == ST_OK ? 0 : parser_column(text, p.wrong);
	if (st != ST_OK)
		memset(out, 0, sizeof(*out));
	return st;
}

enum status parse_expr(const char *text, const struct names *names, struct parse_params *params, struct expr *out)
{
	int column;

	return parse_expr_at(text, names, params, out, &column);
}

void parse_picture(struct str *out, const char *text, int column)
{
	str_add(out, "    ");
	for (; *text; text++)
		str_addc(out, (unsigned char)*text < ' ' || *text == 0x7F ? ' ' : *text);
	str_addf(out, "\n    %*s\n", column, "^");
}
