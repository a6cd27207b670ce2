/* identity.h — which options make a run what it is, and which may change when it goes on.
 *
 * A run may be resumed with more time, other threads or another way of printing. Everything else decides what the
 * next step draws and learns: with another value of it the steps before and after would belong to different runs. */
#ifndef EQRL_IDENTITY_H
#define EQRL_IDENTITY_H

#include "eqrl/options/options.h"

#include <cjson/cJSON.h>

/* The options of those commands (CMD_… bits) that results depend on, as an object of their own, the caller's. Files of
 * data and weights are not among them: what they hold decides, and their hashes stand in run.json. */
cJSON *options_identity(const struct options *o, int commands);

/* SHA-256 of that object's text, as 64 hex digits. */
void options_identity_sha256(const struct options *o, int commands, char out[65]);

/* The first option of `now` that has another value in `then`, which is a whole configuration (config.json): its name,
 * owned by `now`. NULL: they agree. */
const char *identity_difference(const cJSON *now, const cJSON *then);

/* "--time, --evals, …": the options of those commands that may change, in a new string. */
char *options_changeable(int commands);

#endif
