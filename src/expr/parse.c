/* parse.c — recursive descent from text to a prefix array; see parse.h for the grammar.
 *
 * Every function appends one complete subtree to *out. An infix operator is met after its left
 * operand and inserted in front of it, so no tree is built. */
#include "eqrl/expr/parse.h"

#include "functions.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_DEPTH = 200, MAX_LITERAL = 400, MAX_SHOWN = 40 };

struct parser {
	const char *text, *at; /* at: the next byte that was not read */
	const struct names *names;
	struct parse_params *params;
	struct expr *out;
	int depth;
	const char *wrong; /* where the error is */
};

static enum status sum(struct parser *p);
static enum status factor(struct parser *p);

/* ---- characters ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of UTF-8 beyond ASCII count as letters: θ may be a column. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_continuation(char c)
{
	return (c & 0xC0) == 0x80;
}

static char peek(struct parser *p)
{
	while (*p->at == ' ' || (*p->at >= '\t' && *p->at <= '\r'))
		p->at++;
	return *p->at;
}

static int column_of(const char *text, const char *at)
{
	int column = 1;

	for (; text < at; text++)
		column += !is_continuation(*text);
	return column;
}

static bool at_power(struct parser *p)
{
	return peek(p) == '^' || (p->at[0] == '*' && p->at[1] == '*');
}

/* ---- errors ---- */

__attribute__((format(printf, 3, 4))) static enum status wrong(struct parser *p, const char *where, const char *fmt,
							       ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->wrong = where;
	return fail(ST_USAGE, "column %d: %s", column_of(p->text, where), text);
}

static enum status too_long(struct parser *p)
{
	return wrong(p, p->at, "the equation has more than %d nodes (operators and operands); shorten it",
		     EXPR_MAX_NODES);
}

static enum status too_many_constants(struct parser *p, const char *where)
{
	return wrong(p, where, "more than %d different constants; write fewer", EXPR_MAX_CONSTS);
}

/* ---- nodes ---- */

static enum status push(struct parser *p, enum op op, int arg)
{
	return expr_push(p->out, op, arg) ? ST_OK : too_long(p);
}

/* Puts an operator in front of the subtree that starts at node i. */
static enum status insert(struct parser *p, int i, enum op op)
{
	struct node *node = p->out->node;

	TRY(push(p, op, 0));
	memmove(node + i + 1, node + i, (size_t)(p->out->n - 1 - i) * sizeof(*node));
	node[i] = (struct node){(uint16_t)op, 0};
	return ST_OK;
}

static enum status push_fixed(struct parser *p, const char *where, double v)
{
	struct expr *e = p->out;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_FIXED && memcmp(&e->c[e->node[i].arg], &v, sizeof(v)) == 0)
			return push(p, OP_FIXED, e->node[i].arg);
	if (e->n_consts == EXPR_MAX_CONSTS)
		return too_many_constants(p, where);
	return expr_push_const(e, OP_FIXED, v) ? ST_OK : too_long(p);
}

static enum status push_free(struct parser *p, const char *where)
{
	if (p->out->n_consts == EXPR_MAX_CONSTS)
		return too_many_constants(p, where);
	return expr_push_const(p->out, OP_CONST, 1.0) ? ST_OK : too_long(p);
}

/* ---- atoms ---- */

static bool at_number(struct parser *p)
{
	return is_digit(peek(p)) || (*p->at == '.' && is_digit(p->at[1]));
}

/* Reads digits [. digits] [e digits]; *whole: only digits were written. */
static enum status literal(struct parser *p, double *v, bool *whole)
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
		return wrong(p, begin, "a number of more than %d characters; round it", MAX_LITERAL);
	memcpy(text, begin, (size_t)(end - begin));
	text[end - begin] = '\0';
	*whole = strspn(text, "0123456789") == (size_t)(end - begin);
	*v = strtod(text, NULL);
	if (isinf(*v))
		return wrong(p, begin, "the number is beyond the largest double (1.8e308)");
	p->at = end;
	return ST_OK;
}

static enum status number(struct parser *p)
{
	const char *begin = p->at;
	bool whole;
	double v;

	TRY(literal(p, &v, &whole));
	if (whole && v >= 1 && v <= 10)
		return push(p, OP_INT, (int)v);
	return push_fixed(p, begin, v);
}

/* "name(" was read up to the parenthesis. */
static enum status arguments(struct parser *p, const struct function *f)
{
	int arity = op_info[f->op].arity;

	p->at++;
	if (f->mirrored)
		TRY(push(p, OP_NEG, 0));
	TRY(push(p, f->op, 0));
	if (f->mirrored)
		TRY(push(p, OP_NEG, 0));
	for (int k = 0; k < arity; k++) {
		if (k > 0 && peek(p) != ',')
			return wrong(p, p->at, "%s takes %d arguments; expected ','", f->name, arity);
		p->at += k > 0;
		TRY(sum(p));
	}
	if (peek(p) == ',')
		return wrong(p, p->at, "%s takes %d argument%s", f->name, arity, arity > 1 ? "s" : "");
	if (*p->at != ')')
		return wrong(p, p->at, "expected an operator or the ')' of %s(", f->name);
	p->at++;
	return ST_OK;
}

