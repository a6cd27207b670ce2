/* prior.c — random equations; see prior.h.
 *
 * Every builder returns an equation by value through `out` and may fail when it grows too long; a failed
 * draw is repeated by the caller with the following numbers of the stream. */
#include "eqrl/expr/prior.h"

#include "eqrl/base/mem.h"
#include "prior_parts.h"

#include <math.h>

const char *const prior_form_name[FORM_COUNT] = {
	[FORM_TREE] = "tree",	[FORM_PRODUCT] = "product",	  [FORM_SUM] = "sum",
	[FORM_RATIO] = "ratio", [FORM_FUNCTION] = "function",	  [FORM_DISTANCE] = "distance",
	[FORM_CURVE] = "curve", [FORM_POLYNOMIAL] = "polynomial", [FORM_PAIRS] = "pairs",
};

struct prior_config prior_default(void)
{
	return (struct prior_config){
		.form = {[FORM_TREE] = 22,
			 [FORM_PRODUCT] = 18,
			 [FORM_SUM] = 22,
			 [FORM_RATIO] = 11,
			 [FORM_FUNCTION] = 11,
			 [FORM_DISTANCE] = 5,
			 [FORM_CURVE] = 8,
			 [FORM_POLYNOMIAL] = 3},
		.vars = {18, 22, 20, 14, 9, 6, 4, 2, 1.2, 1, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3},
		.tree_max_operators = 12,
		.tree_decay = 0.85,
		.max_len = 40,
		.operators = ~(uint64_t)0,
	};
}

int prior_draw_vars(const struct prior_config *c, int limit, struct rng *r)
{
	return 1 + rng_weighted(r, c->vars, limit < 16 ? limit : 16);
}

/* ---- forms ------------------------------------------------------------------------------------- */

static bool form_tree_at(struct prior_draw_state *d, int operators, struct expr *out)
{
	double weight[OP_COUNT];
	enum op op;
	struct expr b;
	int left;

	if (operators == 0) {
		double u = rng_uniform(d->r);

		if (u < 0.68)
			draw_variable(d, out);
		else if (u < 0.93)
			draw_leaf(out, OP_CONST, 0);
		else if (u < 0.98)
			draw_leaf(out, OP_INT, rng_between(d->r, 1, 5));
		else
			draw_leaf(out, OP_PI, 0);
		return true;
	}
	for (int i = 0; i < OP_COUNT; i++)
		weight[i] = op_info[i].flags & OPF_EXTRA ? 0 : op_info[i].prior;
	op = (enum op)rng_weighted(d->r, weight, OP_COUNT);
	if (op_info[op].arity == 1)
		return form_tree_at(d, operators - 1, out) && expr_wrap(op, out);
	if (op == OP_POW) {
		if (!form_tree_at(d, operators - 1, out))
			return false;
		if (rng_bool(d->r, 0.6))
			draw_leaf(&b, OP_INT, rng_between(d->r, 4, 6));
		else
			draw_leaf(&b, OP_CONST, 0);
		return expr_join(OP_POW, out, &b);
	}
	left = rng_below(d->r, operators);
	return form_tree_at(d, left, out) && form_tree_at(d, operators - 1 - left, &b) && expr_join(op, out, &b);
}

static bool form_tree(const struct prior_config *c, struct prior_draw_state *d, struct expr *out)
{
	double weight[32];
	int most = c->tree_max_operators < 31 ? c->tree_max_operators : 31;

	for (int n = 0; n <= most; n++) /* enough operators to join the variables, if possible */
		weight[n] = n < 1 || n < d->n_vars - 2 ? 1e-9 : pow(c->tree_decay, n);
	return form_tree_at(d, rng_weighted(d->r, weight, most + 1), out);
}

