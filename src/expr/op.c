/* op.c — the operator table and its scalar meaning, made from ops.def. */
#include "eqrl/expr/op.h"

#include "eqrl/base/error.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

const struct op_info op_info[OP_KINDS] = {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...)                             \
	[OP_##id] = {name, arity, notation, prec, cplx, prior, power, flags},
#include "eqrl/expr/ops.def"
#undef OP
	[OP_CONST] = {"const", 0, NULL, 5, 1, 0, 0, 0}, [OP_FIXED] = {"fixed", 0, NULL, 5, 1, 0, 0, 0},
	[OP_INT] = {"int", 0, NULL, 5, 1, 0, 0, 0},	[OP_PI] = {"pi", 0, NULL, 5, 1, 0, 0, 0},
	[OP_VAR] = {"var", 0, NULL, 5, 1, 0, 0, 0},
};

int op_find(const char *name)
{
	for (int i = 0; i < OP_KINDS; i++)
		if (strcmp(op_info[i].name, name) == 0)
			return i;
	return -1;
}

enum op op_arc(enum op op)
{
	switch (op) {
	case OP_SIN:
		return OP_ASIN;
	case OP_COS:
		return OP_ACOS;
	case OP_TAN:
		return OP_ATAN;
	default:
		return OP_KINDS;
	}
}

int op_of_word(const char *word)
{
	for (int i = 0; i < OP_COUNT; i++) /* "sub" before "neg": both are written "-" */
		if (strcmp(op_info[i].name, word) == 0 ||
		    (op_info[i].notation && strcmp(op_info[i].notation, word) == 0))
			return i;
	return -1;
}

double op_modulo(double a, double b)
{
	double r = fmod(a, b);

	return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

double op_value(enum op op, double a, double b)
{
	switch (op) {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...)                             \
	case OP_##id:                                                                                                  \
		return VALUE;
#include "eqrl/expr/ops.def"
#undef OP
	default:
		return NAN;
	}
}

void op_partials(enum op op, double a, double b, double v, double *da, double *db)
{
	switch (op) {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, ...)                             \
	case OP_##id:                                                                                                  \
		*da = DA;                                                                                              \
		*db = DB;                                                                                              \
		return;
#include "eqrl/expr/ops.def"
#undef OP
	default:
		BUG("op_partials of a leaf (%d)", op);
	}
}

double op_inverse(enum op op, int operand, double t, double other)
{
	double a = other, b = other;

	switch (op) {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, IA, IB, ...)                     \
	case OP_##id:                                                                                                  \
		(void)a, (void)b;                                                                                      \
		return operand == 0 ? IA : IB;
#include "eqrl/expr/ops.def"
#undef OP
	default:
		return NAN;
	}
}

double op_wanted_size(enum op op, int operand, double w, double o, double m, double f)
{
	switch (op) {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, DA, DB, IA, IB, SA, SB)                  \
	case OP_##id:                                                                                                  \
		return operand == 0 ? SA : SB;
#include "eqrl/expr/ops.def"
#undef OP
	default:
		return w;
	}
}
