/* readable.c — the form in which an equation is printed: fewer signs, same value.
 *
 * Only rewritings that are exact in IEEE arithmetic, zeros' signs included: a + -b = a - b,
 * -(a*b) = -a*b, -(-a) = a, inv(a) = 1/a, 1*a = a/1 = a, -1*a = -a, and the sign of a number is part of it; a literal that has
 * all bits of a small fraction or of a multiple of pi is written as that. A constant that several
 * nodes share keeps its sign, so that reading back needs no more entries of c[]. */
#include "eqrl/expr/print.h"
#include "fraction.h"

#include <math.h>
#include <stddef.h>

enum { LARGEST_OF_PI = 12, LARGEST_INT = 10 };

#define PI 3.14159265358979323846

struct rewriter {
	const struct expr *e;
	struct expr *out;
	int uses[EXPR_MAX_CONSTS];
	bool keep_free, spell;
};

static bool is_literal(const struct rewriter *r, struct node a)
{
	return (a.op == OP_FIXED || (a.op == OP_CONST && !r->keep_free)) && r->uses[a.arg] == 1;
}

/* 1 or -1 where the node is that and nobody fits it, else 0. */
static int unit_at(const struct rewriter *r, int i)
{
	struct node a = r->e->node[i];
	double v = a.op == OP_INT ? a.arg : a.op == OP_FIXED ? r->e->c[a.arg] : 0;

	return fabs(v) == 1 ? (int)v : 0;
}

/* The sign, 1 or -1, of the factor or divisor of the product at i that is left out, and the operand that stays; 0: none is. */
static int left_out(const struct rewriter *r, int i, int *stays)
{
	int first = i + 1, second = expr_end(r->e, first), sign = r->e->node[i].op == OP_MUL ? unit_at(r, first) : 0;

	*stays = sign ? second : first;
	return sign ? sign : unit_at(r, second);
}

/* Would the subtree at i, put after a '+', better be its opposite after a '-'? Its leading factor
 * says. */
