/* strip.c — see strip.h. Terms are collected from the canonical form, stripped of constant factors and
 * joined again; merging can make new like terms, so the whole is repeated until nothing changes. Then the
 * coefficients are put back as free constants, so that forms which differ only in what these can take up
 * (1/(1 + c*x) and 1/(x + c), a - b and b - a) become one. */
#include "eqrl/expr/strip.h"

#include "eqrl/expr/simplify.h"

#include <string.h>

static bool is_constant(const struct expr *e, int i)
{
	for (int end = expr_end(e, i); i < end; i++)
		if (e->node[i].op == OP_VAR)
			return false;
	return true;
}

/* Appends the subtree at i without constant factors; a constant subtree appends nothing. */
static bool push_factors(struct expr *out, const struct expr *e, int i)
{
	int left = i + 1, right;
	bool left_constant, right_constant;

	switch (e->node[i].op) {
	case OP_NEG:
		return push_factors(out, e, left);
	case OP_INV:
		return expr_push(out, OP_INV, 0) && push_factors(out, e, left);
	case OP_MUL:
	case OP_DIV:
		break;
	default:
		return expr_append_subtree(out, e, i);
	}
	right = expr_end(e, left);
	left_constant = is_constant(e, left);
	right_constant = is_constant(e, right);
	if (right_constant)
		return push_factors(out, e, left);
	if (left_constant)
		return (e->node[i].op == OP_MUL || expr_push(out, OP_INV, 0)) && push_factors(out, e, right);
	return expr_push(out, e->node[i].op, 0) && push_factors(out, e, left) && push_factors(out, e, right);
}

static int collect_terms(const struct expr *e, int i, uint8_t *start, int n)
{
	switch (e->node[i].op) {
	case OP_ADD:
	case OP_SUB:
		n = collect_terms(e, i + 1, start, n);
		return collect_terms(e, expr_end(e, i + 1), start, n);
	case OP_NEG:
		return collect_terms(e, i + 1, start, n);
	default:
		start[n] = (uint8_t)i;
		return n + 1;
	}
}

int expr_terms(const struct expr *e, uint8_t start[EXPR_MAX_NODES])
{
	return collect_terms(e, 0, start, 0);
}

/* Like collect_terms, and through constant factors of sums: c * (a + b) has the terms a and b. */
static int collect_stripped(const struct expr *e, int i, uint8_t *start, int n)
{
	int left = i + 1, right;

	if (is_constant(e, i))
		return n;
	switch (e->node[i].op) {
	case OP_ADD:
	case OP_SUB:
		n = collect_stripped(e, left, start, n);
		return collect_stripped(e, expr_end(e, left), start, n);
	case OP_NEG:
		return collect_stripped(e, left, start, n);
	case OP_MUL:
	case OP_DIV:
		right = expr_end(e, left);
		if (is_constant(e, right))
			return collect_stripped(e, left, start, n);
		if (e->node[i].op == OP_MUL && is_constant(e, left))
			return collect_stripped(e, right, start, n);
		break;
	default:
		break;
	}
	start[n] = (uint8_t)i;
	return n + 1;
}

static bool strip_once(const struct expr *e, struct expr *out)
{
	uint8_t start[EXPR_MAX_NODES];
	int n = collect_stripped(e, 0, start, 0);

	out->n = out->n_consts = 0;
	for (int k = 0; k < n; k++) {
		if (k < n - 1 && !expr_push(out, OP_ADD, 0))
			return false;
		if (!push_factors(out, e, start[k]))
			return false;
	}
	return true;
}

/* Whether a free coefficient in front of the subtree could say something about its inside: only a sum
 * among its factors can take it up, as in c/(1 + c*x) = c/(x + c). */
static bool has_sum_factor(const struct expr *e, int i)
{
	switch (e->node[i].op) {
	case OP_ADD:
	case OP_SUB:
		return true;
	case OP_MUL:
	case OP_DIV:
		return has_sum_factor(e, i + 1) || has_sum_factor(e, expr_end(e, i + 1));
	case OP_POW:
		return has_sum_factor(e, i + 1);
	default: /* odd and even functions pass a sign on, powers a factor */
		return op_info[e->node[i].op].arity == 1 && has_sum_factor(e, i + 1);
	}
}

/* The equation that a stripped one stands for, but for the offset: every term times a free constant.
 * False if there is nothing to gain by it, or no room. */
static bool with_coefficients(const struct expr *e, struct expr *out)
{
	uint8_t start[EXPR_MAX_NODES];
	int n = expr_terms(e, start);
	bool useful = false;

	out->n = out->n_consts = 0;
	for (int k = 0; k < n; k++) {
		useful |= has_sum_factor(e, start[k]);
		if ((k < n - 1 && !expr_push(out, OP_ADD, 0)) || !expr_push(out, OP_MUL, 0) ||
		    !expr_push_const(out, OP_CONST, 1) || !expr_append_subtree(out, e, start[k]))
			return false;
	}
	return useful;
}

/* Strips the canonical form `now` to a fixed point. */
static bool strip_canonical(struct expr now, struct expr *out)
{
	struct expr next;

	for (int round = 0; round < 4; round++) {
		if (!strip_once(&now, &next))
			return false;
		if (next.n == 0) {
			*out = next;
			return true;
		}
		expr_canonical(&next, out);
		if (expr_same_skeleton(out, &now))
			break;
		now = *out;
	}
	return true;
}

bool expr_strip(const struct expr *e, struct expr *out)
{
	struct expr now, scaled, next;

	expr_canonical(e, &now);
	if (!strip_canonical(now, out))
		return false;
	for (int round = 0; round < 4 && out->n > 0; round++) {
		if (!with_coefficients(out, &scaled))
			break;
		expr_canonical(&scaled, &now);
		if (!strip_canonical(now, &next) || next.n > out->n || expr_same_skeleton(&next, out))
			break;
		*out = next;
	}
	return true;
}
