/* pretrain_setup.h — from options to pretraining. */
#ifndef EQRL_PRETRAIN_SETUP_H
#define EQRL_PRETRAIN_SETUP_H

#include "eqrl/options/options.h"
#include "eqrl/pretrain/pretrain.h"

/* Everything but the census; with --init the shape of those weights. */
enum status pretrain_setup(const struct options *o, struct pretrain_config *c);

#endif
