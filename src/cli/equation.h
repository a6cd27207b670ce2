/* equation.h — private to cli: an equation from the command line or from a run. */
#ifndef EQRL_EQUATION_H
#define EQRL_EQUATION_H

#include "eqrl/data/csv.h"
#include "eqrl/expr/definitions.h"
#include "eqrl/expr/parse.h"
#include "eqrl/run/front.h"

/* parse_expr with an error that shows the place: the message, the text, a caret under the column. */
enum status equation_parse(const char *text, const struct names *names, struct parse_params *params, struct expr *out);

/* The same with the names of a file's columns and own operators (NULL: none), within its select(): OP_VAR's arg is the
 * file's column. Names that the file has not may be made from its columns, and are added: `metal=brass`, row, y_lag1. A
 * free constant is an error. */
enum status equation_parse_for_file(const char *text, const struct definitions *defined, struct csv *t,
				    struct expr *out);

/* The name before '=' in "name = right-hand side", in a new string; NULL: there is none. */
char *equation_target(const char *text);

/* Names of a file's columns; *name is the array, to be freed. */
struct names equation_names(const struct csv *t, const char ***name);

/* The chosen equation of a run, or the one of that size (0: chosen). dir stands for the run in messages. */
enum status equation_of_run(const struct front *f, int size, const char *dir, const struct pareto_entry **out);

#endif
