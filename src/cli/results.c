/* results.c — see results.h. */
#include "results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int first_error; /* of writing to standard output; 0: none */

static ssize_t write_results(void *cookie, const char *data, size_t n)
{
	size_t done = 0;

	(void)cookie;
	while (done < n) {
		ssize_t put = write(STDOUT_FILENO, data + done, n - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			if (!first_error)
				first_error = put < 0 ? errno : ENOSPC;
			return 0; /* which tells stdio that it failed */
		}
		done += (size_t)put;
	}
	return (ssize_t)n;
}

void results_open(void)
{
	FILE *f = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_results});

	if (!f)
		return; /* plain stdout will do */
	setvbuf(f, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
	stdout = f;
}

enum status results_close(void)
{
	errno = 0;
	if (fflush(stdout) != 0 && !first_error)
		first_error = errno ? errno : EIO;
	if (!first_error || first_error == EPIPE)
		return ST_OK;
	return fail(ST_RESOURCE, "cannot write to standard output: %s", strerror(first_error));
}
