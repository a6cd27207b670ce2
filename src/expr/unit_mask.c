/* unit_mask.c — which tokens would break the units of an equation that is being written; see units_barred in units.h.
 *
 * The tokens so far are read once. Each operator that waits for operands hands down what it wants of the next one: a
 * dimension, or anything. Where anything will do, a token that would leave the parts still to come more than they can
 * make good in the nodes that are left is barred, too. */
#include "eqrl/expr/units.h"

#include "eqrl/expr/vocab.h"
#include "unit_reach.h"

#include <math.h>

/* What a part has, or should have: a dimension, or anything. */
struct wish {
	bool known;
	struct dimension of;
};

struct open_operator {
	int op, child;
	struct wish want, first; /* of the whole; of the first operand, when that is complete */
	int exponent;		 /* of pow: the integer, 0: another exponent */
	bool terms;		 /* a sum whose terms get coefficients */
	bool reached;		 /* through sums, products and quotients alone */
	bool has_column;	 /* a complete operand has one */
};

struct unit_state {
	const struct units *u;
	int depth;
	struct open_operator open[VOCAB_MAX_LEN];
};

static const struct wish anything = {0};
static const struct wish none = {.known = true};

static struct wish wish_for(struct dimension d)
{
	return (struct wish){true, d};
}

static bool wants_none(const struct wish *w)
{
	return w->known && dimension_is_none(&w->of);
}

static struct wish scaled(const struct wish *w, double k)
{
	const struct dimension zero = {0};

	return w->known ? wish_for(dimension_plus(&zero, k, &w->of)) : anything;
}

static struct wish combined(const struct wish *a, double k, const struct wish *b)
{
	return a->known && b->known ? wish_for(dimension_plus(&a->of, k, &b->of)) : anything;
}

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

static bool coefficients_follow(const struct units *u)
{
	return u->scaled && u->constants != UNIT_CONSTANTS_NONE;
}

static struct open_operator *innermost(struct unit_state *s)
{
	return s->depth ? &s->open[s->depth - 1] : NULL;
}

/* Of the operand that comes next below f, NULL: of the whole. */
static struct wish wanted(const struct unit_state *s, const struct open_operator *f)
{
	const struct op_info *op;

	if (!f)
		return coefficients_follow(s->u) ? anything : wish_for(s->u->target.of);
	op = &op_info[f->op];
	if (f->terms || op->flags & OPF_ANY_UNIT)
		return anything;
	if (op->flags & OPF_SAME_UNIT)
		return f->child == 1 && f->first.known ? f->first : f->want;
	if (f->op == OP_MUL || f->op == OP_DIV)
		return f->child == 0	 ? anything
		       : f->op == OP_MUL ? combined(&f->want, -1, &f->first)
					 : combined(&f->first, -1, &f->want);
	if (f->op == OP_POW)
		return f->child == 0 ? anything : none;
	return op->power != 0 ? scaled(&f->want, 1 / op->power) : none;
}

static struct wish leaf_unit(const struct unit_state *s, const struct open_operator *f, int token)
{
	enum unit_constants c = s->u->constants;
	int slot = token - TOK_VAR;

	if (slot >= 0)
		return slot < s->u->n_columns ? wish_for(s->u->column[slot].of) : none;
	if (token == TOK_CONST && (c == UNIT_CONSTANTS_ANY || (c == UNIT_CONSTANTS_SCALE && (!f || f->reached))) &&
	    !(f && f->op == OP_POW && f->child == 1))
		return anything;
	return none;
}

/* Of the whole that f makes, with its last operand `last`. */
static struct wish result_of(const struct open_operator *f, const struct wish *last)
{
	const struct op_info *op = &op_info[f->op];

	if (f->terms)
		return anything;
	if (op->flags & OPF_SAME_UNIT)
		return op->arity == 2 && f->first.known ? f->first : *last;
	if (f->op == OP_MUL || f->op == OP_DIV)
		return combined(&f->first, f->op == OP_MUL ? 1 : -1, last);
	if (f->op == OP_POW)
		return wants_none(&f->first) ? none : f->exponent > 0 ? scaled(&f->first, f->exponent) : anything;
	return op->power != 0 ? scaled(last, op->power) : none;
}

