/* records.c — see records.h. */
#include "records.h"

#include "eqrl/base/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 20 };

static enum status stream_failed(struct records *r)
{
	int code;
	const char *why = gzerror(r->gz, &code);

	if (code == Z_BUF_ERROR)
		return fail(ST_DATA, "%s: the gzip stream ends early; the file is cut off, copy it again", r->file);
	return fail(ST_DATA, "%s: cannot read: %s", r->file, code == Z_ERRNO ? strerror(errno) : why);
}

/* Reads more text behind what is unread, moving that to the front first. */
static enum status fill(struct records *r)
{
	size_t unread = r->end - r->begin;
	int got, code;

	if (r->at_end)
		return ST_OK;
	memmove(r->buffer, r->buffer + r->begin, unread);
	r->begin = 0;
	r->end = unread;
	if (r->capacity - unread < CHUNK / 2 + 1) {
		r->capacity *= 2;
		r->buffer = xrealloc(r->buffer, r->capacity);
	}
	size_t room = r->capacity - unread - 1;

	got = gzread(r->gz, r->buffer + unread, room > INT_MAX ? INT_MAX : (unsigned)room);
	if (got < 0)
		return stream_failed(r);
	r->end += (size_t)got;
	r->at_end = got == 0 || gzeof(r->gz);
	if (r->at_end && (gzerror(r->gz, &code), code == Z_BUF_ERROR))
		return stream_failed(r);
	r->buffer[r->end] = '\0'; /* no part of a number */
	return ST_OK;
}

/* Byte order mark, kind of line ends, and files that are no text. */
static enum status look_at_beginning(struct records *r)
{
	const char *p = r->buffer, *cr;
	size_t n = r->end;

	r->line = 1;
	r->eol = '\n';
	if (n >= 2 && (memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0))
		return fail(ST_DATA, "%s: is UTF-16 text; save it as UTF-8", r->file);
	if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0)
		return fail(ST_DATA, "%s: is a spreadsheet or zip archive; export it as CSV", r->file);
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		r->begin = 3;
	cr = memchr(p, '\r', n);
	if (cr && cr + 1 < p + n && cr[1] != '\n' && !memchr(p, '\n', n))
		r->eol = '\r';
	return ST_OK;
}

enum status records_open(struct records *r, const char *path, const char *file)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct stat info;

	*r = (struct records){.file = file};
	if (!is_stdin && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
		return fail(ST_DATA, "%s: is a directory, expected a table", file);
	errno = 0;
	r->gz = is_stdin ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rb");
	if (!r->gz)
		return fail(ST_DATA, "%s: %s", file, errno ? strerror(errno) : "cannot open");
	gzbuffer(r->gz, 1 << 17);
	r->capacity = CHUNK;
	r->buffer = xmalloc(r->capacity);
	TRY(fill(r));
	return look_at_beginning(r);
}

enum status records_open_text(struct records *r, const char *file, const char *text, size_t size)
{
	*r = (struct records){.file = file, .at_end = true, .capacity = size + 1, .end = size};
	r->buffer = xstrndup(text, size);
	return look_at_beginning(r);
}

void records_close(struct records *r)
{
	if (r->gz)
		gzclose(r->gz);
	free(r->buffer);
	str_release(&r->comment);
	*r = (struct records){0};
}

/* A quote opens a field only at its beginning, perhaps after blanks; elsewhere it is a character,
 * as in 12" pipes. */
static bool opens_quote(const char *begin, const char *p, char delimiter)
{
	for (; p > begin; p--) {
		char c = p[-1];

		if (delimiter ? c == delimiter || (delimiter == ' ' && c == '\t') : c == ',' || c == ';' || c == '\t')
			return true;
		if (c != ' ' && c != '\t')
			return false;
	}
	return true;
}

