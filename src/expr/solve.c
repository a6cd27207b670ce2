/* solve.c — see solve.h: from the root down, `known` is what the subtree that holds the variable is equal to. */
#include "eqrl/expr/solve.h"

#include "prior_parts.h"

#include <math.h>

/* The way down: at every node of it, which operand is on the way. */
struct solve_walk {
	const struct expr *e;
	int node;		 /* of the variable */
	solve_branches branches; /* that are not used yet */
	struct expr known;
};

/* known becomes op(known, side), or op(side, known). */
static bool join_known(struct expr *known, enum op op, const struct expr *side, bool side_first)
{
	struct expr first = side_first ? *side : *known;

	if (!expr_join(op, &first, side_first ? known : side))
		return false;
	*known = first;
	return true;
}

static bool take_branch(struct solve_walk *w)
{
	bool other = w->branches & 1;

	w->branches >>= 1;
	return other;
}

/* ---- operators of one operand -------------------------------------------------------------------- */

/* The operator that undoes op, or OP_COUNT. */
static enum op undo_one(enum op op)
{
	if (op_arc(op) != OP_KINDS)
		return op_arc(op);
	switch (op) {
	case OP_NEG:
	case OP_INV:
		return op;
	case OP_SQUARE:
		return OP_SQRT;
	case OP_SQRT:
		return OP_SQUARE;
	case OP_EXP:
		return OP_LOG;
	case OP_LOG:
		return OP_EXP;
	case OP_ASIN:
		return OP_SIN;
	case OP_ACOS:
		return OP_COS;
	case OP_ATAN:
		return OP_TAN;
	default:
		return OP_COUNT;
	}
}

static bool has_two_inverses(enum op op)
{
	return op == OP_SQUARE || op == OP_ABS || op == OP_SIN || op == OP_COS;
}

/* pi - known, the other angle with this sine. */
static bool take_supplement(struct expr *known)
{
	struct expr pi;

	draw_leaf(&pi, OP_PI, 0);
	return join_known(known, OP_SUB, &pi, true);
}

static bool invert_one(struct solve_walk *w, enum op op)
{
	struct expr third;

	if (op == OP_CUBE) { /* of positive values: the language has no other cube root */
		draw_leaf(&third, OP_CONST, 0);
		third.c[0] = 1.0 / 3;
		return join_known(&w->known, OP_POW, &third, false);
	}
	if (op != OP_ABS && !expr_wrap(undo_one(op), &w->known))
		return false;
	if (!has_two_inverses(op) || !take_branch(w))
		return true;
	return op == OP_SIN ? take_supplement(&w->known) : expr_wrap(OP_NEG, &w->known);
}

/* ---- operators of two ---------------------------------------------------------------------------- */

static bool is_even_power(const struct expr *e, int exponent)
{
	return e->node[exponent].op == OP_INT && e->node[exponent].arg % 2 == 0;
}

/* known ^ (1 / exponent). */
static bool invert_base(struct solve_walk *w, int exponent, const struct expr *side)
{
	struct node a = w->e->node[exponent];
	struct expr root = *side;

	if (a.op == OP_INT || a.op == OP_CONST || a.op == OP_FIXED) {
		double p = a.op == OP_INT ? a.arg : w->e->c[a.arg];

		if (p == 0)
			return false;
		draw_leaf(&root, OP_CONST, 0);
		root.c[0] = 1 / p;
	} else if (!expr_wrap(OP_INV, &root)) {
		return false;
	}
	if (!join_known(&w->known, OP_POW, &root, false))
		return false;
	return !is_even_power(w->e, exponent) || !take_branch(w) || expr_wrap(OP_NEG, &w->known);
}

/* log(known) / log(base). */
static bool invert_exponent(struct solve_walk *w, const struct expr *base)
{
	struct expr divisor = *base;

	return expr_wrap(OP_LOG, &w->known) && expr_wrap(OP_LOG, &divisor) &&
	       join_known(&w->known, OP_DIV, &divisor, false);
}

/* side: the operand beside the way, at node `beside`; first: the way goes through the first operand. */
static bool invert_two(struct solve_walk *w, enum op op, int beside, bool first)
{
	struct expr side = {0};

	if (!expr_append_subtree(&side, w->e, beside))
		return false;
	switch (op) {
	case OP_ADD:
		return join_known(&w->known, OP_SUB, &side, false);
	case OP_SUB:
		return join_known(&w->known, first ? OP_ADD : OP_SUB, &side, !first);
	case OP_MUL:
		return join_known(&w->known, OP_DIV, &side, false);
	case OP_DIV:
		return join_known(&w->known, first ? OP_MUL : OP_DIV, &side, !first);
	case OP_POW:
		return first ? invert_base(w, beside, &side) : invert_exponent(w, &side);
	default:
		return false;
	}
}

/* ---- the way ------------------------------------------------------------------------------------- */

static bool stands_alone(const struct expr *e, int node)
{
	if (node < 0 || node >= e->n || e->node[node].op != OP_VAR)
		return false;
	for (int i = 0; i < e->n; i++)
		if (i != node && e->node[i].op == OP_VAR && e->node[i].arg == e->node[node].arg)
			return false;
	return true;
}

static bool is_invertible(enum op op)
{
	return node_arity((struct node){.op = (uint16_t)op}) == 2
		       ? op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_DIV || op == OP_POW
		       : undo_one(op) != OP_COUNT || op == OP_CUBE || op == OP_ABS;
}

int expr_solvable(const struct expr *e, int node)
{
	int branches = 0;

	if (!stands_alone(e, node))
		return -1;
	for (int i = 0; i < node; i++) {
		enum op op = (enum op)e->node[i].op;

		if (expr_end(e, i) <= node)
			continue; /* beside the way */
		if (!is_invertible(op))
			return -1;
		branches += has_two_inverses(op) ||
			    (op == OP_POW && node < expr_end(e, i + 1) && is_even_power(e, expr_end(e, i + 1)));
	}
	return branches;
}

bool expr_solve(const struct expr *e, int node, solve_branches branches, struct expr *out)
{
	struct solve_walk w = {.e = e, .node = node, .branches = branches};

	if (expr_solvable(e, node) < 0)
		return false;
	draw_leaf(&w.known, OP_VAR, e->node[node].arg);
	for (int i = 0; i < node;) {
		enum op op = (enum op)e->node[i].op;
		int left = i + 1, right = expr_end(e, left);
		bool first = node < right;

		if (!(node_arity(e->node[i]) == 1 ? invert_one(&w, op)
						  : invert_two(&w, op, first ? right : left, first)))
			return false;
		i = first ? left : right;
	}
	*out = w.known;
	return true;
}
