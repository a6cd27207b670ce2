/* bounds.c — see bounds.h. Other spellings of an operator are rows of a table, tried in order. */
#include "eqrl/expr/bounds.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	COEFFICIENT_NODES = 10, /* two and a half terms with coefficient, or four offsets: what most fits add */
	SKELETON_NODES = 30,	/* equations of laws have 30 nodes at most; longer ones are rarely worth their search */
	SKELETON_CONSTS = 8,	/* inside functions; coefficients come on top */
	POWER_MAX = 10,		/* integers that are tokens */
};

struct bounds bounds_none(void)
{
	return (struct bounds){.operators = ~(uint64_t)0, .max_size = EXPR_MAX_NODES, .max_consts = EXPR_MAX_CONSTS};
}

int bounds_skeleton_size(int max_size)
{
	int rest = max_size - COEFFICIENT_NODES;

	return max_size <= SKELETON_NODES ? max_size : rest > SKELETON_NODES ? rest : SKELETON_NODES;
}

int bounds_skeleton_consts(int max_consts)
{
	return max_consts < SKELETON_CONSTS ? max_consts : SKELETON_CONSTS;
}

static bool allows_operator(const struct bounds *b, int op)
{
	if (op >= OP_COUNT)
		return true;
	return (b->operators >> op & 1) && (op != OP_INV || (b->operators >> OP_DIV & 1));
}

/* ---- ways from the root -------------------------------------------------------------------------------------- */

/* Of the operators below the topmost `outer`: no other one has more of `inner` below it. */
static bool is_full(const struct nesting *n, const uint8_t *path, int length)
{
	int at = 0, found = 0;

	while (at < length && path[at] != n->outer)
		at++;
	if (at == length)
		return false;
	for (at++; at < length; at++)
		found += path[at] == n->inner;
	return found >= n->most;
}

uint64_t bounds_barred(const struct bounds *b, const uint8_t *path, int n)
{
	uint64_t barred = 0;

	if (b->max_depth > 0 && n + 2 > b->max_depth)
		return ~(uint64_t)0;
	for (int k = 0; k < b->n_nestings; k++)
		if (is_full(&b->nesting[k], path, n))
			barred |= (uint64_t)1 << b->nesting[k].inner;
	return barred;
}

/* Appends the operators of the subtree at *i to the way that leads there. */
static bool allows_ways(const struct bounds *b, const struct expr *e, int *i, uint8_t *path, int n)
{
	struct node a = e->node[(*i)++];

	if (node_arity(a) == 0)
		return true;
	if (bounds_barred(b, path, n) >> a.op & 1)
		return false;
	path[n] = (uint8_t)a.op;
	for (int k = node_arity(a); k > 0; k--)
		if (!allows_ways(b, e, i, path, n + 1))
			return false;
	return true;
}

/* The exponent at node i: a number, perhaps with a sign in front. */
static bool allows_exponent(const struct bounds *b, const struct expr *e, int i)
{
	struct node a = e->node[i];
	double sign = 1;

	if (a.op == OP_NEG) {
		sign = -1;
		a = e->node[i + 1];
	}
	if (a.op == OP_INT)
		return bounds_allow_exponent(b, sign * a.arg);
	return a.op == OP_FIXED && fabs(e->c[a.arg]) <= b->max_exponent && bounds_allow_exponent(b, sign * e->c[a.arg]);
}

static bool allows_exponents(const struct bounds *b, const struct expr *e)
{
	for (int i = 0; i < e->n && b->max_exponent > 0; i++)
		if (e->node[i].op == OP_POW && !allows_exponent(b, e, expr_end(e, i + 1)))
			return false;
	return true;
}

static bool allows_shape(const struct bounds *b, const struct expr *e)
{
	uint8_t path[EXPR_MAX_NODES];
	int start = 0;

	if (!allows_exponents(b, e))
		return false;
	return (b->max_depth == 0 && b->n_nestings == 0) || e->n == 0 || allows_ways(b, e, &start, path, 0);
}

