/* export.h — an equation for other programs: a function, a formula, a table, a tree.
 *
 * Each format is one row of export_table and one file in src/export. Texts are complete: they compile or load as they are,
 * need nothing but the language itself (numpy, sympy: that package), and begin with a comment: the equation, its columns
 * with units, who is called by another name because its own is no identifier, the program's version and a checksum.
 * What a language has not, or has with another meaning (the sign of a remainder, ties in rounding, NaN in a minimum), is a
 * helper beside the function. Where the equation has no finite value, functions return what is not finite either.
 * Threads: no shared state. */
#ifndef EQRL_EXPORT_H
#define EQRL_EXPORT_H

#include "eqrl/base/str.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"

#include <stdbool.h>

/* A line of a front, for tables. */
struct export_line {
	const struct expr *e;
	int size;
	double fvu, fvu_cv; /* NAN: not known */
	bool chosen;
};

/* Constants that differ from group to group: the names from `first` on, arguments of the function. */
struct export_groups {
	const char *column; /* that names the groups */
	int n, first, n_parameters;
	const char *const *name;
	const double *value; /* [group * n_parameters + parameter] */
};

/* Everything is borrowed. */
struct export_source {
	const struct expr *e;
	const struct names *names;	/* with the target */
	const char *const *unit;	/* of each column, entries NULL where none is known; NULL: of none */
	const char *target_unit;	/* or NULL */
	const char *version;		/* of this program */
	const struct export_line *line; /* the front that e is of; n_lines 0: e stands alone */
	int n_lines;
	const struct export_groups *groups; /* NULL: none */
};

struct export_format {
	const char *name, *doc;
	void (*write)(struct str *out, const struct export_source *x);
};

extern const struct export_format export_table[];
extern const int export_rows;

/* "target = right-hand side" as the program prints it, and the CRC-32 (ISO 3309, that of zlib and gzip) of its bytes in
 * eight hex digits. */
void export_equation(struct str *out, const struct export_source *x);
void export_checksum(char out[9], const struct export_source *x);

#endif
