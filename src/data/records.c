/* records.c — see records.h. */
#include "records.h"

#include "eqrl/base/mem.h"

#include <stdlib.h>

enum {
	CHUNK = 1 << 20,
	READ = 1 << 18,	      /* fits the second-level cache, so that what was read is still there when it is parsed */
	MAX_RECORD = 1 << 26, /* 1,000 bytes for each of the columns that can be read */
};

/* ---- bytes to text ---- */

static void ensure_room(struct records *r, size_t room)
{
	while (r->capacity - r->end < room + 1) {
		r->capacity *= 2;
		r->buffer = xrealloc(r->buffer, r->capacity);
	}
}

/* Turns the n raw bytes behind the text into text; what is the beginning of a character is held. */
static void take_text(struct records *r, size_t n)
{
	unsigned char *raw = (unsigned char *)r->buffer + r->end, *copy;
	size_t good, n_out;
	bool cut;

	r->text.last = r->at_end;
	if (r->text.encoding == TEXT_UTF8) {
		good = utf8_span(raw, n, &cut);
		if (good == n || (cut && !r->at_end)) {
			r->end += good;
			r->held = n - good;
			return;
		}
	}
	copy = xmalloc(n + 1);
	memcpy(copy, raw, n);
	ensure_room(r, 3 * n + 4);
	n_out = encoding_convert(&r->text, copy, n, r->buffer + r->end);
	r->end += n_out;
	r->held = n - r->text.used;
	memcpy(r->buffer + r->end, copy + r->text.used, r->held);
	free(copy);
	if (r->text.foreign && r->foreign_line == 0)
		r->foreign_line = r->line;
}

/* Reads more text behind what is unread, moving that to the front first. A long record doubles with every call, so that
 * looking through it again and again for its end takes no longer, in all, than looking twice. */
static enum status read_text(struct records *r)
{
	size_t unread = r->end - r->begin, want = unread > READ ? 2 * unread : unread + 1, got;

	if (want > MAX_RECORD && unread <= MAX_RECORD)
		want = MAX_RECORD + 1; /* enough to refuse it */
	memmove(r->buffer, r->buffer + r->begin, unread + r->held);
	r->begin = 0;
	r->end = unread;
	while (!r->at_end && r->end < want) {
		ensure_room(r, CHUNK / 2);
		TRY(bytes_read(&r->bytes, r->buffer + r->end + r->held, READ, &got));
		r->at_end = got == 0;
		take_text(r, r->held + got);
	}
	r->buffer[r->end + r->held] = '\0'; /* no part of a number */
	return ST_OK;
}

/* ---- the beginning ---- */

