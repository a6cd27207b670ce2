/* error.c — see error.h. */
#include "eqrl/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char message[1024];

enum status fail(enum status st, const char *fmt, ...)
{
	char text[sizeof(message)]; /* the arguments may point into the old message */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	memcpy(message, text, sizeof(message));
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
