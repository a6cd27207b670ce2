/* simplify_function.c — functions of one term: folding, inverse pairs, signs, exponentials. */
#include "simplify_form.h"

#include <string.h>

static struct normal_term apply_op(struct workspace *w, enum op op, struct normal_term t)
{
	return term_form(form_new(w, op, 0, num_int(1), &t, 1));
}

static struct normal_term fold(struct workspace *w, enum op op, struct num a)
{
	double v = op_value(op, num_value(a), num_value(a));

	if (!isfinite(v))
		return apply_op(w, op, term_num(a));
	return term_num(num_real(w->keep, v, a.kind == NUM_EXACT ? NUM_LITERAL : a.kind));
}

/* ---- abs ------------------------------------------------------------------------------------------- */

/* |a · b²| is |a| · b²; what stays under the sign is one factor or the product of several. */
static struct normal_term absolute_product(struct workspace *w, int id)
{
	struct normal_form f = *form_at(w, id);
	struct list out, inner;

	list_start(&out, 1);
	list_start(&inner, 1);
	for (int i = 0; i < f.n; i++) {
		struct normal_term part = form_parts(w, id)[i];
		bool fractional = part.k.kind != NUM_FREE && num_value(part.k) != floor(num_value(part.k));

		if (num_even(part.k) || fractional || form_nonnegative(w, part.id))
			list_push(w, &out, part.id, part.k);
		else
			list_push(w, &inner, part.id, part.k);
	}
	if (inner.n == 1)
		product_add(w, &out, function_of(w, OP_ABS, term_form(inner.t[0].id)), inner.t[0].k);
	else if (inner.n > 1)
		list_push(w, &out, apply_op(w, OP_ABS, product_finish(w, &inner)).id, num_int(1));
	return product_finish(w, &out);
}

static struct normal_term absolute(struct workspace *w, struct normal_term t)
{
	struct num k = t.k, lead;
	struct normal_term out;

	k.p = fabs(k.p);
	if (form_is(w, t.id, OP_ADD) && sum_bound_parts(w, t.id, true) == 0 &&
	    sum_lead(w, &t.id, sum_leader(w, t.id), &lead)) {
		lead.p = fabs(lead.p);
		k = num_mul(w->keep, k, lead);
	}
	if (form_nonnegative(w, t.id))
		out = term_form(t.id);
	else if (form_at(w, t.id)->op == OP_MUL)
		out = absolute_product(w, t.id);
	else
		out = apply_op(w, OP_ABS, term_form(t.id));
	out.k = num_mul(w->keep, out.k, k);
	return out;
}

/* ---- exp and log ----------------------------------------------------------------------------------- */

/* Takes c and a · log(y) out of the sum t, as factors e^c and y^a of l; what is left is returned.
 */
static struct normal_term split_exponent(struct workspace *w, struct normal_term t, struct list *l)
{
	struct normal_form f = *form_at(w, t.id);
	struct list rest;
	struct num k = num_mul(w->keep, f.k, t.k);
	double factor = exp(num_value(k));

	list_start(&rest, 0);
	rest.k = f.k;
	if (f.k.kind == NUM_FREE && isfinite(factor) && factor > 0) {
		l->k = num_real(w->keep, factor, NUM_FREE);
		rest.k = num_int(0);
	}
	for (int i = 0; i < f.n; i++) {
		struct normal_term part = form_parts(w, t.id)[i];

		if (t.k.kind != NUM_FREE && form_is(w, part.id, OP_LOG))
			product_add(w, l, form_parts(w, part.id)[0], num_mul(w->keep, part.k, t.k));
		else
			list_push(w, &rest, part.id, part.k);
	}
	if (rest.n == f.n && num_compare(rest.k, f.k) == 0)
		return t;
	k = t.k;
	t = sum_finish(w, &rest);
	t.k = num_mul(w->keep, t.k, k);
	return t;
}

static struct normal_term exponential(struct workspace *w, struct normal_term t)
{
	struct list l;
	struct num exponent = num_int(1);

	list_start(&l, 1);
	if (form_is(w, t.id, OP_ADD))
		t = split_exponent(w, t, &l);
	if (form_is(w, t.id, OP_LOG)) {
		product_add(w, &l, form_parts(w, t.id)[0], t.k);
		return product_finish(w, &l);
	}
	if (t.id == NO_FORM) {
		product_add(w, &l, fold(w, OP_EXP, t.k), exponent);
		return product_finish(w, &l);
	}
	if (num_negative(t.k)) { /* exp(-x) is a factor exp(x) below the line */
		t.k = num_neg(w->keep, t.k);
		exponent = num_int(-1);
		if (form_sign_is_free(w, t.id)) {
			t.id = form_flip(w, t.id);
			exponent = num_int(1);
		}
	}
	list_push(w, &l, apply_op(w, OP_EXP, t).id, exponent);
	return product_finish(w, &l);
}

