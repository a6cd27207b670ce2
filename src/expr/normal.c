/* normal.c — from a prefix array to sums and products; see normal.h. Rules stand where their node is
 * made: sum_add/sum_finish, product_add/product_finish, call, power. */
#include "normal.h"

#include "eqrl/rng.h"

#include <math.h>
#include <string.h>

struct list {
	int n;
	struct number k;
	struct item item[NORMAL_LIST];
};

/* ---- nodes -------------------------------------------------------------------------------------- */

static int add_node(struct normal *f, struct normal_node node)
{
	if (f->n >= NORMAL_NODES) {
		f->failed = true;
		return 0;
	}
	f->node[f->n] = node;
	return f->n++;
}

static uint64_t hash_number(struct number k)
{
	uint64_t bits = 1;

	if (!k.free)
		memcpy(&bits, &k.v, sizeof(bits));
	return mix64(bits, 11);
}

static int make_number(struct normal *f, struct number k)
{
	if (!isfinite(k.v))
		f->failed = true;
	return add_node(f, (struct normal_node){.kind = NORMAL_NUMBER, .has_free = k.free, .size = 1, .k = k,
						.hash = hash_number(k), .shape = hash_number(k)});
}

static int make_leaf(struct normal *f, struct node leaf)
{
	uint64_t kind = mix64(leaf.op, 12);

	return add_node(f, (struct normal_node){.kind = NORMAL_LEAF, .size = 1, .leaf = leaf,
						.hash = mix64(kind, leaf.arg), .shape = kind});
}

static bool same(const struct normal *f, int a, int b)
{
	return a == b || (f->node[a].hash == f->node[b].hash && !f->node[a].has_free && !f->node[b].has_free);
}

/* Which of two nodes is written first: small before large, then by shape, then by variables. */
static int order(const struct normal *f, int a, int b)
{
	const struct normal_node *x = &f->node[a], *y = &f->node[b];

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	if (x->shape != y->shape)
		return x->shape < y->shape ? -1 : 1;
	if (x->kind == NORMAL_LEAF)
		return (x->leaf.arg > y->leaf.arg) - (x->leaf.arg < y->leaf.arg);
	if (x->kind == NORMAL_CALL)
		return order(f, x->a, y->a);
	if (x->kind == NORMAL_POWER) {
		int first = order(f, x->a, y->a);

		return first ? first : order(f, x->b, y->b);
	}
	if (x->kind == NORMAL_SUM || x->kind == NORMAL_PRODUCT) {
		for (int i = 0; i < x->b; i++) {
			int next = order(f, f->item[x->a + i].node, f->item[y->a + i].node);

			if (next)
				return next;
		}
	}
	return 0;
}

/* Exponents and coefficients come before the names of variables, so that renaming changes no shape. */
static int order_items(const struct normal *f, const struct item *a, const struct item *b)
{
	const struct normal_node *x = &f->node[a->node], *y = &f->node[b->node];
	uint64_t ka = hash_number(a->k), kb = hash_number(b->k);

	if (x->size != y->size || x->shape != y->shape)
		return order(f, a->node, b->node);
	if (a->exponent != b->exponent)
		return a->exponent > b->exponent ? -1 : 1;
	if (ka != kb)
		return ka < kb ? -1 : 1;
	return order(f, a->node, b->node);
}

static void sort_items(const struct normal *f, struct list *l)
{
	for (int i = 1; i < l->n; i++) { /* few items: insertion, stable */
		struct item t = l->item[i];
		int j = i;

		for (; j > 0 && order_items(f, &t, &l->item[j - 1]) < 0; j--)
			l->item[j] = l->item[j - 1];
		l->item[j] = t;
	}
}

