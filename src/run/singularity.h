/* singularity.h — private to run: whether an equation is regular, as files and people are told. */
#ifndef EQRL_SINGULARITY_H
#define EQRL_SINGULARITY_H

#include "eqrl/base/str.h"
#include "eqrl/eval/regularity.h"
#include "eqrl/expr/names.h"

#include <cjson/cJSON.h>

/* "1", "0", or "" where it is not known. */
const char *singularity_csv(const struct regularity *r);

/* Appends where an equation is singular: "a pole at x = 3.2 between the rows". Nothing if it is not. */
void singularity_words(struct str *out, const struct regularity *r, const struct names *names);

/* Adds regular: true, false or null; where it is false, singular says what is there, where, and in words. */
void singularity_to_json(cJSON *o, const struct regularity *r, const struct names *names);
void singularity_from_json(struct regularity *r, const cJSON *o, const struct names *names);

#endif