static struct normal_term log_of_factors(struct workspace *w, struct normal_term t)
{
	struct normal_form f = *form_at(w, t.id);
	struct normal_term whole = term_form(t.id);
	struct list l;

	list_start(&l, 0);
	sum_add(w, &l, fold(w, OP_LOG, t.k));
	for (int i = 0; i < (f.op == OP_MUL ? f.n : 1); i++) {
		struct normal_term part = f.op == OP_MUL ? form_parts(w, t.id)[i] : whole;
		struct normal_term a = function_of(w, OP_LOG, term_form(part.id));

		a.k = num_mul(w->keep, a.k, part.k);
		sum_add(w, &l, a);
	}
	return sum_finish(w, &l);
}

static struct normal_term logarithm(struct workspace *w, struct normal_term t)
{
	struct normal_form f = *form_at(w, t.id);
	struct normal_term part = f.n ? form_parts(w, t.id)[0] : t;
	bool below = f.op == OP_MUL && t.k.kind == NUM_EXACT && fabs(t.k.p) == 1;

	if (num_is(t.k, 1) && f.op == OP_EXP)
		return part;
	if (num_is(t.k, 1) && f.op == OP_MUL && f.n == 1 && num_is_int(part.k) && form_is(w, part.id, OP_EXP)) {
		struct normal_term a = form_parts(w, part.id)[0];

		a.k = num_mul(w->keep, a.k, part.k);
		return a;
	}
	if (w->assume && (f.op == OP_MUL || !num_is(t.k, 1)) && t.k.p > 0)
		return log_of_factors(w, t);
	for (int i = 0; i < f.n && below; i++)
		below = num_negative(form_parts(w, t.id)[i].k);
	if (below) {
		t = function_of(w, OP_LOG, power_of(w, t, num_int(-1)));
		t.k = num_neg(w->keep, t.k);
		return t;
	}
	return apply_op(w, OP_LOG, t);
}

/* ---- all functions --------------------------------------------------------------------------------- */

struct normal_term function_of(struct workspace *w, enum op op, struct normal_term t)
{
	struct normal_term out;

	if (t.id == NO_FORM)
		return fold(w, op, t.k);
	term_unbox(w, &t);
	if (op == OP_ABS)
		return absolute(w, t);
	if (op == OP_EXP)
		return exponential(w, t);
	if (op == OP_LOG)
		return logarithm(w, t);
	if (num_is(t.k, 1) && form_is(w, t.id, op_arc(op)))
		return form_parts(w, t.id)[0];
	if (op_is_even(op)) {
		t.k.p = fabs(t.k.p);
		if (form_is(w, t.id, OP_ABS)) {
			struct num k = t.k;

			t = form_parts(w, t.id)[0];
			t.k = num_mul(w->keep, t.k, k);
		}
	}
	if (!op_is_odd(op) || !num_negative(t.k))
		return apply_op(w, op, t);
	t.k = num_neg(w->keep, t.k);
	out = function_of(w, op, t);
	out.k = num_neg(w->keep, out.k);
	return out;
}

struct normal_term pow_of(struct workspace *w, struct normal_term base, struct normal_term exponent)
{
	struct normal_term part[2] = {base, exponent};

	if (exponent.id == NO_FORM)
		return power_of(w, base, exponent.k);
	if (base.id == NO_FORM && num_is(base.k, 1))
		return base;
	return term_form(form_new(w, OP_POW, 0, num_int(1), part, 2));
}

/* A fixed order of terms, operands that commute stand in it. */
static int term_compare(const struct workspace *w, struct normal_term a, struct normal_term b)
{
	int c = (a.id == NO_FORM) - (b.id == NO_FORM);

	if (c == 0 && a.id != NO_FORM)
		c = form_compare(w, a.id, b.id);
	return c ? c : num_compare(a.k, b.k);
}

struct normal_term function_of_two(struct workspace *w, enum op op, struct normal_term a, struct normal_term b)
{
	struct normal_term part[2] = {a, b};
	bool same = a.id != NO_FORM && b.id != NO_FORM && form_same(w, a.id, b.id) && a.k.kind != NUM_FREE &&
		    num_compare(a.k, b.k) == 0;
	struct normal_term out;

	if (a.id == NO_FORM && b.id == NO_FORM) {
		double v = op_value(op, num_value(a.k), num_value(b.k));
		enum num_kind kind = a.k.kind > b.k.kind ? a.k.kind : b.k.kind;

		if (isfinite(v))
			return term_num(num_real(w->keep, v, kind == NUM_EXACT ? NUM_LITERAL : kind));
	}
	if (op_info[op].flags & OPF_COMMUTES) {
		if (same) /* min(a, a) */
			return a;
		if (extreme_of(w, op, a, b, &out))
			return out;
		if (term_compare(w, a, b) > 0) {
			part[0] = b;
			part[1] = a;
		}
	}
	return term_form(form_new(w, op, 0, num_int(1), part, 2));
}
