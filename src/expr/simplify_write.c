/* simplify_write.c — the normal form back to prefix order: left-associative sums and products, one
 * division for all that is below the line, no sign where subtraction or a number can carry it. */
#include "eqrl/expr/vocab.h"
#include "simplify_form.h"

#include <stdlib.h>
#include <string.h>

enum { BRACKET_MAX = 60 }; /* largest exponent of a bracket around several factors */

struct writer {
	struct work *w;
	struct expr *out;
	const struct expr *source;
	int8_t tied[EXPR_MAX_CONSTS]; /* source's constant → out's, -1: not yet */
	bool ok;
};

static void write_any(struct writer *s, struct term t);

static void push(struct writer *s, enum op op, int arg)
{
	s->ok = s->ok && expr_push(s->out, op, arg);
}

static void push_many(struct writer *s, enum op op, int times)
{
	for (int i = 0; i < times; i++)
		push(s, op, 0);
}

/* ---- numbers --------------------------------------------------------------------------------------- */

static bool is_token(struct num a)
{
	return a.q == 1 && a.p >= 1 && a.p <= VOCAB_INTS && a.p == floor(a.p);
}

static void write_num(struct writer *s, struct num a)
{
	double v = num_value(a);
	bool integers = a.kind == NUM_EXACT || a.kind == NUM_LITERAL;

	if (a.kind != NUM_FREE && is_token(a))
		push(s, OP_INT, (int)a.p);
	else if (integers && v == M_PI)
		push(s, OP_PI, 0);
	else if (a.kind == NUM_FREE || (integers && !s->w->keep && v != 0))
		s->ok = s->ok && expr_push_const(s->out, OP_CONST, s->w->keep ? v : 1);
	else
		s->ok = s->ok && expr_push_const(s->out, OP_FIXED, v);
}

/* A coefficient as one number above the line and one below; 1 means none. */
static void split_fraction(const struct work *w, struct num a, struct num *top, struct num *bottom)
{
	double limit = w->keep ? 100 : VOCAB_INTS;

	*top = a;
	*bottom = num_int(1);
	if (a.kind != NUM_EXACT || a.q == 1)
		return;
	if (a.q > limit || (fabs(a.p) > limit && fabs(a.p) != 1))
		return;
	*top = num_int(a.p);
	*bottom = num_int(a.q);
}

/* 2 or 3 if p, too large for a token, is that times a token; else 1. */
static int outer_power(const struct work *w, double p)
{
	if (w->keep || p <= VOCAB_INTS)
		return 1;
	return fmod(p, 2) == 0 && p <= 2 * VOCAB_INTS ? 2 : fmod(p, 3) == 0 && p <= 3 * VOCAB_INTS ? 3 : 1;
}

/* Nodes that a^p takes more than a, for a whole p ≥ 1. */
static int power_cost(const struct work *w, int p)
{
	return (outer_power(w, p) > 1) + (p == 1 ? 0 : p <= 3 ? 1 : 2);
}

/* Operators in front of a base for a positive exponent; what follows the base, if anything, goes to
 * *tail and true is returned. */
static bool open_power(struct writer *s, struct num k, struct num *tail)
{
	if (k.kind == NUM_EXACT && k.q <= 8) {
		for (; k.q > 1 && fmod(k.q, 2) == 0; k.q /= 2)
			push(s, OP_SQRT, 0);
	}
	if (num_is_int(k) && outer_power(s->w, k.p) > 1) {
		push(s, outer_power(s->w, k.p) == 2 ? OP_SQUARE : OP_CUBE, 0);
		k.p /= outer_power(s->w, k.p);
	}
	if (num_is(k, 1))
		return false;
	if (num_is(k, 2) || num_is(k, 3)) {
		push(s, num_is(k, 2) ? OP_SQUARE : OP_CUBE, 0);
		return false;
	}
	push(s, OP_POW, 0);
	*tail = k;
	return true;
}

static void close_power(struct writer *s, struct num tail)
{
	if (!s->w->keep && tail.kind == NUM_LITERAL) /* pi is no exponent */
		tail.kind = NUM_FREE;
	write_num(s, tail);
}

/* ---- products -------------------------------------------------------------------------------------- */

/* Factors that are written as one: (a · b²)³ stands for a³ · b⁶. */
struct unit {
	uint64_t members;
	int power; /* of the bracket; its members keep exponent / power */
	bool below;
};

struct product {
	struct term part[LIST_MAX];
	int n, n_units, n_above, n_below;
	struct unit unit[LIST_MAX];
};

/* Exponents that operators spell: whole numbers and halves, quarters, eighths of them. */
static bool is_spelt(struct num k)
{
	return k.kind == NUM_EXACT && (k.q == 1 || k.q == 2 || k.q == 4 || k.q == 8);
}

static int numerator(struct num k)
{
	return is_spelt(k) ? abs((int)k.p) : 1;
}

static int best_bracket(const struct work *w, const int *e, int n, int *power);

/* Nodes that a bracket around all exponents divisible by g saves, brackets within it included; at
 * least two must be. */
