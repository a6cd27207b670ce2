/* parse_atom.c — numbers, names, functions and brackets. */
#include "eqrl/expr/definitions.h"
#include "functions.h"
#include "parser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LITERAL = 400 }; /* characters of a number: a double has 768 digits at most, nobody writes them */

bool parser_at_number(struct parser *p)
{
	return is_digit(parser_peek(p)) || (*p->at == '.' && is_digit(p->at[1]));
}

/* Reads digits [. digits] [e digits]; *whole: only digits were written. */
enum status parser_literal(struct parser *p, double *v, bool *whole)
{
	const char *begin = p->at, *end = begin;
	char text[MAX_LITERAL + 1];

	while (is_digit(*end))
		end++;
	if (*end == '.')
		while (is_digit(*++end))
			;
	if (*end == 'e' || *end == 'E') {
		const char *digits = end + 1 + (end[1] == '+' || end[1] == '-');

		if (is_digit(*digits))
			for (end = digits; is_digit(*end);)
				end++;
	}
	if (end - begin > MAX_LITERAL)
		return parser_fail(p, begin, "a number of more than %d characters; round it", MAX_LITERAL);
	memcpy(text, begin, (size_t)(end - begin));
	text[end - begin] = '\0';
	*whole = strspn(text, "0123456789") == (size_t)(end - begin);
	*v = strtod(text, NULL);
	if (isinf(*v))
		return parser_fail(p, begin, "the number is beyond the largest double (1.8e308)");
	p->at = end;
	return ST_OK;
}

static enum status number(struct parser *p)
{
	const char *begin = p->at;
	bool whole;
	double v;

	TRY(parser_literal(p, &v, &whole));
	if (whole && v >= 1 && v <= 10)
		return parser_push(p, OP_INT, (int)v);
	return parser_push_fixed(p, begin, v);
}

/* "name(" was read up to the parenthesis. */
static enum status arguments(struct parser *p, const struct function *f)
{
	int arity = op_info[f->op].arity;

	p->at++;
	if (f->mirrored)
		TRY(parser_push(p, OP_NEG, 0));
	TRY(parser_push(p, f->op, 0));
	if (f->mirrored)
		TRY(parser_push(p, OP_NEG, 0));
	for (int k = 0; k < arity; k++) {
		if (k > 0 && parser_peek(p) != ',')
			return parser_fail(p, p->at, "%s takes %d arguments; expected ','", f->name, arity);
		p->at += k > 0;
		TRY(parser_sum(p));
	}
	if (parser_peek(p) == ',')
		return parser_fail(p, p->at, "%s takes %d argument%s", f->name, arity, arity > 1 ? "s" : "");
	if (*p->at != ')')
		return parser_fail(p, p->at, "expected an operator or the ')' of %s(", f->name);
	p->at++;
	return ST_OK;
}

/* The arguments of a call, one after the other behind what is written so far: at[k] is where the k-th begins there. */
static enum status own_arguments(struct parser *p, const char *name, int arity, int *at)
{
	int start = p->out->n;

	p->at++;
	for (int k = 0; k < arity; k++) {
		if (k > 0 && parser_peek(p) != ',')
			return parser_fail(p, p->at, "%s takes %d arguments; expected ','", name, arity);
		p->at += k > 0;
		at[k] = p->out->n - start;
		TRY(parser_sum(p));
	}
	if (parser_peek(p) == ',')
		return parser_fail(p, p->at, "%s takes %d argument%s", name, arity, arity > 1 ? "s" : "");
	if (*p->at != ')')
		return parser_fail(p, p->at, "expected an operator or the ')' of %s(", name);
	p->at++;
	return ST_OK;
}

/* The body of an own operator stands where it is called. */
static enum status own_call(struct parser *p, const char *begin, const struct definition *d)
{
	struct node argument[EXPR_MAX_NODES];
	int start = p->out->n, at[DEFINITION_ARGUMENTS];

