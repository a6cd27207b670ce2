/* dataset.h — a target, its input columns, and which rows may be used for what.
 *
 * Rows have three disjoint roles: fit (constants, rewards), select (choice among equations) and
 * report (read once, after the choice). They are put into role order once, at random by seed, so
 * fit rows and select rows lie next to each other and all_but_report is both as one block; report
 * rows lie apart. A prefix of a role's rows is therefore a random sample of them.
 * Up to 10,000 rows the roles are stratified by the target: each holds its whole range. The split depends on the
 * seed and, where it is stratified, on the order of the target's values; on nothing else.
 *
 * With `in_order` the rows are a series: report rows are the last ones, select rows those before them, each role in
 * random order. With `split_by` rows of one label of that column have one role; sizes then come as near as labels allow.
 *
 * The test rows of --test FILE are report rows, and then all rows of the data file are fit or
 * select. Without --test: report 20 % from 100 rows on. Of the rows that are left, a quarter
 * selects from 40 rows on. So 100 rows and more are split 60 : 20 : 20.
 *
 * Arrays are column-major doubles, readable ROWS_BLOCK values beyond the end of every role
 * (rows.h). Weights have mean 1 within each of the four blocks. Memory: the data's own size plus
 * one column. Ownership: the data set owns all that it points to. Threads: read-only after loading.
 */
#ifndef EQRL_DATASET_H
#define EQRL_DATASET_H

#include "eqrl/base/rng.h"
#include "eqrl/expr/rows.h"
#include "eqrl/expr/units.h"
#include "eqrl/data/csv.h"

enum {
	DATASET_MIN_ROWS = 3, /* a curve of two parameters and one row to contradict it */
	DATASET_FEW_ROWS = 5, /* with fewer, a note says what they cannot show */
};

struct dataset_options {
	const char *target;	 /* name or number; NULL: "target" if there is one, else the last */
	const char *targets;	 /* a list of columns, or NULL: what others than target explain is no input */
	const char *forbidden;	 /* a list like it of columns to leave out; operators in it are passed over */
	const char *features;	 /* "a,`b c`,3": only these; "-a,-b": all but these; NULL: all */
	const char *row_weights; /* column of weights >= 0, or NULL */
	const char *sigma;	 /* column of standard errors > 0, or NULL: weights are 1/sigma² */
	const char *test;	 /* share of report rows ("0.25"), a file of them, or NULL */
	bool refuse_missing;	 /* a missing value is an error; otherwise its row is left out */
	bool no_split;		 /* every row is a fit row (but those of test) */
	double select;		 /* share of select rows among those that are not report; 0: 0.25 */
	bool folded;   /* folds are held out in turn (dataset_fold): no report rows without test, and no note of it */
	bool in_order; /* roles follow the order of the rows, see above */
	const char *split_by; /* column of labels: rows of one label share their role; it is no input. NULL: none */
	const char *group;    /* column of labels: each has its own constants, and rows in every role. NULL: none */
	uint64_t seed;
	struct csv_options read;    /* how the file is read; select and context are not the caller's */
	const struct dataset *like; /* target and inputs are these, by name, whatever the file's values: columns are
				     * decided once, by the rows that train; NULL: by this file */
};

struct column_stats {
	double min, max, mean, sd; /* sd²: mean square deviation (divided by n) */
};

/* Rows by group. Group number k is called name[k]; members stand in the order of number[], the one with the most fit rows
 * first. `searched` is the data set with the rows of that first member, which point to those of the others. */
struct grouping {
	char *column;
	int n;
	char **name;
	int *number; /* of the group that each member is; NULL until dataset_open_groups */
	struct row_groups fit, select, report, all_but_report;
	struct rows *member; /* what these point into */
	struct dataset *searched;
	const struct dataset *whole; /* whose rows these are */
	double *values;
	const double **pointers;
};

struct dataset {
	char *file;
	char *target;
	char **name; /* of the n_columns inputs, as in the file, all different */
	char **unit; /* of each, NULL: none; from a row of units below the header. NULL: no row */
	char *target_unit;
	struct units *units; /* what equations have to be consistent with; owned; NULL: units are only shown */
	int n_columns;
	struct rows fit, select, report, all_but_report; /* n is 0 for a role without rows */
	int32_t *line;			     /* line in the file of each row of all_but_report, then of report */
	char *report_file;		     /* NULL: report rows are from file */
	int n_missing;			     /* rows left out because of missing values */
	struct column_stats *stats, y_stats; /* over all_but_report */
	struct notes notes;		     /* columns left out, rows dropped, cells converted, roles without rows */
	struct loss *loss;		     /* what the rows of all roles point to; NULL: squared errors */
	double *origin;	      /* of each column, which values are counted from: dataset_centre; NULL: all from 0 */
	double target_origin; /* the same of the target */

