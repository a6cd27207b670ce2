/* records.h — a text as a stream of records (lines, unless quotes span several), and a record as fields.
 *
 * A record is a view into the reader's buffer, valid until the next call, in UTF-8, and is followed by a
 * readable character that is no part of any number. Blank lines, comments and rules (|---|---|) are skipped;
 * the last comment before a record is kept, since it may hold names. */
#ifndef EQRL_DATA_RECORDS_H
#define EQRL_DATA_RECORDS_H

#include "bytes.h"
#include "encoding.h"
#include "eqrl/base/str.h"
#include "eqrl/data/csv.h"

#include <string.h>

struct records {
	struct bytes bytes;
	struct conversion text;
	const char *file; /* for messages; borrowed */
	char *buffer;
	size_t capacity, begin, end; /* unread text: buffer[begin … end-1] */
	size_t held;		     /* bytes after it that are the beginning of a character */
	bool at_end;		     /* nothing more will come after buffer[end-1] */
	char comment_sign;	     /* opens a comment line; '\0': none */
	char delimiter;		     /* says where a quote opens; 0: not yet known */
	char eol;		     /* '\n' (a '\r' before it is dropped) or '\r' */
	int line;		     /* of the text at begin */
	int foreign_line;	     /* about where bytes that are not of the encoding begin; 0: there are none */
	struct str comment;
	int comment_line; /* 0: none */
};

struct record {
	const char *begin, *end; /* without line end; begin is NULL after the last record */
	int line;
};

/* Opens and reads the first buffer full: two lines at least, if the file has them. records_close also after
 * a failure. */
enum status records_open(struct records *r, const char *path, const char *file);
enum status records_open_text(struct records *r, const char *file, const char *text, size_t size);
void records_close(struct records *r);

/* The next line as it is, blank lines and comments too. */
enum status records_next_line(struct records *r, struct record *out);
enum status records_next(struct records *r, struct record *out);

/* First line end at or after p that no quotes enclose; end if there is none. *open: in quotes
 * there. */
const char *record_end(const char *p, const char *end, char eol, char delimiter, bool *open);

/* Whether a line is no record: blank, a comment, a rule. */
bool is_skipped(const char *p, const char *end, char comment_sign);
bool is_comment(const char *p, const char *end, char comment_sign);

/* ---- fields.c ---- */

struct field {
	const char *begin, *end; /* without padding and outer quotes */
	bool quoted;		 /* "" inside stands for one " */
};

/* The field at p; returns where the next one begins, NULL if this was the last. Delimiter ' '
 * stands for runs of blanks and tabs. */
const char *field_next(const char *p, const char *end, char delimiter, struct field *f);
int field_count(const char *p, const char *end, char delimiter);
void field_text(const struct field *f, struct str *out); /* replaces *out by the unquoted text */

static inline bool is_padding(char c, char delimiter)
{
	return c == ' ' || (c == '\t' && delimiter != '\t');
}

#endif
