/* run_record.h — private to run: what a process writes about itself into run.json. */
#ifndef EQRL_RUN_RECORD_H
#define EQRL_RUN_RECORD_H

#include "eqrl/options/command.h"

#include <cjson/cJSON.h>

/* A hash, as 16 hex digits, of all options that a run keeps from its start to its end, through every --resume. */
void run_config_hash(const struct invocation *inv, char out[17]);

/* A new record, the caller's: command, seed, host, start; no end yet. */
cJSON *run_record_new(const struct invocation *inv);

#endif
