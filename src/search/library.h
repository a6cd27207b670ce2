/* library.h — private to search: terms and factors that equations are put together from.
 *
 * An entry is a product of parts; a part is a formula of some columns. */
#ifndef EQRL_LIBRARY_H
#define EQRL_LIBRARY_H

#include "eqrl/expr/expr.h"
#include "eqrl/expr/rows.h"
#include "eqrl/base/rng.h"

#include <stdbool.h>

enum { LIBRARY_COLUMNS = 11, ENTRY_PARTS = 4, PART_COLUMNS = 6 };

struct entry {
	int n_parts;
	struct part {
		uint8_t formula;	      /* row of the table of formulas */
		uint8_t column[PART_COLUMNS]; /* data set columns of its variables, in the order of library.column */
	} part[ENTRY_PARTS];
};

struct library {
	const struct rows *rows;
	int column[LIBRARY_COLUMNS], n_columns;
	int n, capacity, most; /* entries; there never are more than `most` */
	struct entry *entry;
	double *value; /* (n, rows) */
};

/* An empty library over those columns of the rows (borrowed). most ≥ 1 + n_columns. */
void library_init(struct library *l, const struct rows *rows, const int *column, int n_columns, int most);
void library_release(struct library *l);

/* The constant 1, then monomials and, unless algebraic, functions. Where there are too many, the longer ones are thinned by the stream. */
void library_add_terms(struct library *l, bool algebraic, struct rng *r);

/* The constant 1, then products of powers of up to four columns, with as many powers as fit: the larger ones where columns
 * are few. */
void library_add_monomials(struct library *l, struct rng *r);

/* The constant 1 and the columns (returns how many these are), then factors. value holds logarithms of magnitudes. */
int library_add_factors(struct library *l);

/* The formula of an entry. False if it does not fit. */
bool library_write(const struct library *l, int entry, struct expr *out);

#endif
