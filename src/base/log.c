/* log.c — see log.h. */
#include "eqrl/base/log.h"

#include <stdarg.h>
#include <stdio.h>

void warn(const char *fmt, ...)
{
	va_list ap;

	fputs("eqrl: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}
