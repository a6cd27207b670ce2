/* style.h — how a notation writes equations: operators, numbers, names.
 *
 * A form is the text of an operator with #1 and #2 for its operands, its precedence (as in ops.def: 1 sum, 2 product,
 * 3 sign, 4 power, 5 atom) and the least precedence that an operand may have without parentheses; 0 where the form
 * encloses it; '$' stands for the prefix of functions. Operators without a row are functions by name. Threads: constant
 * tables. */
#ifndef EQRL_STYLE_H
#define EQRL_STYLE_H

#include "eqrl/expr/print.h"

enum { SUM = 1, PRODUCT, SIGN, POWER, ATOM };

struct operator_form {
	const char *text;
	int precedence, left, right;
};

/* Rows that most languages share: infix arithmetic as in C. */
/* clang-format off */
#define ARITHMETIC_FORMS                             \
	[OP_ADD] = {"#1 + #2", SUM, SUM, PRODUCT},   \
	[OP_SUB] = {"#1 - #2", SUM, SUM, PRODUCT},   \
	[OP_MUL] = {"#1*#2", PRODUCT, PRODUCT, POWER}, \
	[OP_DIV] = {"#1/#2", PRODUCT, PRODUCT, POWER}, \
	[OP_NEG] = {"-#1", SIGN, POWER, 0}
/* What C has under other names. */
#define C_FORMS                                      \
	ARITHMETIC_FORMS,                            \
	[OP_INV] = {"1.0/#1", PRODUCT, POWER, 0},    \
	[OP_SQUARE] = {"pow(#1, 2.0)", ATOM, 0, 0},  \
	[OP_CUBE] = {"pow(#1, 3.0)", ATOM, 0, 0},    \
	[OP_ABS] = {"fabs(#1)", ATOM, 0, 0},         \
	[OP_ROUND] = {"nearbyint(#1)", ATOM, 0, 0}
/* clang-format on */

struct style {
	const struct operator_form *forms; /* [OP_COUNT] */
	/* In languages that stop at 1/0 or exp(1000): what to write instead where an infinity could become a number again,
	 * as in 1/(1 + exp(x)). NULL: the language computes with infinities. */
	const struct operator_form *careful;
	const char *prefix;	  /* before the name of a function */
	const char *open, *close; /* parentheses */
	const char *pi;
	const char *const *reserved; /* words that names must avoid; NULL: names are not identifiers */
	const char *whole; /* behind whole numbers, which the language would take for integers; NULL: nothing */
	bool points;	   /* whole constants up to 10 get ".0", so that they read back as constants */
	bool as_named;	   /* columns are called what names say, without quotes or replacement */
	bool multiply;	   /* squares and cubes of columns are written as products */
	bool fractions;	   /* quotients stand one above the other: what a minus stands before is not their first line */
	struct operator_form
		dotted; /* of a product whose second factor begins with a number; without text: as any other */
	bool (*number)(struct str *out, const char *decimal); /* writes a number, true if as a product with a power of
							       * ten; NULL: as C does */
	void (*name)(struct str *out, const char *name);      /* writes a column's name; NULL: see as_named */
};

extern const struct style print_style[NOTATION_COUNT]; /* none for NOTATION_JSON */

/* SymPy's operators, whose functions may stand behind the name of its module. */
extern const struct operator_form sympy_forms[OP_COUNT];

/* Words that no column may be called in program text, NULL-terminated. */
extern const char *const reserved_c[], *const reserved_python[], *const reserved_sympy[];

/* The right-hand side in a style of one's own. */
void print_styled(struct str *out, const struct expr *e, const struct names *names, const struct style *style);

/* A decimal text as LaTeX: 1.2 \times 10^{-3}. Returns whether there is a power of ten. */
bool latex_number(struct str *out, const char *decimal);

/* A column's name in mathematics: x_{1}, \theta, T_{\mathrm{max}}, \mathrm{flow}. */
void latex_name(struct str *out, const char *name);

/* Text that ends no comment and no line. */
void add_comment(struct str *out, const char *text);

#endif
