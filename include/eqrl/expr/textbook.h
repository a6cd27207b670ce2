/* textbook.h — the curves of textbook.def: who meets one in a table has met an old acquaintance. */
#ifndef EQRL_TEXTBOOK_H
#define EQRL_TEXTBOOK_H

#include "eqrl/expr/expr.h"

enum {
#define FORM(name, text, rare, values)	   +1
#define SPELLING(name, text, rare, values) +1
	TEXTBOOK_FORMS = 0
#include "eqrl/expr/textbook.def"
#undef FORM
#undef SPELLING
};

extern const char *const textbook_name[TEXTBOOK_FORMS];

/* The stripped canonical skeleton (strip.h) of a form, of that column; constants are 1. False for another spelling of a form. */
bool textbook_skeleton(int form, int column, struct expr *out);

/* Which form an equation of one column has, up to scale, offset and the coefficients of its terms, with constants that the
 * curve may have; −1: none. From any thread. textbook_find_stripped: skeleton is its stripped canonical skeleton; a letter
 * that stands twice, as the exponent of a Hill curve, may still be two constants then, which only a final form has to tie. */
int textbook_find(const struct expr *e);
int textbook_find_stripped(const struct expr *skeleton, const struct expr *e);

/* How many of the curve's numbers an equation of that form has not: 1/(x1 + 2) is a hyperbola whose scale happens to be 1.
 * The offset does not count, and curves without a constant of their own miss nothing. */
int textbook_missing(int form, const struct expr *e);

/* How many nodes a form has more than the shortest spelling of the same curve, each with its coefficients: c*x1/(x1 + a) has one
 * more than 1/(a/x1 + b). */
int textbook_spare_nodes(int form);

/* Whether a form has a constant besides scale, offset and coefficients, so that its name says something. */
bool textbook_has_shape(int form);

bool textbook_is_rare(int form);

#endif
