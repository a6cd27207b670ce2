/* child.h — work in processes of their own, whose results come back as text.
 *
 * A child starts as a copy of this process, so it has everything that its work needs; what it does to its memory,
 * and a crash, stay with it. It dies with its parent. All functions belong to the main thread. */
#ifndef EQRL_CHILD_H
#define EQRL_CHILD_H

#include "eqrl/base/error.h"
#include "eqrl/base/str.h"

#include <stdbool.h>
#include <sys/types.h>

/* Starts as {0}. */
struct child {
	pid_t pid;	   /* 0: none runs */
	int pipe;	   /* what it writes */
	int wait_status;   /* after its end, as waitpid(2) gives it */
	struct str output; /* what it wrote; the owner's to release after its end */
};

/* Runs work(context, &text) in a child, which sends the text, exits with the status that work returned and runs
 * no exit handlers. Fails with ST_RESOURCE when the system refuses a process. */
enum status child_start(struct child *c, enum status (*work)(void *context, struct str *text), void *context);

/* Waits until one of c[0 … n-1] has ended and is reaped, and gives its index. -1 after a signal, after a second
 * without an end, or when none runs: the caller looks at its flags and calls again. */
int child_wait(struct child *c, int n);

/* Sends a signal to those that run. */
void child_signal_all(const struct child *c, int n, int signal_number);

/* Kills and reaps those that still run, and releases their output. */
void child_kill_all(struct child *c, int n);

/* "killed by signal 9" or "exited with 3", of a child that has ended. */
void child_describe_end(const struct child *c, char out[64]);

#endif