static int make_list(struct normal *f, enum normal_kind kind, struct list *l)
{
	struct normal_node node = {.kind = (uint8_t)kind, .k = l->k, .has_free = l->k.free};
	bool neutral = number_is(l->k, kind == NORMAL_SUM ? 0 : 1);

	sort_items(f, l);
	if (f->n_items + l->n > NORMAL_ITEMS) {
		f->failed = true;
		return 0;
	}
	node.a = (int16_t)f->n_items;
	node.b = (int16_t)l->n;
	node.hash = node.shape = mix64(kind, neutral ? 0 : hash_number(l->k));
	node.size = neutral ? 0 : 2;
	for (int i = 0; i < l->n; i++) {
		const struct normal_node *c = &f->node[l->item[i].node];
		uint64_t with = kind == NORMAL_SUM ? hash_number(l->item[i].k) : (uint64_t)(l->item[i].exponent + 100);

		f->item[f->n_items++] = l->item[i];
		node.hash = mix64(mix64(node.hash, c->hash), with);
		node.shape = mix64(mix64(node.shape, c->shape), with);
		node.has_free |= c->has_free || (kind == NORMAL_SUM && l->item[i].k.free);
		node.size = (uint16_t)(node.size + c->size + 1 +
				       (kind == NORMAL_SUM ? (number_is(l->item[i].k, 1) ? 0 : 2)
							   : l->item[i].exponent != 1));
	}
	node.size = (uint16_t)(node.size - 1);
	return add_node(f, node);
}

/* ---- numbers ------------------------------------------------------------------------------------ */

static struct number times(struct number a, struct number b)
{
	return (struct number){a.v * b.v, a.free || b.free};
}

static struct number plus(struct number a, struct number b)
{
	return (struct number){a.v + b.v, a.free || b.free};
}

static struct number to_power(struct number a, int e)
{
	return (struct number){pow(a.v, e), a.free};
}

static bool usable(struct number k)
{
	return isfinite(k.v) && k.v != 0;
}

static const struct number one = {1, false}, zero = {0, false};

/* Placeholders have value 1, whatever was computed with them. */
static struct number settle(const struct normal *f, struct number k)
{
	if (k.free && !f->keep_values)
		k.v = 1;
	return k;
}

/* ---- sums --------------------------------------------------------------------------------------- */

static int product_of(struct normal *f, struct number k, int node);

static void remove_item(struct list *l, int i)
{
	l->item[i] = l->item[--l->n];
}

static void push_item(struct normal *f, struct list *l, struct item t)
{
	if (l->n >= NORMAL_LIST)
		f->failed = true;
	else
		l->item[l->n++] = t;
}

static void sum_term(struct normal *f, struct list *l, int node, struct number k)
{
	for (int i = 0; i < l->n; i++) {
		if (!same(f, l->item[i].node, node))
			continue;
		l->item[i].k = settle(f, plus(l->item[i].k, k));
		if (number_is(l->item[i].k, 0))
			remove_item(l, i);
		return;
	}
	if (!number_is(k, 0))
		push_item(f, l, (struct item){.node = (int16_t)node, .k = k, .exponent = 1});
}

/* A free number times a sum of free terms is that sum. */
static bool all_free(const struct normal *f, const struct normal_node *s)
{
	for (int i = 0; i < s->b; i++)
		if (!f->item[s->a + i].k.free)
			return false;
	return s->k.free || number_is(s->k, 0);
}

static void sum_add(struct normal *f, struct list *l, int node, struct number k)
{
	const struct normal_node c = f->node[node];

	if (c.kind == NORMAL_NUMBER) {
		l->k = settle(f, plus(l->k, times(k, c.k)));
		return;
	}
	if (c.kind == NORMAL_SUM && (number_is(k, 1) || number_is(k, -1) || all_free(f, &c))) {
		l->k = settle(f, plus(l->k, times(k, c.k)));
		for (int i = 0; i < c.b; i++)
			sum_term(f, l, f->item[c.a + i].node, settle(f, times(k, f->item[c.a + i].k)));
		return;
	}
	if (c.kind == NORMAL_PRODUCT && !number_is(c.k, 1)) {
		struct list p = {.k = one, .n = c.b};
		int base;

		memcpy(p.item, &f->item[c.a], (size_t)c.b * sizeof(struct item));
		k = settle(f, times(k, c.k));
		base = c.b == 1 && p.item[0].exponent == 1 ? p.item[0].node : make_list(f, NORMAL_PRODUCT, &p);
		if (f->node[base].kind == NORMAL_SUM && (number_is(k, 1) || number_is(k, -1)))
			sum_add(f, l, base, k);
		else
			sum_term(f, l, base, k);
		return;
	}
	sum_term(f, l, node, k);
}

static int sum_finish(struct normal *f, struct list *l)
{
	if (l->n == 0)
		return make_number(f, l->k);
	if (l->n == 1 && number_is(l->k, 0))
		return product_of(f, l->item[0].k, l->item[0].node);
	return make_list(f, NORMAL_SUM, l);
}

