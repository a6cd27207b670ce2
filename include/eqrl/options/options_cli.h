/* options_cli.h — from a command line, the environment and JSON files to struct options.
 *
 * Precedence: flag > environment (EQRL_MAX_SIZE for --max-size) > --config FILE.json > config.json of
 * the run that is resumed > --preset > default. All go through the same checks. A JSON file may hold options of
 * any command, so one file serves several; a key that no command has is an error. On the command line
 * an option of another command is an error. */
#ifndef EQRL_OPTIONS_CLI_H
#define EQRL_OPTIONS_CLI_H

#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/options/command.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

enum option {
#define SECTION(title)
#define OPT(member, ...) OPTION_##member,
#include "eqrl/options/options.def"
#undef OPT
#undef SECTION
	OPTION_COUNT,
};

enum option_source { FROM_DEFAULT, FROM_PRESET, FROM_RUN, FROM_CONFIG, FROM_ENVIRONMENT, FROM_FLAG };

/* The version of config.json and of files for --config, under "schema". */
enum { CONFIG_SCHEMA = 1 };

struct option_set {
	struct options values;
	uint8_t source[OPTION_COUNT]; /* enum option_source */
	int n_args;		      /* arguments that are no options, in order */
	char **args;
	int n_passed; /* options that are not the command's own but of the one that it runs (command_takes), as words */
	char **passed;
	bool help;	     /* --help or -h was among them: nothing else was checked */
	bool help_all;	     /* --all was, too */
	struct arena memory; /* owns every string of the above */
};

/* All defaults; the set starts as {0}. */
void options_default(struct option_set *s);

/* Resolves everything for one command. argv[0] is the first argument after the command. Errors are
 * ST_USAGE, one line that names option, value, what is allowed. */
enum status options_parse(struct option_set *s, const struct command *c, int argc, char **argv);

/* The same in parts, for a command line that is put together: after options_default any number of words, each of which is
 * checked on its own ("--max-size=9"), then what environment, files and preset add. */
enum status options_add_word(struct option_set *s, const struct command *c, char *word);
enum status options_complete(struct option_set *s, const struct command *c);

/* Sets what the object holds unless a stronger source has set it; path stands for it in messages. */
enum status options_from_json(struct option_set *s, const cJSON *object, const char *path, enum option_source source);
enum status options_from_file(struct option_set *s, const char *path, enum option_source source);

/* Every option of those commands (CMD_… bits), null where not given; options_from_json gives it back. */
cJSON *options_to_json(const struct options *o, int commands);

/* Which options of those commands count: all of a run that --resume may not change, or all that can change the result
 * of a run with a given seed. Neither contains --out, --config and --resume. */
enum option_part { OPTIONS_FIXED, OPTIONS_EFFECTIVE };

/* A hash of these options' values, the same on every machine and for every way in which a value was given. It sees
 * the names of files, not their contents: hash those apart. */
uint64_t options_hash(const struct options *o, int commands, enum option_part part);

/* The flag, without dashes, of the first of these options whose values differ, or NULL. */
const char *options_difference(const struct options *a, const struct options *b, int commands, enum option_part part);

/* Whether the command has an option with that flag (without dashes); *near: the one that may have been meant, or NULL. */
bool options_takes(const struct command *c, const char *flag, const char **near);

void options_release(struct option_set *s);

/* The option part of a command's help: the common ones or all. Returns how many it left out. */
int options_help(struct str *out, int command, bool all);

/* One line of a help: left, then right from a fixed column on, wrapped at 100. */
void help_entry(struct str *out, int indent, const char *left, const char *right);

/* "20s", "1.5m", "1m30s", "500ms", "2h", "1d", "90" → seconds. False if it is none. */
bool parse_seconds(const char *text, double *seconds);

#endif
