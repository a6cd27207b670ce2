/* loader.h — a data set on its way from its tables: columns.c, leave_out.c, usable.c, dataset.c. */
#ifndef EQRL_DATA_LOADER_H
#define EQRL_DATA_LOADER_H

#include "build.h"

struct loader {
	struct dataset *d;
	const struct dataset_options *o;
	struct csv main, test;
	int target, weights; /* columns of main; weights -1: none */
	int label;	     /* the column of split_by or group; -1: none */
	int *feature;	     /* columns of main, in the order of the inputs */
	int n_features;
	bool named;		 /* by --features: none of them may be left out */
	int *test_column;	 /* column of test for each of main, -1: none */
	int32_t *use, *test_use; /* rows without missing values */
};

/* columns.c. Called by the reader of the main table: sets target, weights and feature, and what to read. */
enum status choose_columns(struct csv *t, void *context);

/* labels.c. Numbers the labels of the rows of main in use by their first appearance: unit[row of main], in a new array. */
int32_t *number_labels(const struct loader *l, int n, int *n_units);

/* Of the n rows in use those of groups too small for constants of their own go, with a note. Then: the groups' names. */
enum status drop_small_groups(struct loader *l, int *n);
void name_groups(struct loader *l, const int32_t *unit, int n, int n_units);

/* leave_out.c. Takes inputs of no use (text, constant on the n rows of use; NULL: all) off the list, with a
 * note; an error if one of them was asked for or none is left. */
enum status leave_out_columns(struct loader *l, const int32_t *use, int n);

/* Takes columns off the list, emptiest first, until half of the rows with a target are complete. */
void leave_out_gaps(struct loader *l);

/* NaN is passed over. */
bool is_constant(const double *v, const int32_t *use, int n);

/* usable.c. Column of t (main or test) by its task: 0 target, 1 weights, from 2 on inputs; -1: none. */
int used_column(const struct loader *l, const struct csv *t, int k);

/* Lists the rows of t without missing values in *use; returns how many, -1 after an error. */
int list_usable_rows(struct loader *l, const struct csv *t, int32_t **use);

/* Turns the weights column into weights: checked, and 1/sigma² where it holds standard errors. */
enum status make_weights(const struct loader *l, struct csv *t, const int32_t *use, int n);

/* Decides which inputs stay and which rows are used. */
enum status choose_rows(struct loader *l, int *n);

/* csv.c. The error of a column whose infinite.line is set; why says what the column is needed for. */
enum status csv_not_finite(const struct csv *t, const struct csv_column *col, const char *why);

#endif
