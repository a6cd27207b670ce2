/* semantic.c — see semantic.h. */
#include "eqrl/search/semantic.h"

#include <math.h>
#include <stddef.h>

/* The operand of a function whose value is t. */
static double operand_of(enum op op, double t)
{
	switch (op) {
	case OP_NEG:
		return -t;
	case OP_INV:
		return 1 / t;
	case OP_SQUARE:
		return sqrt(t);
	case OP_CUBE:
		return cbrt(t);
	case OP_SQRT:
		return t >= 0 ? t * t : NAN;
	case OP_EXP:
		return log(t);
	case OP_LOG:
		return exp(t);
	case OP_SIN:
		return asin(t);
	case OP_COS:
		return acos(t);
	case OP_TAN:
		return atan(t);
	case OP_ASIN:
		return sin(t);
	case OP_ACOS:
		return cos(t);
	case OP_ATAN:
		return tan(t);
	case OP_SINH:
		return asinh(t);
	case OP_COSH:
		return acosh(t);
	case OP_TANH:
		return atanh(t);
	case OP_ABS:
		return t >= 0 ? t : NAN;
	default:
		return NAN;
	}
}

/* The left operand of what has the value t, beside the right operand v. */
static double left_of(enum op op, double t, double v)
{
	switch (op) {
	case OP_ADD:
		return t - v;
	case OP_SUB:
		return t + v;
	case OP_MUL:
		return t / v;
	case OP_DIV:
		return t * v;
	case OP_POW:
		return pow(t, 1 / v);
	default:
		return NAN;
	}
}

/* The right operand, beside the left operand v. */
static double right_of(enum op op, double t, double v)
{
	switch (op) {
	case OP_ADD:
		return t - v;
	case OP_SUB:
		return v - t;
	case OP_MUL:
		return t / v;
	case OP_DIV:
		return v / t;
	case OP_POW:
		return log(t) / log(v);
	default:
		return NAN;
	}
}

static void values_of(struct tape *tape, const struct expr *e, int node, const struct rows *rows, double *out)
{
	struct expr part = {0};

	expr_append_subtree(&part, e, node);
	tape_bind(tape, &part, rows);
	tape_eval(tape, NULL, out);
}

void semantic_targets(struct tape *tape, const struct expr *e, int node, const struct rows *rows, double *target,
		      double *scratch)
{
	for (int r = 0; r < rows->n; r++)
		target[r] = rows->y[r];
	for (int i = 0; i != node;) {
		enum op op = (enum op)e->node[i].op;
		int left = i + 1, right;

		if (node_arity(e->node[i]) == 1) {
			for (int r = 0; r < rows->n; r++)
				target[r] = operand_of(op, target[r]);
			i = left;
			continue;
		}
		right = expr_end(e, left);
		values_of(tape, e, node < right ? right : left, rows, scratch);
		for (int r = 0; r < rows->n; r++)
			target[r] =
				node < right ? left_of(op, target[r], scratch[r]) : right_of(op, target[r], scratch[r]);
		i = node < right ? left : right;
	}
}
