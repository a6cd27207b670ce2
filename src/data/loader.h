/* loader.h — a data set on its way from its tables: what columns.c and dataset.c share. */
#ifndef EQRL_DATA_LOADER_H
#define EQRL_DATA_LOADER_H

#include "build.h"

struct loader {
	struct dataset *d;
	const struct dataset_options *o;
	struct csv main, test;
	int target, weights; /* columns of main; weights -1: none */
	int *feature;	     /* columns of main, in the order of the inputs */
	int n_features;
	int *test_column;	 /* column of test for each of main, -1: none */
	int32_t *use, *test_use; /* rows without missing values */
};

/* Called by the reader of the main table: sets target, weights and feature, and what to read. */
enum status choose_columns(struct csv *t, void *context);

/* Takes inputs of no use (text, constant on the n rows of use; NULL: all) off the list, with a
 * note; an error if one of them was asked for or none is left. */
enum status leave_out_columns(struct loader *l, const int32_t *use, int n);

enum status check_finite(const struct loader *l);

/* NaN is passed over. */
bool is_constant(const double *v, const int32_t *use, int n);

#endif
