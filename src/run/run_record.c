/* run_record.c — see run_record.h. */
#include "run_record.h"

#include "eqrl/base/clock.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/host.h"
#include "eqrl/run/inputs.h"
#include "eqrl/run/run_files.h"

#include <stdio.h>

void run_config_hash(const struct invocation *inv, char out[17])
{
	int command = command_find(inv->command)->bit;

	snprintf(out, 17, "%016llx", (unsigned long long)options_hash(inv->options, command, OPTIONS_FIXED));
}

cJSON *run_record_new(const struct invocation *inv)
{
	cJSON *record = cJSON_CreateObject();
	char now[32], hash[17];

	clock_iso(now);
	run_config_hash(inv, hash);
	cJSON_AddNumberToObject(record, "schema", RUN_SCHEMA);
	cJSON_AddStringToObject(record, "command", inv->command);
	cJSON_AddItemToObject(record, "argv", cJSON_CreateStringArray((const char *const *)inv->argv, inv->argc));
	cJSON_AddNumberToObject(record, "seed", (double)inv->options->seed);
	cJSON_AddBoolToObject(record, "seed_drawn", inv->seed_drawn);
	cJSON_AddStringToObject(record, "config_hash", hash);
	cJSON_AddNumberToObject(record, "threads", threads_wanted(inv->options));
	cJSON_AddStringToObject(record, "started", now);
	cJSON_AddNullToObject(record, "ended");
	cJSON_AddNullToObject(record, "exit");
	cJSON_AddItemToObject(record, "host", host_record());
	return record;
}
