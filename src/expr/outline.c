/* outline.c — equations of a form: made of bodies, and taken apart again. See outline.h. */
#include "eqrl/expr/outline.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/print.h"

#include <math.h>
#include <string.h>

static int end_of(const struct node *node, int i)
{
	for (int open = 1; open > 0; i++)
		open += node_arity(node[i]) - 1;
	return i;
}

static bool is_call(struct node a)
{
	return a.op == OP_VAR && a.arg >= OUTLINE_CALL;
}

static bool is_number(struct node a)
{
	return a.op == OP_CONST || a.op == OP_FIXED;
}

/* ---- bodies to an equation ------------------------------------------------------------------------------------------ */

/* The body in place of a call; its constants are first … of out's. */
static bool push_call(const struct outline *t, int call, const struct expr *body, int first, struct expr *out)
{
	const struct outline_call *c = &t->call[call];

	for (int i = 0; i < body->n; i++) {
		struct node a = body->node[i];

		if (a.op == OP_VAR) {
			if (a.arg >= t->function[c->function].arity)
				return false;
			for (int k = c->at[a.arg], end = end_of(t->node, k); k < end; k++)
				if (!expr_push(out, t->node[k].op, t->node[k].arg))
					return false;
			continue;
		}
		if (is_number(a))
			a.arg = (uint16_t)(a.arg + first);
		if (!expr_push(out, a.op, a.arg))
			return false;
	}
	return true;
}

bool outline_expand(const struct outline *t, const struct expr *body, struct expr *out)
{
	int first[OUTLINE_FUNCTIONS];

	*out = (struct expr){.n_consts = t->n_consts};
	memcpy(out->c, t->c, sizeof(out->c));
	for (int f = 0; f < t->n_functions; f++) {
		first[f] = out->n_consts;
		if (out->n_consts + body[f].n_consts > EXPR_MAX_CONSTS)
			return false;
		memcpy(out->c + first[f], body[f].c, (size_t)body[f].n_consts * sizeof(*out->c));
		out->n_consts += body[f].n_consts;
	}
	for (int i = t->whole; i < t->n_nodes; i++) {
		struct node a = t->node[i];
		int f;

		if (!is_call(a)) {
			if (!expr_push(out, a.op, a.arg))
				return false;
			continue;
		}
		f = t->call[a.arg - OUTLINE_CALL].function;
		if (!push_call(t, a.arg - OUTLINE_CALL, &body[f], first[f], out))
			return false;
	}
	expr_pack_consts(out);
	return true;
}

/* ---- an equation to bodies ------------------------------------------------------------------------------------------ */

struct matching {
	const struct outline *t;
	const struct expr *e;
	bool loose;
	int at[OUTLINE_CALLS];	       /* where the calls' bodies begin in e */
	int constant[EXPR_MAX_CONSTS]; /* where the template's constants do, −1: not yet */
};

/* Numbers of e: the same entry, or equal values that are no more fitted. */
static bool same_number(const struct matching *m, struct node a, struct node b)
{
	if (a.op != b.op)
		return false;
	return a.arg == b.arg || (a.op == OP_CONST && m->loose) ||
	       (a.op == OP_FIXED && m->e->c[a.arg] == m->e->c[b.arg]);
}

static bool same_part(const struct matching *m, int i, int j)
{
	int end = expr_end(m->e, i);

	if (expr_end(m->e, j) - j != end - i)
		return false;
	for (; i < end; i++, j++) {
		struct node a = m->e->node[i], b = m->e->node[j];

		if (is_number(a) ? !same_number(m, a, b) : a.op != b.op || a.arg != b.arg)
			return false;
	}
	return true;
}

static bool is_without_columns(const struct expr *e, int i)
{
	for (int end = expr_end(e, i); i < end; i++)
		if (e->node[i].op == OP_VAR)
			return false;
	return true;
}

/* Does node a of the template, which is a leaf, stand for the part of e at j? */
static bool matches_leaf(struct matching *m, struct node a, int j)
{
	struct node b = m->e->node[j];

	switch (a.op) {
	case OP_CONST:
		if (!is_without_columns(m->e, j) || (m->constant[a.arg] >= 0 && !same_part(m, m->constant[a.arg], j)))
			return false;
		m->constant[a.arg] = j;
		return true;
	case OP_FIXED:
		return (b.op == OP_FIXED && m->e->c[b.arg] == m->t->c[a.arg]) || (m->loose && b.op == OP_CONST);
	default:
		return a.op == b.op && a.arg == b.arg;
	}
}

