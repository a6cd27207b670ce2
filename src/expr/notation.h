/* notation.h — private to expr: what print.c shares with the writers of names and numbers. */
#ifndef EQRL_EXPR_NOTATION_H
#define EQRL_EXPR_NOTATION_H

#include "eqrl/expr/style.h"

/* NOTATION_JSON. */
void print_json(struct str *out, const struct expr *e, const struct names *names);

#endif
