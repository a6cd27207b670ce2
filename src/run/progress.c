/* progress.c — see progress.h. */
#include "eqrl/run/progress.h"

#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/base/str.h"
#include "eqrl/run/front.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct progress {
	bool quiet, live;
	const char *header;
	struct str last; /* the newest state */
	bool shown;	 /* `last` is on the screen (live) or was printed (plain) */
	bool header_shown;
	double next_redraw;
	int64_t next_step; /* plain lines: the next step to print */
};

struct progress *progress_new(bool quiet, const char *header)
{
	struct progress *p = xcalloc(1, sizeof(*p));
	const char *term = getenv("TERM");

	p->quiet = quiet;
	p->header = header;
	p->live = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	p->next_step = 1;
	return p;
}

static int terminal_width(void)
{
	struct winsize w;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20 ? w.ws_col : 80;
}

/* Bytes of text that take at most `width` columns: one for each UTF-8 character. */
static int fitting_bytes(const char *text, int width)
{
	const char *p = text;

	while (*p && (width > 0 || ((unsigned char)*p & 0xC0) == 0x80)) {
		width -= ((unsigned char)*p & 0xC0) != 0x80;
		p++;
	}
	return (int)(p - text);
}

static void show_header(struct progress *p)
{
	const char *colour = getenv("NO_COLOR");
	bool dim = p->live && !(colour && *colour);

	if (p->header && !p->header_shown)
		fprintf(stderr, dim ? "\033[2m%s\033[0m\n" : "%s\n", p->header);
	p->header_shown = true;
}

static void redraw_line(struct progress *p)
{
	/* the last column stays free: writing it would wrap on some terminals */
	fprintf(stderr, "\r%.*s\033[K", fitting_bytes(str_text(&p->last), terminal_width() - 1), str_text(&p->last));
	fflush(stderr);
	p->shown = true;
}

void progress_line(struct progress *p, int64_t step, const char *text)
{
	double now;

	if (p->quiet)
		return;
	str_clear(&p->last);
	str_add(&p->last, text);
	p->shown = false;
	show_header(p);
	if (p->live) {
		now = clock_seconds();
		if (now < p->next_redraw)
			return;
		p->next_redraw = now + 0.1;
		redraw_line(p);
	} else if (step >= p->next_step) {
		fprintf(stderr, "%s\n", text);
		p->shown = true;
		while (p->next_step <= step)
			p->next_step *= 2;
	}
}

void progress_note(struct progress *p, const char *fmt, ...)
{
	va_list ap;

	if (p->quiet)
		return;
	if (p->live)
		fputs("\r\033[K", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	if (p->live && p->last.len)
		redraw_line(p);
}

void progress_end(struct progress *p)
{
	if (!p)
		return;
	if (!p->quiet && p->last.len) {
		if (p->live) {
			redraw_line(p);
			fputc('\n', stderr);
		} else if (!p->shown) {
			fprintf(stderr, "%s\n", p->last.data);
		}
	}
	str_release(&p->last);
	free(p);
}

void format_duration(char out[32], double seconds)
{
	long long s = (long long)(seconds + 0.5);

	if (isnan(seconds))
		strcpy(out, "-");
	else if (!(fabs(seconds) < 1e9))
		strcpy(out, "long");
	else if (s >= 3600)
		snprintf(out, 32, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(out, 32, "%lld:%02lld", s > 0 ? s / 60 : 0, s > 0 ? s % 60 : 0);
}

void format_count(char out[32], int64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%lld", (long long)n);
	int at = 0;

	for (int i = 0; i < len; i++) {
		int left = len - i;

		if (i > 0 && left % 3 == 0 && digits[i - 1] != '-')
			out[at++] = ' ';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

const char progress_search_header[] =
	"   time    step    equations  valid  uniq  R2 select  size    left  best equation";

static void format_share(char out[8], double share)
{
	if (isnan(share))
		strcpy(out, "-");
	else
		snprintf(out, 8, "%.0f%%", 100 * fmin(fmax(share, 0), 1));
}

void progress_search(struct progress *p, const struct progress_row *row)
{
	char time[32], count[32], left[32], valid[8], unique[8], r2[32], size[16] = "-";
	struct str line = {0};

	if (p->quiet)
		return;
	format_duration(time, row->seconds);
	format_duration(left, row->left);
	format_count(count, row->equations);
	format_share(valid, row->valid);
	format_share(unique, row->unique);
	format_r2(r2, 1 - row->r2_select);
	if (!isnan(row->r2_select))
		snprintf(size, sizeof(size), "%d", row->size);
	str_addf(&line, "%7s %7lld %12s %6s %5s %10s %5s %7s  %s", time, (long long)row->step, count, valid, unique, r2,
		 size, left, row->equation ? row->equation : "-");
	progress_line(p, row->step, line.data);
	str_release(&line);
}