static int count_lines(const char *p, const char *end, char eol)
{
	int n = 0;

	while (p < end && (p = memchr(p, eol, (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

static enum status refuse_nul(const struct records *r, int line)
{
	return fail(ST_DATA, "%s:%d: NUL byte: this is no text table; export the data as CSV", r->file, line);
}

static enum status detect_encoding(struct records *r)
{
	const char *nul;
	size_t mark, got;

	ensure_room(r, CHUNK / 2);
	TRY(bytes_read(&r->bytes, r->buffer, CHUNK / 2, &got));
	r->at_end = got == 0;
	r->text.encoding = encoding_detect((const unsigned char *)r->buffer, got, &mark);
	memmove(r->buffer, r->buffer + mark, got - mark);
	nul = r->text.encoding == TEXT_UTF8 ? memchr(r->buffer, '\0', got - mark) : NULL;
	if (nul)
		return refuse_nul(r, 1 + count_lines(r->buffer, nul, '\n'));
	take_text(r, got - mark);
	r->buffer[r->end + r->held] = '\0';
	return ST_OK;
}

/* Line ends are '\r' where a '\r' stands alone and no '\n' stands anywhere. */
static char find_eol(const char *p, size_t n)
{
	const char *cr = memchr(p, '\r', n);

	return cr && cr + 1 < p + n && cr[1] != '\n' && !memchr(p, '\n', n) ? '\r' : '\n';
}

/* As much as shows what the table is like: a buffer full, and more where that is less than two lines. */
static enum status read_first_buffer(struct records *r)
{
	r->line = 1;
	r->comment_sign = '#';
	r->capacity = CHUNK;
	r->buffer = xmalloc(r->capacity);
	TRY(detect_encoding(r));
	for (;;) {
		r->eol = find_eol(r->buffer, r->end);
		if (r->at_end || (r->end >= CHUNK / 4 && count_lines(r->buffer, r->buffer + r->end, r->eol) >= 2))
			return ST_OK;
		if (r->end > MAX_RECORD)
			return fail(ST_DATA, "%s: no line end in the first %d MiB; this is no table", r->file,
				    MAX_RECORD >> 20);
		TRY(read_text(r));
	}
}

enum status records_open(struct records *r, const char *path, const char *file)
{
	*r = (struct records){.file = file};
	TRY(bytes_open(&r->bytes, path, file));
	return read_first_buffer(r);
}

enum status records_open_text(struct records *r, const char *file, const char *text, size_t size)
{
	*r = (struct records){.file = file};
	TRY(bytes_open_text(&r->bytes, file, text, size));
	return read_first_buffer(r);
}

void records_close(struct records *r)
{
	bytes_close(&r->bytes);
	free(r->buffer);
	str_release(&r->comment);
	*r = (struct records){.bytes = {.fd = -1}};
}

/* ---- lines ---- */

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

enum status records_next_line(struct records *r, struct record *out)
{
	const char *p, *end, *stop;
	bool open;

	for (;;) {
		p = r->buffer + r->begin;
		end = r->buffer + r->end;
		stop = record_end(p, end, r->eol, r->delimiter, &open);
		if (stop < end || r->at_end)
			break;
		if (end - p > MAX_RECORD && !open)
			return fail(ST_DATA, "%s:%d: no line end in %d MiB; this is no table", r->file, r->line,
				    MAX_RECORD >> 20);
		if (end - p > MAX_RECORD)
			break;
		TRY(read_text(r));
	}
	*out = (struct record){p < end ? p : NULL, stop, r->line};
	if (p == end)
		return ST_OK;
	if (memchr(p, '\0', (size_t)(stop - p)))
		return refuse_nul(r, r->line);
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

/* ---- records ---- */

/* '#' opens a comment line, but a table may begin a row with a spreadsheet's #N/A or #DIV/0!. */
bool is_comment(const char *p, const char *end, char sign)
{
	static const char *const errors[] = {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NUM!", "#NAME?", "#NULL!"};

	if (p >= end || sign == '\0' || *p != sign)
		return false;
	for (size_t i = 0; i < COUNT_OF(errors); i++)
		if ((size_t)(end - p) >= strlen(errors[i]) && memcmp(p, errors[i], strlen(errors[i])) == 0)
			return false;
	return true;
}

/* A line that is drawn: |---|:-:| of Markdown, +-----+ and ===== of terminal tables. */
static bool is_rule(const char *p, const char *end)
{
	int run = 0, longest = 0, dashes = 0;
	bool boxed = *p == '|' || *p == '+';

	for (; p < end && strchr("-=+|: \t", *p); p++) {
		run = *p == '-' || *p == '=' ? run + 1 : 0;
		longest = run > longest ? run : longest;
		dashes += run > 0;
	}
	return p == end && (boxed ? dashes : longest) >= 3;
}

bool is_skipped(const char *p, const char *end, char comment_sign)
{
	const char *q = p;

	if (is_comment(p, end, comment_sign))
		return true;
	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	return q == end || ((*q == '-' || *q == '=' || *q == '+' || *q == '|') && is_rule(q, end));
}

enum status records_next(struct records *r, struct record *out)
{
	for (;;) {
		TRY(records_next_line(r, out));
		if (!out->begin || !is_skipped(out->begin, out->end, r->comment_sign))
			return ST_OK;
		if (!is_comment(out->begin, out->end, r->comment_sign))
			continue;
		str_clear(&r->comment);
		str_addn(&r->comment, out->begin + 1, (size_t)(out->end - out->begin) - 1);
		r->comment_line = out->line;
	}
}
