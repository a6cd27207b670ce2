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
};

struct op_info {
	const char *name;     /* "add", …; leaves: "const", "fixed", "int", "pi", "var" */
	int arity;	      /* 0 for leaves */
	const char *notation; /* infix sign or NULL */
	int precedence;
	int complexity;
	double prior;
	int flags;
};

extern const struct op_info op_info[OP_KINDS];

/* The operator or leaf of that name, or -1. */
int op_find(const char *name);

/* One scalar value, the definition that vectorised kernels are tested against. Leaves: NaN. */
double op_value(enum op op, double a, double b);

/* Partial derivatives at (a, b) with v = op_value(op, a, b). */
void op_partials(enum op op, double a, double b, double v, double *da, double *db);

#endif
