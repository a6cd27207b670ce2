/* canon_names.c — hashes up to the names of variables; see simplify.h.
 *
 * Variables are told apart by colour refinement, as vertices of a graph are: the colour of a
 * variable is a hash of the places where it stands, and a place is described by what stands around
 * it, colours included. Of those that stay alike, the first to appear gets a colour of its own, and
 * so on. */
#include "eqrl/base/rng.h"
#include "eqrl/expr/simplify.h"

#include <string.h>

enum { REFINE_ROUNDS = 4 };

/* What a node looks like from below (shape) and from above (place). The operands of a sum or
 * product count in any order. Which of a - b and b - a is written depends on names, so signs within
 * a sum count only relative to each other, and not at all for operands that have such a difference
 * inside. */
struct looks {
	uint8_t end[EXPR_MAX_NODES];
	bool inner[EXPR_MAX_NODES]; /* continues the sum or product of the node before */
	bool loose[EXPR_MAX_NODES]; /* as an operand, its sign says nothing */
	uint64_t shape[EXPR_MAX_NODES], place[EXPR_MAX_NODES];
	int n; /* variables, by first appearance */
	uint16_t name[EXPR_MAX_NODES];
	uint64_t colour[EXPR_MAX_NODES];
};

struct chain_operand {
	int at;
	int sign; /* 0: loose */
};

static int chain_kind(enum op op) /* 0: none */
{
	return op == OP_ADD || op == OP_SUB ? 1 : op == OP_MUL ? 2 : 0;
}

static bool is_loose(const struct expr *e, const struct looks *l, int i)
{
	for (int j = i; j < l->end[i]; j++)
		if (e->node[j].op == OP_SUB || e->node[j].op == OP_NEG)
			return true;
	while (e->node[i].op == OP_MUL || e->node[i].op == OP_DIV) /* a free factor, if any, comes first */
		i++;
	return e->node[i].op == OP_CONST;
}

static int operands_of(const struct expr *e, const struct looks *l, int root, struct chain_operand *out)
{
	int i = root, n = 0;

	do {
		int right = l->end[i + 1], sign = e->node[i].op == OP_SUB ? -1 : 1;

		out[n++] = (struct chain_operand){right, l->loose[right] ? 0 : sign};
		i++;
	} while (l->inner[i]);
	out[n++] = (struct chain_operand){i, l->loose[i] ? 0 : 1};
	return n;
}

/* What is on the same side of the sum, on the other, and on either. */
static uint64_t sides(const uint64_t side[3], int sign)
{
	uint64_t same = side[1 + sign], other = side[1 - sign];

	if (sign == 0) {
		same = side[0] > side[2] ? side[0] : side[2];
		other = side[0] > side[2] ? side[2] : side[0];
	}
	return mix64(mix64(same, other), mix64(side[1], (uint64_t)(sign == 0)));
}

static void sum_up(const struct looks *l, const struct chain_operand *o, int n, uint64_t side[3])
{
	side[0] = side[1] = side[2] = 0;
	for (int k = 0; k < n; k++)
		side[1 + o[k].sign] += mix64(l->shape[o[k].at], 1);
}

static int variable_index(const struct looks *l, int name)
{
	int j = 0;

	while (j < l->n && l->name[j] != name)
		j++;
	return j;
}

static void start_looks(const struct expr *e, struct looks *l)
{
	expr_ends(e, l->end);
	l->n = 0;
	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];
		int kind = chain_kind(a.op);

		l->inner[i] = i > 0 && kind && kind == chain_kind(e->node[i - 1].op);
		l->loose[i] = is_loose(e, l, i);
		if (a.op == OP_VAR && variable_index(l, a.arg) == l->n) {
			l->name[l->n] = a.arg;
			l->colour[l->n++] = 0;
		}
	}
}

static uint64_t leaf_shape(const struct expr *e, const struct looks *l, struct node a)
{
	uint64_t bits = a.op == OP_INT ? a.arg : 0;

	if (a.op == OP_FIXED)
		memcpy(&bits, &e->c[a.arg], sizeof(bits));
	if (a.op == OP_VAR)
		bits = l->colour[variable_index(l, a.arg)];
	return mix64(a.op, bits);
}

