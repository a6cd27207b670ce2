/* simplify_form.c — forms of the normal form: making and ordering. */
#include "simplify_form.h"

#include "eqrl/base/rng.h"

#include <string.h>

/* ---- making ---------------------------------------------------------------------------------------- */

static uint64_t hash_num(uint64_t h, struct num a)
{
	double v = num_value(a) + 0.0; /* -0 is 0 */
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return mix64(h, bits + a.kind);
}

static bool is_unit(struct num a)
{
	return num_is(a, 1);
}

/* A rough count of the nodes that writing it takes; only the order of operands depends on it. */
static int size_of(const struct workspace *w, enum op op, struct num k, const struct normal_term *part, int n)
{
	int size = op < OP_COUNT && (op == OP_ADD || op == OP_MUL) ? n - 1 : 1;

	if (op == OP_ADD ? !num_is(k, 0) : op == OP_MUL ? !is_unit(k) : false)
		size += 2;
	for (int i = 0; i < n; i++) {
		if (part[i].id != NO_FORM)
			size += w->form[part[i].id].size;
		if (part[i].id == NO_FORM)
			size += 1;
		else if (!is_unit(part[i].k))
			size += op == OP_MUL ? 1 : 2;
	}
	return size;
}

int form_new(struct workspace *w, enum op op, int arg, struct num k, const struct normal_term *part, int n)
{
	struct normal_form f = {.op = (uint8_t)op, .n = (uint8_t)n, .arg = (uint16_t)arg, .k = k};

	if (w->n_forms >= FORMS_MAX || w->n_terms + n > TERMS_MAX) {
		w->failed = true;
		return BROKEN_FORM;
	}
	f.first = (uint16_t)w->n_terms;
	f.constant = op != OP_VAR;
	f.free = k.kind == NUM_FREE;
	f.hash = hash_num(mix64(op, (uint64_t)arg), k);
	f.size = (uint16_t)size_of(w, op, k, part, n);
	for (int i = 0; i < n; i++) {
		f.hash = hash_num(f.hash, part[i].k);
		f.free |= part[i].k.kind == NUM_FREE;
		if (part[i].id != NO_FORM) {
			const struct normal_form *a = &w->form[part[i].id];

			f.hash = mix64(f.hash, a->hash);
			f.constant &= a->constant;
			f.free |= a->free;
		}
		w->term[w->n_terms++] = part[i];
	}
	w->form[w->n_forms] = f;
	return w->n_forms++;
}

int term_box(struct workspace *w, struct normal_term t)
{
	const struct normal_form *f;

	if (t.id == NO_FORM)
		return form_new(w, OP_FIXED, 0, t.k, NULL, 0);
	if (is_unit(t.k))
		return t.id;
	f = form_at(w, t.id);
	if (f->op == OP_MUL) {
		struct normal_term part[LIST_MAX];

		memcpy(part, form_parts(w, t.id), f->n * sizeof(*part));
		return form_new(w, OP_MUL, 0, num_mul(w->keep, t.k, f->k), part, f->n);
	}
	return form_new(w, OP_MUL, 0, t.k, &(struct normal_term){num_int(1), t.id}, 1);
}

/* ---- order ----------------------------------------------------------------------------------------- */

int form_compare(const struct workspace *w, int a, int b)
{
	const struct normal_form *f = form_at(w, a), *g = form_at(w, b);
	const struct normal_term *s = form_parts(w, a), *t = form_parts(w, b);

	if (f->hash == g->hash)
		return 0;
	if (f->size != g->size)
		return f->size < g->size ? -1 : 1;
	if (f->op != g->op)
		return f->op < g->op ? -1 : 1;
	if (f->n != g->n)
		return f->n < g->n ? -1 : 1;
	for (int i = 0; i < f->n; i++) {
		int c = (s[i].id == NO_FORM) - (t[i].id == NO_FORM);

		if (c == 0 && s[i].id != NO_FORM)
			c = form_compare(w, s[i].id, t[i].id);
		if (c)
			return c;
	}
	for (int i = 0; i < f->n; i++) {
		int c = num_compare(s[i].k, t[i].k);

		if (c)
			return c;
	}
	if (f->arg != g->arg)
		return f->arg < g->arg ? -1 : 1;
	return num_compare(f->k, g->k);
}

bool form_same(const struct workspace *w, int a, int b)
{
	return w->form[a].hash == w->form[b].hash && !w->form[a].free;
}

void list_push(struct workspace *w, struct list *l, int id, struct num k)
{
	if (l->n == LIST_MAX) {
		w->failed = true;
		return;
	}
	l->t[l->n++] = (struct normal_term){k, id};
}

static int power_size(struct num k)
{
	if (num_is(k, 1) || num_is(k, -1))
		return 0;
	return k.kind == NUM_EXACT && (k.q == 2 || fabs(k.p) <= 3) ? 1 : 2;
}

static int part_compare(const struct workspace *w, const struct normal_term *a, const struct normal_term *b,
			enum list_order order)
{
	const struct normal_form *f = form_at(w, a->id), *g = form_at(w, b->id);
	int c;

	if (f->constant != g->constant)
		return f->constant == (order != ORDER_SUM) ? -1 : 1;
	if (order == ORDER_PRODUCT) {
		c = f->size + power_size(a->k) - g->size - power_size(b->k);
		if (c)
			return c;
	}
	c = form_compare(w, a->id, b->id);
	return c ? c : num_compare(a->k, b->k);
}

void list_sort(const struct workspace *w, struct list *l, enum list_order order)
{
	for (int i = 1; i < l->n; i++) {
		struct normal_term t = l->t[i];
		int j = i;

		for (; j > 0 && part_compare(w, &t, &l->t[j - 1], order) < 0; j--)
			l->t[j] = l->t[j - 1];
		l->t[j] = t;
	}
}
