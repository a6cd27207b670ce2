/* culprit.c — the nodes to blame where an equation has no finite value; see examine.h. */
#include "examine.h"

#include <math.h>

/* The subtree at a node with its columns renamed in order, so that one row's values fit in EXPR_MAX_NODES. */
struct bare {
	struct expr e;
	int column[EXPR_MAX_NODES];
};

static void make_bare(const struct examination *x, int node, struct bare *b)
{
	int n = 0;

	b->e.n = b->e.n_consts = 0;
	expr_append_subtree(&b->e, &x->e, node);
	for (int i = 0; i < b->e.n; i++) {
		if (b->e.node[i].op != OP_VAR)
			continue;
		b->column[n] = b->e.node[i].arg;
		b->e.node[i].arg = (uint16_t)n++;
	}
}

/* Value of the bare subtree's root in a row, from its operands' values. */
static double bare_value(const struct bare *b, const struct rows *rows, int row, double operand[2])
{
	double values[EXPR_MAX_NODES];
	int child = 1;

	for (int i = 0, n = 0; i < b->e.n; i++)
		if (b->e.node[i].op == OP_VAR) {
			values[n] = rows->x[b->column[n]][row];
			n++;
		}
	operand[1] = 0;
	for (int k = 0; k < node_arity(b->e.node[0]); k++) {
		struct expr part = {0};

		expr_append_subtree(&part, &b->e, child);
		operand[k] = expr_value(&part, values);
		child = expr_end(&b->e, child);
	}
	return op_value(b->e.node[0].op, operand[0], operand[1]);
}

static bool grew_too_large(int op, double value, const double operand[2])
{
	if (!isinf(value) || op == OP_LOG)
		return false;
	if (op == OP_INV || op == OP_POW) /* a pole: something by 0 */
		return operand[0] != 0;
	return op != OP_DIV || operand[1] != 0;
}

/* Adds the node with the first row, from `row` on, in which it is the one to blame. */
static void add_culprit(struct examination *x, int node, const struct rows *rows, int row)
{
	struct bare b;

	make_bare(x, node, &b);
	for (; row < rows->n && x->n_culprits < CULPRITS_MAX; row++) {
		double operand[2], v = bare_value(&b, rows, row, operand);

		if (isfinite(v) || !isfinite(operand[0]) || !isfinite(operand[1]) || (rows->w && !(rows->w[row] > 0)))
			continue;
		x->culprit[x->n_culprits++] = (struct culprit){node, row, grew_too_large(b.e.node[0].op, v, operand)};
		return;
	}
}

/* Every node that is finite in fewer rows than each of its operands. */
void examine_find_culprits(struct examination *x)
{
	for (int i = 0; i < x->e.n; i++) {
		int least = x->q->rows->n;

		for (int child = i + 1; child < x->end[i]; child = x->end[child])
			if (x->stats[child].n < least)
				least = x->stats[child].n;
		if (x->stats[i].n < least)
			add_culprit(x, i, x->q->rows, 0);
	}
}

/* The first one among all rows, for an equation that is finite on the sample. */
void examine_find_culprit_beyond(struct examination *x)
{
	struct tape *tape = fitter_tape(x->by->fitter);
	int node, row;

	if (!x->q->all)
		return;
	tape_bind(tape, &x->e, x->q->all);
	if (tape_culprit(tape, NULL, &node, &row))
		add_culprit(x, node, x->q->all, row);
}
