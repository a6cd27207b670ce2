/* print.h — equations as text, LaTeX, SymPy, Python, C and JSON; whole functions are in export/export.h.
 *
 * Text reads back: parse_expr(print_expr(e)) has exactly the nodes of expr_readable(e) and the bits
 * of its constants, free ones (OP_CONST) come back as FIXED. Values must be finite for that. LaTeX
 * is for reading. SymPy text is for sympify(), Python text wants numpy as np, C text <math.h>;
 * their values agree with expr_value up to the rounding of x**2 against pow(x, 2).
 * Numbers are the shortest decimals that read back exactly. Threads: no shared state. */
#ifndef EQRL_PRINT_H
#define EQRL_PRINT_H

#include "eqrl/base/str.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"

#include <stdbool.h>

struct cJSON;

enum notation {
	NOTATION_TEXT,
	NOTATION_LATEX,
	NOTATION_SYMPY,
	NOTATION_PYTHON,
	NOTATION_C,
	NOTATION_JSON, /* expr_to_json on one line, with the names of the columns used */
	NOTATION_COUNT,
};

extern const char *const notation_name[NOTATION_COUNT]; /* "text", "latex", … as for --format */

struct print_options {
	int digits;	   /* round constants to so many significant digits; 0: exact */
	bool placeholders; /* free constants as '?' */
};

/* Appends the right-hand side. names NULL: x1, x2, … */
void print_expr(struct str *out, const struct expr *e, const struct names *names, enum notation notation);

/* The same; options NULL: exact. JSON ignores them. */
void print_expr_with(struct str *out, const struct expr *e, const struct names *names, enum notation notation,
		     const struct print_options *options);

/* Appends a comment line of that notation for each column that the equations use under another name: "# lambda_1 is the
 * column lambda". Nothing for notations that keep names. */
void print_legend(struct str *out, const struct expr *e, const struct names *names, enum notation notation);

/* The equation as a reader would write it, same value bit for bit: a + -b becomes a - b, signs move
 * to the front of products and into constants, inv(a) becomes 1/a, the literal 0.3333333333333333
 * becomes 1/3 and 6.283185307179586 becomes 2*pi. It is e itself where that would
 * not fit. Signs of free constants stay if keep_free. */
struct expr expr_readable(const struct expr *e, bool keep_free);

/* Whole multiples of pi up to this one are written as such. */
enum { MOST_TURNS = 1000 };

/* Is a literal of this value written as a fraction or with pi? */
bool expr_has_spelling(double v);

/* {"prefix": ["mul", "c0", "sin", "x1", …], "constants": [2.5, …], "hex": ["0x1.4p+1", …]}: tokens
 * are operator names, integers as numbers, "pi", "x<k>" (column k-1), "c<i>" and "k<i>" for free
 * and fixed constants, i an index into constants. Without loss. The caller's to delete. */
struct cJSON *expr_to_json(const struct expr *e);

#endif