/* Whether the part of e at j is the template's subtree at *i, which moves behind it. Free functions match anything. */
static bool matches(struct matching *m, int *i, int j)
{
	struct node a = m->t->node[(*i)++];

	if (is_call(a)) {
		m->at[a.arg - OUTLINE_CALL] = j;
		return true;
	}
	if (node_arity(a) == 0)
		return matches_leaf(m, a, j);
	if (a.op != m->e->node[j].op)
		return false;
	j++;
	for (int k = node_arity(a); k > 0; k--, j = expr_end(m->e, j))
		if (!matches(m, i, j))
			return false;
	return true;
}

/* The argument of the call that stands at j of e, −1: none. */
static int argument_at(struct matching *m, const struct outline_call *c, int j)
{
	for (int k = 0; k < m->t->function[c->function].arity; k++) {
		int i = c->at[k];

		if (matches(m, &i, j))
			return k;
	}
	return -1;
}

/* Appends to body what stands at j of e, with arguments of the call as such; constants keep their entries of e. */
static bool take_body(struct matching *m, const struct outline_call *c, int j, struct expr *body)
{
	int k = argument_at(m, c, j);
	struct node a = m->e->node[j++];

	if (k >= 0)
		return expr_push(body, OP_VAR, k);
	if (a.op == OP_VAR || !expr_push(body, a.op, a.arg))
		return false;
	for (int n = node_arity(a); n > 0; n--, j = expr_end(m->e, j))
		if (!take_body(m, c, j, body))
			return false;
	return true;
}

/* Whether the part at *j of e is the body with that call's arguments; *i and *j move on. */
static bool is_body(struct matching *m, const struct outline_call *c, const struct expr *body, int *i, int *j)
{
	struct node a = body->node[(*i)++], b = m->e->node[*j];

	if (a.op == OP_VAR) {
		int at = c->at[a.arg];
		bool same = matches(m, &at, *j);

		*j = expr_end(m->e, *j);
		return same;
	}
	(*j)++;
	if (is_number(a) ? !same_number(m, a, b) : a.op != b.op || a.arg != b.arg)
		return false;
	for (int k = node_arity(a); k > 0; k--)
		if (!is_body(m, c, body, i, j))
			return false;
	return true;
}

bool outline_match(const struct outline *t, const struct expr *e, bool loose, struct expr *body)
{
	struct matching m = {.t = t, .e = e, .loose = loose};
	int i = t->whole;

	for (int k = 0; k < EXPR_MAX_CONSTS; k++)
		m.constant[k] = -1;
	if (e->n == 0 || !matches(&m, &i, 0))
		return false;
	for (int f = 0; f < t->n_functions; f++) {
		int first = t->function[f].first;

		body[f] = *e; /* with its constants */
		body[f].n = 0;
		if (!take_body(&m, &t->call[first], m.at[first], &body[f]))
			return false;
	}
	for (int k = 0; k < t->n_calls; k++) {
		int from = 0, at = m.at[k];

		if (!is_body(&m, &t->call[k], &body[t->call[k].function], &from, &at))
			return false;
	}
	for (int f = 0; f < t->n_functions; f++)
		expr_pack_consts(&body[f]);
	return true;
}

static bool has_plain_arguments(const struct outline *t, const struct outline_call *c)
{
	for (int k = 0; k < t->function[c->function].arity; k++) {
		if (t->node[c->at[k]].op != OP_VAR)
			return false;
		for (int j = 0; j < k; j++)
			if (t->node[c->at[j]].arg == t->node[c->at[k]].arg)
				return false;
	}
	return true;
}

int outline_part(const struct outline *t, const struct expr *e, int f, uint64_t *columns)
{
	const struct outline_function *fn = &t->function[f];
	struct matching m = {.t = t, .e = e};
	int i = t->whole;

	*columns = 0;
	for (int k = 0; k < EXPR_MAX_CONSTS; k++)
		m.constant[k] = -1;
	if (fn->calls != 1 || !has_plain_arguments(t, &t->call[fn->first]) || !matches(&m, &i, 0))
		return -1;
	for (int k = 0; k < fn->arity; k++)
		*columns |= (uint64_t)1 << t->node[t->call[fn->first].at[k]].arg % 64;
	return m.at[fn->first];
}

struct rewriting {
	const struct outline *t;
	const struct expr *e, *body;
	int first[OUTLINE_FUNCTIONS]; /* of the bodies' constants in out's */
	int moved[EXPR_MAX_CONSTS];   /* e's constants in out's, −1: not there yet */
	struct expr *out;
};

/* The part of e at j, which stands for a constant of the template. */
static bool copy_part(struct rewriting *w, int j)
{
	for (int end = expr_end(w->e, j); j < end; j++) {
		struct node a = w->e->node[j];

		if (is_number(a)) {
			if (w->moved[a.arg] < 0 && w->out->n_consts == EXPR_MAX_CONSTS)
				return false;
			if (w->moved[a.arg] < 0) {
				w->out->c[w->out->n_consts] = w->e->c[a.arg];
				w->moved[a.arg] = w->out->n_consts++;
			}
			a.arg = (uint16_t)w->moved[a.arg];
		}
		if (!expr_push(w->out, a.op, a.arg))
			return false;
	}
	return true;
}