static int bracket_saves(const struct work *w, const int *e, int n, int g)
{
	int saved = -power_cost(w, g), inner[LIST_MAX], members = 0, unused;

	for (int i = 0; i < n; i++)
		if (e[i] % g == 0) {
			inner[members++] = e[i] / g;
			saved += power_cost(w, e[i]) - power_cost(w, e[i] / g);
		}
	return members > 1 ? saved + best_bracket(w, inner, members, &unused) : 0;
}

/* The most that a bracket saves, and its power; 0 and 1 if none does. */
static int best_bracket(const struct work *w, const int *e, int n, int *power)
{
	int powers = 0, largest = 0, most = 0;

	for (int i = 0; i < n; i++) {
		powers += e[i] > 1;
		largest = e[i] > largest ? e[i] : largest;
	}
	*power = 1;
	for (int g = 2; powers > 1 && g <= largest && g <= BRACKET_MAX; g++) {
		int saved = bracket_saves(w, e, n, g);

		if (saved > 0 && saved >= most) { /* at a tie pow(a, 6) rather than square(cube(a)) */
			most = saved;
			*power = g;
		}
	}
	return most;
}

/* The next unit out of what is left: the bracket that saves most, else the first part alone. */
static struct unit next_unit(const struct work *w, const struct product *p, uint64_t left)
{
	struct unit u = {.members = left & -left, .below = true};
	int e[LIST_MAX] = {0};

	for (int i = 0; i < p->n; i++)
		e[i] = left >> i & 1 ? numerator(p->part[i].k) : 1;
	best_bracket(w, e, p->n, &u.power);
	for (int i = 0; i < p->n && u.power > 1; i++)
		if (e[i] % u.power == 0)
			u.members |= (uint64_t)1 << i;
	if (u.power > 1 && e[__builtin_ctzll(left)] % u.power != 0)
		u.members &= u.members - 1;
	for (int i = 0; i < p->n; i++)
		if (u.members >> i & 1)
			u.below &= is_spelt(p->part[i].k) && p->part[i].k.p < 0;
	return u;
}

static void find_units(const struct work *w, struct product *p)
{
	uint64_t left = p->n == LIST_MAX ? ~(uint64_t)0 : ((uint64_t)1 << p->n) - 1;

	p->n_units = p->n_above = p->n_below = 0;
	while (left) {
		struct unit u = next_unit(w, p, left);
		int at = p->n_units++;

		left &= ~u.members;
		for (; at > 0 && __builtin_ctzll(p->unit[at - 1].members) > __builtin_ctzll(u.members); at--)
			p->unit[at] = p->unit[at - 1];
		p->unit[at] = u;
		p->n_above += !u.below;
		p->n_below += u.below;
	}
}

static void write_product(struct writer *s, struct num k, struct product *p);

static void write_unit(struct writer *s, const struct product *p, const struct unit *u)
{
	int first = __builtin_ctzll(u->members);
	struct num k = u->power > 1 ? num_int(u->power) : p->part[first].k, tail;
	struct product inner;
	bool has_tail;

	if (u->below)
		k.p = fabs(k.p);
	has_tail = open_power(s, k, &tail);
	inner.n = 0;
	for (int i = 0; i < p->n && u->power > 1; i++)
		if (u->members >> i & 1) {
			struct num e = p->part[i].k;

			e.p /= u->below ? -u->power : u->power;
			inner.part[inner.n++] = (struct term){e, p->part[i].id};
		}
	if (u->power > 1)
		write_product(s, num_int(1), &inner);
	else
		write_any(s, term_form(p->part[first].id));
	if (has_tail)
		close_power(s, tail);
}

static void write_side(struct writer *s, const struct product *p, struct num k, bool below)
{
	int n = below ? p->n_below : p->n_above;
	bool number = !num_is(k, 1) || n == 0;

	push_many(s, OP_MUL, n + number - 1);
	if (number)
		write_num(s, k);
	for (int i = 0; i < p->n_units; i++)
		if (p->unit[i].below == below)
			write_unit(s, p, &p->unit[i]);
}

/* Where all is below the line, something may be better off above: 1 / (y · exp(a)) is exp(-a) / y,
 * 1 / sqrt(a) is sqrt(1/a). */
static bool raise_one(struct writer *s, struct product *p)
{
	for (int i = 0; i < p->n; i++) {
		struct term *t = &p->part[i];
		const struct form *f = form_at(s->w, t->id);

		if (f->op == OP_EXP && num_is_int(t->k)) {
			struct term a = form_parts(s->w, t->id)[0];

			a.k = num_neg(s->w->keep, a.k);
			t->id = form_new(s->w, OP_EXP, 0, num_int(1), &a, 1);
		} else if (t->k.q != 1 && (p->n == 1 || (f->op == OP_MUL && !num_is(f->k, 1)))) {
			t->id = term_box(s->w, power_of(s->w, term_form(t->id), num_int(t->k.p)));
			t->k.p = -1;
		} else {
			continue;
		}
		t->k.p = -t->k.p;
		return true;
	}
	return false;
}

