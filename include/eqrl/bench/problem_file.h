/* problem_file.h — problems with a known formula, from a JSON file.
 *
 * An array of objects: suite, name, expression, variables [{name, low, high, sampling: uniform |
 * log_uniform | grid, points, integer, sign, units}], test_variables (where the test domain differs), target
 * {name, units}, train_samples, test_samples, reject_nonfinite, y_limit, y_abs_range [low, high]. Several grid
 * variables make their full product.
 *
 * turned {target, expression}: the law is solved for one of its inputs. Rows are drawn and the law is evaluated
 * as usual; then the named input is the target, and the law's value, named by target.name, stands in its place
 * among the columns. expression is one way to write the answer. units: powers of m, s, kg, K, V. Errors name file, problem and key. */
#ifndef EQRL_PROBLEM_FILE_H
#define EQRL_PROBLEM_FILE_H

#include "eqrl/base/error.h"
#include "eqrl/expr/expr.h"
#include "eqrl/expr/names.h"
#include "eqrl/data/dataset.h"

enum sampling { SAMPLING_UNIFORM, SAMPLING_LOG_UNIFORM, SAMPLING_GRID };

struct formula_variable {
	char *name;
	double low, high;
	enum sampling sampling;
	int points;
	bool integer, random_sign;
	char *unit; /* NULL: the file gives none */
};

struct formula_problem {
	char *suite, *name, *expression;
	struct expr law;   /* gives the value that is drawn with a row of variables */
	struct expr truth; /* an answer, over the data set's columns: the law, or the one of turned */
	int n_vars;	   /* the data set has as many columns */
	struct formula_variable *variable, *test_variable; /* test: NULL, same as variable */
	int turned;					   /* the variable that is the target; -1: the law's value is */
	char *value_name;				   /* of the law's value */
	char *value_unit;				   /* its unit, NULL: the file gives none */
	const char **column; /* names of the data set's columns, borrowed from variable and value_name */
	const char *target;  /* its target's name, borrowed likewise */
	uint64_t identity;   /* a hash of the problem's text in the file: another definition is another problem */
	int train_samples, test_samples;
	bool reject_nonfinite;
	double y_limit; /* 0: none */
	double y_abs_low, y_abs_high;
};

struct problem_file {
	int n;
	struct formula_problem *problem;
};

enum status problem_file_load(struct problem_file *f, const char *path);
void problem_file_release(struct problem_file *f);

/* The truths of several files, and the laws that are turned around there. paths: one a line, NULL for none. *truth is
 * the caller's to free. */
enum status problem_files_truths(const char *paths, struct expr **truth, int *n);

/* Draws the rows of a problem (its columns in the order of p->column): train_samples for fit and select, test_samples apart as report rows, into
 * a data set that is split by seed. Noise is added by dataset_add_noise afterwards. */
enum status problem_dataset(const struct formula_problem *p, uint64_t seed, struct dataset *d);

#endif
