/* error.c — see error.h. */
#include "eqrl/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local char message[1024];

enum status fail(enum status st, const char *fmt, ...)
{
	char text[sizeof(message)]; /* the arguments may point into the old message */
	int kept = errno;	    /* the caller's to look at, as before */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(message, text, sizeof(message));
	errno = kept;
	return st;
}

enum status fail_again(enum status st, char *why)
{
	if (st != ST_OK)
		fail(st, "%s", why);
	free(why);
	return st;
}

enum status fail_prefix(enum status st, const char *fmt, ...)
{
	char old[sizeof(message)];
	va_list ap;
	size_t n;

	memcpy(old, message, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	n = strlen(message);
	snprintf(message + n, sizeof(message) - n, ": %.*s", (int)(sizeof(message) - n - 3), old);
	return st;
}

const char *error_message(void)
{
	return message;
}

void end_without_resource(const char *fmt, ...)
{
	static atomic_flag speaking = ATOMIC_FLAG_INIT;
	char line[512] = "eqrl: ";
	size_t n = strlen(line);
	va_list ap;

	while (atomic_flag_test_and_set(&speaking))
		pause(); /* until the first one ends the process */
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
	va_end(ap);
	n = strlen(line);
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		_exit(ST_RESOURCE); /* nobody listens; the status says the same */
	_exit(ST_RESOURCE);
}

void bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "eqrl: BUG at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
