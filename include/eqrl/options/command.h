/* command.h — the table of commands, and what a command gets. */
#ifndef EQRL_COMMAND_H
#define EQRL_COMMAND_H

#include "eqrl/base/error.h"
#include "eqrl/options/options.h"

#include <stdbool.h>

#define EQRL_VERSION "0.1.0"
#define EQRL_DATE    "2026-11-26" /* of that version, for manual pages */

/* Owned by the dispatcher, alive until the command returns. */
struct invocation {
	const char *command;	       /* "train", … */
	const struct options *options; /* resolved: seed is drawn where the command has one */
	bool seed_drawn;	       /* the user gave none; the dispatcher has told it on stderr */
	int n_args;		       /* arguments that are no options */
	char **args;
	int n_passed; /* options for the runs that the command starts, as words: "--max-size=9" */
	char **passed;
	int argc; /* the whole command line, for the record */
	char **argv;
};

struct command {
	const char *name;
	int bit; /* CMD_… */
	int min_args, max_args;
	const char *usage;   /* what follows the name */
	const char *summary; /* one line */
	const char *details; /* paragraphs under the usage line of its help, or NULL */
};

extern const struct command command_table[]; /* in the order of commands.def */
extern const int n_commands;

/* The options that a command takes, as CMD_… bits: its own, and those of the command that it runs. */
int command_takes(const struct command *c);

/* NULL if unknown. */
const struct command *command_find(const char *name);

/* Fails with ST_USAGE and the nearest command. */
enum status command_unknown(const char *name);

#endif
