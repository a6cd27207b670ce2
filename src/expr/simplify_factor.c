/* simplify_factor.c — what enters a product: factors, and powers of terms.
 *
 * When (a^m)^n is a^(mn) and when not: always if n is an integer, or if m is no even integer (a^m
 * is then defined only where the identity holds, or odd). For even m it is |a|^(mn). A product
 * under a fractional power stays together: sqrt(x·y) is defined where sqrt(x) and sqrt(y) are not.
 */
#include "simplify_form.h"

#include <string.h>

/* Literal exponents that have their own spelling are exact. */
struct num exponent_nice(struct num k)
{
	if (k.kind == NUM_FIXED && (fabs(k.p) == 0.5 || (k.p == floor(k.p) && k.p >= -3 && k.p <= 10)))
		return k.p == floor(k.p) ? num_int(k.p) : (struct num){2 * k.p, 2, NUM_EXACT};
	return k;
}

bool exponent_is_root(struct num k) /* an odd number of halves */
{
	return k.kind == NUM_EXACT && k.q == 2;
}

static void multiply_number(struct workspace *w, struct list *l, struct num a, struct num exponent)
{
	struct num v = num_pow(w->keep, a, exponent);

	if (isfinite(num_value(v)))
		l->k = num_mul(w->keep, l->k, v);
	else
		list_push(w, l, form_new(w, OP_FIXED, 0, a, NULL, 0), exponent);
}

/* May a coefficient leave a power? In skeletons only if it stays a token. */
static bool number_may_leave(const struct workspace *w, struct num v)
{
	if (!isfinite(num_value(v)))
		return false;
	return w->keep || v.kind != NUM_EXACT || (fabs(v.p) <= 10 && v.q <= 10);
}

void term_unbox(struct workspace *w, struct normal_term *t)
{
	struct normal_form f = *form_at(w, t->id);
	struct normal_term part[LIST_MAX];

	if (f.op != OP_MUL || num_is(f.k, 1))
		return;
	t->k = num_mul(w->keep, t->k, f.k);
	memcpy(part, form_parts(w, t->id), f.n * sizeof(*part));
	t->id = f.n == 1 && num_is(part[0].k, 1) ? part[0].id : form_new(w, OP_MUL, 0, num_int(1), part, f.n);
}

/* exp(k·a)^n is exp(kn·a) if that costs nothing. */
static bool exponential_takes(const struct workspace *w, struct normal_term a, struct num n)
{
	if (fabs(n.p) > 1)
		return !num_is(a.k, 1);
	return n.p < 0 && (a.k.kind == NUM_FREE || (a.id != NO_FORM && form_sign_is_free(w, a.id)));
}

/* e^(k·d)^n of a difference d with k > 0 is e^(-k·d)^-n. Lists hold the former, so that both meet;
 * finished products the one with n > 0, so that it stands above the line whichever term of d comes
 * first, which depends on names. */
void product_turn_exponential(struct workspace *w, struct normal_term *t, bool finished)
{
	struct normal_term a;

	if (t->id == NO_FORM || !form_is(w, t->id, OP_EXP))
		return;
	a = form_parts(w, t->id)[0];
	if (a.k.kind == NUM_FREE || !form_is_difference(w, a.id) || !num_negative(finished ? t->k : a.k))
		return;
	a.k = num_neg(w->keep, a.k);
	t->id = form_new(w, OP_EXP, 0, num_int(1), &a, 1);
	t->k = num_neg(w->keep, t->k);
}

static void add_integer_power(struct workspace *w, struct list *l, struct normal_term t, struct num n)
{
	struct normal_form f;
	struct normal_term part[LIST_MAX];
	struct num k;

	term_unbox(w, &t);
	k = num_pow(w->keep, t.k, n);
	if (!num_is(t.k, 1) && !(fabs(n.p) == 1 && isfinite(num_value(k))) && !number_may_leave(w, k)) {
		if (num_negative(t.k)) {
			t.k = num_neg(w->keep, t.k);
			l->k = num_odd(n) ? num_neg(w->keep, l->k) : l->k;
		}
		list_push(w, l, term_box(w, t), n);
		return;
	}
	l->k = num_mul(w->keep, l->k, k);
	t.k = n;
	product_turn_exponential(w, &t, false);
	n = t.k;
	f = *form_at(w, t.id);
	memcpy(part, form_parts(w, t.id), f.n * sizeof(*part));
	if (f.op == OP_MUL) {
		for (int i = 0; i < f.n; i++)
			product_add(w, l, term_form(part[i].id), num_mul(w->keep, part[i].k, n));
	} else if (f.op == OP_ABS && num_even(n)) {
		product_add(w, l, part[0], n);
	} else if (f.op == OP_EXP && exponential_takes(w, part[0], n)) {
		part[0].k = num_mul(w->keep, part[0].k, n);
		product_add(w, l, function_of(w, OP_EXP, part[0]), num_int(1));
	} else if (f.op == OP_ADD && sum_bound_parts(w, t.id, true) == 0 &&
		   sum_lead(w, &t.id, sum_leader(w, t.id), &k)) {
		l->k = num_mul(w->keep, l->k, num_pow(w->keep, k, n));
		list_push(w, l, t.id, n);
	} else {
		list_push(w, l, t.id, n);
	}
}

