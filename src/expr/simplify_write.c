/* simplify_write.c — the normal form back to prefix order: left-associative sums and products, one
 * division for all that is below the line, no sign where subtraction or a number can carry it. */
#include "eqrl/expr/vocab.h"
#include "simplify_units.h"

#include <stdlib.h>
#include <string.h>

struct writer {
	struct workspace *w;
	struct expr *out;
	const struct expr *source;
	int8_t tied[EXPR_MAX_CONSTS]; /* source's constant → out's, -1: not yet */
	bool ok;
};

static void write_any(struct writer *s, struct normal_term t);

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
static void split_fraction(const struct workspace *w, struct num a, struct num *top, struct num *bottom)
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

/* Operators in front of a base for a positive exponent; what follows the base, if anything, goes to
 * *tail and true is returned. */
static bool open_power(struct writer *s, struct num k, struct num *tail)
{
	if (k.kind == NUM_EXACT && k.q <= 8) {
		for (; k.q > 1 && fmod(k.q, 2) == 0; k.q /= 2)
			push(s, OP_SQRT, 0);
	}
	if (num_is_int(k) && power_outside(s->w, k.p) > 1) {
		push(s, power_outside(s->w, k.p) == 2 ? OP_SQUARE : OP_CUBE, 0);
		k.p /= power_outside(s->w, k.p);
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

static void write_product(struct writer *s, struct num k, struct written_product *p);

static void write_unit(struct writer *s, const struct written_product *p, const struct unit *u)
{
	int first = __builtin_ctzll(u->members);
	struct num k = u->power > 1 ? num_int(u->power) : p->part[first].k, tail;
	struct written_product inner;
	bool has_tail;

	if (u->below)
		k.p = fabs(k.p);
	has_tail = open_power(s, k, &tail);
	inner.n = 0;
	for (int i = 0; i < p->n && u->power > 1; i++)
		if (u->members >> i & 1) {
			struct num e = p->part[i].k;

			e.p /= u->below ? -u->power : u->power;
			inner.part[inner.n++] = (struct normal_term){e, p->part[i].id};
		}
	if (u->power > 1)
		write_product(s, num_int(1), &inner);
	else
		write_any(s, term_form(p->part[first].id));
	if (has_tail)
		close_power(s, tail);
}

static void write_side(struct writer *s, const struct written_product *p, struct num k, bool below)
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
static bool raise_one(struct writer *s, struct written_product *p)
{
	for (int i = 0; i < p->n; i++) {
		struct normal_term *t = &p->part[i];
		const struct normal_form *f = form_at(s->w, t->id);

		if (f->op == OP_EXP && num_is_int(t->k)) {
			struct normal_term a = form_parts(s->w, t->id)[0];

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
static void settle_sign(struct writer *s, struct num *k, struct written_product *p)
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

static void write_product(struct writer *s, struct num k, struct written_product *p)
{
	struct num top, bottom;

	settle_sign(s, &k, p);
	split_fraction(s->w, k, &top, &bottom);
	product_find_units(s->w, p);
	if (p->n_above == 0 && num_is(top, 1) && raise_one(s, p))
		product_find_units(s->w, p);
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
static int first_part(struct writer *s, const struct normal_term *part, int n, struct num offset, bool *negate)
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
	struct normal_form f = *form_at(s->w, id);
	struct normal_term part[LIST_MAX + 1];
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
		struct normal_term t = part[order[i]];

		if (!is_positive(t.k))
			t.k.p = -t.k.p;
		write_any(s, t);
	}
}

/* ---- terms ----------------------------------------------------------------------------------------- */

static void write_leaf(struct writer *s, const struct normal_form *f)
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

static void write_any(struct writer *s, struct normal_term t)
{
	struct written_product p;
	struct normal_form f;

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

bool write_term(struct workspace *w, struct normal_term t, const struct expr *e, struct expr *out)
{
	struct writer s = {.w = w, .out = out, .source = e, .ok = true};

	memset(s.tied, -1, sizeof(s.tied));
	out->n = out->n_consts = 0;
	write_any(&s, t);
	return s.ok && !w->failed;
}
