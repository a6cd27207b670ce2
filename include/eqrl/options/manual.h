/* manual.h — what shells and man know of the program, made from the tables of commands and options.
 *
 * So a new option is completed and documented without another word; words of choices are those of their tables. */
#ifndef EQRL_MANUAL_H
#define EQRL_MANUAL_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"
#include "eqrl/options/command.h"

/* A completion script for "bash", "zsh" or "fish"; ST_USAGE for another shell. */
enum status completion_script(const char *shell, struct str *out);

/* A page in the man macros: of a command, or of the program for NULL. */
void man_page(const struct command *c, struct str *out);

#endif
