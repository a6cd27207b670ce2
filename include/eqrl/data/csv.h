/* csv.h — tables of numbers: CSV, TSV, `;` with decimal comma, blank-separated, each also gzipped.
 *
 * Read in one pass, straight into columns of doubles; the text is never held as a whole. Delimiter,
 * decimal sign, header and line ends are found from the beginning of the file. Quotes as in RFC
 * 4180; a UTF-8 byte order mark is skipped. Blank lines and lines that start with '#' are skipped;
 * names in a '#' line right above the numbers (as numpy and gnuplot write them) count as header.
 * Missing cells ("", NA, N/A, NaN, NULL, None, ?, - and the like) become NaN.
 *
 * Errors are ST_DATA and one line: file, line, column, what is wrong, what to do.
 * Threads: none shared. Ownership: csv_release frees everything. */
#ifndef EQRL_CSV_H
#define EQRL_CSV_H

#include "eqrl/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSV_MAX_COLUMNS = 65534 };

enum csv_header { CSV_HEADER_AUTO, CSV_HEADER_YES, CSV_HEADER_NO };

struct csv_cell {
	int line; /* in the file, from 1; 0: there is no such cell */
	char text[40];
};

struct csv_column {
	char *name;	      /* unique within the table: a second "a" is "a#2", a nameless third "x3" */
	bool unnamed;	      /* the name is made up */
	bool wanted;	      /* read its values; true until select() says otherwise */
	const char *required; /* why a cell that is no finite number is an error, or NULL */
	double *value;	      /* n values, NaN where missing; NULL if not wanted or not numeric */
	int n_missing;
	struct csv_cell text;	  /* the first cell that is no number; value is NULL then */
	struct csv_cell infinite; /* the first ±inf; value has it */
};

struct csv {
	char *file; /* as shown in messages */
	int n, n_columns;
	struct csv_column *column;
	int32_t *line;	       /* of each row in the file */
	int header_line;       /* 0: none */
	int numbers_in_header; /* names that are numbers: the header may be a row of data */
	char delimiter;	       /* ' ': runs of blanks and tabs */
	char decimal;	       /* '.' or ',' */
};

struct csv_options {
	char delimiter; /* 0: found from the text */
	char decimal;	/* 0: found from the text */
	enum csv_header header;
	/* Called once, when the names are known and before values are read, to set wanted and
	 * required. May be NULL. A status other than ST_OK ends the reading with that status. */
	enum status (*select)(struct csv *t, void *context);
	void *context;
};

/* Reads path ("-": standard input). o may be NULL. On failure *t is released. */
enum status csv_read(struct csv *t, const char *path, const struct csv_options *o);

/* The same for text in memory; name stands for it in messages. */
enum status csv_parse(struct csv *t, const char *name, const char *text, size_t size, const struct csv_options *o);

void csv_release(struct csv *t);

/* Index of the column with that name, in back-quotes or not, or (if no name fits) that number
 * from 1. -1: none, and error_message() names the nearest; option ("--target") says who asked. */
int csv_find(const struct csv *t, const char *name_or_number, const char *option);

/* The number at p, in decimal notation with an optional exponent: *v is the double nearest to it,
 * as strtod would give it, whatever the locale. Returns the first character after it, NULL if there
 * is no number (inf, nan and hexadecimal are none). Text must end in a character that is no part of
 * a number. */
const char *csv_number(const char *p, char decimal, double *v);

#endif
