/* cmd_help.c — eqrl help: of the program, of a command, and what is made from the tables for other programs. */
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/options/manual.h"
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
	       "eqrl help COMMAND lists a command's options, eqrl help files what a run writes. The README explains\n"
	       "the output.\n");
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

static enum status help_overview(const struct invocation *inv)
{
	print_overview();
	return ST_OK;
}

static enum status help_config(const struct invocation *inv)
{
	print_default_config();
	return ST_OK;
}

static enum status help_files(const struct invocation *inv)
{
	struct str text = {0};

	run_files_help(&text);
	fputs(text.data, stdout);
	str_release(&text);
	return ST_OK;
}

static enum status help_completion(const struct invocation *inv)
{
	struct str text = {0};
	enum status st;

	if (inv->n_args < 2)
		return fail(ST_USAGE, "help completion: for which shell? (bash, zsh or fish)");
	st = completion_script(inv->args[1], &text);
	fputs(str_text(&text), stdout);
	str_release(&text);
	return st;
}

static enum status help_man(const struct invocation *inv)
{
	const struct command *c = inv->n_args > 1 ? command_find(inv->args[1]) : NULL;
	struct str text = {0};

	if (inv->n_args > 1 && !c)
		return command_unknown(inv->args[1]);
	man_page(c, &text);
	fputs(text.data, stdout);
	str_release(&text);
	return ST_OK;
}

static enum status help_command(const struct invocation *inv)
{
	const struct command *c = command_find(inv->args[0]);

	if (!c)
		return command_unknown(inv->args[0]);
	print_command_help(c, inv->options->all);
	return ST_OK;
}

int cmd_help(struct invocation *inv)
{
	static const struct {
		const char *name;
		int max_args;
		enum status (*print)(const struct invocation *inv);
	} topics[] = {{"config", 1, help_config},
		      {"files", 1, help_files},
		      {"completion", 2, help_completion},
		      {"man", 2, help_man}};
	enum status (*print)(const struct invocation *) = inv->n_args ? help_command : help_overview;
	int most = 1;

	for (size_t i = 0; i < COUNT_OF(topics) && inv->n_args; i++) {
		if (strcmp(topics[i].name, inv->args[0]) == 0) {
			print = topics[i].print;
			most = topics[i].max_args;
		}
	}
	if (inv->n_args > most)
		return fail(ST_USAGE, "%s: unexpected argument; usage: eqrl help %s", inv->args[most],
			    command_find("help")->usage);
	return print(inv);
}
