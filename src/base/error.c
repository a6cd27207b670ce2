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

/* A text of `wanted` bytes may have been cut to its place: then it ends with a whole character and a sign that more was meant. */
static void end_cut_text(char text[sizeof(message)], int wanted)
{
	static const char more[] = "…";
	size_t n = sizeof(message) - sizeof(more);

	if (wanted < (int)sizeof(message))
		return;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	memcpy(text + n, more, sizeof(more));
}

enum status fail(enum status st, const char *fmt, ...)
{
	char text[sizeof(message)]; /* the arguments may point into the old message */
	int kept = errno;	    /* the caller's to look at, as before */
	va_list ap;

	va_start(ap, fmt);
	end_cut_text(text, vsnprintf(text, sizeof(text), fmt, ap));
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
	end_cut_text(message, vsnprintf(message, sizeof(message), fmt, ap));
	va_end(ap);
	n = strlen(message);
	end_cut_text(message, (int)n + snprintf(message + n, sizeof(message) - n, ": %s", old));
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
