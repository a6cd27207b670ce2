/* expr.c — building, cutting and measuring prefix arrays; see expr.h. */
#include "eqrl/expr/expr.h"

#include <math.h>
#include <string.h>

bool expr_push(struct expr *e, enum op op, int arg)
{
	if (e->n >= EXPR_MAX_NODES)
		return false;
	e->node[e->n++] = (struct node){(uint16_t)op, (uint16_t)arg};
	return true;
}

bool expr_push_const(struct expr *e, enum op const_or_fixed, double value)
{
	if (e->n >= EXPR_MAX_NODES || e->n_consts >= EXPR_MAX_CONSTS)
		return false;
	e->c[e->n_consts] = value;
	return expr_push(e, const_or_fixed, e->n_consts++);
}

static bool leaf_valid(const struct expr *e, struct node a)
{
	if (a.op == OP_CONST || a.op == OP_FIXED)
		return a.arg < e->n_consts;
	return a.op != OP_INT || a.arg >= 1;
}

void expr_clear_rest(struct expr *e)
{
	memset(e->node + e->n, 0, (size_t)(EXPR_MAX_NODES - e->n) * sizeof(e->node[0]));
	memset(e->c + e->n_consts, 0, (size_t)(EXPR_MAX_CONSTS - e->n_consts) * sizeof(e->c[0]));
}

bool expr_valid(const struct expr *e)
{
	int open = 1; /* subtrees still to come */

	if (e->n < 1 || e->n > EXPR_MAX_NODES || e->n_consts < 0 || e->n_consts > EXPR_MAX_CONSTS)
		return false;
	for (int i = 0; i < e->n; i++) {
		if (open == 0 || e->node[i].op >= OP_KINDS)
			return false;
		if (e->node[i].op >= OP_COUNT && !leaf_valid(e, e->node[i]))
			return false;
		open += node_arity(e->node[i]) - 1;
	}
	return open == 0;
}

int expr_end(const struct expr *e, int i)
{
	int open = 1;

	while (open > 0)
		open += node_arity(e->node[i++]) - 1;
	return i;
}

void expr_ends(const struct expr *e, uint8_t end[EXPR_MAX_NODES])
{
	for (int i = e->n - 1; i >= 0; i--) {
		int at = i + 1;

		for (int k = node_arity(e->node[i]); k > 0; k--)
			at = end[at];
		end[i] = (uint8_t)at;
	}
}

/* Appends nodes [from, to) of src; map[] remembers which constants were already copied. */
static bool append_range(struct expr *dst, const struct expr *src, int from, int to, int8_t *map)
{
	for (int i = from; i < to; i++) {
		struct node a = src->node[i];

		if (a.op == OP_CONST || a.op == OP_FIXED) {
			if (map[a.arg] < 0) {
				if (dst->n_consts >= EXPR_MAX_CONSTS)
					return false;
				dst->c[dst->n_consts] = src->c[a.arg];
				map[a.arg] = (int8_t)dst->n_consts++;
			}
			a.arg = (uint16_t)map[a.arg];
		}
		if (!expr_push(dst, a.op, a.arg))
			return false;
	}
	return true;
}

bool expr_append_subtree(struct expr *dst, const struct expr *src, int i)
{
	int8_t map[EXPR_MAX_CONSTS];
	int n = dst->n, n_consts = dst->n_consts;

	memset(map, -1, sizeof(map));
	if (append_range(dst, src, i, expr_end(src, i), map))
		return true;
	dst->n = n;
	dst->n_consts = n_consts;
	return false;
}

bool expr_replace_subtree(struct expr *dst, const struct expr *src, int i, const struct expr *r)
{
	int8_t map[EXPR_MAX_CONSTS], map_r[EXPR_MAX_CONSTS];
	struct expr out = {0};

	memset(map, -1, sizeof(map));
	memset(map_r, -1, sizeof(map_r));
	if (!append_range(&out, src, 0, i, map) || !append_range(&out, r, 0, r->n, map_r) ||
	    !append_range(&out, src, expr_end(src, i), src->n, map))
		return false;
	*dst = out;
	return true;
}

int expr_size(const struct expr *e)
{
	int size = 0;

	for (int i = 0; i < e->n; i++)
		size += op_info[e->node[i].op].complexity;
	return size;
}

static int depth_at(const struct expr *e, int *i)
{
	int deepest = 0;

	for (int k = node_arity(e->node[(*i)++]); k > 0; k--) {
		int d = depth_at(e, i);

		if (d > deepest)
			deepest = d;
	}
	return deepest + 1;
}

int expr_depth(const struct expr *e)
{
	int i = 0;

	return e->n ? depth_at(e, &i) : 0;
}

int expr_free_consts(const struct expr *e)
{
	uint32_t seen = 0;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST)
			seen |= 1u << e->node[i].arg;
	return __builtin_popcount(seen);
}

void expr_pack_consts(struct expr *e)
{
	struct expr out = {0};
	int8_t map[EXPR_MAX_CONSTS];

	memset(map, -1, sizeof(map));
	append_range(&out, e, 0, e->n, map);
	*e = out;
}

bool expr_same_skeleton(const struct expr *a, const struct expr *b)
{
	struct expr pa, pb;

	if (a->n != b->n)
		return false;
	pa = *a;
	pb = *b;
	expr_pack_consts(&pa);
	expr_pack_consts(&pb);
	return memcmp(pa.node, pb.node, (size_t)pa.n * sizeof(struct node)) == 0;
}

static double value_at(const struct expr *e, const double *x, int *i)
{
	struct node a = e->node[(*i)++];
	double left, right;

	switch (a.op) {
	case OP_CONST:
	case OP_FIXED:
		return e->c[a.arg];
	case OP_INT:
		return a.arg;
	case OP_PI:
		return 3.14159265358979323846;
	case OP_VAR:
		return x[a.arg];
	default:
		left = value_at(e, x, i);
		right = node_arity(a) == 2 ? value_at(e, x, i) : left;
		return op_value(a.op, left, right);
	}
}

double expr_value(const struct expr *e, const double *x)
{
	int i = 0;

	return e->n ? value_at(e, x, &i) : NAN;
}

int expr_columns(const struct expr *e)
{
	int n = 0;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_VAR && e->node[i].arg >= n)
			n = e->node[i].arg + 1;
	return n;
}

bool expr_uses_column(const struct expr *e, int column)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_VAR && e->node[i].arg == column)
			return true;
	return false;
}
