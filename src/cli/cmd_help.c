/* cmd_help.c — eqrl help [COMMAND], and eqrl help config: a configuration file to start from. */
#include "eqrl/cli.h"
#include "eqrl/options_cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_default_config(void)
{
	struct option_set s = {0};
	cJSON *json;
	char *text;

	options_default(&s);
	json = options_to_json(&s.values, CMD_TRAIN);
	text = cJSON_Print(json);
	puts(text);
	free(text);
	cJSON_Delete(json);
	options_release(&s);
}

int cmd_help(struct invocation *inv)
{
	const struct command *c;

	if (inv->n_args == 0) {
		print_overview();
		return ST_OK;
	}
	if (strcmp(inv->args[0], "config") == 0) {
		print_default_config();
		return ST_OK;
	}
	c = command_find(inv->args[0]);
	if (!c)
		return command_unknown(inv->args[0]);
	print_command_help(c);
	return ST_OK;
}
