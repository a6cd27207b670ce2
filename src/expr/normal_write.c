/* normal_write.c — from the normal form back to a prefix array, as people write: coefficients in front,
 * one fraction bar, offsets last, minus signs as subtraction, powers of equal exponent together. */
#include "normal.h"

#include <math.h>

struct writer {
	const struct normal *f;
	struct expr *out;
};

static bool write_node(const struct writer *w, int node);

static bool write_number(const struct writer *w, struct number k)
{
	if (k.free)
		return expr_push_const(w->out, OP_CONST, k.v);
	if (k.v == nearbyint(k.v) && k.v >= 1 && k.v <= 10)
		return expr_push(w->out, OP_INT, (int)k.v);
	return expr_push_const(w->out, OP_FIXED, k.v);
}

static bool write_power_of(const struct writer *w, int e)
{
	return e == 1 || expr_push(w->out, e == 2 ? OP_SQUARE : e == 3 ? OP_CUBE : OP_POW, 0);
}

static bool write_exponent(const struct writer *w, int e)
{
	return e <= 3 || write_number(w, (struct number){e, false});
}

/* Factors with exponent e·sign, joined by products under one power. Counts only when w is NULL. */
static int factors_of(const struct normal *f, const struct normal_node *p, int e)
{
	int n = 0;

	for (int i = 0; i < p->b; i++)
		n += f->item[p->a + i].exponent == e;
	return n;
}

static bool write_class(const struct writer *w, const struct normal_node *p, int e, int sign)
{
	int n = factors_of(w->f, p, e * sign);

	if (e > 1) {
		if (!write_power_of(w, e))
			return false;
		for (int i = 1; i < n; i++)
			if (!expr_push(w->out, OP_MUL, 0))
				return false;
	}
	for (int i = 0; i < p->b; i++)
		if (w->f->item[p->a + i].exponent == e * sign && !write_node(w, w->f->item[p->a + i].node))
			return false;
	return write_exponent(w, e);
}

/* Number of factors above (sign 1) or below (−1) the bar after grouping by exponent. */
static int groups(const struct normal *f, const struct normal_node *p, int sign, int *largest)
{
	int n = factors_of(f, p, sign);

	*largest = 1;
	for (int i = 0; i < p->b; i++)
		if (f->item[p->a + i].exponent * sign > *largest)
			*largest = f->item[p->a + i].exponent * sign;
	for (int e = 2; e <= *largest; e++)
		n += factors_of(f, p, e * sign) > 0;
	return n;
}

static bool write_side(const struct writer *w, const struct normal_node *p, int sign, int n, int largest)
{
	for (int i = 1; i < n; i++)
		if (!expr_push(w->out, OP_MUL, 0))
			return false;
	for (int e = 1; e <= largest; e++)
		if (factors_of(w->f, p, e * sign) > 0 && !write_class(w, p, e, sign))
			return false;
	return true;
}

/* 1/k where that is a small integer: x/2 reads better than 0.5*x. */
static int divisor(struct number k)
{
	double d = 1 / k.v;

	return !k.free && d == nearbyint(d) && d >= 2 && d <= 10 && 1 / d == k.v ? (int)d : 0;
}

static bool write_product(const struct writer *w, struct number k, const struct normal_node *p)
{
	int most_above, most_below, above = groups(w->f, p, 1, &most_above), below = groups(w->f, p, -1, &most_below);
	int by = below == 0 ? divisor(k) : 0;

	if (number_is(k, -1))
		return expr_push(w->out, OP_NEG, 0) && write_product(w, (struct number){1, false}, p);
	if (by)
		return expr_push(w->out, OP_DIV, 0) && write_side(w, p, 1, above, most_above) &&
		       expr_push(w->out, OP_INT, by);
	if (below > 0 && above == 0 && number_is(k, 1))
		return expr_push(w->out, OP_INV, 0) && write_side(w, p, -1, below, most_below);
	if (below > 0 && !expr_push(w->out, OP_DIV, 0))
		return false;
	if (!number_is(k, 1) && above > 0 && !expr_push(w->out, OP_MUL, 0))
		return false;
	if (!number_is(k, 1) && !write_number(w, k))
		return false;
	if (above > 0 && !write_side(w, p, 1, above, most_above))
		return false;
	return below == 0 || write_side(w, p, -1, below, most_below);
}

static bool write_scaled(const struct writer *w, struct number k, int node)
{
	const struct normal_node *c = &w->f->node[node];

	if (number_is(k, 1))
		return write_node(w, node);
	if (c->kind == NORMAL_PRODUCT)
		return write_product(w, k, c);
	if (number_is(k, -1))
		return expr_push(w->out, OP_NEG, 0) && write_node(w, node);
	if (divisor(k))
		return expr_push(w->out, OP_DIV, 0) && write_node(w, node) && expr_push(w->out, OP_INT, divisor(k));
	return expr_push(w->out, OP_MUL, 0) && write_number(w, k) && write_node(w, node);
}

static bool is_minus(struct number k)
{
	return !k.free && k.v < 0;
}

static struct number magnitude(struct number k)
{
	return is_minus(k) ? (struct number){-k.v, false} : k;
}

/* ((first ± second) ± …): the signs stand in front, the last one first. */
static bool write_sum(const struct writer *w, const struct normal_node *s)
{
	struct { int node; struct number k; } term[NORMAL_LIST + 1];
	bool flip;
	int n = 0, plus_terms = 0, has_offset = !number_is(s->k, 0);

	for (int i = 0; i < s->b; i++)
		plus_terms += !is_minus(w->f->item[s->a + i].k);
	flip = plus_terms == 0 && !(has_offset && !is_minus(s->k)); /* everything is negative */
	if (plus_terms == 0 && has_offset && !flip) {
		term[n].node = -1;
		term[n++].k = s->k;
	}
	for (int minus = 0; minus < 2; minus++) {
		for (int i = 0; i < s->b; i++) {
			struct item t = w->f->item[s->a + i];

			if (is_minus(t.k) != (minus == 1))
				continue;
			term[n].node = t.node;
			term[n++].k = t.k;
		}
	}
	if (has_offset && n == s->b) {
		term[n].node = -1;
		term[n++].k = s->k;
	}
	if (flip && !expr_push(w->out, OP_NEG, 0))
		return false;
	for (int i = n - 1; i > 0; i--)
		if (!expr_push(w->out, is_minus(term[i].k) != flip ? OP_SUB : OP_ADD, 0))
			return false;
	for (int i = 0; i < n; i++) {
		struct number k = magnitude(term[i].k);

		if (term[i].node < 0 ? !write_number(w, k) : !write_scaled(w, k, term[i].node))
			return false;
	}
	return true;
}

static bool write_node(const struct writer *w, int node)
{
	const struct normal_node *c = &w->f->node[node];

	switch ((enum normal_kind)c->kind) {
	case NORMAL_NUMBER:
		return write_number(w, c->k);
	case NORMAL_LEAF:
		return expr_push(w->out, (enum op)c->leaf.op, c->leaf.arg);
	case NORMAL_CALL:
		return expr_push(w->out, (enum op)c->leaf.op, 0) && write_node(w, c->a);
	case NORMAL_POWER:
		return expr_push(w->out, OP_POW, 0) && write_node(w, c->a) && write_node(w, c->b);
	case NORMAL_SUM:
		return write_sum(w, c);
	case NORMAL_PRODUCT:
		return write_product(w, c->k, c);
	}
	return false;
}

bool normal_write(const struct normal *f, int node, struct expr *out)
{
	struct writer w = {f, out};

	return write_node(&w, node);
}
