/* signals.c — see signals.h. The flags are the program's globals that change: a handler has no other
 * way to speak. */
#include "eqrl/base/signals.h"

#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static volatile sig_atomic_t arrived;
static volatile sig_atomic_t only_ask;

_Static_assert(sizeof(sig_atomic_t) == sizeof(int), "the flag is handed on as an int");

static void on_signal(int number)
{
	arrived = number; /* an interruption outranks a deadline */
	if (only_ask)
		return;
	signal(SIGINT, SIG_DFL); /* the next one kills, whichever it is */
	signal(SIGTERM, SIG_DFL);
}

static void on_deadline(int number)
{
	if (arrived == 0)
		arrived = number;
}

static void set_handler(int number, void (*handler)(int))
{
	struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART};

	sigemptyset(&a.sa_mask);
	sigaction(number, &a, NULL);
}

void signals_install(void)
{
	set_handler(SIGINT, on_signal);
	set_handler(SIGTERM, on_signal);
	signal(SIGPIPE, SIG_IGN);
}

void signals_only_ask(void)
{
	arrived = 0;
	only_ask = 1;
	signals_install();
}

void signals_deadline(double seconds)
{
	struct itimerval t = {{0, 0}, {0, 0}};

	set_handler(SIGALRM, on_deadline);
	if (arrived == SIGALRM)
		arrived = 0;
	if (seconds > 0) {
		t.it_value.tv_sec = (time_t)floor(seconds);
		t.it_value.tv_usec = (suseconds_t)((seconds - floor(seconds)) * 1e6);
		if (t.it_value.tv_sec == 0 && t.it_value.tv_usec == 0)
			t.it_value.tv_usec = 1; /* 0 would mean never */
	}
	setitimer(ITIMER_REAL, &t, NULL);
}

const volatile int *signals_flag(void)
{
	return &arrived;
}

enum status signals_status(void)
{
	return arrived == SIGINT ? ST_INTERRUPTED : arrived == SIGTERM ? ST_TERMINATED : ST_OK;
}
