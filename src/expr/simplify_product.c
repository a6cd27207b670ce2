/* simplify_product.c — products: k · Π part.id ^ part.k, once all their factors are there. */
#include "simplify_form.h"

#include <string.h>

/* Equal bases meet; what they make may come apart again (two roots of a product). True if any met.
 */
static bool merge_like_factors(struct workspace *w, struct list *l)
{
	int n = 0;
	uint64_t met = 0;

	list_sort(w, l, ORDER_BASES);
	for (int i = 0; i < l->n; i++) {
		if (n > 0 && form_same(w, l->t[n - 1].id, l->t[i].id)) {
			l->t[n - 1].k = exponent_nice(num_add(w->keep, l->t[n - 1].k, l->t[i].k));
			met |= (uint64_t)1 << (n - 1);
		} else {
			l->t[n++] = l->t[i];
		}
	}
	l->n = n;
	for (int i = n - 1; i >= 0; i--) {
		struct normal_term t = l->t[i];

		if (!(met & ((uint64_t)1 << i)))
			continue;
		memmove(&l->t[i], &l->t[i + 1], (size_t)(l->n - i - 1) * sizeof(t));
		l->n--;
		product_add(w, l, term_form(t.id), t.k);
	}
	return met != 0;
}

/* sqrt(x) · sqrt(y)³ is sqrt(x · y³). True if there was more than one root. */
static bool join_roots(struct workspace *w, struct list *l)
{
	struct list inner;
	struct normal_term t;
	int roots = 0, n = 0;

	for (int i = 0; i < l->n; i++)
		roots += exponent_is_root(l->t[i].k);
	if (roots < 2)
		return false;
	list_start(&inner, 1);
	for (int i = 0; i < l->n; i++) {
		if (exponent_is_root(l->t[i].k))
			product_add(w, &inner, term_form(l->t[i].id), num_int(l->t[i].k.p));
		else
			l->t[n++] = l->t[i];
	}
	l->n = n;
	t = product_finish(w, &inner);
	if (w->assume) /* would come apart again */
		list_push(w, l, term_box(w, t), (struct num){1, 2, NUM_EXACT});
	else
		product_add(w, l, t, (struct num){1, 2, NUM_EXACT});
	return !w->assume;
}

/* A power of 1 / (…) is one of (…), with the other sign; a root of a fraction has a positive
 * exponent. */
static void turn_power(struct workspace *w, struct normal_term *t)
{
	struct normal_form f = *form_at(w, t->id);
	struct normal_term part[LIST_MAX];
	int below = 0;

	if (f.op != OP_MUL || !isfinite(1 / num_value(f.k)))
		return;
	for (int i = 0; i < f.n; i++) {
		part[i] = form_parts(w, t->id)[i];
		below += num_negative(part[i].k);
	}
	if (below < f.n && !(below > 0 && exponent_is_root(t->k) && t->k.p < 0))
		return;
	for (int i = 0; i < f.n; i++)
		part[i].k = num_neg(w->keep, part[i].k);
	t->id = form_new(w, OP_MUL, 0, num_pow(w->keep, f.k, num_int(-1)), part, f.n);
	t->k = num_neg(w->keep, t->k);
}

/* With a free factor outside, one part of a sum can do without: c · (c · x + 1) is c · (x + c). */
static void settle_free_factor(struct workspace *w, struct list *l)
{
	for (int i = 0; i < l->n; i++) {
		struct normal_term *t = &l->t[i];
		struct num k;
		int id = t->id, leader;

		if (form_at(w, id)->op != OP_ADD || !num_is_int(t->k) || sum_bound_parts(w, id, true) > 1)
			continue;
		leader = sum_leader(w, id);
		if (leader < 0)
			leader = 0;
		if (form_parts(w, id)[leader].k.kind != NUM_FREE || !sum_lead(w, &id, leader, &k))
			continue;
		k = num_mul(w->keep, l->k, num_pow(w->keep, k, t->k));
		if (!isfinite(num_value(k)))
			continue;
		l->k = k;
		t->id = id;
	}
}

static void settle_sign(struct workspace *w, struct list *l)
{
	for (int i = 0; i < l->n && num_negative(l->k); i++)
		if (num_odd(l->t[i].k) && form_sign_is_free(w, l->t[i].id)) {
			l->t[i].id = form_flip(w, l->t[i].id);
			l->k = num_neg(w->keep, l->k);
		}
}

struct normal_term product_finish(struct workspace *w, struct list *l)
{
	struct normal_term out;

	while (merge_like_factors(w, l) || join_roots(w, l))
		if (w->failed)
			break;
	if (num_is(l->k, 0) || l->n == 0)
		return term_num(l->k);
	if (product_meets_extreme(w, l, &out))
		return out;
	for (int i = 0; i < l->n; i++) {
		turn_power(w, &l->t[i]);
		product_turn_exponential(w, &l->t[i], true);
	}
	if (l->k.kind == NUM_FREE) {
		struct normal_term t = l->t[0];

		if (l->n == 1 && num_is(t.k, 1) && form_at(w, t.id)->op == OP_ADD &&
		    sum_bound_parts(w, t.id, true) <= 1)
			return sum_scale(w, t.id, l->k);
		settle_free_factor(w, l);
	}
	list_sort(w, l, ORDER_PRODUCT);
	settle_sign(w, l);
	if (l->n == 1 && num_is(l->t[0].k, 1))
		return (struct normal_term){l->k, l->t[0].id};
	return (struct normal_term){l->k, form_new(w, OP_MUL, 0, num_int(1), l->t, l->n)};
}

struct normal_term power_of(struct workspace *w, struct normal_term t, struct num exponent)
{
	struct list l;

	list_start(&l, 1);
	product_add(w, &l, t, exponent);
	return product_finish(w, &l);
}
