/* checkpoint_schedule.h — when a run writes its next checkpoint.
 *
 * Early, since the first results come within seconds; then at rising intervals, since less and less is lost by starting
 * again from the last one, measured by what was spent; never so often that writing takes more than 2 % of the time. All
 * times are in seconds. A plain value; nothing here reads a clock. */
#ifndef EQRL_CHECKPOINT_SCHEDULE_H
#define EQRL_CHECKPOINT_SCHEDULE_H

#include <stdbool.h>

struct checkpoint_schedule {
	double every; /* the user's interval; 0: by cost; negative: never */
	double wait;  /* the interval that ends at `next` */
	double next;  /* when the next one is due */
};

/* A schedule that starts at `now`. */
struct checkpoint_schedule checkpoint_schedule_start(double every, double now);

bool checkpoint_due(const struct checkpoint_schedule *s, double now);

/* A checkpoint was tried that took `cost` and ended at `now`. */
void checkpoint_done(struct checkpoint_schedule *s, double now, double cost);

/* The interval after one of `previous` whose checkpoint took `cost`. */
double checkpoint_wait(double previous, double cost);

/* The least pause after something that took `cost`, so that it stays below 2 % of the time. */
double pause_for_cost(double cost);

#endif
