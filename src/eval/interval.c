/* interval.c — sums, products, the table of operators, equations; see interval.h. Ends are rounded outwards where they are
 * made. interval_functions.c has the functions. */
#include "interval_parts.h"

#include <stddef.h>

static void add_corner(struct interval *hull, double v, bool exact)
{
	if (isnan(v)) /* ∞ by ∞: what it stands for lies between the other corners */
		return;
	hull->low = fmin(hull->low, exact ? v : below(v, ARITHMETIC));
	hull->high = fmax(hull->high, exact ? v : above(v, ARITHMETIC));
}

/* ---- sums and products --------------------------------------------------------------------------------------- */

/* A sum that is 0 is exact; ∞ − ∞ at an end means no bound. */
static struct interval sum_of(struct interval a, struct interval b)
{
	double low = a.low + b.low, high = a.high + b.high;

	return (struct interval){isnan(low) ? -INFINITY
				 : low == 0 ? 0
					    : below(low, ARITHMETIC),
				 isnan(high) ? INFINITY
				 : high == 0 ? 0
					     : above(high, ARITHMETIC)};
}

static struct interval of_add(const struct image *a, const struct image *b, struct image *flags)
{
	flags->undefined |= a->infinite && b->infinite;
	return sum_of(a->range, b->range);
}

static struct interval of_sub(const struct image *a, const struct image *b, struct image *flags)
{
	flags->undefined |= a->infinite && b->infinite;
	return sum_of(a->range, negative(b->range));
}

static void add_product(struct interval *hull, double a, double b)
{
	if (a == 0 || b == 0) /* an infinite end stands for large numbers: 0 by them is 0 */
		add_corner(hull, 0, true);
	else
		add_corner(hull, a * b, false);
}

static struct interval of_mul(const struct image *a, const struct image *b, struct image *flags)
{
	struct interval hull = NOTHING;

	flags->undefined |=
		(a->infinite && interval_holds(b->range, 0)) || (b->infinite && interval_holds(a->range, 0));
	add_product(&hull, a->range.low, b->range.low);
	add_product(&hull, a->range.low, b->range.high);
	add_product(&hull, a->range.high, b->range.low);
	add_product(&hull, a->range.high, b->range.high);
	return hull;
}

/* b has one sign, but may end at 0. */
static struct interval quotient(struct interval a, struct interval b)
{
	struct interval hull = NOTHING;
	double side = b.high > 0 ? 1 : -1, ends[2] = {b.low, b.high};

	for (int k = 0; k < 2; k++) {
		double end = ends[k];

		if (end == 0) { /* from its side */
			add_corner(&hull, a.low == 0 ? 0 : a.low * side > 0 ? INFINITY : -INFINITY, true);
			add_corner(&hull, a.high == 0 ? 0 : a.high * side > 0 ? INFINITY : -INFINITY, true);
			continue;
		}
		add_corner(&hull, a.low / end, a.low == 0);
		add_corner(&hull, a.high / end, a.high == 0);
	}
	return hull;
}

static struct interval of_div(const struct image *a, const struct image *b, struct image *flags)
{
	flags->undefined |= a->infinite && b->infinite;
	if (interval_holds(b->range, 0)) {
		flags->undefined |= interval_holds(a->range, 0);
		flags->infinite |= a->range.low != 0 || a->range.high != 0;
		if ((b->range.low < 0 && b->range.high > 0) || (b->range.low == 0 && b->range.high == 0))
			return EVERYTHING;
	}
	return quotient(a->range, b->range);
}

static struct interval of_neg(const struct image *a, const struct image *b, struct image *flags)
{
	return negative(a->range);
}

static struct interval of_inv(const struct image *a, const struct image *b, struct image *flags)
{
	const struct image one = {.range = {1, 1}};

	return of_div(&one, a, flags);
}

static struct interval of_abs(const struct image *a, const struct image *b, struct image *flags)
{
	return magnitude(a->range);
}

static struct interval of_square(const struct image *a, const struct image *b, struct image *flags)
{
	struct interval m = magnitude(a->range);

