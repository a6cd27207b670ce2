/* units.h — units of measurement: of columns, of every part of an equation, of its constants.
 *
 * A dimension is a product of powers of base units: those of the SI, and every symbol that is not known, which is a base
 * of its own ("apples"). Powers are real numbers, so that square roots have dimensions, too. Each unit is kept twice: as
 * a dimension, by which equations are judged, and as it was written (d/AU^1.5), by which constants are printed. Data are
 * never converted: a constant carries what conversion there is.
 *
 * An equation is consistent where what is added or compared has one dimension, functions other than powers, the absolute
 * value and the like get numbers without one, exponents have none, and the value has the target's. What constants may
 * carry is a choice:
 *   none   nothing: all numbers are without dimension
 *   scale  coefficients and offset: numbers that the root reaches through sums, products and quotients
 *   any    every number that is no exponent
 * A number that may carry a unit carries whatever makes the equation consistent.
 *
 * Threads: read-only after units_ready. Ownership: the struct owns all that it points to. */
#ifndef EQRL_UNITS_H
#define EQRL_UNITS_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"

enum { UNITS_BASES = 16, UNITS_SYMBOL = 24 };

enum unit_constants { UNIT_CONSTANTS_NONE, UNIT_CONSTANTS_SCALE, UNIT_CONSTANTS_ANY };

struct dimension {
	double power[UNITS_BASES]; /* of the symbols of the list that it belongs to */
};

struct symbol_list {
	int n;
	char symbol[UNITS_BASES][UNITS_SYMBOL];
	bool unknown[UNITS_BASES]; /* no unit that is known by that symbol: a base of its own */
};

struct unit_powers {
	struct dimension of;	  /* powers of `base` */
	struct dimension written; /* powers of `written` */
};

struct unit_reach; /* unit_reach.h */

struct units {
	struct symbol_list base, written;
	int n_columns;
	struct unit_powers *column, target;
	enum unit_constants constants;
	uint64_t operators;	  /* bit per enum op that may occur: what dimensions can be made */
	bool scaled;		  /* every term of an equation without coefficients gets one from the fit */
	struct unit_reach *reach; /* what the columns can be made into; for masks */
};

/* n_columns units, all without dimension. */
void units_init(struct units *u, int n_columns);
void units_release(struct units *u);

/* Reads a unit: symbols of the SI and common ones with prefixes, joined by '*', '·', a blank or '/', with powers: kg/m^3,
 * m s^-2, J/(kg K), µg·m⁻³, m^0.5. Empty, "-", "1" and the like: none. Fails where the text has another form, or where it
 * leaves open what belongs below the line (J/kg K). */
enum status units_read(struct units *u, const char *text, struct unit_powers *out);

/* After all units are there and before the first judgement. */
void units_ready(struct units *u);

/* Appends it, as in kg*m/s^2; "1" where it has none. */
void dimension_print(const struct symbol_list *l, const struct dimension *d, struct str *out);

/* Whether an equation with all its coefficients is consistent. Literals and integers count as constants. */
bool units_allow(const struct units *u, const struct expr *e);

/* Whether an equation without coefficients is, or becomes so by those that the fit adds: of its numbers only free
 * constants carry units, and the power of a quantity to a free constant is taken for consistent where a coefficient
 * can make it so. */
bool units_allow_form(const struct units *u, const struct expr *e);

/* Appends the first reason why e is not consistent: "t (s) is added to x (m)". False, and nothing appended, where it is. */
bool units_explain(const struct units *u, const struct expr *e, const struct names *names, struct str *why);

/* The units of the numbers of a consistent equation, by index in e->c; strings in the arena of `out`, one for each, empty
 * where a number has none. False where e is not consistent. */
bool units_of_constants(const struct units *u, const struct expr *e, struct str out[EXPR_MAX_CONSTS]);

/* The dimension that the part of e at a node has to have for the whole to be consistent, whatever is there now. False
 * where more than one would do, or none. */
bool units_of_hole(const struct units *u, const struct expr *e, int node, struct dimension *d);

/* Tokens (vocab.h) that may not come next in an equation without coefficients, slot s being column s, as bits: they would
 * break its units, or leave more to be made good than `room` nodes can. With rules that know nothing of units
 * (grammar.h) it may still end where nothing fits, so what was written is asked for by units_allow_form. */
uint64_t units_barred(const struct units *u, const uint8_t *tokens, int n, int room);

/* Whether some equation of at least one column has the target's dimension while constants have none. */
bool units_reach_target(const struct units *u);

/* Whether column c can be part of such an equation. */
bool units_reach_with(const struct units *u, int c);

#endif
