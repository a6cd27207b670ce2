/* bounds.h — what an equation may be made of, as the user bound it.
 *
 * Bounds hold for the equation that is printed: coefficients, offset and rounded constants included. Whoever makes an
 * equation larger or writes it otherwise (scaling, rounding, simplifying) asks bounds_allow before he keeps it.
 * Threads: any; plain data. */
#ifndef EQRL_BOUNDS_H
#define EQRL_BOUNDS_H

#include "eqrl/expr/expr.h"

#include <stdbool.h>
#include <stdint.h>

struct bounds {
	uint64_t operators; /* bit per enum op that may occur */
	int max_size;	    /* largest expr_size */
	int max_consts;	    /* most different numbers that are no token (free constants and literals) */
};

/* Everything that fits into struct expr. */
struct bounds bounds_none(void);

/* True if e, as it would be printed, obeys. An inverse is printed with '/', so it needs that operator too; signs are
 * part of numbers and always allowed to be printed. */
bool bounds_allow(const struct bounds *b, const struct expr *e);

/* out = the same function without operators that are not allowed: square(a) as a*a, a/b as a*b^-1 and the like; e
 * itself where all are allowed. Constants keep their values and ties; new numbers become literals. False if some
 * operator has no such spelling, or it is too long. out must not be e. Size and constants are not looked at. */
bool bounds_spell(const struct bounds *b, const struct expr *e, struct expr *out);

/* How many nodes and constants the policy and evolution write under bounds on what is printed: from 40 nodes on, 10
 * are left for coefficients and the offset, which the fit adds. At small bounds all are open to structure. */
int bounds_skeleton_size(int max_size);
int bounds_skeleton_consts(int max_consts);

#endif