const char *record_end(const char *p, const char *end, char eol, char delimiter, bool *open)
{
	const char *begin = p, *stop = memchr(p, eol, (size_t)(end - p));
	const char *quote = memchr(p, '"', (size_t)((stop ? stop : end) - p));

	*open = false;
	if (!quote)
		return stop ? stop : end;
	for (p = quote; p < end; p++) {
		if (*p == '"') {
			if (*open && p + 1 < end && p[1] == '"')
				p++;
			else if (*open)
				*open = false;
			else
				*open = opens_quote(begin, p, delimiter);
		} else if (*p == eol && !*open) {
			return p;
		}
	}
	return end;
}

static int count_lines(const char *p, const char *end, char eol)
{
	int n = 0;

	while (p < end && (p = memchr(p, eol, (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

static void keep_comment(struct records *r, const struct record *out)
{
	str_clear(&r->comment);
	str_addn(&r->comment, out->begin + 1, (size_t)(out->end - out->begin) - 1);
	r->comment_line = out->line;
}

/* The next line, also blank ones and comments. */
static enum status next_line(struct records *r, struct record *out)
{
	const char *p, *end, *stop;
	bool open;

	for (;;) {
		p = r->buffer + r->begin;
		end = r->buffer + r->end;
		stop = record_end(p, end, r->eol, r->delimiter, &open);
		if (stop < end || r->at_end)
			break;
		TRY(fill(r));
	}
	*out = (struct record){p < end ? p : NULL, stop, r->line};
	if (p == end)
		return ST_OK;
	if (memchr(p, '\0', (size_t)(stop - p)))
		return fail(ST_DATA, "%s:%d: NUL byte: this is no text table; export the data as CSV", r->file,
			    r->line);
	if (open)
		return fail(ST_DATA,
			    "%s:%d: a quote opens in this row and never closes; close it, or "
			    "double quotes that belong to the text",
			    r->file, r->line);
	r->line += count_lines(p, stop, r->eol) + 1;
	r->begin = (size_t)(stop - r->buffer) + (stop < end);
	if (out->end > out->begin && out->end[-1] == '\r')
		out->end--;
	return ST_OK;
}

enum status records_next(struct records *r, struct record *out)
{
	const char *p;

	for (;;) {
		TRY(next_line(r, out));
		if (!out->begin)
			return ST_OK;
		for (p = out->begin; p < out->end && (*p == ' ' || *p == '\t'); p++)
			;
		if (is_comment(out->begin, out->end))
			keep_comment(r, out);
		else if (p < out->end)
			return ST_OK;
	}
}

const char *field_next(const char *p, const char *end, char delimiter, struct field *f)
{
	const char *close;

	while (p < end && is_padding(*p, delimiter))
		p++;
	*f = (struct field){.begin = p};
	if (p < end && *p == '"') {
		for (close = p + 1; close < end; close++) {
			if (*close != '"')
				continue;
			if (close + 1 == end || close[1] != '"')
				break;
			close++;
		}
		const char *after = close < end ? close + 1 : end;

		while (after < end && is_padding(*after, delimiter) && delimiter != ' ')
			after++;
		if (close < end &&
		    (after == end || *after == delimiter || (delimiter == ' ' && is_padding(*after, ' ')))) {
			*f = (struct field){p + 1, close, true};
			p = after;
		}
	}
	while (p < end && !(delimiter == ' ' ? is_padding(*p, ' ') : *p == delimiter))
		p++;
	if (!f->quoted) {
		f->end = p;
		while (f->end > f->begin && is_padding(f->end[-1], delimiter))
			f->end--;
	}
	if (p == end)
		return NULL;
	if (delimiter != ' ')
		return p + 1;
	while (p < end && is_padding(*p, ' '))
		p++;
	return p < end ? p : NULL;
}

int field_count(const char *p, const char *end, char delimiter)
{
	struct field f;
	int n = 0;

	for (; p; n++)
		p = field_next(p, end, delimiter, &f);
	return n;
}

void field_text(const struct field *f, struct str *out)
{
	str_clear(out);
	for (const char *p = f->begin; p < f->end; p++) {
		str_addc(out, *p);
		if (f->quoted && *p == '"')
			p++;
	}
}
