/* notation.h — private to expr: what print.c shares with the writers of names, numbers and
 * functions. */
#ifndef EQRL_EXPR_NOTATION_H
#define EQRL_EXPR_NOTATION_H

#include "eqrl/expr/print.h"

/* Words that no column may be called in program text, NULL-terminated. */
extern const char *const reserved_c[], *const reserved_python[], *const reserved_sympy[];

/* A column's name in mathematics: x_{1}, \theta, T_{\mathrm{max}}, \mathrm{flow}. */
void latex_name(struct str *out, const char *name);

/* A decimal text as LaTeX: 1.2 \times 10^{-3}. Returns whether there is a power of ten. */
bool latex_number(struct str *out, const char *decimal);

/* Text that ends no comment and no line. */
void add_comment(struct str *out, const char *text);

/* NOTATION_JSON. */
void print_json(struct str *out, const struct expr *e, const struct names *names);

#endif