/* ---- products ----------------------------------------------------------------------------------- */

static int call(struct normal *f, enum op op, int child);

static void product_factor(struct normal *f, struct list *l, int node, int e)
{
	for (int i = 0; i < l->n; i++) {
		if (!same(f, l->item[i].node, node))
			continue;
		l->item[i].exponent = (int16_t)(l->item[i].exponent + e);
		if (l->item[i].exponent == 0)
			remove_item(l, i);
		return;
	}
	push_item(f, l, (struct item){.node = (int16_t)node, .exponent = (int16_t)e, .k = one});
}

static void product_add(struct normal *f, struct list *l, int node, int e)
{
	const struct normal_node c = f->node[node];

	if (c.kind == NORMAL_NUMBER) {
		if (e < 0 && number_is(c.k, 0))
			f->failed = true;
		l->k = settle(f, times(l->k, to_power(c.k, e)));
	} else if (c.kind == NORMAL_PRODUCT) {
		l->k = settle(f, times(l->k, to_power(c.k, e)));
		for (int i = 0; i < c.b; i++)
			product_add(f, l, f->item[c.a + i].node, f->item[c.a + i].exponent * e);
	} else {
		product_factor(f, l, node, e);
	}
}

/* sqrt(a)^2 is a, |a|^2 is a^2. */
static void merge_roots(struct normal *f, struct list *l)
{
	for (int i = 0; i < l->n; i++) {
		const struct normal_node c = f->node[l->item[i].node];
		int e = l->item[i].exponent;

		if (c.kind != NORMAL_CALL || e == 1 || e == -1)
			continue;
		if (c.leaf.op == OP_SQRT) {
			int whole = e / 2, rest = e % 2, root = l->item[i].node;

			remove_item(l, i);
			product_add(f, l, c.a, whole);
			if (rest)
				product_factor(f, l, root, rest);
			i = -1;
		} else if (c.leaf.op == OP_ABS && e % 2 == 0) {
			remove_item(l, i);
			product_add(f, l, c.a, e);
			i = -1;
		}
	}
}

/* Sums whose terms are all free give their leading coefficient to the product: (c x + c)/y → c (x + c)/y. */
static void pull_coefficients(struct normal *f, struct list *l)
{
	if (l->n == 1 && l->item[0].exponent == 1)
		return;
	for (int i = 0; i < l->n; i++) {
		const struct normal_node c = f->node[l->item[i].node];
		struct list s = {.k = c.k, .n = c.b};
		struct number lead;

		if (c.kind != NORMAL_SUM || !all_free(f, &c) || c.b == 0)
			continue;
		memcpy(s.item, &f->item[c.a], (size_t)c.b * sizeof(struct item));
		lead = s.item[0].k;
		if (!usable(lead))
			continue;
		s.item[0].k = one;
		for (int j = 1; j < s.n; j++)
			s.item[j].k = settle(f, (struct number){s.item[j].k.v / lead.v, true});
		if (s.k.free)
			s.k = settle(f, (struct number){s.k.v / lead.v, true});
		l->k = settle(f, times(l->k, to_power(lead, l->item[i].exponent)));
		l->item[i].node = (int16_t)make_list(f, NORMAL_SUM, &s);
	}
}

static int product_finish(struct normal *f, struct list *l)
{
	merge_roots(f, l);
	pull_coefficients(f, l);
	if (number_is(l->k, 0))
		return make_number(f, zero);
	if (l->n == 0)
		return make_number(f, l->k);
	if (l->n == 1 && l->item[0].exponent == 1) {
		const struct normal_node c = f->node[l->item[0].node];

		if (number_is(l->k, 1))
			return l->item[0].node;
		if (c.kind == NORMAL_SUM && (number_is(l->k, -1) || all_free(f, &c))) {
			struct list s = {.k = zero};

			sum_add(f, &s, l->item[0].node, l->k);
			return sum_finish(f, &s);
		}
	}
	return make_list(f, NORMAL_PRODUCT, l);
}

static int product_of(struct normal *f, struct number k, int node)
{
	struct list l = {.k = k};

	product_add(f, &l, node, 1);
	return product_finish(f, &l);
}

static int to_integer_power(struct normal *f, int node, int e)
{
	struct list l = {.k = one};

	product_add(f, &l, node, e);
	return product_finish(f, &l);
}

/* ---- functions ---------------------------------------------------------------------------------- */

