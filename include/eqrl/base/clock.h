/* clock.h — time for budgets and progress. Nothing that steers a search may depend on it. */
#ifndef EQRL_CLOCK_H
#define EQRL_CLOCK_H

double clock_seconds(void);	   /* monotonic, seconds since an arbitrary start */
double clock_thread_seconds(void); /* CPU time of the calling thread */
double clock_wall(void);	   /* seconds since 1970, for records */
void clock_stamp(char out[32]);	   /* local time as 20261122-143015, for directory names */
void clock_iso(char out[32]);	   /* UTC as 2026-11-22T14:30:15Z, for records */

#endif