static void push_operator(struct unit_state *s, int op)
{
	const struct open_operator *f = innermost(s);
	bool product = op == OP_MUL || op == OP_DIV || op == OP_INV, sum = op_info[op].flags & OPF_SUM;
	struct open_operator next = {
		.op = op,
		.want = wanted(s, f),
		.terms = sum && coefficients_follow(s->u) && (!f || f->terms),
		.reached = (product || sum) && (!f || f->reached),
	};

	s->open[s->depth++] = next;
}

static void push_leaf(struct unit_state *s, int token)
{
	struct wish w = leaf_unit(s, innermost(s), token);
	bool column = token >= TOK_VAR;

	while (s->depth > 0) {
		struct open_operator *f = &s->open[s->depth - 1];

		if (f->child == 0)
			f->first = w;
		else if (f->op == OP_POW && token >= TOK_INT && token < TOK_VAR)
			f->exponent = token - TOK_INT + 1;
		f->has_column |= column;
		if (++f->child < op_info[f->op].arity)
			return;
		w = result_of(f, &w);
		column = f->has_column;
		token = 0;
		s->depth--;
	}
}

/* ---- nodes that are needed ------------------------------------------------------------------------------------------------ */

static bool numbers_carry(const struct units *u)
{
	return u->constants == UNIT_CONSTANTS_ANY;
}

/* A part without dimension is a number unless a column has to be in it. */
static int nodes_for(const struct units *u, const struct wish *w, bool with_column)
{
	int nodes;

	if (!w->known || (numbers_carry(u) && !with_column))
		return 1;
	if (dimension_is_none(&w->of))
		nodes = with_column ? reach_pure_nodes(u) : 1;
	else
		nodes = reach_nodes(u, &w->of);
	return numbers_carry(u) && nodes > 3 ? 3 : nodes; /* c*x */
}

/* What f will have, as far as that is known while an operand of it that will have `operand` is still open. */
static struct wish foreseen(const struct open_operator *f, const struct wish *operand)
{
	const struct op_info *op = &op_info[f->op];
	bool opens = op->arity == 2 && f->child == 0;

	if (f->want.known)
		return f->want;
	if (f->op == OP_POW && opens)
		return wants_none(operand) ? none : anything;
	if (opens && !(op->flags & OPF_SAME_UNIT))
		return f->op == OP_MUL || f->op == OP_DIV ? anything : none;
	return opens && !f->terms ? *operand : result_of(f, operand);
}

/* What the second operand has to have beside a first one with `first`. */
static struct wish wanted_beside(const struct open_operator *f, const struct wish *first)
{
	if (f->op == OP_MUL)
		return combined(&f->want, -1, first);
	if (f->op == OP_DIV)
		return combined(first, -1, &f->want);
	if (op_info[f->op].flags & OPF_SAME_UNIT && !f->terms)
		return first->known ? *first : f->want;
	return anything;
}

/* Nodes that operands need which have not begun, when the next one has `next`. Room for a column is set aside where none
 * is there yet. */
static int nodes_pending(const struct unit_state *s, struct wish next)
{
	bool column = false;
	int nodes = 0;

	for (int i = s->depth - 1; i >= 0; i--) {
		const struct open_operator *f = &s->open[i];

		if (op_info[f->op].arity == 2 && f->child == 0) {
			struct wish beside = wanted_beside(f, &next);

			nodes += nodes_for(s->u, &beside, !column);
		}
		column |= f->has_column;
		next = foreseen(f, &next);
	}
	return nodes;
}

static bool has_whole_root(const struct wish *want, const struct wish *base)
{
	for (int k = 4; k <= VOCAB_INTS; k++) { /* 2 and 3 have operators of their own */
		struct wish power = scaled(base, k);

		if (dimension_is_same(&power.of, &want->of))
			return true;
	}
	return false;
}

enum {
	AMPLE_ROOM = 10,
	MOST_BESIDE = 2
}; /* with so many nodes left something will fit; operands looked through at once */

