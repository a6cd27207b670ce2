/* simplify.c — an equation to its normal form and back, until nothing changes; see simplify.h. */
#include "eqrl/expr/simplify.h"

#include "simplify_form.h"

#include <string.h>

enum { ROUNDS_MAX = 12 }; /* two or three do */

struct reader {
	struct workspace *w;
	const struct expr *e;
	uint32_t tied; /* constants that stand at several nodes */
	int i;
};

static struct normal_term read_term(struct reader *r);

static void read_sum(struct reader *r, struct list *l, bool minus)
{
	struct normal_term t;

	switch (r->e->node[r->i].op) {
	case OP_ADD:
	case OP_SUB: {
		bool second = minus != (r->e->node[r->i++].op == OP_SUB);

		read_sum(r, l, minus);
		read_sum(r, l, second);
		return;
	}
	case OP_NEG:
		r->i++;
		read_sum(r, l, !minus);
		return;
	default:
		t = read_term(r);
		if (minus)
			t.k = num_neg(r->w->keep, t.k);
		sum_add(r->w, l, t);
	}
}

static void read_product(struct reader *r, struct list *l, bool below)
{
	switch (r->e->node[r->i].op) {
	case OP_MUL:
	case OP_DIV: {
		bool second = below != (r->e->node[r->i++].op == OP_DIV);

		read_product(r, l, below);
		read_product(r, l, second);
		return;
	}
	case OP_INV:
		r->i++;
		read_product(r, l, !below);
		return;
	case OP_NEG:
		r->i++;
		l->k = num_neg(r->w->keep, l->k);
		read_product(r, l, below);
		return;
	default:
		product_add(r->w, l, read_term(r), num_int(below ? -1 : 1));
	}
}

static struct normal_term read_leaf(struct reader *r, struct node a)
{
	struct num one = num_int(1);

	switch (a.op) {
	case OP_CONST:
		if (r->tied & (1u << a.arg))
			return term_form(form_new(r->w, OP_CONST, a.arg, one, NULL, 0));
		return term_num(num_real(r->w->keep, r->e->c[a.arg], NUM_FREE));
	case OP_FIXED:
		return term_num(num_real(r->w->keep, r->e->c[a.arg], NUM_FIXED));
	case OP_INT:
		return term_num(num_int(a.arg));
	case OP_PI:
		return term_num((struct num){M_PI, 1, NUM_LITERAL});
	default:
		return term_form(form_new(r->w, OP_VAR, a.arg, one, NULL, 0));
	}
}

static struct normal_term read_term(struct reader *r)
{
	struct node a = r->e->node[r->i];
	struct list l;
	struct normal_term t;

	switch (a.op) {
	case OP_ADD:
	case OP_SUB:
	case OP_NEG:
		list_start(&l, 0);
		read_sum(r, &l, false);
		return sum_finish(r->w, &l);
	case OP_MUL:
	case OP_DIV:
	case OP_INV:
		list_start(&l, 1);
		read_product(r, &l, false);
		return product_finish(r->w, &l);
	}
	r->i++;
	if (node_arity(a) == 0)
		return read_leaf(r, a);
	t = read_term(r);
	if (node_arity(a) == 2)
		return a.op == OP_POW ? pow_of(r->w, t, read_term(r)) : function_of_two(r->w, a.op, t, read_term(r));
	switch (a.op) {
	case OP_SQUARE:
		return power_of(r->w, t, num_int(2));
	case OP_CUBE:
		return power_of(r->w, t, num_int(3));
	case OP_SQRT:
		return power_of(r->w, t, (struct num){1, 2, NUM_EXACT});
	default:
		return function_of(r->w, a.op, t);
	}
}

static uint32_t tied_constants(const struct expr *e)
{
	uint32_t once = 0, twice = 0;

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST) {
			twice |= once & (1u << e->node[i].arg);
			once |= 1u << e->node[i].arg;
		}
	return twice;
}

static bool rewrite(struct workspace *w, const struct expr *e, struct expr *out)
{
	struct reader r = {.w = w, .e = e, .tied = tied_constants(e)};

	w->failed = false;
	w->n_forms = w->n_terms = 0;
	form_new(w, OP_FIXED, 0, num_int(1), NULL, 0); /* BROKEN_FORM */
	return write_term(w, read_term(&r), e, out);
}

static bool finite_constants(const struct expr *e)
{
	for (int i = 0; i < e->n_consts; i++)
		if (!isfinite(e->c[i]))
			return false;
	return true;
}

static bool equal(const struct expr *a, const struct expr *b)
{
	return a->n == b->n && a->n_consts == b->n_consts &&
	       memcmp(a->node, b->node, (size_t)a->n * sizeof(*a->node)) == 0 &&
	       memcmp(a->c, b->c, (size_t)a->n_consts * sizeof(*a->c)) == 0;
}

void simplify(struct expr *e, const struct simplify_options *o)
{
	struct workspace w;
	struct expr next;

	if (e->n == 0)
		return;
	w.keep = o->keep_values;
	w.assume = o->assume_domain;
	w.positive = o->positive;
	expr_pack_consts(e);
	for (int i = 0; i < e->n && !o->keep_values; i++)
		if (e->node[i].op == OP_CONST)
			e->c[e->node[i].arg] = 1;
	if (!finite_constants(e))
		return;
	for (int round = 0; round < ROUNDS_MAX; round++) {
		if (!rewrite(&w, e, &next) || next.n > e->n || !finite_constants(&next) || equal(&next, e))
			return;
		*e = next;
	}
}
