/* constraints.h — private to src/run: what the user's words bound, from options to struct bounds. */
#ifndef EQRL_RUN_CONSTRAINTS_H
#define EQRL_RUN_CONSTRAINTS_H

#include "eqrl/base/error.h"
#include "eqrl/data/dataset.h"
#include "eqrl/expr/bounds.h"
#include "eqrl/options/options.h"

/* The operator of that name or sign; fails with the option's name, and gives −1. */
int constraint_operator(const char *option, const char *name);

/* Adds to operators, size and number of constants all else that names no column, and refuses what no equation can obey. */
enum status constraints_read(const struct options *o, struct bounds *b);

/* Then what names columns of d. */
enum status constraints_find_columns(const struct options *o, const struct dataset *d, struct bounds *b);

/* Parts of both (forms.c): --constants and --integer-constants; tokens that these leave no place; --template. */
enum status constraints_read_numbers(const struct options *o, struct bounds *b);
uint64_t constraints_barred_tokens(const struct bounds *b);
enum status constraints_read_template(const struct options *o, const struct dataset *d, struct bounds *b);

/* What of the bounds stands against a skeleton that the user gave; NULL: nothing. Valid until the thread's next call. */
const char *constraint_against(const struct bounds *b, const struct expr *skeleton);

#endif
