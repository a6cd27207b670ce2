/* prior_pairs.c — forms that take columns two by two; see prior_parts.h.
 *
 * Weighted sums of two tables' columns, cross products and determinants, resolutions of lenses and reduced masses: what
 * laws of several bodies are made of, and what a law becomes that is solved for another of its quantities. */
#include "prior_parts.h"

#include "eqrl/base/mem.h"

/* A variable, sometimes its square or root. */
static bool member(struct prior_draw_state *d, double bare, struct expr *out)
{
	double u = rng_uniform(d->r);

	draw_variable(d, out);
	return u < bare || expr_wrap(u < bare + 0.7 * (1 - bare) ? OP_SQUARE : OP_SQRT, out);
}

static enum op sign_of(struct prior_draw_state *d, double minus)
{
	return rng_bool(d->r, minus) ? OP_SUB : OP_ADD;
}

/* a*b + c*d … : 2 to 4 pairs; with a ratio in place of all products, or of some. */
static bool paired_sum(struct prior_draw_state *d, struct expr *out)
{
	static const double pairs[] = {50, 32, 18};
	int n = 2 + rng_weighted(d->r, pairs, COUNT_OF(pairs));
	double ratios = rng_bool(d->r, 0.7) ? 0 : rng_bool(d->r, 0.5) ? 1 : 0.4;
	double minus = rng_bool(d->r, 0.5) ? 0 : 0.5;

	for (int i = 0; i < n; i++) {
		struct expr a, b;

		if (!member(d, 0.9, &a) || !member(d, 0.9, &b) ||
		    !expr_join(rng_bool(d->r, ratios) ? OP_DIV : OP_MUL, &a, &b))
			return false;
		if (i == 0)
			*out = a;
		else if (!expr_join(sign_of(d, minus), out, &a))
			return false;
	}
	return true;
}

/* a - b or a + b of variables, squares, or products of two. */
static bool gap(struct prior_draw_state *d, double minus, struct expr *out)
{
	double kind = rng_uniform(d->r);
	struct expr b;

	if (kind < 0.5) {
		draw_variable(d, out);
		draw_variable(d, &b);
	} else if (kind < 0.7) {
		draw_variable(d, out);
		draw_variable(d, &b);
		if (!expr_wrap(OP_SQUARE, out) || !expr_wrap(OP_SQUARE, &b))
			return false;
	} else {
		if (!draw_product(d, 2, 3, &b))
			return false;
		if (kind < 0.85)
			draw_variable(d, out);
		else if (!draw_product(d, 2, 3, out))
			return false;
		if (rng_bool(d->r, 0.5)) {
			struct expr t = *out;

			*out = b;
			b = t;
		}
	}
	return expr_join(sign_of(d, minus), out, &b);
}

/* A ratio with one difference: above the line, below it, or the root of one. */
static bool gap_ratio(struct prior_draw_state *d, struct expr *out)
{
	struct expr p, g;

	if (!gap(d, 0.75, &g) || !draw_product(d, rng_between(d->r, 1, 3), 3, &p))
		return false;
	if (rng_bool(d->r, 0.2) && !expr_wrap(rng_bool(d->r, 0.6) ? OP_SQRT : OP_SQUARE, &g))
		return false;
	switch (rng_below(d->r, 3)) {
	case 0:
		*out = p;
		return expr_join(OP_DIV, out, &g);
	case 1:
		*out = g;
		return expr_join(OP_DIV, out, &p);
	default:
		*out = p;
		return expr_join(OP_MUL, out, &g);
	}
}

/* A ratio of two differences or sums. */
static bool gap_by_gap(struct prior_draw_state *d, struct expr *out)
{
	struct expr below;

	return gap(d, 0.6, out) && gap(d, 0.6, &below) && expr_join(OP_DIV, out, &below);
}

/* (a*b + c*d …)/(a + c …): a mean with weights. */
static bool weighted_mean(struct prior_draw_state *d, struct expr *out)
{
	int n = rng_bool(d->r, 0.7) ? 2 : 3;
	struct expr total;

	for (int i = 0; i < n; i++) {
		struct expr weight, product, value;

		draw_variable(d, &weight);
		draw_variable(d, &value);
		product = weight;
		if (!expr_join(OP_MUL, &product, &value))
			return false;
		if (i == 0) {
			*out = product;
			total = weight;
		} else if (!expr_join(OP_ADD, out, &product) || !expr_join(OP_ADD, &total, &weight)) {
			return false;
		}
	}
	return expr_join(OP_DIV, out, &total);
}

bool draw_pairs(struct prior_draw_state *d, struct expr *out)
{
	static const double weight[] = {40, 32, 18, 10};
	struct expr p;

	switch (rng_weighted(d->r, weight, COUNT_OF(weight))) {
	case 0:
		if (!paired_sum(d, out))
			return false;
		break;
	case 1:
		return gap_ratio(d, out);
	case 2:
		return gap_by_gap(d, out);
	default:
		return weighted_mean(d, out);
	}
	if (d->left == 0 || rng_bool(d->r, 0.7))
		return true;
	return draw_product(d, 1, 3, &p) && expr_join(rng_bool(d->r, 0.6) ? OP_DIV : OP_MUL, out, &p);
}

/* x1^2 + x2^2 ± 2 x1 x2 cos(x3): the third side of a triangle, two waves that meet. */
static bool third_side(struct prior_draw_state *d, struct expr *out)
{
	struct expr a, b, angle, ab;

	draw_variable(d, &a);
	draw_variable(d, &b);
	draw_variable(d, &angle);
	ab = a;
	if (rng_bool(d->r, 0.3)) {
		struct expr other;

		draw_variable(d, &other);
		if (!expr_join(OP_SUB, &angle, &other))
			return false;
	}
	*out = a;
	return expr_join(OP_MUL, &ab, &b) && expr_wrap(OP_COS, &angle) && expr_join(OP_MUL, &ab, &angle) &&
	       expr_with_const(d, OP_MUL, &ab, true) && expr_wrap(OP_SQUARE, out) && expr_wrap(OP_SQUARE, &b) &&
	       expr_join(OP_ADD, out, &b) && expr_join(rng_bool(d->r, 0.5) ? OP_SUB : OP_ADD, out, &ab);
}

static bool squares(struct prior_draw_state *d, struct expr *out)
{
	int terms = rng_between(d->r, 2, 3);

	for (int i = 0; i < terms; i++) {
		struct expr a, b;

		draw_variable(d, &a);
		if (rng_bool(d->r, 0.5)) {
			draw_variable(d, &b);
			if (!expr_join(OP_SUB, &a, &b))
				return false;
		}
		if (!expr_wrap(OP_SQUARE, &a))
			return false;
		if (i == 0)
			*out = a;
		else if (!expr_join(OP_ADD, out, &a))
			return false;
	}
	return true;
}

bool draw_distance(struct prior_draw_state *d, struct expr *out)
{
	if (!(rng_bool(d->r, 0.15) ? third_side(d, out) : squares(d, out)))
		return false;
	if (rng_bool(d->r, 0.7) && !expr_wrap(OP_SQRT, out))
		return false;
	if (rng_bool(d->r, 0.3)) {
		struct expr p;

		if (!draw_product(d, rng_between(d->r, 1, 3), 2, &p))
			return false;
		return expr_join(OP_DIV, &p, out) && (*out = p, true);
	}
	return true;
}
