/* shape.c — see shape.h. */
#include "eqrl/eval/shape.h"

#include <math.h>

#define EDGE 1e-9 /* share of a column's range that is left out at each end */

/* ---- slopes ------------------------------------------------------------------------------------------------------ */

static const struct image zero = {.range = {0, 0}}, one = {.range = {1, 1}};

static struct image number(double v)
{
	return (struct image){.range = {v, v}};
}

static struct image image_by(enum op op, struct image a, struct image b)
{
	return interval_of_operator(op, &a, &b);
}

static struct image between(double low, double high)
{
	return (struct image){.range = {low, high}};
}

static bool is_zero(struct image a)
{
	return a.range.low == 0 && a.range.high == 0 && !a.undefined;
}

/* Nothing that does not depend on the column adds to the slope, however steep it is. */
static struct image times(struct image outer, struct image inner)
{
	return is_zero(inner) ? zero : image_by(OP_MUL, outer, inner);
}

static struct image sign_of(struct image a)
{
	return a.range.low > 0 ? one : a.range.high < 0 ? number(-1) : between(-1, 1);
}

static struct image inverse_root(struct image a) /* 1/sqrt(1 - a^2) */
{
	return image_by(OP_INV, image_by(OP_SQRT, image_by(OP_SUB, one, image_by(OP_SQUARE, a, a)), one), one);
}

/* Of an operator of one operand with value v. Steps rise by jumps: their slope may be anything from 0 on. */
static struct image outer_slope(enum op op, struct image a, struct image v)
{
	switch (op) {
	case OP_NEG:
		return number(-1);
	case OP_INV:
		return image_by(OP_NEG, image_by(OP_SQUARE, v, v), one);
	case OP_SQUARE:
		return image_by(OP_MUL, number(2), a);
	case OP_CUBE:
		return image_by(OP_MUL, number(3), image_by(OP_SQUARE, a, a));
	case OP_SQRT:
		return image_by(OP_DIV, number(0.5), v);
	case OP_EXP:
		return v;
	case OP_LOG:
		return image_by(OP_INV, a, a);
	case OP_LOG10:
		return image_by(OP_DIV, between(0.43429448190325182, 0.43429448190325188), a);
	case OP_LOG2:
		return image_by(OP_DIV, between(1.4426950408889633, 1.4426950408889636), a);
	case OP_SIN:
		return image_by(OP_COS, a, a);
	case OP_COS:
		return image_by(OP_NEG, image_by(OP_SIN, a, a), one);
	case OP_TAN:
		return image_by(OP_ADD, one, image_by(OP_SQUARE, v, v));
	case OP_ASIN:
		return inverse_root(a);
	case OP_ACOS:
		return image_by(OP_NEG, inverse_root(a), one);
	case OP_ATAN:
		return image_by(OP_INV, image_by(OP_ADD, one, image_by(OP_SQUARE, a, a)), one);
	case OP_SINH:
		return image_by(OP_COSH, a, a);
	case OP_COSH:
		return image_by(OP_SINH, a, a);
	case OP_TANH:
		return image_by(OP_INV, image_by(OP_SQUARE, image_by(OP_COSH, a, a), one), one);
	case OP_ABS:
		return sign_of(a);
	case OP_ERF:
		return image_by(OP_MUL, between(1.1283791670955125, 1.1283791670955127),
				image_by(OP_EXP, image_by(OP_NEG, image_by(OP_SQUARE, a, a), one), one));
	case OP_CBRT:
		return image_by(OP_INV, image_by(OP_MUL, number(3), image_by(OP_SQUARE, v, v)), one);
	default: /* floor, round, sign, step */
		return between(0, INFINITY);
	}
}

/* Of two operands, whose slopes are da and db. */
static struct image slope_of_two(enum op op, const struct image *a, const struct image *b, struct image v,
				 const struct image d[2])
{
	struct image least, shares = between(0, 1);

	switch (op) {
	case OP_ADD:
		return image_by(OP_ADD, d[0], d[1]);
	case OP_SUB:
		return image_by(OP_SUB, d[0], d[1]);
	case OP_MUL:
		return image_by(OP_ADD, times(*b, d[0]), times(*a, d[1]));
	case OP_DIV:
		return image_by(OP_SUB, times(image_by(OP_INV, *b, *b), d[0]), times(image_by(OP_DIV, v, *b), d[1]));
	case OP_POW:
		least = is_zero(d[0]) ? zero : image_by(OP_POW, *a, image_by(OP_SUB, *b, one));
		return image_by(OP_ADD, times(image_by(OP_MUL, *b, least), d[0]),
				is_zero(d[1]) ? zero : times(image_by(OP_MUL, v, image_by(OP_LOG, *a, *a)), d[1]));
	case OP_MIN: /* of one of them, or of both in shares */
	case OP_MAX:
		return image_by(OP_ADD, times(shares, d[0]), times(shares, d[1]));
	default: /* mod jumps both ways */
		return is_zero(d[0]) && is_zero(d[1]) ? zero : between(-INFINITY, INFINITY);
	}
}

struct image shape_slope(const struct expr *e, const struct image *value, int column)
{
	struct image slope[EXPR_MAX_NODES];
	uint8_t end[EXPR_MAX_NODES];

