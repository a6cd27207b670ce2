/* functions.h — private to expr: which words of a formula are functions. */
#ifndef EQRL_EXPR_FUNCTIONS_H
#define EQRL_EXPR_FUNCTIONS_H

#include "eqrl/expr/op.h"

#include <stdbool.h>
#include <stddef.h>

struct function {
	const char *name;
	enum op op;
	bool mirrored; /* -op(-x): ceil by floor */
};

/* The function called by the n bytes of name: an operator of ops.def or an alias. */
bool function_find(const char *name, size_t n, struct function *out);

/* The function whose name is nearest to a wrong word, or NULL. */
const char *function_nearest(const char *word);

#endif
