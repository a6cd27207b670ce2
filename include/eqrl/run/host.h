/* host.h — what is known about program, host and libraries, for run.json and eqrl info. */
#ifndef EQRL_HOST_H
#define EQRL_HOST_H

#include <cjson/cJSON.h>

/* A new object, the caller's. */
cJSON *host_record(void);

#endif
