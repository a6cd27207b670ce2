/* definitions.h — operators of the user's own: gauss(x) = exp(-x^2).
 *
 * A definition is a macro: where a formula calls it, its body stands, with the arguments in place of its letters. So an
 * equation is made of the operators of ops.def alone, and sizes, constraints and exports count what stands there.
 * A ? in a body is a new constant wherever it is called.
 *
 * Plain data. Threads: read-only once read. */
#ifndef EQRL_DEFINITIONS_H
#define EQRL_DEFINITIONS_H

#include "eqrl/base/error.h"
#include "eqrl/expr/expr.h"

#include <stddef.h>

enum { DEFINITIONS_MAX = 48, DEFINITION_NAME = 31, DEFINITION_ARGUMENTS = 2 };

struct definition {
	char name[DEFINITION_NAME + 1];
	int arity;	  /* 1 or 2 */
	struct expr body; /* OP_VAR's arg is the number of an argument; n = 0: it is being read */
};

struct definitions {
	int n;
	struct definition of[DEFINITIONS_MAX];
};

/* Adds the definitions of a text, one a line: "name(x) = body", "name(a, b) = body". Bodies may call what stands above
 * them. Failure: ST_USAGE and one line that names the definition; what was read so far stays. */
enum status definitions_read(const char *lines, struct definitions *d);

/* Adds what other programs write and this one has no operator for (log1p, relu, aq …), but for names that are taken. */
void definitions_add_foreign(struct definitions *d);

/* The one called by the n bytes of name; NULL: none, also where d is NULL. */
const struct definition *definition_find(const struct definitions *d, const char *name, size_t n);

/* Appends the body with the subtrees at argument[0 … arity-1] of out's own nodes `from` in place of its letters; those
 * subtrees share out's constants, the body's are new. False (and out is spoilt) if there is no room. */
bool expr_append_body(struct expr *out, const struct expr *body, const struct node *from, const int *argument);

/* The same for arguments that are equations of their own: out = body of them; their constants are new, but tied where an
 * argument comes twice. */
bool definition_apply(const struct definition *d, const struct expr *const *argument, struct expr *out);

#endif
