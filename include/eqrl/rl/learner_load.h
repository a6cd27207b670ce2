/* learner_load.h — opens the learner library (libtorch behind it) at run time.
 *
 * So commands that do not train start without libtorch and run where it is not installed. The
 * library stays open until the process ends: libtorch does not survive being unloaded. */
#ifndef EQRL_LEARNER_LOAD_H
#define EQRL_LEARNER_LOAD_H

#include "eqrl/learn/learner.h"

/* path: of libeqrl_learn.so, with a slash (finding it is the caller's affair). Fails with the path,
 * the loader's reason and the remedy. */
enum status learner_load(const char *path, const struct learner_api **api);

#endif