	int32_t *unit_of; /* label number, from 0, of each row of all_but_report, then of report; NULL: no labels */
	int n_units;
	struct grouping *grouping; /* of `group`: labels are those of groups; NULL: none */

	double **column, *y, *w; /* what the roles point into */
	const double **pointers;
};

/* Reads path ("-": standard input). o may be NULL. On failure (ST_DATA; ST_USAGE for options that
 * contradict each other) *d is released. */
enum status dataset_load(struct dataset *d, const char *path, const struct dataset_options *o);

/* Made-up or generated data: columns to copy, w may be NULL, and report rows that are given apart
 * (report.n 0: split off the rows). Values must be finite. file stands for them in messages.
 * Of the options, test (a share), no_split, select, in_order and seed count. */
struct dataset_source {
	const char *file, *target;
	const char *const *name; /* NULL: x1, x2, ... */
	struct rows rows, report;
	const int32_t
		*unit; /* of each of rows: number of its label below n_units, or NULL: rows of one share their role */
	int n_units;
	const struct grouping *grouping; /* labels are those of its groups; column and names are copied */
	const int32_t *report_unit;	 /* of each of report, then */
};
enum status dataset_from_columns(struct dataset *d, const struct dataset_source *s, const struct dataset_options *o);

/* Copies the rows of each group, as they are now, into blocks of their own. Without groups it does nothing. */
void dataset_open_groups(struct dataset *d);

/* What a search looks at: the rows of the groups, or the data set itself. */
const struct dataset *dataset_searched(const struct dataset *d);

/* Fold number `fold` of `folds` of all_but_report, with the user's values (without origins): its rows are the report rows
 * of *out, the others are fit and select rows. Folds are strata of the target; with o->in_order blocks of the series, each
 * judged after a search of what came before it, so that the first block is never held out; with labels whole labels.
 * Of the options in_order and seed count. At least 2 · folds rows, and folds labels. */
enum status dataset_fold(struct dataset *out, const struct dataset *d, int fold, int folds,
			 const struct dataset_options *o);

void dataset_release(struct dataset *d);

/* SHA-256 of names and values, and of the groups of rows, in the order of the file, whatever the seed, as 64 hex digits. */
void dataset_sha256(const struct dataset *d, char out[65]);

/* Adds normal noise with share times the target's standard deviation to fit and select rows. */
void dataset_add_noise(struct dataset *d, double share, uint64_t seed);

/* Counts columns far from zero (|mean| above 50 spreads: Julian dates, Unix times, years) from a round number near their
 * least value, in all roles, and notes it in d->origin. Differences of neighbours are exact. An equation of such columns
 * becomes one of the user's by expr_shift_columns and expr_add_number (shift.h). target: the target alike; losses that see
 * more than differences forbid it. Returns whether there is any. */
bool dataset_centre(struct dataset *d, bool target);

/* Multiplies every column, in all roles, by its own factor, log-uniform in 10^±decades: other units, same target. */
void dataset_rescale_columns(struct dataset *d, double decades, uint64_t seed);

/* A random subset of rows as an own copy: n of them without replacement (all, if there are fewer)
 * or, with replacement, a bootstrap sample of n. Weights get mean 1. */
struct rows_copy {
	struct rows rows;
	double *values;
	const double **pointers;
};
void dataset_subset(const struct rows *src, int n, struct rng *r, bool replace, struct rows_copy *out);
void rows_copy_release(struct rows_copy *c);

/* score[column] in [0, 1]: how much of the target a column tells by itself, the largest of
 * |Pearson|, |Spearman| and the (bias-adjusted) correlation ratio over 10 quantile bins, on at most
 * 1,000 rows. */
void dataset_relevance(const struct rows *rows, double *score);

/* Draws min(k, n) different columns, in ascending order: the best by score, but a share `explore`
 * of them at random among the others, in proportion to score plus the mean score. Returns how many.
 */
int dataset_choose_columns(const double *score, int n, int k, double explore, struct rng *r, int *out);

struct column_stats column_statistics(const double *v, int n);

/* Sizes of the roles of n rows; test: share of report rows, negative: by the rule above. */
struct role_sizes {
	int fit, select, report;
};
struct role_sizes dataset_role_sizes(int n, double test, double select, bool no_split);

#endif
