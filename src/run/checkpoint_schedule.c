/* checkpoint_schedule.c — see checkpoint_schedule.h. */
#include "eqrl/run/checkpoint_schedule.h"

#include <math.h>

/* A run of a few seconds is repeated sooner than resumed. */
#define FIRST_WAIT 3.0
/* No more than a minute's work is lost, as long as a checkpoint takes less than LONGEST_WAIT / PAUSE = 1.2 seconds. */
#define LONGEST_WAIT 60.0
/* cost / (cost + 50 · cost) = 1 / 51 < 2 %. */
#define PAUSE 50.0

double pause_for_cost(double cost)
{
	return PAUSE * cost;
}

double checkpoint_wait(double previous, double cost)
{
	return fmax(fmin(2 * previous, LONGEST_WAIT), pause_for_cost(cost));
}

struct checkpoint_schedule checkpoint_schedule_start(double every, double now)
{
	double wait = every < 0 ? INFINITY : every > 0 ? every : FIRST_WAIT;

	return (struct checkpoint_schedule){.every = every, .wait = wait, .next = now + wait};
}

bool checkpoint_due(const struct checkpoint_schedule *s, double now)
{
	return now >= s->next;
}

void checkpoint_done(struct checkpoint_schedule *s, double now, double cost)
{
	if (s->every == 0)
		s->wait = checkpoint_wait(s->wait, cost);
	s->next = now + s->wait;
}
