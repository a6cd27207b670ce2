/* variation.c — variations of skeletons: one function each, one row in the table. See evolve.h. */
#include "breeding.h"

#include "eqrl/expr/strip.h"

/* ---- pieces ------------------------------------------------------------------------------------- */

static int draw_column(const struct breeding *b)
{
	return b->c->column_weight ? rng_weighted(b->r, b->c->column_weight, b->c->n_columns)
				   : rng_below(b->r, b->c->n_columns);
}

static bool allowed(const struct breeding *b, int op)
{
	return b->c->grammar.allowed >> (TOK_OP + op) & 1;
}

/* An allowed operator of that arity by its prior weight, or -1. */
static int draw_op(const struct breeding *b, int arity)
{
	double weight[OP_COUNT], sum = 0;

	for (int i = 0; i < OP_COUNT; i++) {
		weight[i] = op_info[i].arity == arity && allowed(b, i) ? op_info[i].prior : 0;
		sum += weight[i];
	}
	return sum > 0 ? rng_weighted(b->r, weight, OP_COUNT) : -1;
}

static void draw_leaf(const struct breeding *b, struct expr *out)
{
	double u = rng_uniform(b->r);

	out->n = out->n_consts = 0;
	if (u < 0.72 || !(b->c->grammar.allowed & TOK_BIT(TOK_CONST)))
		expr_push(out, OP_VAR, draw_column(b));
	else if (u < 0.94)
		expr_push_const(out, OP_CONST, 1);
	else
		expr_push(out, OP_INT, rng_between(b->r, 1, 3));
}

static bool join(enum op op, const struct expr *a, const struct expr *b, struct expr *out)
{
	struct expr e = {0};

	if (!expr_push(&e, op, 0) || !expr_append_subtree(&e, a, 0) || (b && !expr_append_subtree(&e, b, 0)))
		return false;
	*out = e;
	return true;
}

bool breed_tree(const struct breeding *b, int operators, struct expr *out)
{
	struct expr left, right;
	int op;

	if (operators == 0) {
		draw_leaf(b, out);
		return true;
	}
	op = draw_op(b, rng_bool(b->r, 0.45) ? 1 : 2);
	if (op < 0)
		op = draw_op(b, 2);
	if (op < 0 || op == OP_POW) {
		draw_leaf(b, out);
		return true;
	}
	if (op_info[op].arity == 1)
		return breed_tree(b, operators - 1, &left) && join((enum op)op, &left, NULL, out);
	return breed_tree(b, (operators - 1) / 2, &left) &&
	       breed_tree(b, operators - 1 - (operators - 1) / 2, &right) && join((enum op)op, &left, &right, out);
}

static void subtree_of(const struct expr *e, int i, struct expr *out)
{
	out->n = out->n_consts = 0;
	expr_append_subtree(out, e, i);
}

/* ---- variations: parent → out, false if it came to nothing ------------------------------------- */

static bool vary_point(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	int i = rng_below(b->r, parent->n), op;
	struct expr leaf;

	if (node_arity(parent->node[i]) == 0) {
		draw_leaf(b, &leaf);
		return expr_replace_subtree(out, parent, i, &leaf);
	}
	op = draw_op(b, node_arity(parent->node[i]));
	if (op < 0 || (op == OP_POW) != (parent->node[i].op == OP_POW))
		return false;
	*out = *parent;
	out->node[i].op = (uint16_t)op;
	return true;
}

static bool vary_subtree(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	struct expr tree;

	return breed_tree(b, rng_between(b->r, 1, 4), &tree) &&
	       expr_replace_subtree(out, parent, rng_below(b->r, parent->n), &tree);
}

static bool vary_insert(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	int i = rng_below(b->r, parent->n), op = draw_op(b, rng_bool(b->r, 0.4) ? 1 : 2);
	struct expr inner, leaf, around;
	bool first = rng_bool(b->r, 0.5);

	if (op < 0)
		return false;
	subtree_of(parent, i, &inner);
	draw_leaf(b, &leaf);
	if (op_info[op].arity == 1) {
		if (!join((enum op)op, &inner, NULL, &around))
			return false;
	} else if (!(first ? join((enum op)op, &inner, &leaf, &around) : join((enum op)op, &leaf, &inner, &around))) {
		return false;
	}
	return expr_replace_subtree(out, parent, i, &around);
}

