/* op.h — what a node of an equation can be: an operator of ops.def or a leaf. */
#ifndef EQRL_OP_H
#define EQRL_OP_H

enum op {
#define OP(id, ...) OP_##id,
#include "eqrl/expr/ops.def"
#undef OP
	OP_COUNT,	     /* number of operators */
	OP_CONST = OP_COUNT, /* free constant, fitted; arg: index into expr.c */
	OP_FIXED,	     /* literal that is never fitted; arg: index into expr.c */
	OP_INT,		     /* small integer; arg: its value, 1 … 10 in the vocabulary */
	OP_PI,
	OP_VAR, /* input; arg: column index, from 0 */
	OP_KINDS,
};

enum op_flags {
	OPF_COMMUTES = 1,
	OPF_TRIG = 2, /* periodic */
	OPF_EXPLOG = 4,
	OPF_ARC = 8,
	OPF_HYPER = 16,
	OPF_SUM = 32,	     /* a sum of its operands up to signs */
	OPF_PRODUCT = 64,    /* their product or quotient */
	OPF_EXTRA = 128,     /* in searches only when it is asked for */
	OPF_SAME_UNIT = 256, /* its operands have one unit, which is that of its value */
	OPF_ANY_UNIT = 512,  /* its operand may have a unit, its value has none; all others but powers: neither */
};

struct op_info {
	const char *name;     /* "add", …; leaves: "const", "fixed", "int", "pi", "var" */
	int arity;	      /* 0 for leaves */
	const char *notation; /* infix sign or NULL */
	int precedence;
	int complexity;
	double prior;
	double power; /* its operand to that power; 0: no power */
	int flags;
};

extern const struct op_info op_info[OP_KINDS];

/* The operator or leaf of that name, or -1. */
int op_find(const char *name);

/* asin of sin, whose value sin takes back (asin(sin(x)) is not x), and the like; OP_KINDS: op is no such function. */
enum op op_arc(enum op op);

/* The operator that a user's word names, "mul" or "*" (of two with one sign that of two operands), or -1. */
int op_of_word(const char *word);

/* One scalar value, the definition that vectorised kernels are tested against. Leaves: NaN. */
double op_value(enum op op, double a, double b);

/* Partial derivatives at (a, b) with v = op_value(op, a, b). */
void op_partials(enum op op, double a, double b, double v, double *da, double *db);

/* What operand 0 or 1 must be so that the value is t; other is the second operand's value, of two. NaN: nothing. */
double op_inverse(enum op op, int operand, double t, double other);

/* The size that operand 0 or 1 should have so that the value has size w: o is that of the other one, 0 where it is not
 * known, m its mean; f is a frequency, for periodic functions. */
double op_wanted_size(enum op op, int operand, double w, double o, double m, double f);

/* a modulo b with the sign of b, as Python and NumPy have it; NaN for b = 0. */
double op_modulo(double a, double b);

#endif
