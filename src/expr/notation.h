/* notation.h — private to expr: what print.c shares with the writers of names and numbers. */
#ifndef EQRL_EXPR_NOTATION_H
#define EQRL_EXPR_NOTATION_H

#include "eqrl/expr/style.h"

/* A decimal text as LaTeX: 1.2 \times 10^{-3}. Returns whether there is a power of ten. */
bool latex_number(struct str *out, const char *decimal);

/* NOTATION_JSON. */
void print_json(struct str *out, const struct expr *e, const struct names *names);

#endif
