/* problem_file.h — problems with a known formula, from a JSON file.
 *
 * An array of objects: suite, name, expression, variables [{name, low, high, sampling: uniform |
 * log_uniform | grid, points, integer, sign}], test_variables (where the test domain differs), target
 * {name}, train_samples, test_samples, reject_nonfinite, y_limit, y_abs_range [low, high]. Several grid
 * variables make their full product. Errors name file, problem and key. */
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
};

struct formula_problem {
	char *suite, *name, *expression, *target;
	struct expr truth; /* columns are the variables */
	int n_vars;
	struct formula_variable *variable, *test_variable; /* test: NULL, same as variable */
	const char **column;				   /* names, borrowed from variable */
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

/* Draws the rows of a problem: train_samples for fit and select, test_samples apart as report rows, into
 * a data set that is split by seed. Noise is added by dataset_add_noise afterwards. */
enum status problem_dataset(const struct formula_problem *p, uint64_t seed, struct dataset *d);

#endif
