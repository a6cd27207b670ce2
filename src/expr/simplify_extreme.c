/* simplify_extreme.c — min and max of products and powers of what is not negative. */
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
