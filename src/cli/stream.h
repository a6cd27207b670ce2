/* stream.h — eqrl pretrain --rl: weights go on by reinforcement on a stream of problems. */
#ifndef EQRL_CLI_STREAM_H
#define EQRL_CLI_STREAM_H

#include "eqrl/cli/cli.h"
#include "eqrl/pretrain/pretrain.h"

/* Refuses options that do not go together with --rl, or without it. */
enum status stream_check(const struct options *o);

/* c has the generator with its census; state: file to go on from and to leave. */
enum status stream_pretrain(const struct options *o, const struct pretrain_config *c, const char *state);

#endif
