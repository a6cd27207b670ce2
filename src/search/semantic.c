/* semantic.c — see semantic.h. */
#include "eqrl/search/semantic.h"

#include <math.h>
#include <stddef.h>

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
				target[r] = op_inverse(op, 0, target[r], NAN);
			i = left;
			continue;
		}
		right = expr_end(e, left);
		values_of(tape, e, node < right ? right : left, rows, scratch);
		for (int r = 0; r < rows->n; r++)
			target[r] = op_inverse(op, node >= right, target[r], scratch[r]);
		i = node < right ? left : right;
	}
}
