/* op.c — the operator table and its scalar meaning, made from ops.def. */
#include "eqrl/expr/op.h"

#include "eqrl/base/error.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

const struct op_info op_info[OP_KINDS] = {
#define OP(id, name, arity, notation, prec, cplx, prior, VALUE, DA, DB, flags)                                         \
	[OP_##id] = {name, arity, notation, prec, cplx, prior, flags},
#include "eqrl/expr/ops.def"
#undef OP
	[OP_CONST] = {"const", 0, NULL, 5, 1, 0, 0}, [OP_FIXED] = {"fixed", 0, NULL, 5, 1, 0, 0},
	[OP_INT] = {"int", 0, NULL, 5, 1, 0, 0},     [OP_PI] = {"pi", 0, NULL, 5, 1, 0, 0},
	[OP_VAR] = {"var", 0, NULL, 5, 1, 0, 0},
};

int op_find(const char *name)
{
	for (int i = 0; i < OP_KINDS; i++)
		if (strcmp(op_info[i].name, name) == 0)
			return i;
	return -1;
}

double op_value(enum op op, double a, double b)
{
	switch (op) {
#define OP(id, name, arity, notation, prec, cplx, prior, VALUE, DA, DB, flags)                                         \
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
#define OP(id, name, arity, notation, prec, cplx, prior, VALUE, DA, DB, flags)                                         \
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
