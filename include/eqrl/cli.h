/* cli.h — what a command gets and what it gives back.
 *
 * A command is src/cli/cmd_NAME.c with one function cmd_NAME and one row in commands.def. It prints
 * results, and only results, to stdout; all else goes to stderr (progress.h). It returns an exit
 * status (error.h): the dispatcher prints error_message() unless the status is ST_OK,
 * ST_INTERRUPTED or ST_TERMINATED, and checks that stdout took everything. */
#ifndef EQRL_CLI_H
#define EQRL_CLI_H

#include "eqrl/dataset.h"
#include "eqrl/error.h"
#include "eqrl/options.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

#define EQRL_VERSION "0.1.0"

/* Owned by the dispatcher, alive until the command returns. */
struct invocation {
	const char *command;           /* "train", … */
	const struct options *options; /* resolved: seed is drawn where the command has one */
	bool seed_drawn;               /* the user gave none; the dispatcher has told it on stderr */
	int n_args;                    /* arguments that are no options */
	char **args;
	int argc;                      /* the whole command line, for the record */
	char **argv;
};

#define COMMAND(name, ...) int cmd_##name(struct invocation *inv);
#include "eqrl/commands.def"
#undef COMMAND

struct command {
	const char *name;
	int bit; /* CMD_… */
	int min_args, max_args;
	const char *usage;   /* what follows the name */
	const char *summary; /* one line */
	const char *details; /* paragraphs under the usage line of its help, or NULL */
};

extern const struct command command_table[];
extern const int n_commands;

/* NULL if unknown. */
const struct command *command_find(const char *name);

/* Fails with ST_USAGE and the nearest command. */
enum status command_unknown(const char *name);

/* Help on stdout: of all, or of one command. */
void print_overview(void);
void print_command_help(const struct command *c);

/* The data options as dataset_load takes them; o must outlive the result. */
struct dataset_options data_options(const struct options *o);

/* Loads the one file of --data, or fails and says how to give it. Unless --quiet, its notes (columns
 * left out, rows dropped) go to stderr. Unsplit: every row is a fit row, but those of --test. */
enum status data_load(struct dataset *d, const struct options *o);
enum status data_load_unsplit(struct dataset *d, const struct options *o);

/* What is known about program, host and libraries, for run.json and eqrl info. */
cJSON *host_record(void);

/* --threads, or what this process may use (affinity). */
int threads_wanted(const struct options *o);

/* "eqrl: …" on stderr, one line. Not silenced by --quiet: for what may change the user's mind. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