	return within(outward(m.low * m.low, m.high * m.high, ARITHMETIC), 0, INFINITY);
}

static double cube(double v)
{
	return v * v * v;
}

static struct interval of_cube(const struct image *a, const struct image *b, struct image *flags)
{
	struct interval r = increasing(cube, a->range);

	return (struct interval){a->range.low >= 0 ? fmax(r.low, 0) : r.low,
				 a->range.high <= 0 ? fmin(r.high, 0) : r.high};
}

/* ---- equations ------------------------------------------------------------------------------------------------- */

static const operation operation_of[OP_COUNT] = {
	[OP_ADD] = of_add,     [OP_SUB] = of_sub,     [OP_MUL] = of_mul,       [OP_DIV] = of_div,   [OP_POW] = of_pow,
	[OP_NEG] = of_neg,     [OP_INV] = of_inv,     [OP_SQUARE] = of_square, [OP_CUBE] = of_cube, [OP_SQRT] = of_sqrt,
	[OP_EXP] = of_exp,     [OP_LOG] = of_log,     [OP_SIN] = of_sin,       [OP_COS] = of_cos,   [OP_TAN] = of_tan,
	[OP_ASIN] = of_asin,   [OP_ACOS] = of_acos,   [OP_ATAN] = of_atan,     [OP_SINH] = of_sinh, [OP_COSH] = of_cosh,
	[OP_TANH] = of_tanh,   [OP_ABS] = of_abs,     [OP_MIN] = of_min,       [OP_MAX] = of_max,   [OP_MOD] = of_mod,
	[OP_FLOOR] = of_floor, [OP_ROUND] = of_round, [OP_SIGN] = of_sign,     [OP_STEP] = of_step, [OP_ERF] = of_erf,
	[OP_LOG10] = of_log10, [OP_LOG2] = of_log2,   [OP_CBRT] = of_cbrt,
};

static bool is_bounded(struct interval a)
{
	return isfinite(a.low) && isfinite(a.high);
}

struct image interval_of_operator(enum op op, const struct image *a, const struct image *b)
{
	bool two = op_info[op].arity == 2;
	struct image out = {NOTHING, a->undefined || (two && b->undefined), a->infinite || (two && b->infinite)};

	if (interval_is_empty(a->range) || (two && interval_is_empty(b->range))) {
		out.undefined = true;
		return out;
	}
	out.range = operation_of[op](a, b, &out);
	if (!is_bounded(out.range) && !interval_is_empty(out.range) && is_bounded(a->range) &&
	    (!two || is_bounded(b->range)))
		out.infinite = true; /* overflow, if it is no pole */
	return out;
}

static struct image image_of_leaf(const struct expr *e, int i, const struct interval *side)
{
	struct node a = e->node[i];

	if (a.op == OP_VAR)
		return (struct image){.range = side[a.arg]};
	if (a.op == OP_INT)
		return (struct image){.range = {a.arg, a.arg}};
	if (a.op == OP_PI) /* the number lies between two doubles */
		return (struct image){.range = {PI, nextafter(PI, 4)}};
	return (struct image){.range = {e->c[a.arg], e->c[a.arg]}};
}

void interval_of_nodes(const struct expr *e, const struct interval *side, struct image *image)
{
	uint8_t stack[EXPR_MAX_NODES];
	int depth = 0;

	for (int i = e->n - 1; i >= 0; i--) {
		int arity = node_arity(e->node[i]);
		const struct image *a = arity > 0 ? &image[stack[--depth]] : NULL;
		const struct image *b = arity > 1 ? &image[stack[--depth]] : a;

		image[i] = arity ? interval_of_operator((enum op)e->node[i].op, a, b) : image_of_leaf(e, i, side);
		stack[depth++] = (uint8_t)i;
	}
}

struct image interval_of_expr(const struct expr *e, const struct interval *side)
{
	struct image image[EXPR_MAX_NODES];

	interval_of_nodes(e, side, image);
	return image[0];
}
