/* simplify_form.h — the simplifier's normal form: numbers, sums, products and functions; private.
 *
 * A term is a number times a form. Forms live in the arrays of struct workspace and never change:
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

struct normal_term {
	struct num k;
	int id;
};

struct normal_form {
	uint8_t op;
	uint8_t n;
	bool constant; /* no variable in it */
	bool free;     /* a free constant in it: not equal to anything else */
	uint16_t arg, size;
	uint16_t first; /* parts are work.term[first … first+n-1] */
	uint64_t hash;
	struct num k;
};

struct workspace {
	bool keep, assume;
	uint64_t positive; /* columns */
	bool failed;	   /* no room: the equation stays as it is */
	int n_forms, n_terms;
	struct normal_form form[FORMS_MAX];
	struct normal_term term[TERMS_MAX];
};

/* Operands of a sum or product while they are collected. */
struct list {
	struct num k; /* offset or coefficient */
	int n;
	struct normal_term t[LIST_MAX];
};

/* ---- forms (simplify_form.c) ----------------------------------------------------------------------- */

int form_new(struct workspace *w, enum op op, int arg, struct num k, const struct normal_term *part, int n);
int form_compare(const struct workspace *w, int a, int b); /* the fixed order; 0 only for equal structure */
bool form_same(const struct workspace *w, int a, int b);   /* equal functions: no free constants inside */
static inline void list_start(struct list *l, double neutral)
{
	l->k = num_int(neutral);
	l->n = 0;
}

void list_push(struct workspace *w, struct list *l, int id, struct num k);

enum list_order {
	ORDER_SUM,     /* constants last */
	ORDER_BASES,   /* constants first, powers of the same base side by side */
	ORDER_PRODUCT, /* constants first, then as they are written: x before y² */
};
void list_sort(const struct workspace *w, struct list *l, enum list_order order);

static inline const struct normal_form *form_at(const struct workspace *w, int id)
{
	return &w->form[id];
}

static inline const struct normal_term *form_parts(const struct workspace *w, int id)
{
	return &w->term[w->form[id].first];
}

static inline bool form_is(const struct workspace *w, int id, enum op op)
{
	return id != NO_FORM && w->form[id].op == op;
}

static inline struct normal_term term_num(struct num k)
{
	return (struct normal_term){k, NO_FORM};
}

static inline struct normal_term term_form(int id)
{
	return (struct normal_term){{1, 1, NUM_EXACT}, id};
}

int term_box(struct workspace *w, struct normal_term t);     /* a form that stands for the whole term */
void term_unbox(struct workspace *w, struct normal_term *t); /* a product's own number goes to the term */

bool op_is_odd(enum op op);  /* f(-a) = -f(a) */
bool op_is_even(enum op op); /* f(-a) = f(a) */

bool form_nonnegative(const struct workspace *w, int id);
bool form_sign_is_free(const struct workspace *w, int id);  /* -id is id with other free constants */
bool form_is_difference(const struct workspace *w, int id); /* a sum with terms of both signs */

/* Does -id take no more nodes than id? evenly: only because terms of a difference change places. */
bool form_absorbs_sign(const struct workspace *w, int id, bool evenly);
int form_flip(struct workspace *w, int id); /* -id; needs one of the two above */

/* Which factor of a product should take its sign, -1: none can. */
int parts_sign_taker(const struct workspace *w, const struct normal_term *part, int n);

/* ---- sums, products, functions --------------------------------------------------------------------- */

void sum_add(struct workspace *w, struct list *l, struct normal_term t);
struct normal_term sum_finish(struct workspace *w, struct list *l);

/* Parts of a sum without free coefficient, its offset counted if asked for. */
int sum_bound_parts(const struct workspace *w, int id, bool with_offset);
struct normal_term sum_scale(struct workspace *w, int id, struct num k); /* k inside the brackets; k is free */

/* The part that best does without a coefficient when a free factor stands outside, -1: none gains.
 */
int sum_leader(const struct workspace *w, int id);

/* Divides the sum by the coefficient of that part, which goes to *k; false if something is not
 * finite. */
bool sum_lead(struct workspace *w, int *id, int leader, struct num *k);

/* Shared by the two files of products: literal exponents that have their own spelling are exact; an odd number of
 * halves; e^(k·d)^n of a difference d and e^(-k·d)^-n meet as one of the two (simplify_factor.c). */
struct num exponent_nice(struct num k);
bool exponent_is_root(struct num k);
void product_turn_exponential(struct workspace *w, struct normal_term *t, bool finished);

void product_add(struct workspace *w, struct list *l, struct normal_term t, struct num exponent);
struct normal_term product_finish(struct workspace *w, struct list *l);
struct normal_term power_of(struct workspace *w, struct normal_term t, struct num exponent);

struct normal_term function_of(struct workspace *w, enum op op, struct normal_term t);
/* min and max of what has factors in common, or is a power: true if it is simpler (simplify_extreme.c). */
bool extreme_of(struct workspace *w, enum op op, struct normal_term a, struct normal_term b, struct normal_term *out);
/* A product in which a minimum or maximum makes way: true if it is simpler. */
bool product_meets_extreme(struct workspace *w, const struct list *l, struct normal_term *out);
struct normal_term function_of_two(struct workspace *w, enum op op, struct normal_term a,
				   struct normal_term b); /* neither infix nor pow */
struct normal_term pow_of(struct workspace *w, struct normal_term base, struct normal_term exponent);

/* ---- writing (simplify_write.c) -------------------------------------------------------------------- */

/* Appends the term's spelling; e is the equation that tied constants come from. False if it is too
 * long. */
bool write_term(struct workspace *w, struct normal_term t, const struct expr *e, struct expr *out);

#endif
