/* parser.c — see parser.h. */
#include "parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

char parser_peek(struct parser *p)
{
	while (*p->at == ' ' || (*p->at >= '\t' && *p->at <= '\r'))
		p->at++;
	return *p->at;
}

int parser_column(const char *text, const char *at)
{
	int column = 1;

	for (; text < at; text++)
		column += !is_continuation(*text);
	return column;
}

bool parser_at_power(struct parser *p)
{
	return parser_peek(p) == '^' || (p->at[0] == '*' && p->at[1] == '*');
}

enum status parser_fail(struct parser *p, const char *where, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	p->wrong = where;
	return fail(ST_USAGE, "column %d: %s", parser_column(p->text, where), text);
}

static enum status too_long(struct parser *p)
{
	return parser_fail(p, p->at, "the equation has more than %d nodes (operators and operands); shorten it",
			   EXPR_MAX_NODES);
}

static enum status too_many_constants(struct parser *p, const char *where)
{
	return parser_fail(p, where, "more than %d different constants; write fewer", EXPR_MAX_CONSTS);
}

enum status parser_push(struct parser *p, enum op op, int arg)
{
	return expr_push(p->out, op, arg) ? ST_OK : too_long(p);
}

/* Puts an operator in front of the subtree that starts at node i. */
enum status parser_insert(struct parser *p, int i, enum op op)
{
	struct node *node = p->out->node;

	TRY(parser_push(p, op, 0));
	memmove(node + i + 1, node + i, (size_t)(p->out->n - 1 - i) * sizeof(*node));
	node[i] = (struct node){(uint16_t)op, 0};
	return ST_OK;
}

enum status parser_push_fixed(struct parser *p, const char *where, double v)
{
	struct expr *e = p->out;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_FIXED && memcmp(&e->c[e->node[i].arg], &v, sizeof(v)) == 0)
			return parser_push(p, OP_FIXED, e->node[i].arg);
	if (e->n_consts == EXPR_MAX_CONSTS)
		return too_many_constants(p, where);
	return expr_push_const(e, OP_FIXED, v) ? ST_OK : too_long(p);
}

enum status parser_push_free(struct parser *p, const char *where)
{
	if (p->out->n_consts == EXPR_MAX_CONSTS)
		return too_many_constants(p, where);
	return expr_push_const(p->out, OP_CONST, 1.0) ? ST_OK : too_long(p);
}
