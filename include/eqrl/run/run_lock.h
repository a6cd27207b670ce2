/* run_lock.h — one process at a time in a run directory.
 *
 * A lock of the system (flock) on the file .lock in it: it ends with the process, however that ends, so a run that was
 * killed leaves none behind. The file says who holds it, for the one who comes second. It stays when the lock is given
 * back: a file that is removed could be locked by one process while another makes it anew. */
#ifndef EQRL_RUN_LOCK_H
#define EQRL_RUN_LOCK_H

#include "eqrl/base/error.h"

#include <stdbool.h>

/* The name of the file; a folder with nothing else in it counts as empty. */
#define RUN_LOCK_FILE ".lock"

/* On success *fd holds the lock until it is closed. ST_RESOURCE, with process, host and time, if somebody has it. Where
 * the file system cannot lock, *fd is held all the same, after a warning. */
enum status run_lock(const char *dir, int *fd);

/* Whether a process works in it now, for those who only read. */
bool run_is_locked(const char *dir);

#endif