static int make_call(struct normal *f, enum op op, int child)
{
	const struct normal_node *c = &f->node[child];

	return add_node(f, (struct normal_node){.kind = NORMAL_CALL, .has_free = c->has_free,
						.size = (uint16_t)(c->size + 1), .leaf = {.op = (uint16_t)op},
						.a = (int16_t)child, .hash = mix64(mix64(op, 13), c->hash),
						.shape = mix64(mix64(op, 13), c->shape)});
}

static bool is_call(const struct normal *f, int node, enum op op)
{
	return f->node[node].kind == NORMAL_CALL && f->node[node].leaf.op == op;
}

static bool is_odd(enum op op)
{
	return op == OP_SIN || op == OP_TAN || op == OP_ASIN || op == OP_ATAN || op == OP_SINH || op == OP_TANH;
}

static bool is_even(enum op op)
{
	return op == OP_COS || op == OP_COSH || op == OP_ABS;
}

/* Every factor is an even power or cannot be negative. */
static bool never_negative(const struct normal *f, int node)
{
	const struct normal_node *c = &f->node[node];

	if (c->kind == NORMAL_CALL)
		return c->leaf.op == OP_ABS || c->leaf.op == OP_SQRT || c->leaf.op == OP_EXP ||
		       c->leaf.op == OP_COSH || c->leaf.op == OP_ACOS;
	if (c->kind == NORMAL_NUMBER)
		return !c->k.free && c->k.v >= 0;
	if (c->kind != NORMAL_PRODUCT || c->k.free || c->k.v < 0)
		return false;
	for (int i = 0; i < c->b; i++)
		if (f->item[c->a + i].exponent % 2 != 0 && !never_negative(f, f->item[c->a + i].node))
			return false;
	return true;
}

/* A number in front that only turns the sign: −x, −2 x. */
static bool is_negative(const struct normal *f, int node)
{
	const struct normal_node *c = &f->node[node];

	if (c->kind == NORMAL_PRODUCT)
		return !c->k.free && c->k.v < 0;
	if (c->kind != NORMAL_SUM || c->k.free || c->k.v > 0)
		return false;
	for (int i = 0; i < c->b; i++)
		if (f->item[c->a + i].k.free || f->item[c->a + i].k.v > 0)
			return false;
	return true;
}

static int inverse_call(struct normal *f, enum op op, int child)
{
	static const uint8_t undone[OP_COUNT] = {[OP_EXP] = OP_LOG, [OP_LOG] = OP_EXP, [OP_SIN] = OP_ASIN,
						 [OP_COS] = OP_ACOS, [OP_TAN] = OP_ATAN};

	if (undone[op] && is_call(f, child, (enum op)undone[op]))
		return f->node[child].a;
	return -1;
}

/* sqrt of a square is an absolute value; sqrt(x^4) is x^2. */
static int root_of_power(struct normal *f, int child)
{
	const struct normal_node c = f->node[child];
	int e;

	if (c.kind != NORMAL_PRODUCT || !number_is(c.k, 1) || c.b != 1)
		return -1;
	e = f->item[c.a].exponent;
	if (e % 2 != 0)
		return -1;
	if (e % 4 == 0)
		return to_integer_power(f, f->item[c.a].node, e / 2);
	return to_integer_power(f, call(f, OP_ABS, f->item[c.a].node), e / 2);
}

static int call(struct normal *f, enum op op, int child)
{
	const struct normal_node c = f->node[child];
	int special;

	if (c.kind == NORMAL_NUMBER) {
		struct number v = {op_value(op, c.k.v, 0), c.k.free};

		if (v.free && !f->keep_values)
			v.v = 1;
		return make_number(f, v);
	}
	special = inverse_call(f, op, child);
	if (special >= 0)
		return special;
	if (op == OP_SQRT && (special = root_of_power(f, child)) >= 0)
		return special;
	if (op == OP_ABS && never_negative(f, child))
		return child;
	if ((is_odd(op) || is_even(op)) && is_negative(f, child)) {
		int turned = product_of(f, (struct number){-1, false}, child);

		if (is_even(op))
			return call(f, op, turned);
		return product_of(f, (struct number){-1, false}, call(f, op, turned));
	}
	if (op == OP_LOG && c.kind == NORMAL_PRODUCT && number_is(c.k, 1) && c.b == 1 && f->item[c.a].exponent == -1)
		return product_of(f, (struct number){-1, false}, call(f, OP_LOG, f->item[c.a].node));
	if (op == OP_EXP && c.kind == NORMAL_SUM && c.k.free) { /* exp(x + c) = c exp(x) */
		struct list s = {.k = zero, .n = c.b};
		struct number k = settle(f, (struct number){exp(c.k.v), true});

		memcpy(s.item, &f->item[c.a], (size_t)c.b * sizeof(struct item));
		if (usable(k))
			return product_of(f, k, call(f, OP_EXP, sum_finish(f, &s)));
	}
	return make_call(f, op, child);
}

