/* cmd_help.c — eqrl help [COMMAND], and eqrl help config: a configuration file to start from. */
#include "eqrl/base/str.h"
#include "eqrl/options/options_cli.h"
#include "eqrl/run/run_files.h"
#include "eqrl/cli/cli.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void print_overview(void)
{
	printf("eqrl %s: finds the equation behind a table of numbers\n\n", EQRL_VERSION);
	printf("usage: eqrl COMMAND [options]\n\n");
	for (int i = 0; i < n_commands; i++)
		printf("  %-9s %s\n", command_table[i].name, command_table[i].summary);
	printf("\n"
	       "  eqrl train --data wells.csv --target rate       search; prints and stores the front\n"
	       "  eqrl infer --data wells.csv -k 5                first equations in seconds\n"
	       "  eqrl predict --run runs/wells --data new.csv    apply what was found\n\n"
	       "Results go to standard output, everything else to standard error.\n"
	       "Options may also come from EQRL_NAME in the environment or a --config file.\n"
	       "eqrl help COMMAND lists a command's options. The README explains the output.\n");
}

void print_command_help(const struct command *c, bool all)
{
	struct str text = {0};

	str_addf(&text, "usage: eqrl %s%s%s\n\n%c%s.\n", c->name, *c->usage ? " " : "", c->usage,
		 toupper((unsigned char)c->summary[0]), c->summary + 1);
	if (c->details)
		str_addf(&text, "%s\n", c->details);
	if (options_help(&text, c->bit, all) > 0)
		str_addf(&text, "\neqrl help %s --all lists the others.\n", c->name);
	fputs(text.data, stdout);
	str_release(&text);
}

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

static void print_files(void)
{
	struct str text = {0};

	run_files_help(&text);
	fputs(text.data, stdout);
	str_release(&text);
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
	if (strcmp(inv->args[0], "files") == 0) {
		print_files();
		return ST_OK;
	}
	c = command_find(inv->args[0]);
	if (!c)
		return command_unknown(inv->args[0]);
	print_command_help(c, inv->options->all);
	return ST_OK;
}
