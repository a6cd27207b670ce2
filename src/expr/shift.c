/* shift.c — see shift.h. */
#include "eqrl/expr/shift.h"

#include <math.h>
#include <string.h>

enum { LARGEST_INT = 10 };

static bool is_number(const struct expr *e, int i)
{
	int uses = 0;

	if (e->node[i].op == OP_INT)
		return true;
	if (e->node[i].op != OP_CONST && e->node[i].op != OP_FIXED)
		return false;
	for (int k = 0; k < e->n; k++)
		uses += (e->node[k].op == OP_CONST || e->node[k].op == OP_FIXED) && e->node[k].arg == e->node[i].arg;
	return uses == 1; /* a tied one stands for something else, too */
}

static bool has_room(const struct expr *e, int n_nodes, int n_consts)
{
	return e->n + n_nodes <= EXPR_MAX_NODES && e->n_consts + n_consts <= EXPR_MAX_CONSTS;
}

/* Node i becomes the number v: a constant stays one, others are integers where those have a token, or literals. */
static bool set_number(struct expr *e, int i, double v)
{
	if (e->node[i].op != OP_CONST && v >= 1 && v <= LARGEST_INT && v == nearbyint(v)) {
		e->node[i] = (struct node){OP_INT, (uint16_t)v};
		return true;
	}
	if (e->node[i].op == OP_INT) {
		if (!has_room(e, 0, 1))
			return false;
		e->node[i] = (struct node){OP_FIXED, (uint16_t)e->n_consts++};
	}
	e->c[e->node[i].arg] = v;
	return true;
}

/* The sum at p of x at `var` and a number at `number`, its two neighbours in any order, with x' = x − by. */
static bool absorb_shift(struct expr *e, int p, int var, int number, double by, uint32_t *turned)
{
	bool minus = e->node[p].op == OP_SUB, x_first = var < number;
	double v = e->node[number].op == OP_INT ? e->node[number].arg : e->c[e->node[number].arg];
	struct node x = e->node[var];

	if (minus && !x_first)
		return set_number(e, number, v + by); /* k − (x − by) */
	v = (minus ? -v : v) - by;		      /* x + v */
	if (v == 0) {
		e->node[p] = x;
		memmove(e->node + p + 1, e->node + p + 3, (size_t)(e->n - p - 3) * sizeof(x));
		e->n -= 2;
		return true;
	}
	if (!set_number(e, number, fabs(v)))
		return false;
	if (minus != (v < 0) && e->node[number].op != OP_INT)
		*turned ^= 1u << e->node[number].arg;
	e->node[p].op = v < 0 ? OP_SUB : OP_ADD;
	e->node[p + 2] = e->node[number];
	e->node[p + 1] = x;
	return true;
}

static bool subtract_shift(struct expr *e, int i, double by)
{
	struct node x = e->node[i];

	if (!has_room(e, 2, 1))
		return false;
	memmove(e->node + i + 3, e->node + i + 1, (size_t)(e->n - i - 1) * sizeof(x));
	e->node[i] = (struct node){by < 0 ? OP_ADD : OP_SUB, 0};
	e->node[i + 1] = x;
	e->node[i + 2] = (struct node){OP_FIXED, (uint16_t)e->n_consts};
	e->c[e->n_consts++] = fabs(by);
	e->n += 2;
	return true;
}

static bool is_sum(const struct expr *e, int i)
{
	return e->node[i].op == OP_ADD || e->node[i].op == OP_SUB;
}

static bool shift_column_at(struct expr *e, int i, double by, uint32_t *turned)
{
	if (i >= 1 && is_sum(e, i - 1) && i + 1 < e->n && is_number(e, i + 1))
		return absorb_shift(e, i - 1, i, i + 1, by, turned);
	if (i >= 2 && is_sum(e, i - 2) && is_number(e, i - 1))
		return absorb_shift(e, i - 2, i, i - 1, by, turned);
	return subtract_shift(e, i, by);
}

bool expr_shift_columns(struct expr *e, const double *offset, int sign, uint32_t *turned)
{
	struct expr out = *e;
	uint32_t signs = 0;

	for (int i = e->n - 1; i >= 0; i--) { /* from the right: what lies before i has not moved */
		double by = e->node[i].op == OP_VAR ? sign * offset[e->node[i].arg] : 0;

		if (by != 0 && !shift_column_at(&out, i, by, &signs))
			return false;
	}
	*e = out;
	if (turned)
		*turned = signs;
	expr_clear_rest(e);
	return true;
}

/* The number that is a term of the sum at the root, from node i on; *sign: with which it is added. −1: none. */
static int find_number_term(const struct expr *e, int i, int *sign)
{
	enum op op = (enum op)e->node[i].op;
	int found;

	if (op == OP_ADD || op == OP_SUB) {
		int was = *sign;

		found = find_number_term(e, i + 1, sign);
		if (found >= 0)
			return found;
		*sign = op == OP_SUB ? -was : was;
		found = find_number_term(e, expr_end(e, i + 1), sign);
		if (found < 0)
			*sign = was;
		return found;
	}
	return is_number(e, i) ? i : -1;
}

bool expr_add_number(struct expr *e, double by)
{
	struct expr out = {0};
	int sign = 1, at = find_number_term(e, 0, &sign);

	if (at >= 0) {
		double v = e->node[at].op == OP_INT ? e->node[at].arg : e->c[e->node[at].arg];

		out = *e;
		if (!set_number(&out, at, v + sign * by))
			return false;
	} else if (!expr_push(&out, OP_ADD, 0) || !expr_append_subtree(&out, e, 0) ||
		   !expr_push_const(&out, OP_FIXED, by)) {
		return false;
	}
	*e = out;
	expr_clear_rest(e);
	return true;
}
