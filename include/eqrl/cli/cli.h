/* cli.h — what a command gives back.
 *
 * A command is src/cli/cmd_NAME.c with one function cmd_NAME and one row in commands.def. It prints
 * results, and only results, to stdout; all else goes to stderr (progress.h). It returns an exit
 * status (error.h): the dispatcher prints error_message() unless the status is ST_OK,
 * ST_INTERRUPTED or ST_TERMINATED, and checks that stdout took everything. */
#ifndef EQRL_CLI_H
#define EQRL_CLI_H

#include "eqrl/base/log.h"
#include "eqrl/options/command.h"

#define COMMAND(name, ...) int cmd_##name(struct invocation *inv);
#include "eqrl/options/commands.def"
#undef COMMAND

/* Runs "eqrl COMMAND …" from options to the end of its results, as main does: for commands that run others in children.
 * error_message() says why it failed. */
enum status run_command_line(int argc, char **argv);

/* Help on stdout: of all commands, or of one with its common options or with all of them. */
void print_overview(void);
void print_command_help(const struct command *c, bool all);

#endif