/* The sign of k goes into the number, into a factor, or in front. */
static void settle_sign(struct writer *s, struct num *k, struct product *p)
{
	int i;

	if (!num_negative(*k) || num_sign_is_cheap(s->w->keep, *k))
		return;
	*k = num_neg(s->w->keep, *k);
	i = parts_sign_taker(s->w, p->part, p->n);
	if (i >= 0)
		p->part[i].id = form_flip(s->w, p->part[i].id);
	else
		push(s, OP_NEG, 0);
}

static void write_product(struct writer *s, struct num k, struct product *p)
{
	struct num top, bottom;

	settle_sign(s, &k, p);
	split_fraction(s->w, k, &top, &bottom);
	find_units(s->w, p);
	if (p->n_above == 0 && num_is(top, 1) && raise_one(s, p))
		find_units(s->w, p);
	if (p->n_below == 0 && num_is(bottom, 1)) {
		write_side(s, p, top, false);
		return;
	}
	if (p->n_above == 0 && num_is(top, 1)) {
		push(s, OP_INV, 0);
	} else {
		push(s, OP_DIV, 0);
		write_side(s, p, top, false);
	}
	write_side(s, p, bottom, true);
}

/* ---- sums ------------------------------------------------------------------------------------------ */

static bool is_positive(struct num k)
{
	return k.kind == NUM_FREE ? k.p >= 0 : k.p > 0;
}

/* Index of the part to start with, n for the offset; *negate: everything is written negated, with a
 * sign in front or in the first part. Prefers what needs no sign. */
static int first_part(struct writer *s, const struct term *part, int n, struct num offset, bool *negate)
{
	*negate = false;
	for (int i = 0; i < n; i++)
		if (is_positive(part[i].k))
			return i;
	if (offset.p != 0 && is_positive(offset))
		return n;
	for (int i = 0; i < n; i++)
		if (num_sign_is_cheap(s->w->keep, part[i].k) || form_absorbs_sign(s->w, part[i].id, false))
			return i;
	if (offset.p != 0 && num_sign_is_cheap(s->w->keep, offset))
		return n;
	*negate = true;
	return 0;
}

static void write_sum(struct writer *s, int id)
{
	struct form f = *form_at(s->w, id);
	struct term part[LIST_MAX + 1];
	int order[LIST_MAX + 1], n = 0, first;
	bool negate;

	memcpy(part, form_parts(s->w, id), f.n * sizeof(*part));
	part[f.n] = term_num(f.k);
	first = first_part(s, part, f.n, f.k, &negate);
	if (negate)
		push(s, OP_NEG, 0);
	order[n++] = first;
	for (int i = 0; i <= f.n; i++)
		if (i != first && (i < f.n || !num_is(f.k, 0)))
			order[n++] = i;
	for (int i = 0; i < n; i++)
		if (negate)
			part[order[i]].k.p = -part[order[i]].k.p;
	for (int i = n - 1; i > 0; i--)
		push(s, is_positive(part[order[i]].k) ? OP_ADD : OP_SUB, 0);
	write_any(s, part[first]);
	for (int i = 1; i < n; i++) {
		struct term t = part[order[i]];

		if (!is_positive(t.k))
			t.k.p = -t.k.p;
		write_any(s, t);
	}
}

/* ---- terms ----------------------------------------------------------------------------------------- */

static void write_leaf(struct writer *s, const struct form *f)
{
	if (f->op == OP_VAR) {
		push(s, OP_VAR, f->arg);
	} else if (f->op == OP_FIXED) {
		write_num(s, f->k);
	} else if (s->tied[f->arg] >= 0) {
		push(s, OP_CONST, s->tied[f->arg]);
	} else {
		s->tied[f->arg] = (int8_t)s->out->n_consts;
		s->ok = s->ok && expr_push_const(s->out, OP_CONST, s->source->c[f->arg]);
	}
}

static void write_any(struct writer *s, struct term t)
{
	struct product p;
	struct form f;

	if (t.id == NO_FORM) {
		write_num(s, t.k);
		return;
	}
	f = *form_at(s->w, t.id);
	if (f.op == OP_MUL) {
		memcpy(p.part, form_parts(s->w, t.id), f.n * sizeof(*p.part));
		p.n = f.n;
		write_product(s, num_mul(s->w->keep, t.k, f.k), &p);
	} else if (!num_is(t.k, 1)) {
		p.part[0] = term_form(t.id);
		p.n = 1;
		write_product(s, t.k, &p);
	} else if (f.op == OP_ADD) {
		write_sum(s, t.id);
	} else if (op_info[f.op].arity == 0) {
		write_leaf(s, &f);
	} else {
		push(s, f.op, 0);
		for (int i = 0; i < f.n; i++)
			write_any(s, form_parts(s->w, t.id)[i]);
	}
}

bool write_term(struct work *w, struct term t, const struct expr *e, struct expr *out)
{
	struct writer s = {.w = w, .out = out, .source = e, .ok = true};

	memset(s.tied, -1, sizeof(s.tied));
	out->n = out->n_consts = 0;
	write_any(&s, t);
	return s.ok && !w->failed;
}
