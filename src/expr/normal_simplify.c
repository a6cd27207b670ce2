/* simplify.c — see simplify.h: read into the normal form, write, repeat while that gets shorter. */
#include "eqrl/simplify.h"

#include "eqrl/rng.h"
#include "normal.h"

#include <string.h>

/* Tied constants keep their indices while the others are numbered anew behind them. */
static void start_constants(const struct expr *e, struct expr *out)
{
	uint32_t seen = 0, tied = 0;

	out->n = out->n_consts = 0;
	for (int i = 0; i < e->n; i++) {
		if (e->node[i].op != OP_CONST)
			continue;
		tied |= seen & (1u << e->node[i].arg);
		seen |= 1u << e->node[i].arg;
	}
	for (int k = 0; k < e->n_consts; k++) {
		out->c[k] = e->c[k];
		if (tied & (1u << k))
			out->n_consts = k + 1;
	}
}

static bool rewrite(const struct expr *e, bool keep_values, struct expr *out)
{
	struct normal f;
	int root;

	f.keep_values = keep_values;
	f.failed = false;
	f.n = f.n_items = 0;
	start_constants(e, out);
	root = normal_read(&f, e);
	if (f.failed || !normal_write(&f, root, out))
		return false;
	expr_pack_consts(out);
	return true;
}

static bool same_nodes(const struct expr *a, const struct expr *b)
{
	return a->n == b->n && a->n_consts == b->n_consts &&
	       memcmp(a->node, b->node, (size_t)a->n * sizeof(struct node)) == 0;
}

void simplify(struct expr *e, const struct simplify_options *o)
{
	struct expr next;

	if (e->n == 0)
		return;
	expr_pack_consts(e);
	for (int round = 0; round < 6; round++) { /* one round makes new neighbours; a few settle it */
		if (!rewrite(e, o->keep_values, &next) || next.n > e->n)
			break;
		if (same_nodes(e, &next)) {
			*e = next;
			break;
		}
		*e = next;
	}
	if (!o->keep_values)
		for (int i = 0; i < e->n; i++)
			if (e->node[i].op == OP_CONST)
				e->c[e->node[i].arg] = 1;
}

void expr_canonical(const struct expr *e, struct expr *out)
{
	*out = *e;
	simplify(out, &(struct simplify_options){.keep_values = false});
}

uint64_t expr_canonical_hash(const struct expr *e)
{
	uint64_t h = (uint64_t)e->n;

	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];
		uint64_t arg = a.arg;

		if (a.op == OP_FIXED)
			memcpy(&arg, &e->c[a.arg], sizeof(arg));
		h = mix64(mix64(h, a.op), arg);
	}
	return h ? h : 1;
}

static bool rename_by_appearance(struct expr *e)
{
	uint16_t seen[EXPR_MAX_NODES], n = 0;
	bool changed = false;

	for (int i = 0; i < e->n; i++) {
		uint16_t k = 0;

		if (e->node[i].op != OP_VAR)
			continue;
		while (k < n && seen[k] != e->node[i].arg)
			k++;
		if (k == n)
			seen[n++] = e->node[i].arg;
		changed |= e->node[i].arg != k;
		e->node[i].arg = k;
	}
	return changed;
}

uint64_t expr_canonical_hash_renamed(const struct expr *e)
{
	struct expr now;

	expr_canonical(e, &now);
	for (int round = 0; round < 3 && rename_by_appearance(&now); round++) {
		struct expr next;

		expr_canonical(&now, &next);
		now = next;
	}
	return expr_canonical_hash(&now);
}