bool bounds_allow_form(const struct bounds *b, const struct expr *e)
{
	return allows_shape(b, e) && (!b->units || units_allow_form(b->units, e));
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

bool bounds_complete(const struct bounds *b, const struct expr *e)
{
	uint64_t used = 0;

	for (int i = 0; i < e->n && b->required; i++)
		if (e->node[i].op < OP_COUNT)
			used |= (uint64_t)1 << e->node[i].op;
	if (used >> OP_INV & 1) /* it is written with '/' */
		used |= (uint64_t)1 << OP_DIV;
	if (b->required & ~used)
		return false;
	for (int k = 0; k < b->n_required; k++)
		if (!expr_uses_column(e, b->required_column[k]))
			return false;
	return true;
}

struct bounds bounds_of_steps(const struct bounds *b)
{
	struct bounds steps = *b;

	steps.required = 0;
	steps.n_required = 0;
	return steps;
}

int bounds_size(const struct bounds *b, const struct expr *e)
{
	int size = expr_size(e);

	for (int i = 0; i < e->n; i++)
		if (e->node[i].op < OP_COUNT && b->weight[e->node[i].op] > 0)
			size += b->weight[e->node[i].op] - op_info[e->node[i].op].complexity;
	return size;
}

bool bounds_allow_number(const struct bounds *b, double v)
{
	if (!bounds_bind_numbers(b) || (b->whole_numbers && v == nearbyint(v)))
		return true;
	for (int k = 0; k < b->n_numbers; k++)
		if (fabs(v) == b->number[k])
			return true;
	return false;
}

bool bounds_settled(const struct bounds *b, const struct expr *e)
{
	return !bounds_bind_numbers(b) || expr_free_consts(e) == 0;
}

static bool allows_number(const struct bounds *b, const struct expr *e, struct node a)
{
	switch (a.op) {
	case OP_INT:
		return bounds_allow_number(b, a.arg);
	case OP_PI:
		return bounds_allow_number(b, M_PI);
	case OP_FIXED:
		return bounds_allow_number(b, e->c[a.arg]);
	default:
		return true;
	}
}

static bool has_form(const struct bounds *b, const struct expr *e)
{
	struct expr body[OUTLINE_FUNCTIONS];

	return !bounds_have_form(b) || outline_match(&b->form, e, false, body);
}

bool bounds_allow_bare(const struct bounds *b, const struct expr *e)
{
	uint32_t numbers = 0;

	for (int i = 0; i < e->n; i++) {
		if (!allows_operator(b, e->node[i].op) || !allows_number(b, e, e->node[i]))
			return false;
		if (e->node[i].op == OP_CONST || e->node[i].op == OP_FIXED)
			numbers |= 1u << e->node[i].arg;
	}
	if (bounds_size(b, e) > b->max_size || __builtin_popcount(numbers) > b->max_consts || !bounds_complete(b, e))
		return false;
	return allows_shape(b, e) && has_form(b, e);
}

bool bounds_allow(const struct bounds *b, const struct expr *e)
{
	return bounds_allow_bare(b, e) && (!b->units || units_allow(b->units, e));
}

/* ---- other spellings -------------------------------------------------------------------------------------- */

/* Prefix order; a and b are the operands. */
static const struct {
	enum op op;
	const char *as;
} spellings[] = {
	{OP_SQUARE, "mul a a"},	   {OP_SQUARE, "pow a 2"},   {OP_CUBE, "mul mul a a a"},  {OP_CUBE, "pow a 3"},
	{OP_SQRT, "pow a 0.5"},	   {OP_NEG, "mul -1 a"},     {OP_SUB, "add a neg b"},	  {OP_SUB, "add a mul -1 b"},
	{OP_ADD, "sub a neg b"},   {OP_INV, "div 1 a"},	     {OP_INV, "pow a -1"},	  {OP_DIV, "mul a pow b -1"},
	{OP_ABS, "sqrt square a"}, {OP_ABS, "sqrt mul a a"}, {OP_TAN, "div sin a cos a"},
};

struct speller {
	const struct bounds *bounds;
	const struct expr *e;
	struct expr *out;
};

static bool spell(struct speller *s, int i);

static bool push_number(struct speller *s, double v)
{
	return v >= 1 && v == (int)v ? expr_push(s->out, OP_INT, (int)v) : expr_push_const(s->out, OP_FIXED, v);
}

static const char *next_word(const char *at, char word[8])
{
	size_t n = strcspn(at, " ");

	memcpy(word, at, n);
	word[n] = '\0';
	return at + n + (at[n] == ' ');
}

static bool allows_spelling(const struct bounds *b, const char *as)
{
	char word[8];

	while (*as) {
		int op;

		as = next_word(as, word);
		op = word[1] ? op_find(word) : -1;
		if (op >= 0 && !allows_operator(b, op))
			return false;
	}
	return true;
}

static bool push_spelling(struct speller *s, const char *as, int i)
{
	char word[8];

	while (*as) {
		bool ok;
		int op;

		as = next_word(as, word);
		op = word[1] ? op_find(word) : -1;
		if (op >= 0)
			ok = expr_push(s->out, (enum op)op, 0);
		else if (word[0] == 'a')
			ok = spell(s, i + 1);
		else if (word[0] == 'b')
			ok = spell(s, expr_end(s->e, i + 1));
		else
			ok = push_number(s, strtod(word, NULL));
		if (!ok)
			return false;
	}
	return true;
}

/* a^k as a product of k times a. */
static bool push_product(struct speller *s, int i, int k)
{
	for (int m = 1; m < k; m++)
		if (!expr_push(s->out, OP_MUL, 0))
			return false;
	for (int m = 0; m < k; m++)
		if (!spell(s, i + 1))
			return false;
	return true;
}

static bool spell_otherwise(struct speller *s, int i)
{
	int op = s->e->node[i].op;

	if (op == OP_POW && allows_operator(s->bounds, OP_MUL)) {
		struct node k = s->e->node[expr_end(s->e, i + 1)];

		return k.op == OP_INT && k.arg <= POWER_MAX && push_product(s, i, k.arg);
	}
	for (size_t k = 0; k < COUNT_OF(spellings); k++)
		if (spellings[k].op == (enum op)op && allows_spelling(s->bounds, spellings[k].as))
			return push_spelling(s, spellings[k].as, i);
	return false;
}

/* Appends the subtree at i. */
static bool spell(struct speller *s, int i)
{
	struct node a = s->e->node[i++];

	if (!allows_operator(s->bounds, a.op))
		return spell_otherwise(s, i - 1);
	if (!expr_push(s->out, a.op, a.arg))
		return false;
	for (int k = node_arity(a); k > 0; k--) {
		if (!spell(s, i))
			return false;
		i = expr_end(s->e, i);
	}
	return true;
}

static bool spell_bodies(const struct bounds *b, const struct expr *carrier, struct expr *out)
{
	struct expr body[OUTLINE_FUNCTIONS];

	if (!outline_split(&b->form, carrier, body))
		return false;
	for (int f = 0; f < b->form.n_functions; f++) {
		struct expr spelled = {.n_consts = body[f].n_consts};
		struct speller s = {b, &body[f], &spelled};

		memcpy(spelled.c, body[f].c, sizeof(spelled.c));
		if (!spell(&s, 0))
			return false;
		expr_pack_consts(&spelled);
		body[f] = spelled;
	}
	return outline_join(&b->form, body, out);
}

bool bounds_spell(const struct bounds *b, const struct expr *e, struct expr *out)
{
	struct speller s = {b, e, out};

	if (bounds_have_form(b))
		return spell_bodies(b, e, out);
	*out = *e;
	out->n = 0;
	if (e->n == 0 || !spell(&s, 0))
		return false;
	expr_pack_consts(out);
	return true;
}
