/* simplify_form.h — the simplifier's normal form: numbers, sums, products and functions; private.
 *
 * A term is a number times a form. Forms live in the arrays of struct work and never change:
 *
 *   OP_ADD    k + Σ part.k · part.id       parts sorted; the first part without free coefficient is positive
 *   OP_MUL    k · Π part.id ^ part.k       parts sorted; k is 1 except below a fractional power
 *   OP_POW    part[0] ^ part[1]            the exponent is not a number
 *   function  op(part[0])                  one argument, a term
 *   OP_VAR, OP_CONST (tied)                leaves, arg as in struct node
 *   OP_FIXED  k                            a number that could not be merged, say the 0 of x / 0 */
#ifndef EQRL_EXPR_SIMPLIFY_FORM_H
#define EQRL_EXPR_SIMPLIFY_FORM_H

#include "eqrl/expr/expr.h"
#include "simplify_num.h"

#include <stdbool.h>
#include <stdint.h>

enum { FORMS_MAX = 400, TERMS_MAX = 1200, LIST_MAX = EXPR_MAX_NODES };

enum {
	NO_FORM = -1,	 /* the term is a number */
	BROKEN_FORM = 0, /* a leaf that stands for what did not fit; work.failed is set */
};

struct term {
	struct num k;
	int id;
};

struct form {
	uint8_t op;
	uint8_t n;
	bool constant; /* no variable in it */
	bool free;     /* a free constant in it: not equal to anything else */
	uint16_t arg, size;
	uint16_t first; /* parts are work.term[first … first+n-1] */
	uint64_t hash;
	struct num k;
};

struct work {
	bool keep, assume;
	uint64_t positive; /* columns */
	bool failed;	   /* no room: the equation stays as it is */
	int n_forms, n_terms;
	struct form form[FORMS_MAX];
	struct term term[TERMS_MAX];
};

/* Operands of a sum or product while they are collected. */
struct list {
	struct num k; /* offset or coefficient */
	int n;
	struct term t[LIST_MAX];
};

/* ---- forms (simplify_form.c) ----------------------------------------------------------------------- */

int form_new(struct work *w, enum op op, int arg, struct num k, const struct term *part, int n);
int form_compare(const struct work *w, int a, int b); /* the fixed order; 0 only for equal structure */
bool form_same(const struct work *w, int a, int b);   /* equal functions: no free constants inside */
static inline void list_start(struct list *l, double neutral)
{
	l->k = num_int(neutral);
	l->n = 0;
}

void list_push(struct work *w, struct list *l, int id, struct num k);

enum list_order {
	ORDER_SUM,     /* constants last */
	ORDER_BASES,   /* constants first, powers of the same base side by side */
	ORDER_PRODUCT, /* constants first, then as they are written: x before y² */
};
void list_sort(const struct work *w, struct list *l, enum list_order order);

static inline const struct form *form_at(const struct work *w, int id)
{
	return &w->form[id];
}

static inline const struct term *form_parts(const struct work *w, int id)
{
	return &w->term[w->form[id].first];
}

static inline bool form_is(const struct work *w, int id, enum op op)
{
	return id != NO_FORM && w->form[id].op == op;
}

static inline struct term term_num(struct num k)
{
	return (struct term){k, NO_FORM};
}

static inline struct term term_form(int id)
{
	return (struct term){{1, 1, NUM_EXACT}, id};
}

int term_box(struct work *w, struct term t);	 /* a form that stands for the whole term */
void term_unbox(struct work *w, struct term *t); /* a product's own number goes to the term */

bool op_is_odd(enum op op);  /* f(-a) = -f(a) */
bool op_is_even(enum op op); /* f(-a) = f(a) */

bool form_nonnegative(const struct work *w, int id);
bool form_sign_is_free(const struct work *w, int id);  /* -id is id with other free constants */
bool form_is_difference(const struct work *w, int id); /* a sum with terms of both signs */

/* Does -id take no more nodes than id? evenly: only because terms of a difference change places. */
bool form_absorbs_sign(const struct work *w, int id, bool evenly);
int form_flip(struct work *w, int id); /* -id; needs one of the two above */

/* Which factor of a product should take its sign, -1: none can. */
int parts_sign_taker(const struct work *w, const struct term *part, int n);

/* ---- sums, products, functions --------------------------------------------------------------------- */

void sum_add(struct work *w, struct list *l, struct term t);
struct term sum_finish(struct work *w, struct list *l);

/* Parts of a sum without free coefficient, its offset counted if asked for. */
int sum_bound_parts(const struct work *w, int id, bool with_offset);
struct term sum_scale(struct work *w, int id, struct num k); /* k inside the brackets; k is free */

/* The part that best does without a coefficient when a free factor stands outside, -1: none gains.
 */
int sum_leader(const struct work *w, int id);

/* Divides the sum by the coefficient of that part, which goes to *k; false if something is not
 * finite. */
bool sum_lead(struct work *w, int *id, int leader, struct num *k);

/* Shared by the two files of products: literal exponents that have their own spelling are exact; an odd number of
 * halves; e^(k·d)^n of a difference d and e^(-k·d)^-n meet as one of the two (simplify_factor.c). */
struct num exponent_nice(struct num k);
bool exponent_is_root(struct num k);
void product_turn_exponential(struct work *w, struct term *t, bool finished);

void product_add(struct work *w, struct list *l, struct term t, struct num exponent);
struct term product_finish(struct work *w, struct list *l);
struct term power_of(struct work *w, struct term t, struct num exponent);

struct term function_of(struct work *w, enum op op, struct term t);
struct term function_of_two(struct work *w, enum op op, struct term a, struct term b); /* neither infix nor pow */
struct term pow_of(struct work *w, struct term base, struct term exponent);

/* ---- writing (simplify_write.c) -------------------------------------------------------------------- */

/* Appends the term's spelling; e is the equation that tied constants come from. False if it is too
 * long. */
bool write_term(struct work *w, struct term t, const struct expr *e, struct expr *out);

#endif
