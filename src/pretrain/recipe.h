/* recipe.h — private to pretraining: what a run was asked to do, as weights and states say it. */
#ifndef EQRL_PRETRAIN_RECIPE_H
#define EQRL_PRETRAIN_RECIPE_H

#include "eqrl/pretrain/pretrain.h"

#include <cjson/cJSON.h>

/* The recipe and what was done of it; the metrics. Objects for the weights' metadata, the caller's. */
cJSON *recipe_describe(const struct pretrain_config *c, const struct pretrain_progress *p);
cJSON *recipe_metrics(const struct pretrain_progress *p);

/* All that the meaning of a step's number hangs on: problems, batches, network. The schedule may change
 * when a run goes on. A string that the caller frees. */
char *recipe_identity(const struct pretrain_config *c);

#endif