static bool can_be_made_good(const struct unit_state *s, int depth, struct wish w, int room, int beside);

/* The same where the second operand of f, the operator at depth, may be any leaf. */
static bool some_leaf_beside(const struct unit_state *s, int depth, const struct wish *w, int room, int beside)
{
	double sign = s->open[depth].op == OP_MUL ? 1 : -1;

	if (beside == MOST_BESIDE || room >= AMPLE_ROOM)
		return true;
	for (int c = -1; c < s->u->n_columns && c < VOCAB_VARS; c++) {
		struct wish leaf = c < 0 ? none : wish_for(s->u->column[c].of);

		if (can_be_made_good(s, depth, combined(w, sign, &leaf), room, beside + 1))
			return true;
	}
	return false;
}

/* Whether what is still to come above can make good that the operand open at depth - 1 has the unit w; room: nodes for
 * that, where one is set aside for each operand. */
static bool can_be_made_good(const struct unit_state *s, int depth, struct wish w, int room, int beside)
{
	for (int i = depth - 1; i >= 0 && w.known; i--) {
		const struct open_operator *f = &s->open[i];
		const struct op_info *op = &op_info[f->op];
		bool opens = op->arity == 2 && f->child == 0;

		if (f->terms)
			return true;
		if (f->op == OP_POW && opens) {
			if (!wants_none(&w))
				return !f->want.known || has_whole_root(&f->want, &w);
			if (f->want.known)
				return dimension_is_none(&f->want.of);
		} else if (opens && (f->op == OP_MUL || f->op == OP_DIV)) {
			struct wish rest = wanted_beside(f, &w);

			return f->want.known ? nodes_for(s->u, &rest, false) - 1 <= room
					     : some_leaf_beside(s, i, &w, room, beside);
		} else if (f->want.known) { /* what is wanted of the operand is wanted for that */
			struct wish got = opens ? w : result_of(f, &w);

			return !got.known || dimension_is_same(&got.of, &f->want.of);
		} else if (opens) {
			room -= nodes_for(s->u, &w, false) - 1;
			if (room < 0)
				return false;
		} else {
			w = result_of(f, &w);
		}
	}
	return true;
}

/* ---- which tokens ----------------------------------------------------------------------------------------------------------- */

struct place {
	const struct unit_state *s;
	const struct open_operator *f; /* NULL: the whole */
	struct wish want;
	int room;	       /* nodes for the operand that comes next, at most */
	int room_with_pending; /* and for those that have not begun */
	bool with_column;      /* it has to have one */
};

/* The exponent of a quantity with dimension is a number; of a power that is wanted, a certain one. */
static bool allows_as_exponent(const struct place *p, int token)
{
	const struct open_operator *f = p->f;

	if (!f->first.known || wants_none(&f->first))
		return leaf_unit(p->s, f, token).known &&
		       wants_none(&(struct wish){true, leaf_unit(p->s, f, token).of});
	if (token == TOK_CONST)
		return p->s->u->constants != UNIT_CONSTANTS_NONE;
	if (token < TOK_INT || token >= TOK_VAR)
		return false;
	if (f->want.known) {
		struct wish power = scaled(&f->first, token - TOK_INT + 1);

		return dimension_is_same(&power.of, &f->want.of);
	}
	return true;
}

static bool allows_leaf(const struct place *p, int token)
{
	struct wish w = leaf_unit(p->s, p->f, token);

	if (p->f && p->f->op == OP_POW && p->f->child == 1)
		return allows_as_exponent(p, token);
	if (!w.known)
		return true;
	if (p->want.known)
		return dimension_is_same(&w.of, &p->want.of);
	return can_be_made_good(p->s, p->s->depth, w, p->room - 1, 0);
}

static bool allows_power(const struct place *p)
{
	if (!p->want.known || dimension_is_none(&p->want.of) || numbers_carry(p->s->u))
		return true;
	for (int k = 4; k <= VOCAB_INTS; k++) {
		struct wish base = scaled(&p->want, 1.0 / k);

		if (nodes_for(p->s->u, &base, true) + 2 <= p->room)
			return true;
	}
	return false;
}

