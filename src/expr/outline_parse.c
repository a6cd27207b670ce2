/* outline_parse.c — a template from text: a formula in which some functions are free. See outline.h. */
#include "functions.h"
#include "parser.h"

#include <string.h>

static int find_free(const struct outline *t, const char *name, size_t n)
{
	for (int f = 0; f < t->n_functions; f++)
		if (strncmp(t->function[f].name, name, n) == 0 && t->function[f].name[n] == '\0')
			return f;
	return -1;
}

/* The function that is called; a new one where the name is new. −1: *st says why not. */
static int function_called(struct parser *p, const char *name, size_t n, enum status *st)
{
	struct outline *t = p->form;
	int f = find_free(t, name, n);

	*st = ST_OK;
	if (f >= 0)
		return f;
	if (n > OUTLINE_NAME)
		*st = parser_fail(p, name, "a free function's name has more than %d letters", OUTLINE_NAME);
	else if (names_find(p->names, name, n) >= 0)
		*st = parser_fail(p, name, "'%.*s' is a column; give the free function another name", (int)n, name);
	else if (t->n_functions == OUTLINE_FUNCTIONS)
		*st = parser_fail(p, name, "more than %d free functions", OUTLINE_FUNCTIONS);
	if (*st != ST_OK)
		return -1;
	f = t->n_functions++;
	memcpy(t->function[f].name, name, n);
	t->function[f].first = (uint8_t)t->n_calls;
	return f;
}

/* An argument that was read to out's nodes from `start` on: columns, and numbers that stand there. */
static enum status check_argument(struct parser *p, const char *where, int start, const char *name)
{
	bool columns = false;

	for (int i = start; i < p->out->n; i++) {
		struct node a = p->out->node[i];

		if (a.op == OP_VAR && a.arg >= OUTLINE_CALL)
			return parser_fail(p, where,
					   "a free function within the arguments of %s; write them side by side", name);
		if (a.op == OP_CONST)
			return parser_fail(
				p, where,
				"the arguments of %s are made of columns and numbers; here is a name that is "
				"no column, or a ?",
				name);
		columns |= a.op == OP_VAR;
	}
	return columns ? ST_OK : parser_fail(p, where, "this argument of %s has no column in it", name);
}

/* Moves the argument from out to the template's pool. */
static enum status keep_argument(struct parser *p, const char *where, int start, struct outline_call *c, int k)
{
	struct outline *t = p->form;
	int n = p->out->n - start;

	if (t->n_nodes + n > OUTLINE_POOL - EXPR_MAX_NODES)
		return parser_fail(p, where, "the arguments of all free functions together are too long");
	c->at[k] = (uint8_t)t->n_nodes;
	memcpy(t->node + t->n_nodes, p->out->node + start, (size_t)n * sizeof(*t->node));
	t->n_nodes += n;
	p->out->n = start;
	return ST_OK;
}

static enum status arguments(struct parser *p, const char *name, struct outline_call *c, int *n)
{
	int start = p->out->n;

	p->at++; /* the parenthesis */
	for (*n = 0;; (*n)++) {
		const char *where = (parser_peek(p), p->at);

		if (*n == OUTLINE_ARGUMENTS)
			return parser_fail(p, where, "%s has more than %d arguments", name, OUTLINE_ARGUMENTS);
		TRY(parser_sum(p));
		TRY(check_argument(p, where, start, name));
		TRY(keep_argument(p, where, start, c, *n));
		if (parser_peek(p) != ',')
			break;
		p->at++;
	}
	(*n)++;
	if (*p->at != ')')
		return parser_fail(p, p->at, "expected an operator, ',' or the ')' of %s(", name);
	p->at++;
	return ST_OK;
}

enum status parser_free_function(struct parser *p, const char *name, size_t n)
{
	struct outline *t = p->form;
	struct outline_function *fn;
	struct outline_call c = {0};
	enum status st;
	int f = function_called(p, name, n, &st), arity;

	TRY(st);
	fn = &t->function[f];
	TRY(arguments(p, fn->name, &c, &arity));
	if (t->n_calls == OUTLINE_CALLS)
		return parser_fail(p, name, "more than %d calls of free functions", OUTLINE_CALLS);
	if (fn->calls > 0 && fn->arity != arity)
		return parser_fail(p, name, "%s has %d argument%s here and %d before", fn->name, arity,
				   arity > 1 ? "s" : "", fn->arity);
	c.function = (uint8_t)f;
	fn->arity = (uint8_t)arity;
	fn->calls++;
	t->call[t->n_calls] = c;
	return parser_push(p, OP_VAR, OUTLINE_CALL + t->n_calls++);
}

enum status outline_parse(const char *text, const struct names *names, struct outline *t)
{
	struct parse_params params = {0};
	struct expr e = {0};
	struct parser p = {.text = text, .at = text, .names = names, .params = &params, .out = &e, .form = t};

	*t = (struct outline){0};
	TRY(parser_whole(&p));
	if (t->n_functions == 0)
		return fail(ST_USAGE, "column 1: no free function in it: 'sin(f(x1)) + g(x2)' has two");
	t->whole = t->n_nodes;
	memcpy(t->node + t->n_nodes, e.node, (size_t)e.n * sizeof(*e.node));
	t->n_nodes += e.n;
	t->n_consts = e.n_consts;
	memcpy(t->c, e.c, sizeof(t->c));
	return ST_OK;
}
