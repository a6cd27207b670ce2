/* clock.c — see clock.h. */
#include "eqrl/base/clock.h"

#include <time.h>

static double read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double clock_seconds(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

double clock_thread_seconds(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

void clock_stamp(char out[32])
{
	time_t now = time(NULL);
	struct tm t;

	strftime(out, 32, "%Y%m%d-%H%M%S", localtime_r(&now, &t));
}

void clock_iso(char out[32])
{
	time_t now = time(NULL);
	struct tm t;

	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &t));
}