/* Whether a leaf to the power k, and then to what `spent` nodes leave room for, can be made good. */
static bool some_leaf_fits(const struct place *p, double k, int spent)
{
	const struct units *u = p->s->u;

	for (int c = -1; c < u->n_columns && c < VOCAB_VARS; c++) {
		struct wish leaf = c < 0 ? none : wish_for(u->column[c].of);

		if ((c >= 0 || !p->with_column) &&
		    can_be_made_good(p->s, p->s->depth, scaled(&leaf, k), p->room - spent, 0))
			return true;
	}
	return false;
}

static bool some_product_fits(const struct place *p, double k)
{
	const struct units *u = p->s->u;

	if (some_leaf_fits(p, 1, 3) || (k < 0 && some_leaf_fits(p, -1, 3))) /* with a number */
		return true;
	for (int a = 0; a < u->n_columns && a < VOCAB_VARS; a++)
		for (int b = 0; b < u->n_columns && b < VOCAB_VARS; b++) {
			struct wish product = wish_for(dimension_plus(&u->column[a].of, k, &u->column[b].of));

			if (can_be_made_good(p->s, p->s->depth, product, p->room - 3, 1))
				return true;
		}
	return false;
}

/* Whether an operator of which anything is wanted leaves a way to go on. */
static bool leaves_a_way(const struct place *p, int op)
{
	const struct op_info *info = &op_info[op];

	if (p->room >= AMPLE_ROOM || numbers_carry(p->s->u))
		return true;
	if (info->flags & OPF_SAME_UNIT || op == OP_POW)
		return some_leaf_fits(p, 1, info->arity == 2 ? 3 : 2);
	if (op == OP_MUL || op == OP_DIV)
		return some_product_fits(p, op == OP_MUL ? 1 : -1);
	return info->power == 0 || some_leaf_fits(p, info->power, 2);
}

static bool allows_operator(const struct place *p, int op)
{
	const struct op_info *info = &op_info[op];
	const struct units *u = p->s->u;
	const struct wish *w = &p->want;

	if (!w->known && !leaves_a_way(p, op))
		return false;
	if (info->flags & OPF_SAME_UNIT)
		return 1 + nodes_for(u, w, p->with_column || info->arity == 1) +
			       (info->arity == 2 ? nodes_for(u, w, false) : 0) <=
		       p->room;
	if (op == OP_MUL || op == OP_DIV)
		return nodes_for(u, w, p->with_column) <= p->room;
	if (op == OP_POW)
		return allows_power(p);
	if (info->power != 0) {
		struct wish operand = scaled(w, 1 / info->power);

		return 1 + nodes_for(u, &operand, true) <= p->room;
	}
	if (w->known && !dimension_is_none(&w->of))
		return false;
	if (!w->known && !can_be_made_good(p->s, p->s->depth, none, p->room - 2, 0))
		return false;
	return info->flags & OPF_ANY_UNIT ||
	       1 + nodes_for(u, &none, true) + nodes_pending(p->s, none) <= p->room_with_pending;
}

uint64_t units_barred(const struct units *u, const uint8_t *tokens, int n, int room)
{
	struct unit_state s = {.u = u};
	struct place p = {.s = &s};
	uint64_t barred = 0;

	for (int i = 0; i < n; i++) {
		if (tokens[i] >= TOK_OP && tokens[i] < TOK_CONST)
			push_operator(&s, tokens[i] - TOK_OP);
		else
			push_leaf(&s, tokens[i]);
	}
	p.f = innermost(&s);
	p.want = wanted(&s, p.f);
	p.room_with_pending = room;
	p.room = room - nodes_pending(&s, p.want);
	p.with_column = !p.f || op_info[p.f->op].arity == 1 || (p.f->child == 1 && !p.f->has_column);
	for (int op = 0; op < OP_COUNT; op++)
		if (!allows_operator(&p, op))
			barred |= TOK_BIT(TOK_OP + op);
	for (int token = TOK_CONST; token < VOCAB_SIZE; token++)
		if (!allows_leaf(&p, token))
			barred |= TOK_BIT(token);
	return barred;
}
