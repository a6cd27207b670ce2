/* train_tasks.h — private to the commands: eqrl train --domain. */
#ifndef EQRL_CLI_TRAIN_TASKS_H
#define EQRL_CLI_TRAIN_TASKS_H

#include "eqrl/options/command.h"

enum status train_on_tasks(struct invocation *inv);

#endif
