/* equivalent.c — see equivalent.h: an equation as a polynomial in atoms, and back.
 *
 * A polynomial is a sum of monomials, a monomial a number times powers of atoms, an atom a variable, or a function
 * whose operands were rewritten in the same way. Everything that grows too large sets `failed`. */
#include "eqrl/expr/equivalent.h"

#include "polynomial.h"

#include <math.h>
#include <string.h>

enum { MOST_RAISED = 6 }; /* largest power of a sum that is written out: that of laws, and of sums of powers */

static void read_node(struct polynomials *b, const struct expr *e, int i, struct polynomial *out);

/* The atom that op makes of rewritten operands. */
static void read_function(struct polynomials *b, const struct expr *e, int i, struct polynomial *out)
{
	struct node a = e->node[i++];
	struct expr atom = {0};

	if (a.op == OP_SIN || a.op == OP_COS || a.op == OP_LOG) {
		struct polynomial arg;

		read_node(b, e, i, &arg);
		if (a.op == OP_LOG)
			polynomial_logarithm(b, &arg, out);
		else
			polynomial_of_index(out, polynomial_function(b, a.op, &arg));
		return;
	}
	expr_push(&atom, a.op, a.arg);
	for (int k = node_arity(a); k > 0; k--) {
		struct polynomial operand;

		read_node(b, e, i, &operand);
		polynomial_write(b, &operand, &atom);
		i = expr_end(e, i);
	}
	polynomial_of_atom(b, &atom, out);
}

/* e^(a + c): the number leaves as a factor. */
static void read_exponential(struct polynomials *b, const struct expr *e, int i, struct polynomial *out)
{
	struct polynomial arg;

	read_node(b, e, i + 1, &arg);
	polynomial_exponential(b, &arg, out);
}

/* k^a is e^(a log k): false if k is not positive. */
static bool read_power_of_number(struct polynomials *b, const struct expr *e, int i, struct polynomial *out)
{
	struct node base = e->node[i + 1];
	double k = base.op == OP_INT ? base.arg : base.op == OP_CONST || base.op == OP_FIXED ? e->c[base.arg] : 0;
	struct polynomial arg;

	if (!(k > 0))
		return false;
	read_node(b, e, i + 2, &arg);
	polynomial_scale(&arg, log(k));
	for (int m = 0; m < arg.n; m++)
		arg.m[m].free |= base.op == OP_CONST;
	polynomial_exponential(b, &arg, out);
	return true;
}

static void read_quotient(struct polynomials *b, const struct expr *e, int i, struct polynomial *out)
{
	struct polynomial below, inverse;

	read_node(b, e, i + 1, out);
	read_node(b, e, expr_end(e, i + 1), &below);
	polynomial_power(b, &below, -1, MOST_RAISED, &inverse);
	polynomial_multiply(b, out, &inverse);
}

static void read_sum(struct polynomials *b, const struct expr *e, int i, struct polynomial *out)
{
	int a = i + 1;

	read_node(b, e, a, out);
	if (e->node[i].op == OP_NEG) {
		polynomial_scale(out, -1);
	} else {
		struct polynomial second;

		read_node(b, e, expr_end(e, a), &second);
		if (e->node[i].op == OP_SUB)
			polynomial_scale(&second, -1);
		polynomial_add(b, out, &second);
	}
}

/* Whether the subtree is one number that is not free, and which. */
static bool is_number(const struct expr *e, int i, double *v)
{
	struct node a = e->node[i];

	*v = a.op == OP_INT ? a.arg : a.op == OP_FIXED ? e->c[a.arg] : NAN;
	return a.op == OP_INT || a.op == OP_FIXED;
}

static void read_node(struct polynomials *b, const struct expr *e, int i, struct polynomial *out)
{
	struct node a = e->node[i];
	const struct op_info *op = &op_info[a.op];
	struct polynomial base;
	double power = op->power;

	if (op->arity == 0 && a.op != OP_VAR) {
		polynomial_number(out, a.op == OP_INT ? a.arg : a.op == OP_PI ? M_PI : e->c[a.arg], a.op == OP_CONST);
	} else if (op->arity == 0) {
		struct expr atom = {0};

		expr_push(&atom, OP_VAR, a.arg);
		polynomial_of_atom(b, &atom, out);
	} else if (op->flags & OPF_SUM) {
		read_sum(b, e, i, out);
	} else if (a.op == OP_MUL) {
		read_node(b, e, i + 1, out);
		read_node(b, e, expr_end(e, i + 1), &base);
		polynomial_multiply(b, out, &base);
	} else if (a.op == OP_DIV) {
		read_quotient(b, e, i, out);
	} else if (power != 0 || (a.op == OP_POW && is_number(e, expr_end(e, i + 1), &power))) {
		read_node(b, e, i + 1, &base);
		polynomial_power(b, &base, power, MOST_RAISED, out);
	} else if (a.op == OP_EXP) {
		read_exponential(b, e, i, out);
	} else if (a.op != OP_POW || !read_power_of_number(b, e, i, out)) {
		read_function(b, e, i, out);
	}
}

bool expr_equivalent(const struct expr *e, enum equivalent kind, struct expr *out)
{
	static const enum phase_style styles[EQUIVALENT_COUNT] = {
		[EQUIVALENT_EXPANDED] = PHASE_REDUCED,	 [EQUIVALENT_SINE] = PHASE_OF_SINE,
		[EQUIVALENT_COSINE] = PHASE_OF_COSINE,	 [EQUIVALENT_DROPPED] = PHASE_DROPPED,
		[EQUIVALENT_LOGS] = PHASE_DROPPED,	 [EQUIVALENT_FACTORED] = PHASE_DROPPED,
		[EQUIVALENT_LED_BY_ONE] = PHASE_DROPPED, [EQUIVALENT_OF_ONE] = PHASE_DROPPED,
	};
	struct polynomials b = {.phases = styles[kind],
				.merge_logs = kind == EQUIVALENT_LOGS,
				.brackets = kind == EQUIVALENT_LED_BY_ONE ? BRACKETS_LED_BY_ONE
					    : kind == EQUIVALENT_OF_ONE	  ? BRACKETS_OF_ONE
									  : BRACKETS_AS_THEY_ARE};
	struct polynomial p;

	read_node(&b, e, 0, &p);
	*out = (struct expr){0};
	if (kind != EQUIVALENT_FACTORED)
		polynomial_write(&b, &p, out);
	else if (!polynomial_write_factored(&b, &p, out))
		return false;
	return !b.failed && expr_valid(out);
}