/* Appends the template's subtree at *i, which stands at j of e. */
static bool rewrite(struct rewriting *w, int *i, int j)
{
	struct node a = w->t->node[(*i)++];

	if (is_call(a)) {
		int f = w->t->call[a.arg - OUTLINE_CALL].function;

		return push_call(w->t, a.arg - OUTLINE_CALL, &w->body[f], w->first[f], w->out);
	}
	if (node_arity(a) == 0)
		return copy_part(w, j);
	if (!expr_push(w->out, a.op, a.arg))
		return false;
	j++;
	for (int k = node_arity(a); k > 0; k--, j = expr_end(w->e, j))
		if (!rewrite(w, i, j))
			return false;
	return true;
}

bool outline_rewrite(const struct outline *t, const struct expr *e, const struct expr *body, struct expr *out)
{
	struct rewriting w = {.t = t, .e = e, .body = body, .out = out};
	int i = t->whole;

	*out = (struct expr){0};
	for (int k = 0; k < EXPR_MAX_CONSTS; k++)
		w.moved[k] = -1;
	for (int f = 0; f < t->n_functions; f++) {
		w.first[f] = out->n_consts;
		if (out->n_consts + body[f].n_consts > EXPR_MAX_CONSTS)
			return false;
		memcpy(out->c + out->n_consts, body[f].c, (size_t)body[f].n_consts * sizeof(*out->c));
		out->n_consts += body[f].n_consts;
	}
	if (!rewrite(&w, &i, 0))
		return false;
	expr_pack_consts(out);
	return true;
}

/* ---- carriers -------------------------------------------------------------------------------------------------------- */

bool outline_join(const struct outline *t, const struct expr *body, struct expr *out)
{
	*out = (struct expr){0};
	for (int f = 0; f < t->n_functions; f++)
		if (body[f].n == 0 || (f < t->n_functions - 1 && !expr_push(out, OP_ADD, 0)) ||
		    !expr_append_subtree(out, &body[f], 0))
			return false;
	return true;
}

bool outline_split(const struct outline *t, const struct expr *e, struct expr *body)
{
	int at = 0;

	for (int f = 0; f < t->n_functions; f++) {
		if (at >= e->n || (f < t->n_functions - 1 && e->node[at++].op != OP_ADD))
			return false;
		body[f] = (struct expr){0};
		if (at >= e->n || !expr_append_subtree(&body[f], e, at))
			return false;
		at = expr_end(e, at);
	}
	return at == e->n;
}

bool outline_expand_carrier(const struct outline *t, const struct expr *carrier, struct expr *out)
{
	struct expr body[OUTLINE_FUNCTIONS];

	return outline_split(t, carrier, body) && outline_expand(t, body, out);
}

/* ---- what it costs, and how it is shown ------------------------------------------------------------------------------ */

int outline_weight(const struct outline *t, int f, int k)
{
	int n = 0;

	for (int c = 0; c < t->n_calls; c++)
		if (t->call[c].function == f)
			n += k < 0 ? 1 : end_of(t->node, t->call[c].at[k]) - t->call[c].at[k];
	return n;
}

bool outline_is_writable(const struct outline *t)
{
	for (int f = 0; f < t->n_functions; f++)
		if (!has_plain_arguments(t, &t->call[t->function[f].first]))
			return false;
	return true;
}

void outline_print(const struct outline *t, int f, const struct expr *body, const struct names *names, struct str *out)
{
	const struct outline_function *fn = &t->function[f];
	const struct outline_call *c = &t->call[fn->first];
	static const char *const letters[OUTLINE_ARGUMENTS] = {"u1", "u2", "u3", "u4", "u5", "u6"};
	bool plain = fn->calls == 1 && has_plain_arguments(t, c);
	const struct names own = {.n = fn->arity, .column = letters};
	struct expr shown = *body;

	for (int i = 0; i < shown.n && plain; i++)
		if (shown.node[i].op == OP_VAR)
			shown.node[i].arg = t->node[c->at[shown.node[i].arg]].arg;
	str_addf(out, "%s(", fn->name);
	for (int k = 0; k < fn->arity; k++) {
		struct expr letter = {0};

		expr_push(&letter, OP_VAR, plain ? t->node[c->at[k]].arg : k);
		str_add(out, k ? ", " : "");
		print_expr(out, &letter, plain ? names : &own, NOTATION_TEXT);
	}
	str_add(out, ") = ");
	print_expr(out, &shown, plain ? names : &own, NOTATION_TEXT);
}
