/* commands.c — see command.h. */
#include "eqrl/options/command.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"

#include <string.h>

const struct command command_table[] = {
#define COMMAND(name, bit, min_args, max_args, usage, summary, details)                                                \
	{#name, bit, min_args, max_args, usage, summary, details},
#include "eqrl/options/commands.def"
#undef COMMAND
};
const int n_commands = (int)COUNT_OF(command_table);

int command_takes(const struct command *c)
{
	return c->bit == CMD_BATCH ? CMD_BATCH | CMD_TRAIN : c->bit;
}

const struct command *command_find(const char *name)
{
	for (int i = 0; i < n_commands; i++)
		if (strcmp(command_table[i].name, name) == 0)
			return &command_table[i];
	return NULL;
}

enum status command_unknown(const char *name)
{
	const char *names[COUNT_OF(command_table)];
	const char *near;

	for (int i = 0; i < n_commands; i++)
		names[i] = command_table[i].name;
	near = str_nearest(name, names, n_commands);
	if (near)
		return fail(ST_USAGE, "%s: unknown command; did you mean %s?", name, near);
	return fail(ST_USAGE, "%s: unknown command; eqrl help lists them", name);
}