	expr_ends(e, end);
	for (int i = e->n - 1; i >= 0; i--) {
		struct node a = e->node[i];
		int left = i + 1, right = node_arity(a) == 2 ? end[left] : left;

		if (node_arity(a) == 0) {
			slope[i] = a.op == OP_VAR && a.arg == column ? one : zero;
		} else if (node_arity(a) == 1) {
			slope[i] = is_zero(slope[left])
					   ? zero
					   : times(outer_slope((enum op)a.op, value[left], value[i]), slope[left]);
		} else {
			const struct image d[2] = {slope[left], slope[right]};

			slope[i] = slope_of_two((enum op)a.op, &value[left], &value[right], value[i], d);
		}
	}
	return slope[0];
}

/* ---- pieces ------------------------------------------------------------------------------------------------------ */

/* The equation over its own columns, numbered as they appear. */
struct shaped {
	const struct bounds *bounds;
	struct expr e;
	int n, sign[EXPR_MAX_NODES]; /* of the slope along each column; 0: any */
	double width[EXPR_MAX_NODES];
};

struct piece {
	struct interval side[EXPR_MAX_NODES / 2];
};

enum shape { SHAPE_HOLDS, SHAPE_VIOLATED, SHAPE_OPEN };

static enum shape judge_value(const struct bounds *b, const struct image *v)
{
	if (b->ranged && (v->range.high < b->least || v->range.low > b->most))
		return SHAPE_VIOLATED;
	if (v->undefined || v->infinite || interval_is_empty(v->range) ||
	    (b->ranged && !(v->range.low >= b->least && v->range.high <= b->most)))
		return SHAPE_OPEN;
	return SHAPE_HOLDS;
}

static enum shape judge_slope(int sign, struct image slope)
{
	struct interval s = sign > 0 ? slope.range : (struct interval){-slope.range.high, -slope.range.low};

	if (interval_is_empty(s) || slope.undefined)
		return SHAPE_OPEN;
	return s.high < 0 ? SHAPE_VIOLATED : s.low >= 0 ? SHAPE_HOLDS : SHAPE_OPEN;
}

static enum shape judge_piece(const struct shaped *s, const struct piece *p)
{
	struct image value[EXPR_MAX_NODES];
	enum shape all;

	interval_of_nodes(&s->e, p->side, value);
	all = judge_value(s->bounds, &value[0]);
	for (int k = 0; k < s->n && all != SHAPE_VIOLATED; k++) {
		enum shape one_of = s->sign[k] ? judge_slope(s->sign[k], shape_slope(&s->e, value, k)) : SHAPE_HOLDS;

		if (one_of != SHAPE_HOLDS)
			all = one_of;
	}
	return all;
}

static struct piece centre_of(const struct shaped *s, const struct piece *p)
{
	struct piece c;

	for (int k = 0; k < s->n; k++)
		c.side[k].low = c.side[k].high = 0.5 * p->side[k].low + 0.5 * p->side[k].high;
	return c;
}

/* Halves the piece along its widest column; false: it is a point. */
static bool cut(const struct shaped *s, struct piece *p, struct piece *other)
{
	double widest = 0, middle;
	int at = -1;

	for (int k = 0; k < s->n; k++) {
		double share = (p->side[k].high - p->side[k].low) / fmax(s->width[k], 1e-300);

		if (share > widest) {
			widest = share;
			at = k;
		}
	}
	if (at < 0)
		return false;
	*other = *p;
	middle = 0.5 * p->side[at].low + 0.5 * p->side[at].high;
	p->side[at].high = other->side[at].low = middle;
	return true;
}

static bool prove(const struct shaped *s, struct piece *stack)
{
	int depth = 1;

	for (int looked = 0; depth > 0; looked++) {
		struct piece *p = &stack[depth - 1], c = centre_of(s, p);
		enum shape shape = judge_piece(s, p);

		if (shape == SHAPE_HOLDS) {
			depth--;
			continue;
		}
		if (shape == SHAPE_VIOLATED || looked + depth >= SHAPE_PIECES || judge_piece(s, &c) == SHAPE_VIOLATED ||
		    !cut(s, p, &stack[depth]))
			return false;
		depth++;
	}
	return true;
}

static int sign_along(const struct bounds *b, int column)
{
	for (int k = 0; k < b->n_monotone; k++)
		if (b->monotone[k].column == column)
			return b->monotone[k].sign;
	return 0;
}

bool shape_holds(const struct bounds *b, const struct expr *e, const struct interval *box)
{
	struct piece stack[SHAPE_PIECES + 1];
	struct shaped s = {.bounds = b, .e = *e};
	int column[EXPR_MAX_NODES];

	if (!b->ranged && b->n_monotone == 0)
		return true;
	for (int i = 0; i < e->n; i++) {
		int k = 0;

		if (e->node[i].op != OP_VAR)
			continue;
		while (k < s.n && column[k] != e->node[i].arg)
			k++;
		if (k == s.n) {
			struct interval side = box[e->node[i].arg];

			column[s.n] = e->node[i].arg;
			s.sign[s.n] = sign_along(b, e->node[i].arg);
			s.width[s.n] = side.high - side.low;
			side.low += EDGE * s.width[s.n];
			side.high -= EDGE * s.width[s.n];
			stack[0].side[s.n++] = side;
		}
		s.e.node[i].arg = (uint16_t)k;
	}
	return prove(&s, stack);
}