static void find_shapes(const struct expr *e, struct looks *l)
{
	struct chain_operand o[EXPR_MAX_NODES];
	uint64_t side[3];

	for (int i = e->n - 1; i >= 0; i--) {
		struct node a = e->node[i];

		if (l->inner[i])
			continue;
		if (node_arity(a) == 0) {
			l->shape[i] = leaf_shape(e, l, a);
		} else if (chain_kind(a.op)) {
			sum_up(l, o, operands_of(e, l, i, o), side);
			l->shape[i] = mix64(sides(side, 0), (uint64_t)chain_kind(a.op));
		} else {
			l->shape[i] = mix64(a.op + 100u, l->shape[i + 1]);
			if (node_arity(a) == 2)
				l->shape[i] = mix64(l->shape[i], l->shape[l->end[i + 1]]);
		}
	}
}

static void find_places(const struct expr *e, struct looks *l)
{
	struct chain_operand o[EXPR_MAX_NODES];
	uint64_t side[3];

	l->place[0] = 1;
	for (int i = 0; i < e->n; i++) {
		int kind = chain_kind(e->node[i].op), child = i + 1, n;
		uint64_t here = l->inner[i] ? 0 : mix64(mix64(l->place[i], l->shape[i]), e->node[i].op + 1u);

		if (l->inner[i])
			continue;
		for (int k = 0; k < node_arity(e->node[i]) && !kind; k++, child = l->end[child])
			l->place[child] = mix64(here, (uint64_t)k);
		if (!kind)
			continue;
		here = mix64(mix64(l->place[i], l->shape[i]), (uint64_t)kind + 50); /* add and sub alike */
		n = operands_of(e, l, i, o);
		sum_up(l, o, n, side);
		for (int k = 0; k < n; k++)
			l->place[o[k].at] = mix64(here, sides(side, o[k].sign));
	}
}

static int colours(const struct looks *l)
{
	int n = 0;

	for (int j = 0; j < l->n; j++) {
		int k = 0;

		while (k < j && l->colour[k] != l->colour[j])
			k++;
		n += k == j;
	}
	return n;
}

static void refine(const struct expr *e, struct looks *l)
{
	for (int round = 0, before = 0; round < REFINE_ROUNDS && before < l->n; round++) {
		before = colours(l);
		find_shapes(e, l);
		find_places(e, l);
		for (int j = 0; j < l->n; j++)
			l->colour[j] = mix64(l->colour[j], 3);
		for (int i = 0; i < e->n; i++)
			if (e->node[i].op == OP_VAR)
				l->colour[variable_index(l, e->node[i].arg)] += mix64(l->place[i], 7);
		if (round > 0 && colours(l) == before)
			break;
	}
}

/* The variables that share the smallest shared colour, by first appearance; returns their number.
 */
static int alike(const struct looks *l, int index[EXPR_MAX_NODES])
{
	int first = -1, n = 0;

	for (int j = 0; j < l->n; j++)
		for (int k = j + 1; k < l->n; k++)
			if (l->colour[j] == l->colour[k] && (first < 0 || l->colour[j] < l->colour[first]))
				first = j;
	for (int j = 0; j < l->n && first >= 0; j++)
		if (l->colour[j] == l->colour[first])
			index[n++] = j;
	return n;
}

/* Of the first variables that stay alike, number `choice` is set apart first. Returns how many they
 * are. */
static int rename_variables(struct expr *e, int choice)
{
	struct looks l;
	int index[EXPR_MAX_NODES], n, first;

	start_looks(e, &l);
	refine(e, &l);
	first = alike(&l, index);
	for (n = first; n > 0; n = alike(&l, index)) {
		int j = index[n == first && choice < n ? choice : 0];

		l.colour[j] = mix64(l.colour[j], 11);
		choice = 0;
		refine(e, &l);
	}
	for (int i = 0; i < e->n; i++) {
		int j, rank = 0;

		if (e->node[i].op != OP_VAR)
			continue;
		j = variable_index(&l, e->node[i].arg);
		for (int k = 0; k < l.n; k++)
			rank += l.colour[k] < l.colour[j];
		e->node[i].arg = (uint16_t)rank;
	}
	return first;
}

uint64_t expr_canonical_hash_renamed(const struct expr *e)
{
	struct expr now, next;
	uint64_t smallest = UINT64_MAX;
	bool signs = false;
	int choices = 1;

	expr_canonical(e, &now);
	for (int i = 0; i < now.n; i++)
		signs |= now.node[i].op == OP_SUB;
	for (int choice = 0; choice < choices; choice++) {
		uint64_t h;

		next = now;
		choices = rename_variables(&next, choice);
		simplify(&next, &(struct simplify_options){.keep_values = false});
		h = expr_hash(&next);
		smallest = h < smallest ? h : smallest;
		if (!signs) /* whoever is alike can change places */
			break;
	}
	return smallest;
}
