/* signals.h — the first SIGINT or SIGTERM asks to stop, the second kills. */
#ifndef EQRL_SIGNALS_H
#define EQRL_SIGNALS_H

#include "eqrl/base/error.h"

/* From here on a first signal only sets the flag. SIGPIPE is ignored: writes then fail with EPIPE. */
void signals_install(void);

/* From here on no further signal kills either, and none that came before counts. For a process whose parent passes
 * signals on and kills it when it wants it to end (child.h): the user's and the parent's may both arrive. */
void signals_only_ask(void);

/* 0, or the signal that arrived. Poll it; hand it on as a stop flag. */
const volatile int *signals_flag(void);

/* The flag also rises after so many seconds from now (replacing an earlier deadline); 0: never. */
void signals_deadline(double seconds);

/* ST_OK (a deadline is no reason to complain), ST_INTERRUPTED or ST_TERMINATED. */
enum status signals_status(void);

#endif
