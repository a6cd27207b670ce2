/* parse.h — equations from text and from JSON.
 *
 *   sum     = product { (+|-) product }          left-associative
 *   product = factor { (*|/) factor }
 *   factor  = (+|-) factor | power               so -x^2 is -(x^2)
 *   power   = atom [ (^|**) factor ]             right-associative
 *   atom    = number | pi | pi() | name | `name` | ? | function(…) | (sum)
 *
 * Functions are the operators of ops.def by name (also add, mul … with two arguments) and ln, arcsin, arccos, arctan,
 * fabs, Abs, minimum, maximum, Min, Max, sgn, heaviside; ceil(x) and ceiling(x) are -floor(-x). Nodes: x^2 and x^3 are SQUARE and CUBE, pow(x, 2) stays
 * POW, 1/x stays DIV; the integers 1 … 10 are INT, other literals FIXED (equal ones share an entry
 * of c[]), with a sign in front of a literal folded into it (-2*x; not in -2^x); "3.0" is FIXED. A
 * '?' is a new free constant of value 1. pi() is the number even beside a column called pi. Any
 * bytes may be given; recursion is bounded.
 * "target = " may stand in front, where target is names->target (any name where that is not known).
 *
 * Failure: ST_USAGE, one line "column N: what is wrong; what to do" (N counts characters from 1),
 * and *out is empty (n = 0). Threads: no shared state. */
#ifndef EQRL_PARSE_H
#define EQRL_PARSE_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"

struct cJSON;

enum { PARSE_NAME_MAX = 63 };

/* Names of free constants in a user's formula: a*exp(-b*x). */
struct parse_params {
	int n;
	char name[EXPR_MAX_CONSTS][PARSE_NAME_MAX + 1];
	int slot[EXPR_MAX_CONSTS]; /* the parameter's entry of c[]; a repeated name is a tied
				      constant */
};

/* names NULL: columns are x1, x2, … params NULL: an unknown identifier is an error; otherwise it is
 * a free constant of value 1, and *params is filled anew in order of first appearance. The target's name and one that
 * misses a column by a letter are errors all the same. */
enum status parse_expr(const char *text, const struct names *names, struct parse_params *params, struct expr *out);

/* The same; *column is where it failed (0: it did not), for parse_picture. */
enum status parse_expr_at(const char *text, const struct names *names, struct parse_params *params, struct expr *out,
			  int *column);

/* Appends two indented lines, the text and a caret under that column. */
void parse_picture(struct str *out, const char *text, int column);

/* The inverse of expr_to_json (print.h): the same nodes and bits. "hex" may be missing and then
 * "constants" counts. Failure: ST_DATA with the key or token that is wrong, and *out is empty. */
enum status expr_from_json(const struct cJSON *json, struct expr *out);

#endif
