/* names.h — what columns are called in equations.
 *
 * Column k (from 0) is column[k]; the names are all different, may be any text, and win over
 * built-in names: a column called pi, e, I, lambda or exp is meant by that word, except that an
 * operator's name before '(' is the function. A name that is no identifier is written in
 * back-quotes, a back-quote in it doubled: `Temp (°C)`. Control characters in it are written \xHH, so that no name
 * speaks to a terminal, and so is a backslash that would be read as such. Identifiers are [A-Za-z_][A-Za-z0-9_]*; in
 * a user's formula bytes of UTF-8 beyond ASCII count as letters too, so θ may stay unquoted.
 *
 * Where names is NULL, columns are x1, x2, … Everything is borrowed. Threads: read-only. */
#ifndef EQRL_NAMES_H
#define EQRL_NAMES_H

#include "eqrl/base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct definitions;

enum { NAMES_MAX_COLUMNS = 65535 }; /* OP_VAR's arg is 16 bits */

struct names {
	int n;
	const char *const *column;
	const char *target;		   /* NULL: "y" */
	const struct definitions *defined; /* own operators that formulas may call (definitions.h); NULL: none */
};

/* The column called by the n bytes of text (without back-quotes), or -1. O(columns). */
int names_find(const struct names *names, const char *text, size_t n);

/* Appends the column's plain name: column[k], or "x<k+1>" without names. */
void names_plain(struct str *out, const struct names *names, int column);

/* The byte that "\xHH" at text stands for, -1 if that is not what stands there. */
int name_escaped(const char *text);

/* Appends a name as equations have it, in back-quotes where it needs them. */
void names_quote(struct str *out, const char *name);

/* Identifiers for program text: other characters become '_', and where that (or a word of
 * reserved[], NULL-terminated) clashes, the column's number is appended. Different columns stay
 * different. */
void names_identifier(struct str *out, const struct names *names, int column, const char *const *reserved);

bool name_is_identifier(const char *name);

#endif
