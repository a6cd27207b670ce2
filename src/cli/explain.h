/* explain.h — private to cli: what the evaluator's certificates say, in words. */
#ifndef EQRL_EXPLAIN_H
#define EQRL_EXPLAIN_H

#include "eqrl/expr/names.h"
#include "eqrl/expr/parse.h"
#include "eqrl/data/dataset.h"
#include "eqrl/score/feedback.h"

struct cJSON;

struct explanation {
	const struct dataset *d;
	const struct names *names;
	const struct parse_params *params;
	const struct expr *e;
	struct feedback feedback;
};

/* Looks at e as it stands on all rows but the report rows. Everything is borrowed. */
void explain(struct explanation *x, const struct dataset *d, const struct names *names,
	     const struct parse_params *params, const struct expr *e);

/* Every part with its range, then what is wrong and what is right, on stdout. */
void explanation_print(const struct explanation *x);

/* Adds "findings" and "credit". */
void explanation_to_json(const struct explanation *x, struct cJSON *object);

/* The name of the free constant c[slot], "?<n>" if it has none. */
void parameter_name(struct str *out, const struct parse_params *params, int slot);

#endif
