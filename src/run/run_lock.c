/* run_lock.c — see run_lock.h. */
#include "eqrl/run/run_lock.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/file.h"
#include "eqrl/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* "process 4711 on host since 2026-11-22T14:30:15Z". On a full disk the text is lost; the lock holds without it. */
static void write_holder(int fd)
{
	char host[256] = "", now[32], text[384];
	int n;

	gethostname(host, sizeof(host) - 1);
	clock_iso(now);
	n = snprintf(text, sizeof(text), "process %ld on %s since %s\n", (long)getpid(), *host ? host : "this host",
		     now);
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
		return;
}

static enum status refuse_second(const char *dir, int fd)
{
	char text[384];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return fail(ST_RESOURCE, "%s: in use by %s; wait until it has ended, or choose another directory", dir,
		    *text ? text : "another process");
}

enum status run_lock(const char *dir, int *fd)
{
	char *path = path_join(dir, RUN_LOCK_FILE);
	enum status st = ST_OK;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (*fd < 0) {
		st = fail(ST_RESOURCE, "%s: cannot write: %s", path, strerror(errno));
	} else if (flock(*fd, LOCK_EX | LOCK_NB) == 0) {
		write_holder(*fd);
	} else if (errno == EWOULDBLOCK) {
		st = refuse_second(dir, *fd);
		close(*fd);
		*fd = -1;
	} else {
		warn("%s: cannot lock: %s; see that no other process works in this directory", path, strerror(errno));
	}
	free(path);
	return st;
}

bool run_is_locked(const char *dir)
{
	char *path = path_join(dir, RUN_LOCK_FILE);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	free(path);
	return locked;
}
