/* equation.h — private to cli: an equation from the command line. */
#ifndef EQRL_EQUATION_H
#define EQRL_EQUATION_H

#include "eqrl/expr/parse.h"

/* parse_expr with an error that shows the place: the message, the text, a caret under the column. */
enum status equation_parse(const char *text, const struct names *names, struct parse_params *params, struct expr *out);

#endif
