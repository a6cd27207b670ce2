/* outline.h — the form that an equation has to have: sin(f(x1, x2)) + a*g(x3), with free functions f and g.
 *
 * What is searched for are the bodies of the functions, one equation each over the function's arguments (OP_VAR k is the
 * k-th). The whole equation is the template with each call replaced by the body, and each argument's letter by the
 * argument; a function that is called twice is the same body twice, with the same (tied) constants. Arguments are columns
 * or expressions of columns; free functions do not stand inside each other. Names that are no columns are constants.
 *
 * A tuple of bodies travels as one equation, the carrier: bodies joined by n_functions − 1 additions, which mean nothing.
 *
 * Plain data. Threads: read-only once read. */
#ifndef EQRL_OUTLINE_H
#define EQRL_OUTLINE_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"

enum {
	OUTLINE_FUNCTIONS = 6,
	OUTLINE_ARGUMENTS = 6,
	OUTLINE_CALLS = 12,
	OUTLINE_NAME = 15,
	OUTLINE_CALL = 65000, /* OP_VAR's arg OUTLINE_CALL + k is call k */
	OUTLINE_POOL = 2 * EXPR_MAX_NODES,
};

struct outline_function {
	char name[OUTLINE_NAME + 1];
	uint8_t arity, calls, first; /* first: the call in which it comes first */
};

struct outline_call {
	uint8_t function, at[OUTLINE_ARGUMENTS]; /* at: where its arguments begin in node[] */
};

/* n_functions 0: no template. */
struct outline {
	int n_functions, n_calls;
	int whole, n_nodes; /* the equation is node[whole … n_nodes−1]; arguments stand before it */
	int n_consts;	    /* its own numbers, OP_CONST (to be fitted) and OP_FIXED */
	double c[EXPR_MAX_CONSTS];
	struct node node[OUTLINE_POOL];
	struct outline_function function[OUTLINE_FUNCTIONS];
	struct outline_call call[OUTLINE_CALLS];
};

/* Reads a template with the columns and own operators of names. Failure: ST_USAGE, one line "column N: …". */
enum status outline_parse(const char *text, const struct names *names, struct outline *t);

/* out = the equation with these bodies (n_functions of them). The template's constants come first. False if it does not fit. */
bool outline_expand(const struct outline *t, const struct expr *body, struct expr *out);

/* Bodies of an equation that has the form, node by node; false if it has not. A constant of the template may be any part
 * without columns. loose: constants may stand for the template's literals, and those of a function's calls may differ; that
 * is how tokens are written. */
bool outline_match(const struct outline *t, const struct expr *e, bool loose, struct expr *body);

/* The node of e, which has the form, where function f's body begins; −1 where the body is no part that could be changed by
 * itself: f is called more than once, or not with different columns. columns: those that it may use, as bits. */
int outline_part(const struct outline *t, const struct expr *e, int f, uint64_t *columns);

/* out = e, which has the form, with other bodies: the template's own constants keep the values that they have in e. */
bool outline_rewrite(const struct outline *t, const struct expr *e, const struct expr *body, struct expr *out);

/* Carriers: bodies to one equation and back. split is false where e is no carrier. */
bool outline_join(const struct outline *t, const struct expr *body, struct expr *out);
bool outline_split(const struct outline *t, const struct expr *e, struct expr *body);
bool outline_expand_carrier(const struct outline *t, const struct expr *carrier, struct expr *out);

/* How often a leaf of function f's body is written in all calls together: as argument k, or as another leaf (k −1). */
int outline_weight(const struct outline *t, int f, int k);

/* Whether all functions first come with different columns as arguments, so that tokens tell what is an argument. */
bool outline_is_writable(const struct outline *t);

/* One body, as "f(x1, x2) = x1 + x2": with the first call's arguments where these are columns, else u1, u2 … */
void outline_print(const struct outline *t, int f, const struct expr *body, const struct names *names, struct str *out);

/* ---- masks --------------------------------------------------------------------------------------------------------- */

/* Where a sequence of tokens stands that keeps to the form. */
struct outline_place {
	int forced; /* the only token that may follow, −1: it is within a body … */
	int function;
	bool at_root;  /* … at its first token */
	uint64_t vars; /* tokens of its arguments */
	int weight;    /* tokens that another node of it costs in all calls … */
	int leaf;      /* … and its dearest leaf */
	int least;     /* tokens of the shortest whole from here on, what is written included */
	int consts;    /* constants of the whole as far as it is written */
	int outer;     /* operators of the template above it */
};

/* tokens: n of them; columns are their own slots. */
void outline_place_of(const struct outline *t, const uint8_t *tokens, int n, struct outline_place *out);

/* vocab_encode of an equation of the form: the template's literals are written as constants. */
int outline_encode(const struct expr *e, uint8_t *tokens);

#endif
