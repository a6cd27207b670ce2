/* records.h — a text, plain or gzipped, as a stream of records (lines, unless quotes span several).
 *
 * A record is a view into the reader's buffer, valid until the next call, and is followed by a
 * readable character that is no part of any number. Blank lines and '#' lines are skipped; the last
 * '#' line before the first record is kept, since it may hold names. */
#ifndef EQRL_DATA_RECORDS_H
#define EQRL_DATA_RECORDS_H

#include "eqrl/base/str.h"
#include "eqrl/data/csv.h"

#include <string.h>
#include <zlib.h>

struct records {
	gzFile gz;	  /* NULL: the text is all in buffer */
	const char *file; /* for messages; borrowed */
	char *buffer;
	size_t capacity, begin, end; /* unread text: buffer[begin … end-1] */
	bool at_end;		     /* nothing more will come after buffer[end-1] */
	char delimiter;		     /* says where a quote opens; 0: not yet known */
	char eol;		     /* '\n' (a '\r' before it is dropped) or '\r' */
	int line;		     /* of the text at begin */
	struct str comment;
	int comment_line; /* 0: none */
};

struct record {
	const char *begin, *end; /* without line end; begin is NULL after the last record */
	int line;
};

/* Opens and reads the first buffer full. records_close also after a failure. */
enum status records_open(struct records *r, const char *path, const char *file);
enum status records_open_text(struct records *r, const char *file, const char *text, size_t size);
void records_close(struct records *r);

enum status records_next(struct records *r, struct record *out);

/* First line end at or after p that no quotes enclose; end if there is none. *open: in quotes
 * there. */
const char *record_end(const char *p, const char *end, char eol, char delimiter, bool *open);

struct field {
	const char *begin, *end; /* without padding and outer quotes */
	bool quoted;		 /* "" inside stands for one " */
};

/* The field at p; returns where the next one begins, NULL if this was the last. Delimiter ' '
 * stands for runs of blanks and tabs. */
const char *field_next(const char *p, const char *end, char delimiter, struct field *f);
int field_count(const char *p, const char *end, char delimiter);
void field_text(const struct field *f, struct str *out); /* replaces *out by the unquoted text */

/* '#' opens a comment line, but a table may begin a row with a spreadsheet's #N/A. */
static inline bool is_comment(const char *p, const char *end)
{
	return p < end && *p == '#' && !(end - p >= 4 && memcmp(p, "#N/A", 4) == 0);
}

static inline bool is_padding(char c, char delimiter)
{
	return c == ' ' || (c == '\t' && delimiter != '\t');
}

/* The error of a column whose infinite.line is set; why says what the column is needed for. */
enum status csv_not_finite(const struct csv *t, const struct csv_column *col, const char *why);

/* sniff.c: fills those of delimiter and decimal that are 0 from the first records of text. */
void sniff(const char *text, size_t size, bool whole, char eol, char *delimiter, char *decimal);

/* Recognise "", NA, … and inf in the n characters at p. */
bool is_missing(const char *p, size_t n);
bool is_infinite(const char *p, size_t n);

#endif
