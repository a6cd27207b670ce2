/* simplify_sign.c — what is known of the signs of forms, and which of them take a sign. */
#include "simplify_form.h"

#include <string.h>

bool op_is_odd(enum op op)
{
	return op == OP_SIN || op == OP_TAN || op == OP_ASIN || op == OP_ATAN || op == OP_SINH || op == OP_TANH ||
	       op == OP_ERF || op == OP_SIGN || op == OP_CBRT || op == OP_ROUND;
}

bool op_is_even(enum op op)
{
	return op == OP_COS || op == OP_COSH;
}

static bool power_nonnegative(const struct workspace *w, struct normal_term t)
{
	return num_even(t.k) || (t.k.kind != NUM_FREE && num_value(t.k) != floor(num_value(t.k))) ||
	       form_nonnegative(w, t.id);
}

bool form_nonnegative(const struct workspace *w, int id)
{
	const struct normal_form *f = form_at(w, id);
	const struct normal_term *part = form_parts(w, id);

	switch (f->op) {
	case OP_EXP:
	case OP_COSH:
	case OP_ABS:
	case OP_ACOS:
	case OP_STEP:
		return true;
	case OP_VAR:
		return f->arg < 64 && (w->positive >> f->arg & 1);
	case OP_ADD:
	case OP_MUL:
		if (f->k.kind == NUM_FREE || !(f->k.p >= 0))
			return false;
		for (int i = 0; i < f->n; i++) {
			if (f->op == OP_MUL
				    ? !power_nonnegative(w, part[i])
				    : part[i].k.kind == NUM_FREE || part[i].k.p < 0 || !form_nonnegative(w, part[i].id))
				return false;
		}
		return true;
	case OP_MIN:
	case OP_MAX:
		for (int i = 0; i < f->n; i++)
			if (part[i].k.kind == NUM_FREE || part[i].k.p < 0 ||
			    (part[i].id != NO_FORM && !form_nonnegative(w, part[i].id)))
				return false;
		return true;
	default:
		return false;
	}
}

bool form_sign_is_free(const struct workspace *w, int id)
{
	const struct normal_form *f = form_at(w, id);
	const struct normal_term *part = form_parts(w, id);

	if (!f->free)
		return false;
	if (op_is_odd(f->op))
		return part->k.kind == NUM_FREE || (part->id != NO_FORM && form_sign_is_free(w, part->id));
	if (f->op == OP_ADD) {
		for (int i = 0; i < f->n; i++)
			if (part[i].k.kind != NUM_FREE && !form_sign_is_free(w, part[i].id))
				return false;
		return f->k.kind == NUM_FREE || f->k.p == 0;
	}
	if (f->op != OP_MUL)
		return false;
	for (int i = 0; i < f->n; i++)
		if (num_odd(part[i].k) && form_sign_is_free(w, part[i].id))
			return true;
	return f->k.kind == NUM_FREE;
}

bool form_is_difference(const struct workspace *w, int id)
{
	const struct normal_form *f = id == NO_FORM ? NULL : form_at(w, id);
	int signs = 0;

	if (!f || f->op != OP_ADD)
		return false;
	for (int i = 0; i < f->n; i++) {
		struct num k = form_parts(w, id)[i].k;

		if (k.kind != NUM_FREE)
			signs |= num_negative(k) ? 1 : 2;
	}
	return signs == 3;
}

bool form_absorbs_sign(const struct workspace *w, int id, bool evenly)
{
	const struct normal_form *f = form_at(w, id);
	const struct normal_term *part = form_parts(w, id);

	if (op_is_odd(f->op))
		return (!evenly && num_sign_is_cheap(w->keep, part->k)) ||
		       (part->id != NO_FORM && form_absorbs_sign(w, part->id, evenly));
	if (f->op == OP_ADD) {
		if (num_negative(f->k) || (!evenly && f->k.p != 0 && num_sign_is_cheap(w->keep, f->k)))
			return true;
		for (int i = 0; i < f->n; i++)
			if (num_negative(part[i].k) || (!evenly && (num_sign_is_cheap(w->keep, part[i].k) ||
								    form_absorbs_sign(w, part[i].id, false))))
				return true;
		return false;
	}
	if (f->op != OP_MUL)
		return false;
	for (int i = 0; i < f->n; i++)
		if (num_odd(part[i].k) && form_absorbs_sign(w, part[i].id, evenly))
			return true;
	return !evenly && num_sign_is_cheap(w->keep, f->k);
}

int parts_sign_taker(const struct workspace *w, const struct normal_term *part, int n)
{
	for (int evenly = 1; evenly >= 0; evenly--)
		for (int i = 0; i < n; i++)
			if (num_odd(part[i].k) && form_absorbs_sign(w, part[i].id, evenly))
				return i;
	return -1;
}

/* Index of the part that takes the sign of a product or function, or -1: its number k does. */
static int sign_taker(const struct workspace *w, int id)
{
	const struct normal_form *f = form_at(w, id);
	const struct normal_term *part = form_parts(w, id);

	if (f->op != OP_MUL)
		return part->id != NO_FORM && part->k.kind != NUM_FREE &&
				       (form_sign_is_free(w, part->id) || form_absorbs_sign(w, part->id, false))
			       ? 0
			       : -1;
	for (int i = 0; i < f->n; i++)
		if (num_odd(part[i].k) && form_sign_is_free(w, part[i].id))
			return i;
	return parts_sign_taker(w, part, f->n);
}

int form_flip(struct workspace *w, int id)
{
	struct normal_form f = *form_at(w, id);
	struct normal_term part[LIST_MAX];
	int i;

	memcpy(part, form_parts(w, id), f.n * sizeof(*part));
	if (f.op == OP_ADD) {
		for (i = 0; i < f.n; i++)
			if (part[i].k.kind != NUM_FREE && form_sign_is_free(w, part[i].id))
				part[i].id = form_flip(w, part[i].id);
			else
				part[i].k = num_neg(w->keep, part[i].k);
		return form_new(w, OP_ADD, 0, num_neg(w->keep, f.k), part, f.n);
	}
	i = sign_taker(w, id);
	if (i >= 0)
		part[i].id = form_flip(w, part[i].id);
	else if (f.op == OP_MUL)
		f.k = num_neg(w->keep, f.k);
	else
		part[0].k = num_neg(w->keep, part[0].k);
	return form_new(w, f.op, f.arg, f.k, part, f.n);
}