/* A copy of a word for messages: one line, cut to what can be shown. */
static void shown(char out[MAX_SHOWN + 4], const char *word, size_t n)
{
	size_t cut = n;

	if (n > MAX_SHOWN)
		for (cut = MAX_SHOWN; cut > 0 && is_continuation(word[cut]);)
			cut--;
	snprintf(out, MAX_SHOWN + 4, "%.*s%s", (int)cut, word, cut < n ? "..." : "");
	for (; *out; out++)
		if ((unsigned char)*out < ' ' || *out == 0x7F)
			*out = '?';
}

/* The column that a word of at least four letters misses by one letter, or by case alone: a typo, not a parameter's
 * name. Shorter names are a step apart by nature, and so are k1 and k2. */
static const char *mistyped_column(const struct parser *p, const char *word)
{
	for (int i = 0; p->names && i < p->names->n; i++) {
		const char *column = p->names->column[i];
		size_t same = 0;

		if (strcasecmp(word, column) == 0 && strlen(word) > 1)
			return column;
		if (strlen(word) < 4 || str_distance(word, column) != 1)
			continue;
		while (word[same] && word[same] == column[same])
			same++;
		if (!is_digit(word[same]) && !is_digit(column[same]))
			return column;
	}
	return NULL;
}

static bool is_target(const struct parser *p, const char *word, size_t n)
{
	const char *target = p->names ? p->names->target : NULL;

	return target && strncmp(target, word, n) == 0 && target[n] == '\0';
}

static enum status did_you_mean(struct parser *p, const char *where, const char *name, const char *near)
{
	char hint[MAX_SHOWN + 4];
	struct str quoted = {0};

	names_quote(&quoted, near);
	shown(hint, quoted.data, quoted.len);
	str_release(&quoted);
	return wrong(p, where, "unknown name '%s'; did you mean %s?", name, hint);
}

static enum status unknown_name(struct parser *p, const char *where, const char *word, size_t n)
{
	char name[MAX_SHOWN + 4];
	const char *near = NULL;

	shown(name, word, n);
	if (!p->names)
		return wrong(p, where, "unknown name '%s'; columns are x1, x2, ...", name);
	if (is_target(p, word, n))
		return wrong(p, where, "'%s' is the target; an equation is made of the other columns", name);
	if (n < MAX_SHOWN)
		near = str_nearest(name, p->names->column, p->names->n);
	if (!near)
		return wrong(p, where, "unknown name '%s'; it is no column", name);
	return did_you_mean(p, where, name, near);
}

static enum status unknown_function(struct parser *p, const char *word, size_t n)
{
	char name[MAX_SHOWN + 4];
	const char *near;

	shown(name, word, n);
	if (names_find(p->names, word, n) >= 0)
		return wrong(p, word, "'%s' is a column, not a function; write * between factors", name);
	near = function_nearest(name);
	if (near)
		return wrong(p, word, "unknown function '%s'; did you mean %s?", name, near);
	return wrong(p, word, "unknown function '%s'; `eqrl ops` lists them", name);
}

/* A free constant with a name: a new one, or the one that had this name before. */
static enum status parameter(struct parser *p, const char *word, size_t n)
{
	struct parse_params *q = p->params;
	char name[PARSE_NAME_MAX + 1];
	const char *near;

	if (is_target(p, word, n))
		return unknown_name(p, word, word, n);
	for (int i = 0; i < q->n; i++)
		if (strncmp(q->name[i], word, n) == 0 && q->name[i][n] == '\0')
			return push(p, OP_CONST, q->slot[i]);
	if (n > PARSE_NAME_MAX)
		return wrong(p, word, "a parameter's name has more than %d bytes", PARSE_NAME_MAX);
	snprintf(name, sizeof(name), "%.*s", (int)n, word);
	near = mistyped_column(p, name);
	if (near)
		return did_you_mean(p, word, name, near);
	TRY(push_free(p, word));
	memcpy(q->name[q->n], word, n);
	q->name[q->n][n] = '\0';
	q->slot[q->n++] = p->out->n_consts - 1;
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
	if (peek(p) != ')')
		return wrong(p, p->at, "pi is a number; write * between factors");
	p->at++;
	return push(p, OP_PI, 0);
}

static enum status word(struct parser *p)
{
	const char *begin = p->at;
	struct function f;
	size_t n;
	int column;

