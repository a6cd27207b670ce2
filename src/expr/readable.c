/* readable.c — the form in which an equation is printed: fewer signs, same value.
 *
 * Only rewritings that are exact in IEEE arithmetic, zeros' signs included: a + -b = a - b,
 * -(a*b) = -a*b, -(-a) = a, inv(a) = 1/a, and the sign of a number is part of it. A constant that
 * several nodes share keeps its sign, so that reading back needs no more entries of c[]. */
#include "eqrl/print.h"

#include <math.h>

struct rewriter {
	const struct expr *e;
	struct expr *out;
	int uses[EXPR_MAX_CONSTS];
	bool keep_free;
};

static bool is_literal(const struct rewriter *r, struct node a)
{
	return (a.op == OP_FIXED || (a.op == OP_CONST && !r->keep_free)) && r->uses[a.arg] == 1;
}

/* Would the subtree at i, put after a '+', better be its opposite after a '-'? Its leading factor
 * says. */
static bool is_negative(const struct rewriter *r, int i)
{
	bool negative = false;

	for (;; i++) {
		struct node a = r->e->node[i];

		if (a.op == OP_NEG)
			negative = !negative;
		else if (a.op != OP_MUL && a.op != OP_DIV)
			return is_literal(r, a) && signbit(r->e->c[a.arg]) ? !negative : negative;
	}
}

static bool emit(struct rewriter *r, int i, bool negate);

/* -k as one literal, where there is room for it. */
static bool emit_integer(struct rewriter *r, int k, bool negate)
{
	if (negate && r->out->n_consts < EXPR_MAX_CONSTS)
		return expr_push_const(r->out, OP_FIXED, -k);
	if (negate && !expr_push(r->out, OP_NEG, 0))
		return false;
	return expr_push(r->out, OP_INT, k);
}

static bool emit_sum(struct rewriter *r, int i)
{
	int left = i + 1, right = expr_end(r->e, left);
	bool negative = is_negative(r, right);
	bool subtract = (r->e->node[i].op == OP_SUB) != negative;

	return expr_push(r->out, subtract ? OP_SUB : OP_ADD, 0) && emit(r, left, false) &&
	       emit(r, right, negative);
}

/* Appends the operator at i and its operands as they are. */
static bool emit_same(struct rewriter *r, int i)
{
	struct node a = r->e->node[i++];

	if (!expr_push(r->out, a.op, a.arg))
		return false;
	for (int k = node_arity(a); k > 0; k--) {
		if (!emit(r, i, false))
			return false;
		i = expr_end(r->e, i);
	}
	return true;
}

/* Appends the subtree at i, or its opposite. */
static bool emit(struct rewriter *r, int i, bool negate)
{
	struct node a = r->e->node[i];

	switch (a.op) {
	case OP_NEG:
		return emit(r, i + 1, !negate);
	case OP_MUL:
	case OP_DIV:
		return expr_push(r->out, a.op, 0) && emit(r, i + 1, negate) &&
		       emit(r, expr_end(r->e, i + 1), false);
	case OP_INT:
		return emit_integer(r, a.arg, negate);
	case OP_INV:
		return expr_push(r->out, OP_DIV, 0) && emit_integer(r, 1, negate) &&
		       emit(r, i + 1, false);
	default:
		break;
	}
	if (negate && is_literal(r, a)) {
		r->out->c[a.arg] = -r->out->c[a.arg];
		return expr_push(r->out, a.op, a.arg);
	}
	if (negate && !expr_push(r->out, OP_NEG, 0))
		return false;
	return a.op == OP_ADD || a.op == OP_SUB ? emit_sum(r, i) : emit_same(r, i);
}

struct expr expr_readable(const struct expr *e, bool keep_free)
{
	struct expr packed = *e, out = {0};
	struct rewriter r = {.e = &packed, .out = &out, .keep_free = keep_free};

	if (e->n == 0)
		return *e;
	expr_pack_consts(&packed);
	out.n_consts = packed.n_consts;
	for (int i = 0; i < packed.n_consts; i++)
		out.c[i] = packed.c[i];
	for (int i = 0; i < packed.n; i++)
		if (packed.node[i].op == OP_CONST || packed.node[i].op == OP_FIXED)
			r.uses[packed.node[i].arg]++;
	return emit(&r, 0, false) ? out : *e;
}
