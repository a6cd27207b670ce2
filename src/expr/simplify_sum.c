/* simplify_sum.c — sums: k + Σ part.k · part.id. */
#include "simplify_form.h"

#include <string.h>

void sum_add(struct workspace *w, struct list *l, struct normal_term t)
{
	const struct normal_form *f;

	if (t.id == NO_FORM) {
		l->k = num_add(w->keep, l->k, t.k);
		return;
	}
	if (num_is(t.k, 0))
		return;
	f = form_at(w, t.id);
	if (f->op != OP_ADD || (!num_is(t.k, 1) && !num_is(t.k, -1))) {
		list_push(w, l, t.id, t.k);
		return;
	}
	l->k = num_add(w->keep, l->k, num_mul(w->keep, f->k, t.k));
	for (int i = 0; i < f->n; i++) {
		struct normal_term part = form_parts(w, t.id)[i];

		list_push(w, l, part.id, num_mul(w->keep, part.k, t.k));
	}
}

static void merge_like_terms(struct workspace *w, struct list *l)
{
	int n = 0;

	list_sort(w, l, ORDER_SUM);
	for (int i = 0; i < l->n; i++) {
		if (n > 0 && form_same(w, l->t[n - 1].id, l->t[i].id))
			l->t[n - 1].k = num_add(w->keep, l->t[n - 1].k, l->t[i].k);
		else
			l->t[n++] = l->t[i];
		if (num_is(l->t[n - 1].k, 0))
			n--;
	}
	l->n = n;
}

/* c · (x + 3) + c is c · x + c: the free offset has room for c · 3. True if something changed. */
static bool open_scaled_sum(struct workspace *w, struct list *l)
{
	for (int i = 0; i < l->n; i++) {
		struct normal_term t = l->t[i], part[LIST_MAX];
		struct normal_form f = *form_at(w, t.id);

		if (t.k.kind != NUM_FREE || f.op != OP_ADD || num_is(f.k, 0) || sum_bound_parts(w, t.id, false) > 1)
			continue;
		memcpy(part, form_parts(w, t.id), f.n * sizeof(*part));
		l->t[i] = l->t[--l->n];
		l->k = num_add(w->keep, l->k, num_mul(w->keep, f.k, t.k));
		for (int j = 0; j < f.n; j++)
			list_push(w, l, part[j].id, num_mul(w->keep, part[j].k, t.k));
		return true;
	}
	return false;
}

/* The number that all coefficients share up to their signs, or 1. */
static struct num common_coefficient(const struct workspace *w, const struct list *l)
{
	struct num k = l->t[0].k;

	if (k.kind == NUM_FREE || (l->n < 2 && num_is(l->k, 0)))
		return num_int(1);
	k.p = fabs(k.p);
	for (int i = 0; i <= l->n; i++) {
		struct num other = i < l->n ? l->t[i].k : l->k;

		if (i == l->n && num_is(other, 0))
			break;
		if (other.kind == NUM_FREE || fabs(other.p) != k.p || other.q != k.q)
			return num_int(1);
	}
	return k;
}

/* The sign that makes the first part without free coefficient positive. */
static bool leads_negative(const struct list *l)
{
	for (int i = 0; i < l->n; i++)
		if (l->t[i].k.kind != NUM_FREE)
			return l->t[i].k.p < 0;
	return num_negative(l->k);
}

struct normal_term sum_finish(struct workspace *w, struct list *l)
{
	struct num k, inverse;

	do {
		merge_like_terms(w, l);
	} while (l->k.kind == NUM_FREE && open_scaled_sum(w, l));
	for (int i = 0; i < l->n; i++)
		if (num_negative(l->t[i].k) && form_sign_is_free(w, l->t[i].id)) {
			l->t[i].id = form_flip(w, l->t[i].id);
			l->t[i].k = num_neg(w->keep, l->t[i].k);
		}
	if (l->n == 0)
		return term_num(l->k);
	if (l->n == 1 && num_is(l->k, 0))
		return l->t[0];
	k = common_coefficient(w, l);
	if (leads_negative(l))
		k = num_neg(w->keep, k);
	if (!num_is(k, 1)) {
		inverse = num_pow(w->keep, k, num_int(-1));
		for (int i = 0; i < l->n; i++)
			l->t[i].k =
				k.kind == NUM_EXACT ? num_mul(w->keep, l->t[i].k, inverse) : num_int(l->t[i].k.p / k.p);
		l->k = k.kind == NUM_EXACT || l->k.p == 0 ? num_mul(w->keep, l->k, inverse) : num_int(l->k.p / k.p);
	}
	return (struct normal_term){k, form_new(w, OP_ADD, 0, l->k, l->t, l->n)};
}

int sum_bound_parts(const struct workspace *w, int id, bool with_offset)
{
	const struct normal_form *f = form_at(w, id);
	const struct normal_term *part = form_parts(w, id);
	int n = with_offset && f->k.kind != NUM_FREE && f->k.p != 0;

	for (int i = 0; i < f->n; i++)
		n += part[i].k.kind != NUM_FREE;
	return n;
}

struct normal_term sum_scale(struct workspace *w, int id, struct num k)
{
	struct normal_form f = *form_at(w, id);
	struct normal_term part[LIST_MAX];

	for (int i = 0; i < f.n; i++) {
		part[i] = form_parts(w, id)[i];
		part[i].k = num_mul(w->keep, part[i].k, k);
	}
	return term_form(form_new(w, OP_ADD, 0, num_is(f.k, 0) ? f.k : num_mul(w->keep, f.k, k), part, f.n));
}

/* Whether k · t takes two nodes more than t: not so where only a denominator is, k / t. */
static bool has_numerator(const struct workspace *w, int id)
{
	const struct normal_form *f = form_at(w, id);
	const struct normal_term *part = form_parts(w, id);

	if (f->op != OP_MUL || !num_is(f->k, 1))
		return true;
	for (int i = 0; i < f->n; i++)
		if (!num_negative(part[i].k))
			return true;
	return false;
}

int sum_leader(const struct workspace *w, int id)
{
	for (int i = 0; i < form_at(w, id)->n; i++)
		if (has_numerator(w, form_parts(w, id)[i].id))
			return i;
	return -1;
}

bool sum_lead(struct workspace *w, int *id, int leader, struct num *k)
{
	struct normal_form f = *form_at(w, *id);
	struct normal_term part[LIST_MAX];
	struct num inverse;

	if (leader < 0)
		return false;
	*k = form_parts(w, *id)[leader].k;
	inverse = num_pow(w->keep, *k, num_int(-1));
	if (!isfinite(num_value(inverse)))
		return false;
	for (int i = 0; i < f.n; i++) {
		part[i] = form_parts(w, *id)[i];
		part[i].k = i == leader ? num_int(1) : num_mul(w->keep, part[i].k, inverse);
		if (!isfinite(num_value(part[i].k)))
			return false;
	}
	f.k = num_is(f.k, 0) ? f.k : num_mul(w->keep, f.k, inverse);
	if (!isfinite(num_value(f.k)))
		return false;
	*id = form_new(w, OP_ADD, 0, f.k, part, f.n);
	return true;
}
