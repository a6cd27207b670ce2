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

/* The same in a thread of its own: the loader works for half a second, and for several where memory or disk is slow, in which
 * a search goes on. learner_load_free waits for its end, since a process must not leave while libtorch starts. */
struct learner_loading;
struct learner_loading *learner_load_start(const char *path);
void learner_load_free(struct learner_loading *l); /* NULL is fine */

/* Whether a wait would return at once. */
bool learner_load_is_over(struct learner_loading *l);
/* Waits for the end, or until *stop (may be NULL) is non-zero: then *api is NULL. Gives the same each time. */
enum status learner_load_wait(struct learner_loading *l, const volatile int *stop, const struct learner_api **api);

#endif