/* Coefficients of known sign leave the power: as far as no value is lost, or where a decimal stands before the power anyway. */
static void pull_positive_number(struct workspace *w, struct list *l, struct normal_term *t, struct num exponent)
{
	struct num v;
	bool meets_decimal = w->keep && t->k.kind == NUM_FIXED && l->k.kind >= NUM_FIXED && !num_is(l->k, 1);
	bool positive = t->k.kind == NUM_FREE ? (w->keep ? t->k.p > 0 : w->assume) : t->k.p > 0;

	if (num_is(t->k, 1) || !positive)
		return;
	v = num_pow(w->keep, t->k, exponent);
	if (!isfinite(num_value(v)))
		return;
	if (t->k.kind != NUM_FREE && v.kind != NUM_EXACT && !meets_decimal)
		return;
	l->k = num_mul(w->keep, l->k, v);
	t->k = num_int(1);
}

/* a²b⁴ is |a·b²|². False if some exponent is not even. */
static bool root_of_squares(struct workspace *w, int id, struct normal_term *root)
{
	struct list l;
	struct normal_form f = *form_at(w, id);

	list_start(&l, 1);
	for (int i = 0; i < f.n; i++) {
		struct normal_term part = form_parts(w, id)[i];

		if (!num_even(part.k))
			return false;
		product_add(w, &l, term_form(part.id), num_int(part.k.p / 2));
	}
	*root = function_of(w, OP_ABS, product_finish(w, &l));
	return true;
}

/* sqrt(m²·u) is m·sqrt(u) where m is not negative: takes such squares out of *id. True if there were any, and something else. */
static bool pull_squares(struct workspace *w, struct list *l, int *id, struct num exponent)
{
	struct normal_form f = *form_at(w, *id);
	struct normal_term inner[LIST_MAX], squares[LIST_MAX];
	int n = 0, out = 0;

	for (int i = 0; i < f.n; i++) {
		struct normal_term part = form_parts(w, *id)[i];

		if (num_even(part.k) && form_nonnegative(w, part.id))
			squares[out++] = part;
		else
			inner[n++] = part;
	}
	if (out == 0 || n == 0)
		return false;
	for (int i = 0; i < out; i++)
		product_add(w, l, term_form(squares[i].id), num_mul(w->keep, squares[i].k, exponent));
	*id = n == 1 && num_is(inner[0].k, 1) && num_is(f.k, 1) ? inner[0].id : form_new(w, OP_MUL, 0, f.k, inner, n);
	return true;
}

/* (a^m)^exponent for one factor. */
static void add_power_of_power(struct workspace *w, struct list *l, struct normal_term inner, struct num exponent)
{
	bool even = num_even(inner.k) || (w->keep && inner.k.kind == NUM_FREE && fmod(num_value(inner.k), 2) == 0);
	struct normal_term base = term_form(inner.id);

	if (even && !w->assume)
		base = function_of(w, OP_ABS, base);
	product_add(w, l, base, num_mul(w->keep, inner.k, exponent));
}

static void add_real_power(struct workspace *w, struct list *l, struct normal_term t, struct num exponent)
{
	struct normal_form f;
	struct normal_term part[LIST_MAX], root;

	term_unbox(w, &t);
	pull_positive_number(w, l, &t, exponent);
	if (num_is(t.k, 1)) {
		struct normal_term power = {exponent, t.id};

		product_turn_exponential(w, &power, false);
		t.id = power.id;
		exponent = power.k;
	}
	if (form_is(w, t.id, OP_MUL) && exponent_is_root(exponent) && pull_squares(w, l, &t.id, exponent)) {
		add_real_power(w, l, t, exponent);
		return;
	}
	f = *form_at(w, t.id);
	memcpy(part, form_parts(w, t.id), f.n * sizeof(*part));
	if (f.op == OP_MUL && num_is(t.k, 1)) {
		if (f.n == 1 || w->assume) {
			for (int i = 0; i < f.n; i++)
				add_power_of_power(w, l, part[i], exponent);
			return;
		}
		if (root_of_squares(w, t.id, &root)) {
			product_add(w, l, root, num_mul(w->keep, exponent, num_int(2)));
			return;
		}
	}
	if (f.op == OP_EXP && num_is(t.k, 1)) {
		struct normal_term a = form_parts(w, t.id)[0];
		struct num k = num_mul(w->keep, a.k, exponent);

		if (!exponent_is_root(exponent) || (!num_is(a.k, 1) && (k.q == 1 || fabs(k.p) == 1))) {
			a.k = k;
			product_add(w, l, function_of(w, OP_EXP, a), num_int(1));
			return;
		}
	}
	list_push(w, l, term_box(w, t), exponent);
}

void product_add(struct workspace *w, struct list *l, struct normal_term t, struct num exponent)
{
	exponent = exponent_nice(exponent);
	if (num_is(exponent, 0))
		return;
	if (t.id == NO_FORM)
		multiply_number(w, l, t.k, exponent);
	else if (num_is_int(exponent))
		add_integer_power(w, l, t, exponent);
	else
		add_real_power(w, l, t, exponent);
}