	while (is_letter(*p->at) || is_digit(*p->at))
		p->at++;
	n = (size_t)(p->at - begin);
	if (peek(p) == '(') {
		if (is_pi(begin, n))
			return called_pi(p);
		if (!function_find(begin, n, &f))
			return unknown_function(p, begin, n);
		return arguments(p, &f);
	}
	p->at = begin + n;
	column = names_find(p->names, begin, n);
	if (column >= 0)
		return push(p, OP_VAR, column);
	if (is_pi(begin, n))
		return push(p, OP_PI, 0);
	if (function_find(begin, n, &f))
		return wrong(p, begin, "%s needs its argument in parentheses: %s(...)", f.name, f.name);
	if (p->params)
		return parameter(p, begin, n);
	return unknown_name(p, begin, begin, n);
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
		st = wrong(p, begin, "this back-quote is not closed; add ` after the name");
	else if (column < 0)
		st = unknown_name(p, begin, str_text(&name), name.len);
	else
		st = push(p, OP_VAR, column);
	p->at += *p->at == '`';
	str_release(&name);
	return st;
}

static enum status parenthesis(struct parser *p)
{
	const char *begin = p->at++;

	TRY(sum(p));
	if (peek(p) == '\0')
		return wrong(p, begin, "this '(' is not closed; add ')'");
	if (*p->at != ')')
		return wrong(p, p->at, "expected an operator or ')'");
	p->at++;
	return ST_OK;
}

static enum status atom(struct parser *p)
{
	if (at_number(p))
		return number(p);
	if (is_letter(*p->at))
		return word(p);
	switch (*p->at) {
	case '`':
		return quoted_name(p);
	case '(':
		return parenthesis(p);
	case '?':
		TRY(push_free(p, p->at));
		p->at++;
		return ST_OK;
	default:
		return wrong(p, p->at, "expected an expression: a number, a column, a function or '('");
	}
}

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

	TRY(atom(p));
	if (!at_power(p))
		return ST_OK;
	p->at += *p->at == '^' ? 1 : 2;
	exponent = p->out->n;
	TRY(factor(p));
	op = power_op(p->out, exponent);
	p->out->n -= op != OP_POW;
	return insert(p, base, op);
}

/* "-2" as one literal, unless a power follows: -2^x is -(2^x). */
static enum status negative(struct parser *p)
{
	const char *begin = p->at;
	bool whole;
	double v;

	if (at_number(p)) {
		TRY(literal(p, &v, &whole));
		if (!at_power(p))
			return push_fixed(p, begin, -v);
		p->at = begin;
	}
	TRY(push(p, OP_NEG, 0));
	return factor(p);
}

static enum status factor(struct parser *p)
{
	enum status st;

	while (peek(p) == '+')
		p->at++;
	if (++p->depth > MAX_DEPTH)
		return wrong(p, p->at, "nested more than %d deep; leave out parentheses", MAX_DEPTH);
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
	while (peek(p) == '/' || (*p->at == '*' && !at_power(p))) {
		enum op op = *p->at++ == '*' ? OP_MUL : OP_DIV;

		TRY(factor(p));
		TRY(insert(p, left, op));
	}
	return ST_OK;
}

static enum status sum(struct parser *p)
{
	int left = p->out->n;

	TRY(product(p));
	while (peek(p) == '+' || *p->at == '-') {
		enum op op = *p->at++ == '+' ? OP_ADD : OP_SUB;

		TRY(product(p));
		TRY(insert(p, left, op));
	}
	return ST_OK;
}

/* "rate = " in front, as the program prints equations: skipped where that is the target's name, or the target is not
 * known. */
static void skip_left_side(struct parser *p)
{
	const char *begin = (peek(p), p->at), *name = begin, *end;
	bool quoted = *begin == '`', mine;
	struct str word = {0};

	for (name += quoted; *name && (quoted ? name[0] != '`' || name[1] == '`' : is_letter(*name) || is_digit(*name));
	     name++) {
		str_addc(&word, *name);
		name += *name == '`';
	}
	p->at = name + (quoted && *name == '`');
	end = p->at;
	mine = end > begin && (p->names ? !p->names->target || is_target(p, str_text(&word), word.len)
					: strcmp(str_text(&word), "y") == 0);
	if (mine && peek(p) == '=' && p->at[1] != '=')
		p->at++;
	else
		p->at = begin;
	str_release(&word);
}

static enum status whole(struct parser *p)
{
	skip_left_side(p);
	if (peek(p) == '\0')
		return wrong(p, p->at, "the equation is empty");
	TRY(sum(p));
	switch (peek(p)) {
	case '\0':
		return ST_OK;
	case ')':
		return wrong(p, p->at, "this ')' was never opened");
	case '=':
		return wrong(p, p->at, "'=': give the right-hand side, or the target's name before it");
	default:
		return wrong(p, p->at, "expected an operator; write * between factors");
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
	st = whole(&p);
	*column = st == ST_OK ? 0 : column_of(text, p.wrong);
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
