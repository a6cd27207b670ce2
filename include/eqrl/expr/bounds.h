/* bounds.h — what an equation may be made of, as the user bound it.
 *
 * Bounds hold for the equation that is printed: coefficients, offset and rounded constants included. Whoever makes an
 * equation larger or writes it otherwise (scaling, rounding, simplifying) asks bounds_allow before he keeps it.
 * Threads: any; plain data. */
#ifndef EQRL_BOUNDS_H
#define EQRL_BOUNDS_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/outline.h"
#include "eqrl/expr/units.h"

#include <stdbool.h>
#include <stdint.h>

enum { BOUNDS_NESTS = 32, BOUNDS_COLUMNS = 16, BOUNDS_NUMBERS = 32 };

/* On every way from the root to a leaf at most `most` of the operator `inner` below an operator `outer`. */
struct nesting {
	uint8_t outer, inner, most;
};

/* Along the column the value never falls (sign 1) or never rises (-1). */
struct monotony {
	uint16_t column;
	int8_t sign;
};

/* All of 0 from max_depth on: not bound. */
struct bounds {
	uint64_t operators; /* bit per enum op that may occur */
	int max_size;	    /* largest bounds_size */
	int max_consts;	    /* most different numbers that are no token (free constants and literals) */
	int max_depth;	    /* largest expr_depth */
	int n_nestings;
	struct nesting nesting[BOUNDS_NESTS];
	int max_exponent;	  /* exponents of pow are whole numbers from minus this to this */
	uint8_t weight[OP_COUNT]; /* nodes that an operator counts as; 0: as op_info has it */
	uint64_t required;	  /* bit per enum op that has to occur … */
	int n_required;		  /* … and columns that have to */
	uint16_t required_column[BOUNDS_COLUMNS];
	bool ranged; /* values are from least to most everywhere in the box of the columns: shape.h judges that, … */
	double least, most;
	int n_monotone; /* … and these */
	struct monotony monotone[BOUNDS_COLUMNS];
	bool whole_numbers; /* numbers are whole, or … */
	int n_numbers;	    /* … of these, with either sign; both unset: any */
	double number[BOUNDS_NUMBERS];
	struct outline form;	   /* that the equation has to have */
	const struct units *units; /* what is consistent with them; borrowed; NULL: everything is */
};

/* Everything that fits into struct expr. */
struct bounds bounds_none(void);

/* True if e, as it would be printed, obeys. An inverse is printed with '/', so it needs that operator too; signs are
 * part of numbers and always allowed to be printed. */
bool bounds_allow(const struct bounds *b, const struct expr *e);

/* Whether numbers are bound at all, and whether that one may occur. Powers and roots that are operators are no numbers; a
 * free constant is none yet. */
static inline bool bounds_bind_numbers(const struct bounds *b)
{
	return b->whole_numbers || b->n_numbers > 0;
}
bool bounds_allow_number(const struct bounds *b, double v);

/* Whether e may be printed as far as its numbers go: bound ones are no more free. */
bool bounds_settled(const struct bounds *b, const struct expr *e);

static inline bool bounds_have_form(const struct bounds *b)
{
	return b && b->form.n_functions > 0;
}

/* The same but for units, which coefficients that are still to come may make good. */
bool bounds_allow_bare(const struct bounds *b, const struct expr *e);

/* What masks obey of it, in equations without coefficients, too: depth, nestings, exponents, units. */
bool bounds_allow_form(const struct bounds *b, const struct expr *e);

/* The size that max_size bounds. */
int bounds_size(const struct bounds *b, const struct expr *e);

/* True if tokens of that integer may be exponents. */
static inline bool bounds_allow_exponent(const struct bounds *b, double v)
{
	return b->max_exponent == 0 || (v == (int)v && v <= b->max_exponent && v >= -b->max_exponent);
}

/* Whether all that is required occurs in e; bounds_allow asks it, too. */
bool bounds_complete(const struct bounds *b, const struct expr *e);

/* The same bounds with nothing required: those of equations on the way to an answer. */
struct bounds bounds_of_steps(const struct bounds *b);

/* Operators that may not stand below those on a way from the root (operators alone, n of them), as bits; all of them where
 * the operands would lie too deep. For masks. */
uint64_t bounds_barred(const struct bounds *b, const uint8_t *path, int n);

/* Under a template e is a carrier (outline.h), and so is out.
 *
 * out = the same function without operators that are not allowed: square(a) as a*a, a/b as a*b^-1 and the like; e
 * itself where all are allowed. Constants keep their values and ties; new numbers become literals. False if some
 * operator has no such spelling, or it is too long. out must not be e. Size and constants are not looked at. */
bool bounds_spell(const struct bounds *b, const struct expr *e, struct expr *out);

/* How many nodes and constants the policy and evolution write under bounds on what is printed: from 40 nodes on, 10
 * are left for coefficients and the offset, which the fit adds. At small bounds all are open to structure. */
int bounds_skeleton_size(int max_size);
int bounds_skeleton_consts(int max_consts);

#endif
