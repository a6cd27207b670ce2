/* simplify_extreme.c — min and max of products and powers of what is not negative, and products with them. */
#include "simplify_form.h"

#include <string.h>

static int factors_of(struct workspace *w, int id, struct normal_term *out)
{
	struct normal_form f = *form_at(w, id);

	if (f.op != OP_MUL) {
		out[0] = term_form(id);
		return 1;
	}
	memcpy(out, form_parts(w, id), (size_t)f.n * sizeof(*out));
	return f.n;
}

static bool is_exact_power(struct normal_term t)
{
	return t.k.kind != NUM_FREE;
}

/* Which of n factors is the same power of the same, -1: none. */
static int find_factor(const struct workspace *w, const struct normal_term *of, int n, struct normal_term t)
{
	for (int i = 0; i < n; i++)
		if (is_exact_power(t) && form_same(w, of[i].id, t.id) && num_compare(of[i].k, t.k) == 0)
			return i;
	return -1;
}

/* max(a², b²) is max(a, b)² where neither is negative. */
static bool of_powers(struct workspace *w, enum op op, struct normal_term a, struct normal_term b,
		      struct normal_term *out)
{
	struct normal_term p[LIST_MAX], q[LIST_MAX];

	if (!num_is(a.k, 1) || !num_is(b.k, 1) || factors_of(w, a.id, p) != 1 || factors_of(w, b.id, q) != 1 ||
	    !is_exact_power(p[0]) || num_compare(p[0].k, q[0].k) != 0 || num_is(p[0].k, 1) ||
	    !(num_value(p[0].k) > 0) || !form_nonnegative(w, p[0].id) || !form_nonnegative(w, q[0].id))
		return false;
	*out = power_of(w, function_of_two(w, op, term_form(p[0].id), term_form(q[0].id)), p[0].k);
	return true;
}

/* min(a·c, b·c) is c·min(a, b) where c is not negative. */
static bool of_products(struct workspace *w, enum op op, struct normal_term a, struct normal_term b,
			struct normal_term *out)
{
	struct normal_term p[LIST_MAX], q[LIST_MAX];
	int n = factors_of(w, a.id, p), m = factors_of(w, b.id, q);
	struct list common, left, right;

	list_start(&common, 1);
	list_start(&left, 1);
	list_start(&right, 1);
	for (int i = 0; i < n; i++) {
		int at = form_nonnegative(w, p[i].id) ? find_factor(w, q, m, p[i]) : -1;

		if (at < 0) {
			list_push(w, &left, p[i].id, p[i].k);
			continue;
		}
		list_push(w, &common, p[i].id, p[i].k);
		q[at] = q[--m];
	}
	for (int i = 0; i < m; i++)
		list_push(w, &right, q[i].id, q[i].k);
	if (common.n == 0 || (left.n == 0 && num_is(a.k, 1)) || (right.n == 0 && num_is(b.k, 1)))
		return false;
	left.k = a.k;
	right.k = b.k;
	product_add(w, &common, function_of_two(w, op, product_finish(w, &left), product_finish(w, &right)),
		    num_int(1));
	*out = product_finish(w, &common);
	return true;
}

bool extreme_of(struct workspace *w, enum op op, struct normal_term a, struct normal_term b, struct normal_term *out)
{
	if (a.id == NO_FORM || b.id == NO_FORM)
		return false;
	return of_powers(w, op, a, b, out) || of_products(w, op, a, b, out);
}

/* ---- in products ------------------------------------------------------------------------------------------------- */

static bool is_extreme(const struct workspace *w, int id)
{
	return form_is(w, id, OP_MIN) || form_is(w, id, OP_MAX);
}

static enum op other_extreme(enum op op)
{
	return op == OP_MIN ? OP_MAX : OP_MIN;
}

static int size_of_term(const struct workspace *w, struct normal_term t)
{
	return t.id == NO_FORM ? 1 : form_at(w, t.id)->size + (num_is(t.k, 1) ? 0 : 2);
}

static struct list without_factor(const struct list *l, int i)
{
	struct list out = *l;

	out.t[i] = out.t[--out.n];
	return out;
}

static bool is_zero(struct normal_term t)
{
	return t.id == NO_FORM && num_value(t.k) == 0;
}

