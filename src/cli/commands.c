/* commands.c — the table of commands and its help; what all commands share. */
#include "eqrl/cli.h"

#include "eqrl/mem.h"
#include "eqrl/options_cli.h"
#include "eqrl/str.h"

#include <ctype.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct command command_table[] = {
#define COMMAND(name, bit, min_args, max_args, usage, summary, details)                            \
	{#name, bit, min_args, max_args, usage, summary, details},
#include "eqrl/commands.def"
#undef COMMAND
};
const int n_commands = (int)COUNT_OF(command_table);

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

void print_command_help(const struct command *c)
{
	struct str text = {0};

	str_addf(&text, "usage: eqrl %s%s%s\n\n%c%s.\n", c->name, *c->usage ? " " : "", c->usage,
		 toupper((unsigned char)c->summary[0]), c->summary + 1);
	if (c->details)
		str_addf(&text, "%s\n", c->details);
	options_help(&text, c->bit);
	fputs(text.data, stdout);
	str_release(&text);
}

int threads_wanted(const struct options *o)
{
	cpu_set_t set;

	if (o->threads > 0)
		return (int)o->threads;
	return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

void warn(const char *fmt, ...)
{
	va_list ap;

	fputs("eqrl: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}