static int power(struct normal *f, int base, int exponent)
{
	const struct normal_node e = f->node[exponent], b = f->node[base];

	if (e.kind == NORMAL_NUMBER && !e.k.free) {
		if (e.k.v == 0.5)
			return call(f, OP_SQRT, base);
		if (e.k.v == nearbyint(e.k.v) && fabs(e.k.v) <= 64 && e.k.v != 0)
			return to_integer_power(f, base, (int)e.k.v);
	}
	if (b.kind == NORMAL_NUMBER && e.kind == NORMAL_NUMBER) {
		struct number v = {pow(b.k.v, e.k.v), b.k.free || e.k.free};

		return make_number(f, settle(f, v));
	}
	return add_node(f, (struct normal_node){.kind = NORMAL_POWER, .has_free = b.has_free || e.has_free,
						.size = (uint16_t)(b.size + e.size + 1), .a = (int16_t)base,
						.b = (int16_t)exponent, .hash = mix64(mix64(14, b.hash), e.hash),
						.shape = mix64(mix64(14, b.shape), e.shape)});
}

/* ---- reading ------------------------------------------------------------------------------------ */

static int binary(struct normal *f, enum op op, int a, int b)
{
	struct list l = {.k = op == OP_ADD || op == OP_SUB ? zero : one};

	switch (op) {
	case OP_ADD:
	case OP_SUB:
		sum_add(f, &l, a, one);
		sum_add(f, &l, b, (struct number){op == OP_ADD ? 1 : -1, false});
		return sum_finish(f, &l);
	case OP_MUL:
	case OP_DIV:
		product_add(f, &l, a, 1);
		product_add(f, &l, b, op == OP_MUL ? 1 : -1);
		return product_finish(f, &l);
	default:
		return power(f, a, b);
	}
}

static int unary(struct normal *f, enum op op, int a)
{
	switch (op) {
	case OP_NEG:
		return product_of(f, (struct number){-1, false}, a);
	case OP_INV:
		return to_integer_power(f, a, -1);
	case OP_SQUARE:
		return to_integer_power(f, a, 2);
	case OP_CUBE:
		return to_integer_power(f, a, 3);
	default:
		return call(f, op, a);
	}
}

static int leaf_of(struct normal *f, const struct expr *e, struct node a, uint32_t tied)
{
	switch (a.op) {
	case OP_CONST:
		if (tied & (1u << a.arg))
			return make_leaf(f, a);
		return make_number(f, settle(f, (struct number){e->c[a.arg], true}));
	case OP_FIXED:
		return make_number(f, (struct number){e->c[a.arg], false});
	case OP_INT:
		return make_number(f, (struct number){a.arg, false});
	case OP_PI: /* kept by name: a leaf that is no variable */
		return make_leaf(f, a);
	default:
		return make_leaf(f, a);
	}
}

int normal_read(struct normal *f, const struct expr *e)
{
	uint32_t seen = 0, tied = 0;
	int stack[EXPR_MAX_NODES + 1], depth = 0;

	for (int i = 0; i < e->n; i++) {
		if (e->node[i].op != OP_CONST)
			continue;
		tied |= seen & (1u << e->node[i].arg);
		seen |= 1u << e->node[i].arg;
	}
	for (int i = e->n - 1; i >= 0 && !f->failed; i--) { /* right to left: operands are on the stack */
		struct node a = e->node[i];
		int made;

		if (node_arity(a) == 0) {
			made = leaf_of(f, e, a, tied);
		} else if (node_arity(a) == 1) {
			made = unary(f, (enum op)a.op, stack[--depth]);
		} else {
			int left = stack[--depth], right = stack[--depth];

			made = binary(f, (enum op)a.op, left, right);
		}
		stack[depth++] = made;
	}
	return f->failed ? 0 : stack[0];
}
