/* prior_parts.c — leaves, factors, products and sums of random equations; see prior_parts.h. */
#include "prior_parts.h"

#include "eqrl/base/mem.h"

void draw_start(struct prior_draw_state *d, int n_vars, struct rng *r)
{
	d->r = r;
	d->n_vars = d->left = n_vars;
	for (int i = 0; i < n_vars; i++)
		d->order[i] = i;
	rng_shuffle(r, d->order, n_vars);
}

static bool make_one(struct expr *out, enum op op, const struct expr *a)
{
	out->n = out->n_consts = 0;
	return expr_push(out, op, 0) && expr_append_subtree(out, a, 0);
}

static bool make_two(struct expr *out, enum op op, const struct expr *a, const struct expr *b)
{
	out->n = out->n_consts = 0;
	return expr_push(out, op, 0) && expr_append_subtree(out, a, 0) && expr_append_subtree(out, b, 0);
}

void draw_leaf(struct expr *out, enum op op, int arg)
{
	out->n = out->n_consts = 0;
	if (op == OP_CONST)
		expr_push_const(out, OP_CONST, 1);
	else
		expr_push(out, op, arg);
}

void draw_variable(struct prior_draw_state *d, struct expr *out)
{
	bool fresh = d->left > 0 && (d->left == d->n_vars || rng_bool(d->r, 0.85));

	draw_leaf(out, OP_VAR, fresh ? d->order[--d->left] : rng_below(d->r, d->n_vars));
}

bool expr_with_const(struct prior_draw_state *d, enum op op, struct expr *e, bool const_first)
{
	struct expr c, out;

	draw_leaf(&c, OP_CONST, 0);
	if (!make_two(&out, op, const_first ? &c : e, const_first ? e : &c))
		return false;
	*e = out;
	return true;
}

bool expr_wrap(enum op op, struct expr *e)
{
	struct expr out;

	if (!make_one(&out, op, e))
		return false;
	*e = out;
	return true;
}

bool expr_join(enum op op, struct expr *a, const struct expr *b)
{
	struct expr out;

	if (!make_two(&out, op, a, b))
		return false;
	*a = out;
	return true;
}

static enum op pick_function(struct prior_draw_state *d)
{
	static const enum op ops[] = {OP_EXP,  OP_LOG,	OP_SIN,	 OP_COS,  OP_SQRT, OP_TANH, OP_TAN,
				      OP_ASIN, OP_ACOS, OP_ATAN, OP_SINH, OP_COSH, OP_ABS};
	static const double weight[] = {25, 12, 20, 20, 14, 4, 1.5, 2, 1.5, 1.5, 0.7, 0.7, 1};

	return ops[rng_weighted(d->r, weight, COUNT_OF(ops))];
}

/* A variable raised to something that laws use. */
static bool power(struct prior_draw_state *d, struct expr *out)
{
	static const double weight[] = {60, 22, 4, 8, 3, 3};

	draw_variable(d, out);
	switch (rng_weighted(d->r, weight, COUNT_OF(weight))) {
	case 1:
		return expr_wrap(OP_SQUARE, out);
	case 2:
		return expr_wrap(OP_CUBE, out);
	case 3:
		return expr_wrap(OP_SQRT, out);
	case 4:
		return expr_with_const(d, OP_POW, out, false);
	case 5: {
		struct expr n;

		draw_leaf(&n, OP_INT, rng_between(d->r, 4, 6));
		return expr_join(OP_POW, out, &n);
	}
	default:
		return true;
	}
}

/* x1 - x2, in a third of the cases over or times a third. */
bool draw_difference(struct prior_draw_state *d, struct expr *out)
{
	struct expr b;
	double u = rng_uniform(d->r);

	draw_variable(d, out);
	draw_variable(d, &b);
	if (!expr_join(OP_SUB, out, &b))
		return false;
	if (u > 0.33)
		return true;
	draw_variable(d, &b);
	return expr_join(u < 0.2 ? OP_DIV : OP_MUL, out, &b);
}

/* 1 - (x1 / x2)^2 and its kin: what is left of something relative to its limit. */
static bool relative(struct prior_draw_state *d, struct expr *out)
{
	struct expr part, b;
	double u = rng_uniform(d->r);

	draw_variable(d, &part);
	if (u < 0.75) {
		draw_variable(d, &b);
		if (!expr_join(u < 0.55 ? OP_DIV : OP_MUL, &part, &b))
			return false;
	}
	if (rng_bool(d->r, 0.7) && !expr_wrap(OP_SQUARE, &part))
		return false;
	draw_leaf(out, OP_INT, 1);
	return expr_join(rng_bool(d->r, 0.65) ? OP_SUB : OP_ADD, out, &part);
}

