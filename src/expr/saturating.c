/* saturating.c — see saturating.h. */
#include "eqrl/expr/saturating.h"

/* c + s/(u ± b), by their nodes. */
struct saturation {
	int sum, end;	/* nodes [sum, end) are replaced */
	int c, b, u;	/* nodes of the two constants and of what saturates */
	bool b_negated; /* u - b */
};

static bool is_constant(const struct expr *e, int i)
{
	return e->node[i].op == OP_CONST;
}

/* u + b, b + u, u - b at node i. */
static bool read_denominator(const struct expr *e, int i, struct saturation *s)
{
	int left = i + 1, right;

	if (e->node[i].op != OP_ADD && e->node[i].op != OP_SUB)
		return false;
	right = expr_end(e, left);
	s->b_negated = e->node[i].op == OP_SUB;
	if (is_constant(e, right)) {
		s->u = left;
		s->b = right;
	} else if (is_constant(e, left) && !s->b_negated) {
		s->u = right;
		s->b = left;
	} else {
		return false;
	}
	return !is_constant(e, s->u);
}

static bool is_inverse(const struct expr *e, int i, int *below)
{
	if (e->node[i].op == OP_INV) {
		*below = i + 1;
		return true;
	}
	*below = i + 2;
	return e->node[i].op == OP_DIV &&
	       ((e->node[i + 1].op == OP_INT && e->node[i + 1].arg == 1) || is_constant(e, i + 1));
}

/* s/(u + b) in one of its spellings at node i. */
static bool read_fraction(const struct expr *e, int i, struct saturation *s)
{
	int left = i + 1, right, below;

	if (e->node[i].op == OP_DIV)
		return is_constant(e, left) && read_denominator(e, i + 2, s);
	if (e->node[i].op != OP_MUL)
		return false;
	right = expr_end(e, left);
	if (is_constant(e, left) && is_inverse(e, right, &below))
		return read_denominator(e, below, s);
	return is_constant(e, right) && is_inverse(e, left, &below) && read_denominator(e, below, s);
}

static bool find_saturation(const struct expr *e, struct saturation *s)
{
	for (int i = 0; i < e->n; i++) {
		int left = i + 1, right;

		if (e->node[i].op != OP_ADD && e->node[i].op != OP_SUB)
			continue;
		right = expr_end(e, left);
		s->sum = i;
		s->end = expr_end(e, i);
		s->c = is_constant(e, left) ? left : right;
		if (is_constant(e, s->c) && read_fraction(e, is_constant(e, left) ? right : left, s))
			return true;
	}
	return false;
}

/* What stands for the sum. */
static bool write_saturation(const struct expr *e, const struct saturation *s, struct expr *out)
{
	double c = e->c[e->node[s->c].arg], b = e->c[e->node[s->b].arg] * (s->b_negated ? -1 : 1);

	if (e->node[s->sum].op == OP_SUB && s->c != s->sum + 1)
		c = -c;
	*out = (struct expr){0};
	if (e->node[s->u].op == OP_EXP)
		return expr_push(out, OP_DIV, 0) && expr_push_const(out, OP_CONST, c) && expr_push(out, OP_ADD, 0) &&
		       expr_push(out, OP_INT, 1) && expr_push(out, OP_MUL, 0) && expr_push_const(out, OP_CONST, b) &&
		       expr_push(out, OP_EXP, 0) && expr_push(out, OP_NEG, 0) && expr_append_subtree(out, e, s->u + 1);
	return expr_push(out, OP_MUL, 0) && expr_push_const(out, OP_CONST, c) && expr_push(out, OP_DIV, 0) &&
	       expr_append_subtree(out, e, s->u) && expr_push(out, OP_ADD, 0) && expr_append_subtree(out, e, s->u) &&
	       expr_push_const(out, OP_CONST, b);
}

bool expr_saturating(const struct expr *e, struct expr *out)
{
	struct saturation s;
	struct expr part;

	if (!find_saturation(e, &s) || !write_saturation(e, &s, &part) || !expr_replace_subtree(out, e, s.sum, &part))
		return false;
	expr_pack_consts(out);
	return true;
}
