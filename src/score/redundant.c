/* redundant.c — what the simplifier removes, found in the equation as it was written.
 *
 * A part is redundant when its canonical form weighs less. The weight counts functions and variables, and is
 * such that spellings of equal content weigh the same: powers are factors (square(a) weighs as a·a, and
 * sqrt(a)·sqrt(b) as sqrt(a·b)), signs and numbers nothing. */
#include "eqrl/expr/simplify.h"
#include "examine.h"

#include <math.h>

enum { OPERANDS_MAX = 32 };

/* Weight of the subtree at *i, which moves behind it. */
static double weigh(const struct expr *e, int *i)
{
	const double root = 1.5; /* √a: above 1, or √a·√a = a would lose nothing; its own root as any power */
	struct node a = e->node[(*i)++];
	const struct op_info *op = &op_info[a.op];
	double w, exponent;

	if (op->arity == 0)
		return a.op == OP_VAR;
	w = weigh(e, i);
	if (op->power != 0) /* signs and inverses weigh nothing */
		return (fabs(op->power) < 1 ? root : fabs(op->power)) * w;
	if (op->arity == 1)
		return w > 0 ? 1 + w : 0; /* of a number: a number */
	if (op->flags & (OPF_SUM | OPF_PRODUCT))
		return w + weigh(e, i);
	if (a.op == OP_POW && e->node[*i].op == OP_INT)
		return w * e->node[(*i)++].arg;
	exponent = weigh(e, i);
	if (a.op != OP_POW)
		return w + exponent > 0 ? 1 + w + exponent : 0;
	return exponent > 0 ? 1 + w + exponent : root * root * w;
}

static bool loses_weight(const struct expr *part)
{
	struct expr canonical;
	int i = 0, j = 0;

	expr_canonical(part, &canonical);
	return canonical.n && weigh(&canonical, &i) < weigh(part, &j);
}

struct joined_operand {
	int node;
	bool second; /* subtracted, or below the line */
};

/* Operands of the sum or product at i, through signs (and inverses). */
static int collect(const struct examination *x, int i, bool sum, bool second, struct joined_operand *out, int n)
{
	enum op op = (enum op)x->e.node[i].op;
	bool of_kind = op_info[op].flags & (sum ? OPF_SUM : OPF_PRODUCT);

	if (op == OP_NEG)
		return collect(x, i + 1, sum, second != sum, out, n);
	if (op == OP_INV && !sum)
		return collect(x, i + 1, sum, !second, out, n);
	if (of_kind) {
		n = collect(x, i + 1, sum, second, out, n);
		if (op == OP_SUB || op == OP_DIV)
			second = !second;
		return collect(x, x->end[i + 1], sum, second, out, n);
	}
	if (n < OPERANDS_MAX)
		out[n++] = (struct joined_operand){i, second};
	return n;
}

/* Faults the pairs of operands that merge; false if there are none. */
static bool fault_pairs(const struct examination *x, int i, bool sum, struct feedback *out)
{
	float credit = certificate_table[CERTIFICATE_CANCELS].credit;
	struct joined_operand operand[OPERANDS_MAX];
	int n = collect(x, i, sum, false, operand, 0);
	bool found = false;

	for (int p = 0; p < n; p++)
		for (int q = p + 1; q < n; q++) {
			int a = operand[p].node, b = operand[q].node;
			bool apart = operand[p].second != operand[q].second;
			struct expr pair = {0};

			expr_push(&pair, sum ? (apart ? OP_SUB : OP_ADD) : apart ? OP_DIV : OP_MUL, 0);
			if (!expr_append_subtree(&pair, &x->e, a) || !expr_append_subtree(&pair, &x->e, b) ||
			    !loses_weight(&pair))
				continue;
			feedback_credit(out, a, x->end[a] - 1, credit);
			feedback_credit(out, b, x->end[b] - 1, credit);
			found = true;
		}
	return found;
}

static void fault(struct examination *x, int i, struct feedback *out)
{
	float credit = certificate_table[CERTIFICATE_CANCELS].credit;
	int op = x->e.node[i].op;

	feedback_report(x, out,
			(struct finding){.certificate = CERTIFICATE_CANCELS,
					 .first = i,
					 .last = x->end[i] - 1,
					 .other = -1,
					 .row = -1,
					 .value = NAN});
	if (op_info[op].arity == 1) /* a function that the one below undoes or makes idle */
		feedback_credit(out, i, i + 1, credit);
	else if (op == OP_POW || !fault_pairs(x, i, op_info[op].flags & OPF_SUM, out))
		feedback_credit(out, i, x->end[i] - 1, credit);
}

/* Faults the smallest redundant parts of the subtree at i; false if there are none. */
static bool search(struct examination *x, int i, struct feedback *out)
{
	struct expr part = {0};
	bool inside = false;

	if (node_arity(x->e.node[i]) == 0 || !expr_append_subtree(&part, &x->e, i) || !loses_weight(&part))
		return false;
	for (int child = i + 1; child < x->end[i]; child = x->end[child])
		inside |= search(x, child, out);
	if (!inside)
		fault(x, i, out);
	return true;
}

void find_cancelling(struct examination *x, struct feedback *out)
{
	search(x, 0, out);
	for (int i = 0; i + 1 < x->e.n; i++) { /* signs and inverses weigh nothing */
		int op = x->e.node[i].op;

		if ((op == OP_NEG || op == OP_INV) && x->e.node[i + 1].op == op && !x->reported[i])
			fault(x, i, out);
	}
}
