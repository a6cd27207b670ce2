/* results.h — standard output that remembers why it failed.
 *
 * Results are printed with printf all over src/cli. stdio tells at the end that some write failed, but no longer why. */
#ifndef EQRL_RESULTS_H
#define EQRL_RESULTS_H

#include "eqrl/base/error.h"

/* Once, before anything is printed: stdout becomes a stream that keeps the first error. */
void results_open(void);

/* Writes what is left. ST_RESOURCE and the cause if not everything was taken; a reader that left early (head) is no
 * failure. */
enum status results_close(void);

#endif
