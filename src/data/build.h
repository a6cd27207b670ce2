/* build.h — from columns in file order to a data set in role order (split.c). */
#ifndef EQRL_DATA_BUILD_H
#define EQRL_DATA_BUILD_H

#include "eqrl/data/dataset.h"

/* Rows in any order, some of them in use. */
struct source {
	double **x, *y, *w; /* w may be NULL */
	const int32_t *line;
	int32_t *use; /* n indices of the rows in use; those of build.main get shuffled */
	int n;
	bool consume; /* x[c], y and w may be freed (and set to NULL) once they are copied */
};

struct build {
	struct source main, report; /* report.n 0: report rows are split off main */
	struct role_sizes sizes;    /* sizes.report counts rows of main or equals report.n */
	uint64_t seed;
	bool in_order;	     /* main.use is, and roles follow it */
	const int32_t *unit; /* of each row of main, by its index: those of one unit share their role. NULL: none */
	int n_units;
	bool grouped;		    /* units are groups: every role gets its share of each */
	const int32_t *report_unit; /* of each row of report, where that is given and grouped */
};

/* Fills roles, line, stats, and what they point into. d->n_columns is set. Consumes as allowed,
 * also on failure (a role without any weight). */
enum status dataset_build(struct dataset *d, struct build *b);

/* A row by what it is sorted by: its group, in that a key, and at last its number. */
struct ranked_row {
	int32_t group;
	double key;
	int32_t row;
};

void rows_rank(struct ranked_row *row, int n);

/* groups.c. d->grouping of that column, with n names that are copied; and its end (NULL is fine). */
void grouping_make(struct dataset *d, const char *column, int n, const char *const *name);
void grouping_free(struct grouping *g);

/* roles.c. Puts main.use into the order of roles, each in random order: fit, select, and report where it is split off.
 * Sizes may change where rows of a unit stay together. file stands for the data in messages. */
enum status roles_assign(const char *file, struct build *b, struct rng *r);

/* Share of report rows that text asks for, negative if text is no number. */
enum status dataset_test_share(const char *text, double *share);

/* Notes of roles without rows; report: also of report rows. */
void dataset_note_roles(struct dataset *d, bool report);

#endif