static bool is_negative(const struct rewriter *r, int i)
{
	bool negative = false;

	for (;;) {
		struct node a = r->e->node[i];
		int sign, stays;

		if (a.op != OP_NEG && a.op != OP_MUL && a.op != OP_DIV)
			return is_literal(r, a) && signbit(r->e->c[a.arg]) ? !negative : negative;
		sign = a.op == OP_NEG ? 0 : left_out(r, i, &stays);
		negative ^= a.op == OP_NEG || sign < 0;
		i = sign ? stays : i + 1;
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

/* p/q, p*pi/q or p/(q*pi) with exactly the value of a literal; q = 0: there is none. */
struct spelling {
	int p, q;
	int pi; /* its power: 0, 1 or -1 */
};

static struct spelling spell(double v)
{
	int denominator = fraction_denominator(v);

	if (denominator > 1)
		return (struct spelling){(int)nearbyint(v * denominator), denominator, 0};
	for (int q = 1; q <= LARGEST_OF_PI; q++) {
		double p = nearbyint(v * q / PI);

		if (p != 0 && fabs(p) <= (q == 1 ? MOST_TURNS : LARGEST_OF_PI) && p * PI / q == v)
			return (struct spelling){(int)p, q, 1};
		p = nearbyint(v * q * PI);
		if (p != 0 && fabs(p) <= LARGEST_OF_PI && p / (q * PI) == v)
			return (struct spelling){(int)p, q, -1};
	}
	return (struct spelling){0};
}

bool expr_has_spelling(double v)
{
	return spell(v).q != 0;
}

/* p as a token or as a literal in place of entry c, or beside it where others need that. */
static bool emit_number(struct rewriter *r, int c, int p)
{
	if (p >= 1 && p <= LARGEST_INT)
		return expr_push(r->out, OP_INT, p);
	if (r->uses[c] > 1)
		return expr_push_const(r->out, OP_FIXED, p);
	r->out->c[c] = p;
	return expr_push(r->out, OP_FIXED, c);
}

static bool emit_spelling(struct rewriter *r, int c, struct spelling s)
{
	bool ok = (s.q == 1 && s.pi >= 0) || expr_push(r->out, OP_DIV, 0);

	if (s.pi > 0 && s.p == -1) {
		ok = ok && expr_push(r->out, OP_NEG, 0);
	} else if (s.pi <= 0 || s.p != 1) {
		ok = ok && (s.pi <= 0 || expr_push(r->out, OP_MUL, 0));
		ok = ok && emit_number(r, c, s.p);
	}
	if (s.pi > 0)
		ok = ok && expr_push(r->out, OP_PI, 0);
	if (s.pi < 0)
		return ok && (s.q == 1 || expr_push(r->out, OP_MUL, 0)) &&
		       (s.q == 1 || (s.q > LARGEST_INT ? expr_push_const(r->out, OP_FIXED, s.q)
						       : expr_push(r->out, OP_INT, s.q))) &&
		       expr_push(r->out, OP_PI, 0);
	if (s.q > LARGEST_INT)
		return ok && expr_push_const(r->out, OP_FIXED, s.q);
	return ok && (s.q == 1 || expr_push(r->out, OP_INT, s.q));
}

static bool emit_sum(struct rewriter *r, int i)
{
	int left = i + 1, right = expr_end(r->e, left);
	bool negative = is_negative(r, right);
	bool subtract = (r->e->node[i].op == OP_SUB) != negative;

	return expr_push(r->out, subtract ? OP_SUB : OP_ADD, 0) && emit(r, left, false) && emit(r, right, negative);
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

/* A product or quotient, or its opposite, without a factor or divisor of 1. */
static bool emit_product(struct rewriter *r, int i, bool negate)
{
	int stays, sign = left_out(r, i, &stays);

	if (sign)
		return emit(r, stays, negate != (sign < 0));
	return expr_push(r->out, r->e->node[i].op, 0) && emit(r, i + 1, negate) &&
	       emit(r, expr_end(r->e, i + 1), false);
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
		return emit_product(r, i, negate);
	case OP_INT:
		return emit_integer(r, a.arg, negate);
	case OP_INV:
		return expr_push(r->out, OP_DIV, 0) && emit_integer(r, 1, negate) && emit(r, i + 1, false);
	default:
		break;
	}
	if (r->spell && a.op == OP_FIXED) {
		double v = negate ? -r->e->c[a.arg] : r->e->c[a.arg];
		struct spelling s = spell(v);

		if (s.q)
			return emit_spelling(r, a.arg, s);
	}
	if (negate && is_literal(r, a)) {
		r->out->c[a.arg] = -r->out->c[a.arg];
		return expr_push(r->out, a.op, a.arg);
	}
	if (negate && !expr_push(r->out, OP_NEG, 0))
		return false;
	return a.op == OP_ADD || a.op == OP_SUB ? emit_sum(r, i) : emit_same(r, i);
}

static bool rewrite(const struct expr *e, bool keep_free, bool spell, struct expr *out)
{
	struct rewriter r = {.e = e, .out = out, .keep_free = keep_free, .spell = spell};

	*out = (struct expr){.n_consts = e->n_consts};
	for (int i = 0; i < e->n_consts; i++)
		out->c[i] = e->c[i];
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST || e->node[i].op == OP_FIXED)
			r.uses[e->node[i].arg]++;
	if (!emit(&r, 0, false))
		return false;
	expr_pack_consts(out);
	return true;
}

struct expr expr_readable(const struct expr *e, bool keep_free)
{
	struct expr packed = *e, out;

	if (e->n == 0)
		return *e;
	expr_pack_consts(&packed);
	if (rewrite(&packed, keep_free, true, &out) || rewrite(&packed, keep_free, false, &out))
		return out;
	return *e;
}
