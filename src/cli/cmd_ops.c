/* cmd_ops.c — eqrl ops: everything that an equation may be made of. */
#include "eqrl/base/str.h"
#include "eqrl/expr/op.h"
#include "eqrl/expr/vocab.h"
#include "eqrl/cli/cli.h"

#include <stdio.h>
#include <string.h>

/* The value column of ops.def, as it stands there. */
static const char *const formula[OP_COUNT] = {
#define OP(id, name, arity, notation, prec, cplx, prior, power, flags, VALUE, ...) #VALUE,
#include "eqrl/expr/ops.def"
#undef OP
};

static void print_notation(const struct op_info *info, char out[32])
{
	if (info->notation && info->arity == 2)
		snprintf(out, 32, "a %s b", info->notation);
	else if (info->notation)
		snprintf(out, 32, "%sa", info->notation);
	else
		snprintf(out, 32, "%s(%s)", info->name, info->arity == 2 ? "a, b" : "a");
}

int cmd_ops(struct invocation *inv)
{
	char notation[32];

	printf("%-8s %5s  %-12s %-10s %-7s  %s\n", "name", "arity", "written", "complexity", "search", "value");
	for (int i = 0; i < OP_COUNT; i++) {
		print_notation(&op_info[i], notation);
		printf("%-8s %5d  %-12s %10d %-7s  %s\n", op_info[i].name, op_info[i].arity, notation,
		       op_info[i].complexity, op_info[i].flags & OPF_EXTRA ? "+" : "", formula[i]);
	}
	printf("\n+: not in searches unless --ops +NAME adds it. mod has the sign of b, round takes ties to even;\n"
	       "ceil(x) is read as -floor(-x).\n");
	printf("\nleaves: columns of the data, pi, integers 1 to %d, fitted constants (%d at most), numbers\n",
	       VOCAB_INTS, EXPR_MAX_CONSTS);
	printf("An equation has at most %d nodes; the policy writes at most %d.\n", EXPR_MAX_NODES, VOCAB_MAX_LEN);
	return ST_OK;
}
