/* prediction.h — private to cli: the values of an equation on a table, printed and scored. */
#ifndef EQRL_PREDICTION_H
#define EQRL_PREDICTION_H

#include "eqrl/data/csv.h"
#include "eqrl/expr/definitions.h"
#include "eqrl/expr/expr.h"
#include "eqrl/eval/uncertainty.h"
#include "eqrl/run/front.h"

/* Until the file is read nobody knows how many columns it will have; then parameter p is number columns + p. */
enum { PARAMETER_COLUMNS = 65535 - EXPR_MAX_CONSTS };

struct prediction {
	const char *text;		       /* the equation, when given as such */
	const struct definitions *defined;     /* own operators in it */
	const struct front *front;	       /* else the run that it is of */
	struct expr e;			       /* OP_VAR's arg is the file's column once names are known */
	const struct uncertainty *uncertainty; /* for --interval, or NULL */
	const struct group_table
		*parameters; /* of front->pareto.grouped: columns from PARAMETER_COLUMNS on; NULL: none */
	int group_column;    /* of the file, which names each row's group */
	const char *target, *target_wanted; /* by the run or the equation, and by --target; NULL: not known */
	int target_column;		    /* of the file; -1: it has none */
	const char *keep;		    /* --keep, or NULL */
	int *kept, n_kept;		    /* those columns of the file */
};

/* Once the file is read: parameters become columns behind its own. */
void prediction_place_parameters(struct prediction *p, const struct csv *t);

/* A header and a line for each row on stdout; scores, unless quiet, and a warning about rows without value on stderr. */
void prediction_print(const struct prediction *p, const struct csv *t, bool quiet);

#endif