static bool vary_delete(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	int i = rng_below(b->r, parent->n), child;
	struct expr inner;

	if (node_arity(parent->node[i]) == 0)
		return false;
	child = i + 1;
	if (node_arity(parent->node[i]) == 2 && rng_bool(b->r, 0.5))
		child = expr_end(parent, child);
	subtree_of(parent, child, &inner);
	return expr_replace_subtree(out, parent, i, &inner);
}

static bool vary_term(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	struct expr term;

	return breed_tree(b, rng_between(b->r, 0, 3), &term) && join(OP_ADD, parent, &term, out);
}

static bool vary_factor(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	uint8_t start[EXPR_MAX_NODES];
	int n = expr_terms(parent, start), at = start[rng_below(b->r, n)];
	struct expr factor, term, product;

	if (!breed_tree(b, rng_between(b->r, 0, 2), &factor))
		return false;
	if (rng_bool(b->r, 0.3))
		at = 0; /* the whole sum */
	subtree_of(parent, at, &term);
	return join(rng_bool(b->r, 0.6) ? OP_MUL : OP_DIV, &term, &factor, &product) &&
	       expr_replace_subtree(out, parent, at, &product);
}

/* Members are sorted, so the better of three is the smallest index. Every other parent is any member: short ones, which
 * long ones beat by their error, have much left to grow into. */
const struct expr *breed_parent(const struct population *p, int island, struct rng *r)
{
	const struct island *is = &p->island[island];
	int best = is->n, tries = rng_bool(r, 0.5) ? 3 : 1;

	for (int k = 0; k < tries; k++) {
		int i = rng_below(r, is->n);

		if (i < best)
			best = i;
	}
	return &is->member[best].skeleton;
}

static bool vary_crossover(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	const struct expr *other = breed_parent(b->population, b->island, b->r);
	struct expr piece;

	subtree_of(other, rng_below(b->r, other->n), &piece);
	return expr_replace_subtree(out, parent, rng_below(b->r, parent->n), &piece);
}

/* A column, or one on a scale of its own. */
static bool draw_argument(const struct breeding *b, struct expr *out)
{
	struct expr c = {0}, leaf, product;

	draw_leaf(b, &leaf);
	if (leaf.node[0].op != OP_VAR || rng_bool(b->r, 0.5)) {
		*out = leaf;
		return true;
	}
	expr_push_const(&c, OP_CONST, 1);
	return join(OP_MUL, &leaf, &c, &product) && join(OP_ADD, &product, &c, out);
}

static bool vary_own(const struct breeding *b, const struct expr *parent, struct expr *out)
{
	const struct definition *d = &b->c->own->of[rng_below(b->r, b->c->own->n)];
	struct expr part[DEFINITION_ARGUMENTS], called;
	const struct expr *argument[DEFINITION_ARGUMENTS];
	int i = rng_below(b->r, parent->n), old = rng_bool(b->r, 0.5) ? rng_below(b->r, d->arity) : -1;

	for (int k = 0; k < d->arity; k++) {
		argument[k] = &part[k];
		if (k == old)
			subtree_of(parent, i, &part[k]);
		else if (!draw_argument(b, &part[k]))
			return false;
	}
	return definition_apply(d, argument, &called) && expr_replace_subtree(out, parent, i, &called);
}

static const struct {
	const char *name;
	double weight;
	bool (*vary)(const struct breeding *, const struct expr *, struct expr *);
} variations[VARY_COUNT] = {
	[VARY_POINT] = {"point", 20, vary_point},
	[VARY_SUBTREE] = {"subtree", 15, vary_subtree},
	[VARY_INSERT] = {"insert", 18, vary_insert},
	[VARY_DELETE] = {"delete", 12, vary_delete},
	[VARY_TERM] = {"term", 12, vary_term},
	[VARY_FACTOR] = {"factor", 12, vary_factor},
	[VARY_CROSSOVER] = {"crossover", 20, vary_crossover},
	[VARY_OWN] = {"own", 20, vary_own},
};

const char *variation_name(enum variation v)
{
	return variations[v].name;
}

bool breed_once(const struct breeding *b, enum variation v, const struct expr *parent, struct expr *out)
{
	return variations[v].vary(b, parent, out);
}

enum variation breed_draw(const struct breeding *b)
{
	double weight[VARY_COUNT];

	for (int v = 0; v < VARY_COUNT; v++)
		weight[v] = v == VARY_OWN && !(b->c->own && b->c->own->n) ? 0 : variations[v].weight;
	return (enum variation)rng_weighted(b->r, weight, VARY_COUNT);
}