/* a·b/max(a, b) is min(a, b). */
static bool turn_extreme(struct workspace *w, const struct list *l, int i, int size, struct normal_term *out)
{
	enum op op = (enum op)form_at(w, l->t[i].id)->op;
	struct normal_term a = form_parts(w, l->t[i].id)[0], b = form_parts(w, l->t[i].id)[1];
	struct list rest = without_factor(l, i);

	if (is_zero(a) || is_zero(b))
		return false;
	product_add(w, &rest, a, num_int(-1));
	product_add(w, &rest, b, num_int(-1));
	product_add(w, &rest, function_of_two(w, other_extreme(op), a, b), num_int(1));
	*out = product_finish(w, &rest);
	return size_of_term(w, *out) < size;
}

/* Is the same base there with the opposite exponent? */
static bool has_inverse(struct workspace *w, struct normal_term of, struct normal_term t)
{
	struct normal_term p[LIST_MAX];
	int n = of.id == NO_FORM ? 0 : factors_of(w, of.id, p);

	if (!is_exact_power(t))
		return false;
	t.k = num_neg(w->keep, t.k);
	return find_factor(w, p, n, t) >= 0;
}

static struct normal_term product_of(struct workspace *w, struct normal_term a, struct normal_term b, struct num power)
{
	struct list l;

	list_start(&l, 1);
	product_add(w, &l, a, num_int(1));
	product_add(w, &l, b, power);
	return product_finish(w, &l);
}

/* u·min(a/u, b) is min(a, b·u) where u is not negative. Only what cancels enters, so that nothing leaves again. */
static bool enter_extreme(struct workspace *w, const struct list *l, int i, int u, struct normal_term *out)
{
	enum op op = (enum op)form_at(w, l->t[i].id)->op;
	struct normal_term a = form_parts(w, l->t[i].id)[0], b = form_parts(w, l->t[i].id)[1], t = l->t[u];
	struct list rest = without_factor(l, i > u ? i : u);

	if (u == i || !form_nonnegative(w, t.id) || !(has_inverse(w, a, t) || has_inverse(w, b, t)))
		return false;
	rest = without_factor(&rest, i > u ? u : i);
	a = product_of(w, a, term_form(t.id), t.k);
	b = product_of(w, b, term_form(t.id), t.k);
	product_add(w, &rest, function_of_two(w, op, a, b), num_int(1));
	*out = product_finish(w, &rest);
	return true;
}

/* k·min(a·x, b) is min(ka·x, kb), or their maximum where k is negative. */
static bool enter_number(struct workspace *w, const struct list *l, int i, struct normal_term *out)
{
	enum op op = (enum op)form_at(w, l->t[i].id)->op;
	struct normal_term a = form_parts(w, l->t[i].id)[0], b = form_parts(w, l->t[i].id)[1];
	struct list rest = without_factor(l, i);

	if (num_is(l->k, 1) || num_is(a.k, 1) || num_is(b.k, 1))
		return false;
	if (!w->keep && (l->k.kind == NUM_FREE || a.k.kind == NUM_FREE || b.k.kind == NUM_FREE))
		return false; /* of unknown sign */
	a.k = num_mul(w->keep, a.k, l->k);
	b.k = num_mul(w->keep, b.k, l->k);
	if (num_value(l->k) < 0)
		op = other_extreme(op);
	rest.k = num_int(1);
	product_add(w, &rest, function_of_two(w, op, a, b), num_int(1));
	*out = product_finish(w, &rest);
	return true;
}

bool product_meets_extreme(struct workspace *w, const struct list *l, struct normal_term *out)
{
	int size = num_is(l->k, 1) ? 0 : 2;

	for (int i = 0; i < l->n; i++)
		size += form_at(w, l->t[i].id)->size + (num_is(l->t[i].k, 1) ? 1 : 2);
	size--;
	for (int i = 0; i < l->n && !w->failed; i++) {
		if (!is_extreme(w, l->t[i].id))
			continue;
		if (num_is(l->t[i].k, -1) && turn_extreme(w, l, i, size, out))
			return true;
		if (!num_is(l->t[i].k, 1))
			continue;
		if (enter_number(w, l, i, out))
			return true;
		for (int u = 0; u < l->n; u++)
			if (enter_extreme(w, l, i, u, out))
				return true;
	}
	return false;
}
