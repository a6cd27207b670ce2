/* pretrain_setup.h — from options to pretraining. */
#ifndef EQRL_PRETRAIN_SETUP_H
#define EQRL_PRETRAIN_SETUP_H

#include "eqrl/options/options.h"
#include "eqrl/pretrain/pretrain.h"

/* Everything but the census; with --init the shape of those weights. With --domain *mix becomes what is trained on; it has
 * to outlive c. */
enum status pretrain_setup(const struct options *o, struct task_mix *mix, struct pretrain_config *c);

#endif
