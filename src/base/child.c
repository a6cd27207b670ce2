/* child.c — see child.h. The end of a child is the end of its pipe; waitpid is then asked for that one process, so
 * neither other children of the program nor an ignored SIGCHLD disturb. */
#include "eqrl/base/child.h"

#include "eqrl/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_UP_MS = 1000 }; /* a signal that arrives just before poll() does not end it: flags are seen this late */

static bool send_text(int fd, const struct str *text)
{
	for (size_t sent = 0; sent < text->len;) {
		ssize_t n = write(fd, text->data + sent, text->len - sent);

		if (n < 0 && errno != EINTR)
			return false;
		sent += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static _Noreturn void run_work(enum status (*work)(void *, struct str *), void *context, int fd, pid_t parent)
{
	struct str text = {0};
	enum status st;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before the line above */
		_exit(ST_INTERNAL);
	st = work(context, &text);
	_exit(send_text(fd, &text) ? (int)st : ST_INTERNAL);
}

enum status child_start(struct child *c, enum status (*work)(void *context, struct str *text), void *context)
{
	pid_t parent = getpid();
	int ends[2];

	signal(SIGCHLD, SIG_DFL); /* where it is ignored the system reaps, and how a child ended is not known */
	if (pipe2(ends, O_CLOEXEC) != 0)
		return fail(ST_RESOURCE, "cannot start a process: no pipe: %s", strerror(errno));
	fflush(NULL); /* or the child would write what is buffered, too */
	*c = (struct child){.pid = fork(), .pipe = ends[0]};
	if (c->pid == 0) {
		close(ends[0]);
		run_work(work, context, ends[1], parent);
	}
	close(ends[1]);
	if (c->pid > 0)
		return ST_OK;
	close(ends[0]);
	c->pid = 0;
	return fail(ST_RESOURCE, "cannot start a process: %s (ulimit -u, or memory); run fewer at a time",
		    strerror(errno));
}

/* Whether the child has ended; takes what it has written so far. */
static bool read_output(struct child *c)
{
	char part[4096];
	ssize_t n = read(c->pipe, part, sizeof(part));

	if (n > 0)
		str_addn(&c->output, part, (size_t)n);
	return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
}

static void reap(struct child *c)
{
	close(c->pipe);
	while (waitpid(c->pid, &c->wait_status, 0) < 0)
		if (errno != EINTR) {
			c->wait_status = ST_INTERNAL << 8; /* somebody else reaped it: how it ended is not known */
			break;
		}
	c->pid = 0;
}

int child_wait(struct child *c, int n)
{
	struct pollfd *p = xcalloc((size_t)n, sizeof(*p));
	int ended = -1, ready, running = 0;

	do {
		running = 0;
		for (int i = 0; i < n; i++) {
			p[i] = (struct pollfd){.fd = c[i].pid ? c[i].pipe : -1, .events = POLLIN};
			running += c[i].pid != 0;
		}
		ready = running ? poll(p, (nfds_t)n, LOOK_UP_MS) : 0;
		for (int i = 0; i < n && ready > 0 && ended < 0; i++)
			if (p[i].revents && read_output(&c[i]))
				ended = i;
	} while (ready > 0 && ended < 0);
	free(p);
	if (ended >= 0)
		reap(&c[ended]);
	return ended;
}

void child_signal_all(const struct child *c, int n, int signal_number)
{
	for (int i = 0; i < n; i++)
		if (c[i].pid)
			kill(c[i].pid, signal_number);
}

void child_kill_all(struct child *c, int n)
{
	child_signal_all(c, n, SIGKILL);
	for (int i = 0; i < n; i++) {
		if (c[i].pid)
			reap(&c[i]);
		str_release(&c[i].output);
	}
}

void child_describe_end(const struct child *c, char out[64])
{
	bool killed = WIFSIGNALED(c->wait_status);

	snprintf(out, 64, killed ? "killed by signal %d" : "exited with %d",
		 killed ? WTERMSIG(c->wait_status) : WEXITSTATUS(c->wait_status));
}