	if (d->body.n == 0)
		return parser_fail(p, begin, "%s calls itself", d->name);
	TRY(own_arguments(p, d->name, d->arity, at));
	memcpy(argument, p->out->node + start, (size_t)(p->out->n - start) * sizeof(*argument));
	p->out->n = start;
	if (!expr_append_body(p->out, &d->body, argument, at))
		return parser_fail(p, begin, "with the body of %s in place the equation is too long (at most %d nodes)",
				   d->name, EXPR_MAX_NODES);
	return ST_OK;
}

static bool is_pi(const char *word, size_t n)
{
	return n == 2 && memcmp(word, "pi", 2) == 0;
}

/* pi() is the number even where a column is called pi. */
static enum status called_pi(struct parser *p)
{
	p->at++;
	if (parser_peek(p) != ')')
		return parser_fail(p, p->at, "pi is a number; write * between factors");
	p->at++;
	return parser_push(p, OP_PI, 0);
}

static enum status word(struct parser *p)
{
	const struct definition *own;
	const char *begin = p->at;
	struct function f;
	size_t n;
	int column;

	while (is_letter(*p->at) || is_digit(*p->at))
		p->at++;
	n = (size_t)(p->at - begin);
	if (parser_peek(p) == '(') {
		if (is_pi(begin, n))
			return called_pi(p);
		own = definition_find(p->names ? p->names->defined : NULL, begin, n);
		if (own)
			return own_call(p, begin, own);
		if (!function_find(begin, n, &f) && p->form)
			return parser_free_function(p, begin, n);
		if (!function_find(begin, n, &f))
			return parser_unknown_function(p, begin, n);
		return arguments(p, &f);
	}
	p->at = begin + n;
	column = names_find(p->names, begin, n);
	if (column >= 0)
		return parser_push(p, OP_VAR, column);
	if (is_pi(begin, n))
		return parser_push(p, OP_PI, 0);
	if (function_find(begin, n, &f))
		return parser_fail(p, begin, "%s needs its argument in parentheses: %s(...)", f.name, f.name);
	if (p->params)
		return parser_parameter(p, begin, n);
	return parser_unknown_name(p, begin, begin, n);
}

static enum status quoted_name(struct parser *p)
{
	const char *begin = p->at++;
	struct str name = {0};
	enum status st = ST_OK;
	int column;

	for (; *p->at && (p->at[0] != '`' || p->at[1] == '`'); p->at++) {
		int escaped = name_escaped(p->at);

		str_addc(&name, escaped >= 0 ? (char)escaped : *p->at);
		p->at += escaped >= 0 ? 3 : *p->at == '`'; /* the second of a pair */
	}
	column = p->names ? names_find(p->names, str_text(&name), name.len) : -1;
	if (*p->at != '`')
		st = parser_fail(p, begin, "this back-quote is not closed; add ` after the name");
	else if (column < 0)
		st = parser_unknown_name(p, begin, str_text(&name), name.len);
	else
		st = parser_push(p, OP_VAR, column);
	p->at += *p->at == '`';
	str_release(&name);
	return st;
}

static enum status parenthesis(struct parser *p)
{
	const char *begin = p->at++;

	TRY(parser_sum(p));
	if (parser_peek(p) == '\0')
		return parser_fail(p, begin, "this '(' is not closed; add ')'");
	if (*p->at != ')')
		return parser_fail(p, p->at, "expected an operator or ')'");
	p->at++;
	return ST_OK;
}

enum status parser_atom(struct parser *p)
{
	if (parser_at_number(p))
		return number(p);
	if (is_letter(*p->at))
		return word(p);
	switch (*p->at) {
	case '`':
		return quoted_name(p);
	case '(':
		return parenthesis(p);
	case '?':
		TRY(parser_push_free(p, p->at));
		p->at++;
		return ST_OK;
	default:
		return parser_fail(p, p->at, "expected an expression: a number, a column, a function or '('");
	}
}
