/* polynomial.h — sums of monomials in atoms, for equivalent.c; private. */
#ifndef EQRL_EXPR_POLYNOMIAL_H
#define EQRL_EXPR_POLYNOMIAL_H

#include "eqrl/expr/expr.h"

enum { FACTORS_MAX = 8, MONOMIALS_MAX = 16, ATOMS_MAX = 40 };

struct monomial {
	double k;
	bool free; /* k came from free constants */
	int n;
	uint8_t atom[FACTORS_MAX]; /* rising */
	double power[FACTORS_MAX]; /* not 0 */
};

struct polynomial {
	int n;
	struct monomial m[MONOMIALS_MAX]; /* different ones; none with k = 0 but free */
};

enum phase_style { PHASE_REDUCED, PHASE_OF_SINE, PHASE_OF_COSINE, PHASE_DROPPED };

/* A sum below a power or logarithm may be divided by its monomial of the highest degree, or its number, and multiplied
 * by what it has as denominators; all that stands outside then. */
enum bracket_style { BRACKETS_AS_THEY_ARE, BRACKETS_LED_BY_ONE, BRACKETS_OF_ONE };

struct polynomials {
	enum phase_style phases;
	enum bracket_style brackets;
	bool merge_logs;
	bool failed; /* something did not fit: results mean nothing */
	int n;
	struct atom {
		struct expr e;
		struct polynomial arg; /* of exp, log, sin and cos; e is that, written */
	} atom[ATOMS_MAX];
};

void polynomial_number(struct polynomial *out, double k, bool is_free);
void polynomial_of_atom(struct polynomials *b, const struct expr *atom, struct polynomial *out);
void polynomial_scale(struct polynomial *p, double k);
void polynomial_add(struct polynomials *b, struct polynomial *p, const struct polynomial *q);
void polynomial_multiply(struct polynomials *b, struct polynomial *p, const struct polynomial *q);

/* p to a power; sums are multiplied out up to the power `most`. */
void polynomial_power(struct polynomials *b, const struct polynomial *p, double power, int most,
		      struct polynomial *out);

/* log p, a factor of p as a number beside it: log(3 x) is log x + log 3. */
void polynomial_logarithm(struct polynomials *b, const struct polynomial *p, struct polynomial *out);

/* e^p, a number in p as a factor. */
void polynomial_exponential(struct polynomials *b, const struct polynomial *p, struct polynomial *out);

/* The number in p (0: none) and whether it is free; it is taken out. */
double polynomial_take_number(struct polynomial *p, bool *is_free);

/* sin, cos, log or exp (without its number) of arg. The index of an atom. */
int polynomial_function(struct polynomials *b, enum op op, const struct polynomial *arg);
void polynomial_of_index(struct polynomial *out, int atom);

/* Appends p as a sum of products (polynomial_write.c). */
void polynomial_write(struct polynomials *b, const struct polynomial *p, struct expr *out);

/* The same with common atoms in front of a bracket; false if there are none. */
bool polynomial_write_factored(struct polynomials *b, const struct polynomial *p, struct expr *out);

#endif
