/* grouped.h — equations with constants of their own in each group of rows.
 *
 * While it is searched a form has free constants like any other, and every group fits its own. In a front that is shown,
 * the constants that differ from group to group are parameters: columns beyond those of the data, a, b, c …, whose values
 * stand in a table by group. Constants that all groups share are numbers in the equation. So whatever reads equations
 * reads these, too, as functions of columns and parameters. */
#ifndef EQRL_GROUPED_H
#define EQRL_GROUPED_H

#include "eqrl/data/dataset.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"

/* Of one equation: value[group * n + parameter], and standard errors (NAN: not measured; INFINITY: not determined). */
struct group_table {
	int n;
	double *value, *error;
};

struct grouped {
	char *column;  /* that names the groups */
	int n_columns; /* of the data; parameter number p is column n_columns + p */
	int n;	       /* groups */
	char **name;
	int n_tables;
	struct group_table *table; /* an equation has the number of its own */
};

struct grouped *grouped_new(const char *column, int n_columns, int n, const char *const *name);
void grouped_free(struct grouped *g); /* NULL is fine */

/* A table of n parameters, all 0, and its number. */
int grouped_add_table(struct grouped *g, int n);

/* Number of the group of that name, -1: there is none. */
int grouped_find(const struct grouped *g, const char *name);

/* The most parameters that an equation has. */
int grouped_parameters(const struct grouped *g);

/* What parameter number p is called beside the names of columns and target. Appends. */
void grouped_name(struct str *out, const struct names *data, int p);

/* Rows with the parameters of a table as further columns. group[row]: its number. Borrows the columns. */
struct grouped_rows {
	struct rows rows;
	const double **x;
	double *values;
};
void grouped_rows_open(struct grouped_rows *out, const struct rows *rows, const int32_t *group, const struct grouped *g,
		       int table);
void grouped_rows_close(struct grouped_rows *r);

/* The data set gets the parameters of a table as further columns, named like the front's. Borrowed names are copied. */
void grouped_extend(struct dataset *d, const struct grouped *g, int table, const char *const *name);

#endif
