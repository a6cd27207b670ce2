/* canon.c — canonical skeletons and their hashes; see simplify.h. */
#include "eqrl/base/rng.h"
#include "eqrl/expr/simplify.h"

#include <string.h>

void expr_canonical(const struct expr *e, struct expr *out)
{
	*out = *e;
	simplify(out, &(struct simplify_options){.keep_values = false});
}

/* A number for what a node is that stays when operators are added at the end of ops.def: fits draw their starts from
 * hashes, so results would change with it. Leaves have the numbers that they had behind 22 operators. */
static uint64_t op_code(int op)
{
	enum { FIRST = 22, LEAVES = OP_KINDS - OP_COUNT };

	return (uint64_t)(op < FIRST ? op : op >= OP_COUNT ? op - OP_COUNT + FIRST : op + LEAVES);
}

uint64_t expr_hash(const struct expr *e)
{
	uint64_t h = (uint64_t)e->n;

	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];

		h = mix64(h, (op_code(a.op) << 16) | a.arg);
		if (a.op == OP_FIXED) {
			uint64_t bits;

			memcpy(&bits, &e->c[a.arg], sizeof(bits));
			h = mix64(h, bits);
		}
	}
	return h ? h : 1;
}

uint64_t expr_canonical_hash(const struct expr *e)
{
	struct expr c;

	expr_canonical(e, &c);
	return expr_hash(&c);
}
