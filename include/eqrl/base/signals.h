/* signals.h — the first SIGINT or SIGTERM asks to stop, the second kills. */
#ifndef EQRL_SIGNALS_H
#define EQRL_SIGNALS_H

#include "eqrl/base/error.h"

/* From here on a first signal only sets the flag. SIGPIPE is ignored: writes then fail with EPIPE. */
void signals_install(void);

/* 0, or the signal that arrived. Poll it; hand it on as a stop flag. */
const volatile int *signals_flag(void);

/* The flag also rises after so many seconds from now (replacing an earlier deadline); 0: never. */
void signals_deadline(double seconds);

/* ST_OK (a deadline is no reason to complain), ST_INTERRUPTED or ST_TERMINATED. */
enum status signals_status(void);

#endif