static bool form_ratio(struct prior_draw_state *d, struct expr *out)
{
	struct expr b;
	bool ok = rng_bool(d->r, 0.5) ? draw_sum(d, rng_between(d->r, 2, 3), 1, out)
				      : draw_product(d, rng_between(d->r, 1, 3), 1, out);

	if (!ok)
		return false;
	if (rng_bool(d->r, 0.5)) {
		if (!draw_sum(d, rng_between(d->r, 2, 3), 1, &b))
			return false;
	} else { /* c + …, 1 + … */
		if (!draw_product(d, rng_between(d->r, 1, 2), 1, &b))
			return false;
		if (rng_bool(d->r, 0.5)) {
			if (!expr_with_const(d, OP_ADD, &b, false))
				return false;
		} else {
			struct expr i;

			draw_leaf(&i, OP_INT, 1);
			if (!expr_join(rng_bool(d->r, 0.7) ? OP_ADD : OP_SUB, &i, &b))
				return false;
			b = i;
		}
	}
	return expr_join(OP_DIV, out, &b);
}

static bool form_function(struct prior_draw_state *d, struct expr *out)
{
	struct expr p;

	if (!draw_function(d, 0, out))
		return false;
	if (rng_bool(d->r, 0.35))
		return true;
	if (!draw_product(d, rng_between(d->r, 1, 3), 1, &p))
		return false;
	return expr_join(rng_bool(d->r, 0.8) ? OP_MUL : OP_DIV, &p, out) && (*out = p, true);
}

/* x ↦ one of the curves that fitting programs offer; x is a variable, a product or a difference. */
static bool curve_of(struct prior_draw_state *d, struct expr *x, struct expr *out)
{
	struct expr a = *x, b = *x;
	struct expr i;

	draw_leaf(&i, OP_INT, 1);
	*out = *x;
	switch (rng_below(d->r, 9)) {
	case 0: /* saturation x / (c + x) */
		return expr_with_const(d, OP_ADD, &b, true) && expr_join(OP_DIV, out, &b);
	case 1: /* Hill x^c / (c + x^c) */
		return expr_with_const(d, OP_POW, out, false) && expr_with_const(d, OP_POW, &b, false) &&
		       expr_with_const(d, OP_ADD, &b, true) && expr_join(OP_DIV, out, &b);
	case 2: /* logistic 1 / (1 + exp(c - c x)) */
		return expr_with_const(d, OP_MUL, out, true) && expr_with_const(d, OP_SUB, out, true) &&
		       expr_wrap(OP_EXP, out) && expr_join(OP_ADD, &i, out) && expr_wrap(OP_INV, &i) &&
		       (*out = i, true);
	case 3: /* Gaussian exp(-(c x - c)^2) */
		return expr_with_const(d, OP_MUL, out, true) && expr_with_const(d, OP_SUB, out, false) &&
		       expr_wrap(OP_SQUARE, out) && expr_wrap(OP_NEG, out) && expr_wrap(OP_EXP, out);
	case 4: /* damped wave exp(-c x) sin(c x + c) */
		return expr_with_const(d, OP_MUL, out, true) && expr_wrap(OP_NEG, out) && expr_wrap(OP_EXP, out) &&
		       expr_with_const(d, OP_MUL, &a, true) &&
		       (rng_bool(d->r, 0.5) || expr_with_const(d, OP_ADD, &a, false)) &&
		       expr_wrap(rng_bool(d->r, 0.5) ? OP_SIN : OP_COS, &a) && expr_join(OP_MUL, out, &a);
	case 5: /* Planck-like x^3 / (exp(c x) - 1) */
		return expr_wrap(rng_bool(d->r, 0.5) ? OP_CUBE : OP_SQUARE, out) &&
		       expr_with_const(d, OP_MUL, &a, true) && expr_wrap(OP_EXP, &a) && expr_join(OP_SUB, &a, &i) &&
		       expr_join(OP_DIV, out, &a);
	case 6: /* power law with offset (x + c)^c */
		return expr_with_const(d, OP_ADD, out, false) && expr_with_const(d, OP_POW, out, false);
	case 7: /* x exp(-c x) */
		return expr_with_const(d, OP_MUL, &a, true) && expr_wrap(OP_NEG, &a) && expr_wrap(OP_EXP, &a) &&
		       expr_join(OP_MUL, out, &a);
	default: /* Arrhenius exp(-c / x), possibly shifted */
		return (rng_bool(d->r, 0.5) || expr_with_const(d, OP_ADD, out, false)) &&
		       expr_with_const(d, OP_DIV, out, true) && expr_wrap(OP_NEG, out) && expr_wrap(OP_EXP, out);
	}
}