/* What a function is applied to. */
static bool argument(struct prior_draw_state *d, int level, struct expr *out)
{
	static const double weight[] = {24, 24, 12, 15, 8, 8, 7, 2};

	switch (rng_weighted(d->r, weight, COUNT_OF(weight))) {
	case 0:
		draw_variable(d, out);
		return true;
	case 1:
		draw_variable(d, out);
		return expr_with_const(d, OP_MUL, out, true);
	case 2:
		return draw_product(d, 2, level + 1, out);
	case 3:
		return draw_product(d, rng_between(d->r, 2, 3), level + 1, out) &&
		       expr_with_const(d, OP_MUL, out, true);
	case 4:
		return draw_sum(d, 2, level + 1, out);
	case 6:
		return draw_difference(d, out);
	case 7:
		return relative(d, out);
	default: /* phase or offset: c * x + c */
		draw_variable(d, out);
		return expr_with_const(d, OP_MUL, out, true) && expr_with_const(d, OP_ADD, out, false);
	}
}

bool draw_function(struct prior_draw_state *d, int level, struct expr *out)
{
	enum op op = pick_function(d);

	if (!argument(d, level, out))
		return false;
	if (op == OP_EXP && rng_bool(d->r, 0.55) && !expr_wrap(OP_NEG, out))
		return false;
	if ((op == OP_SQRT || op == OP_LOG) && rng_bool(d->r, 0.4) &&
	    !expr_with_const(d, rng_bool(d->r, 0.7) ? OP_ADD : OP_SUB, out, true))
		return false;
	if (!expr_wrap(op, out))
		return false;
	return op == OP_EXP || op == OP_SQRT || !rng_bool(d->r, 0.08) || expr_wrap(OP_SQUARE, out);
}

/* A bracket within a product: x1 - x2, c + x, 1 - x^2/…, x1^2 + x2^2; with what it is raised to. */
static bool bracket(struct prior_draw_state *d, int level, struct expr *out)
{
	static const double weight[] = {28, 22, 15, 15, 20};
	struct expr b;
	double u = rng_uniform(d->r), root = 0.2;

	switch (rng_weighted(d->r, weight, COUNT_OF(weight))) {
	case 0:
		draw_variable(d, out);
		draw_variable(d, &b);
		if (!expr_join(rng_bool(d->r, 0.6) ? OP_SUB : OP_ADD, out, &b))
			return false;
		break;
	case 1:
		if (!power(d, out) || !expr_with_const(d, rng_bool(d->r, 0.6) ? OP_ADD : OP_SUB, out, true))
			return false;
		break;
	case 2: /* 1 ± something */
		if (!draw_product(d, rng_between(d->r, 1, 2), level + 1, &b))
			return false;
		draw_leaf(out, OP_INT, 1);
		if (!expr_join(rng_bool(d->r, 0.5) ? OP_SUB : OP_ADD, out, &b))
			return false;
		break;
	case 3:
		if (!relative(d, out))
			return false;
		root = 0.55;
		break;
	default:
		if (!draw_sum(d, rng_between(d->r, 2, 3), level + 1, out))
			return false;
	}
	return u < root ? expr_wrap(OP_SQRT, out) : u > 0.8 ? expr_wrap(OP_SQUARE, out) : true;
}

static bool factor(struct prior_draw_state *d, int level, struct expr *out)
{
	double u = rng_uniform(d->r);

	if (level >= 3 || u < 0.76)
		return power(d, out);
	return u < 0.88 ? draw_function(d, level + 1, out) : bracket(d, level + 1, out);
}

/* Factors multiplied, some of them below the line. */
bool draw_product(struct prior_draw_state *d, int factors, int level, struct expr *out)
{
	double below = rng_bool(d->r, 0.55) ? 0.4 : 0;
	struct expr bottom = {0};
	int n_top = 0;

	out->n = out->n_consts = 0;
	for (int i = 0; i < factors; i++) {
		struct expr f;
		bool down = i > 0 && rng_bool(d->r, below);

		if (!factor(d, level, &f))
			return false;
		if (down) {
			if (bottom.n == 0)
				bottom = f;
			else if (!expr_join(OP_MUL, &bottom, &f))
				return false;
			continue;
		}
		if (n_top++ == 0)
			*out = f;
		else if (!expr_join(OP_MUL, out, &f))
			return false;
	}
	if (bottom.n == 0)
		return true;
	if (factors <= 2 && n_top == 1 && rng_bool(d->r, 0.08)) { /* 1 / (x1 x2) */
		if (!expr_join(OP_MUL, out, &bottom))
			return false;
		return expr_wrap(OP_INV, out);
	}
	return expr_join(OP_DIV, out, &bottom);
}

bool draw_sum(struct prior_draw_state *d, int terms, int level, struct expr *out)
{
	static const double weight[] = {45, 36, 14, 5};

	for (int i = 0; i < terms; i++) {
		struct expr t;
		int factors = 1 + rng_weighted(d->r, weight, level > 1 ? 2 : 4);

		if (!draw_product(d, factors, level + 1, &t))
			return false;
		if (rng_bool(d->r, level > 0 ? 0.35 : 0.15) && !expr_with_const(d, OP_MUL, &t, true))
			return false;
		if (i == 0)
			*out = t;
		else if (!expr_join(rng_bool(d->r, 0.35) ? OP_SUB : OP_ADD, out, &t))
			return false;
	}
	return true;
}
