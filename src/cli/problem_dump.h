/* problem_dump.h — private to pretrain: the generator's problems as a person would read them. */
#ifndef EQRL_CLI_PROBLEM_DUMP_H
#define EQRL_CLI_PROBLEM_DUMP_H

#include "eqrl/options/options.h"
#include "eqrl/pretrain/pretrain.h"

/* --dump N: prints N problems, until a signal; on standard error, what became of all that were drawn for them. */
enum status dump_problems(const struct options *o, const struct pretrain_config *c);

#endif