static bool form_curve(struct prior_draw_state *d, struct expr *out)
{
	struct expr x, p;

	if (rng_bool(d->r, 0.55))
		draw_variable(d, &x);
	else if (!(rng_bool(d->r, 0.7) ? draw_product(d, 2, 3, &x) : draw_difference(d, &x)))
		return false;
	if (!curve_of(d, &x, out))
		return false;
	if (d->left == 0 || rng_bool(d->r, 0.4))
		return true;
	if (rng_bool(d->r, 0.6)) {
		if (!draw_product(d, rng_between(d->r, 1, 3), 2, &p))
			return false;
		return expr_join(OP_MUL, &p, out) && (*out = p, true);
	}
	return draw_sum(d, rng_between(d->r, 1, 2), 1, &p) && expr_join(OP_ADD, out, &p);
}

static bool form_polynomial(struct prior_draw_state *d, struct expr *out)
{
	int degree = rng_between(d->r, 2, 6);
	struct expr x;

	draw_variable(d, &x);
	*out = x;
	for (int p = 2; p <= degree; p++) {
		struct expr t = x, n;
		bool ok;

		if (p < degree && rng_bool(d->r, 0.35))
			continue;
		draw_leaf(&n, OP_INT, p);
		ok = p == 2 ? expr_wrap(OP_SQUARE, &t) : p == 3 ? expr_wrap(OP_CUBE, &t) : expr_join(OP_POW, &t, &n);
		if (!ok || !expr_join(rng_bool(d->r, 0.3) ? OP_SUB : OP_ADD, &t, out))
			return false;
		*out = t;
	}
	return true;
}

static bool obeys(const struct prior_config *c, const struct expr *e)
{
	struct bounds b = bounds_none();
	struct expr spelled;

	b.operators = c->operators;
	return !~c->operators || bounds_spell(&b, e, &spelled);
}

bool prior_draw(const struct prior_config *c, int n_vars, struct rng *r, struct expr *out)
{
	static const double terms[] = {50, 28, 14, 8};
	static const double factors[] = {22, 30, 24, 14, 7, 3};
	struct prior_draw_state d;
	bool ok = false;

	draw_start(&d, n_vars, r);
	switch ((enum prior_form)rng_weighted(r, c->form, FORM_COUNT)) {
	case FORM_TREE:
		ok = form_tree(c, &d, out);
		break;
	case FORM_PRODUCT:
		ok = draw_product(&d, 1 + rng_weighted(r, factors, COUNT_OF(factors)), 0, out);
		break;
	case FORM_SUM:
		ok = draw_sum(&d, 2 + rng_weighted(r, terms, COUNT_OF(terms)), 0, out);
		break;
	case FORM_RATIO:
		ok = form_ratio(&d, out);
		break;
	case FORM_FUNCTION:
		ok = form_function(&d, out);
		break;
	case FORM_DISTANCE:
		ok = draw_distance(&d, out);
		break;
	case FORM_CURVE:
		ok = form_curve(&d, out);
		break;
	case FORM_POLYNOMIAL:
		ok = form_polynomial(&d, out);
		break;
	case FORM_PAIRS:
		ok = draw_pairs(&d, out);
		break;
	case FORM_COUNT:
		break;
	}
	return ok && out->n <= c->max_len && expr_columns(out) > 0 && obeys(c, out);
}
