/* csv.h — tables of numbers: CSV, TSV, `;` with decimal comma, `|`, blank-separated, each also gzipped.
 *
 * Read in one pass, straight into columns of doubles; the text is never held as a whole. What the file does
 * not say is found from its beginning: encoding (UTF-8, UTF-16, else Latin-1), line ends, delimiter, decimal
 * sign, lines before the table, header, a row of units. Quotes as in RFC 4180. Blank lines, comments and
 * rules of dashes are skipped; names in a comment right above the numbers (as numpy and gnuplot write them)
 * count as header. Lines below the table that are no rows are left out, and said in a note.
 *
 * A cell is a number, also with thousands separators, %, a currency sign, Fortran's D, a Unicode minus or in
 * parentheses (cell.h); missing ("", NA, N/A, NULL, None, ?, - and the like, and what --na lists): NaN; or
 * odd. A column is one of numbers when 90 % of its cells are; its odd cells are then missing and quoted in a
 * note. All texts that come out of here are UTF-8 without control characters.
 *
 * Errors are ST_DATA and one line: file, line, column, what is wrong, what to do (ST_USAGE: an option).
 * Threads: none shared. A SIGINT or SIGTERM ends the reading with signals_status(). Ownership: csv_release
 * frees everything. */
#ifndef EQRL_CSV_H
#define EQRL_CSV_H

#include "eqrl/base/error.h"
#include "eqrl/data/notes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSV_MAX_COLUMNS = 65534 };

enum csv_header { CSV_HEADER_AUTO, CSV_HEADER_YES, CSV_HEADER_NO };

struct csv_cell {
	int line; /* in the file, from 1; 0: there is no such cell */
	char text[40];
};

enum csv_kind {
	CSV_NUMBERS,
	CSV_DATES, /* value: time since an epoch, as csv_options.dates asks */
	CSV_TEXT,  /* value is NULL */
};

/* Where a column's values come from. */
enum csv_origin {
	CSV_FIELD,	/* a field of the file */
	CSV_ROW_NUMBER, /* 1 … n */
	CSV_LAG,	/* another column, lag rows earlier; missing in the first rows */
	CSV_LEVEL,	/* 1 where another column's text is level, else 0 */
};

struct csv_column {
	char *name;	      /* unique within the table: a second "a" is "a#2", a nameless third "x3" */
	bool unnamed;	      /* the name is made up */
	char *unit;	      /* from a row of units below the header; NULL: none */
	bool blank;	      /* missing in all of the first rows, as far as select() can know */
	bool wanted;	      /* read its values; true until select() says otherwise */
	bool keep_text;	      /* keep the cells of this field as they stand, too; false until select() says otherwise */
	char **cell;	      /* n texts, if they are kept: unquoted, without control characters */
	const char *required; /* why a column that is not of numbers is an error, or NULL */
	enum csv_kind kind;
	double *value;		  /* n values, NaN where missing or odd; NULL if not wanted or CSV_TEXT */
	int n_missing;		  /* cells that are NaN */
	int n_odd;		  /* of those, cells that are no number and no word for missing */
	struct csv_cell text;	  /* the first odd cell */
	struct csv_cell infinite; /* the first ±inf; value has it */

	/* Texts of odd cells, in order of appearance: kept while they are at most csv_options.categories (20
	 * at least). level[row] is the index of the row's text + 1, 0 where the cell is not odd. */
	char **levels;
	int n_levels;
	bool many_levels; /* there were more; level is NULL then */
	int32_t *level;

	enum csv_origin origin;
	int source, lag;
	char *level_text;
};

struct csv {
	char *file; /* as shown in messages */
	int n, n_columns;
	int n_fields; /* the first columns: those of the file */
	struct csv_column *column;
	int32_t *line;	 /* of each row in the file */
	int header_line; /* 0: none */
	char delimiter;	 /* ' ': runs of blanks and tabs */
	char decimal;	 /* '.' or ',' */
	char epoch[64];	 /* what csv_options.dates needs to read other rows alike: "days:2019-01-01"; "" */
	struct notes notes;
};

struct csv_options {
	const char *delimiter; /* one character, or tab, blank, comma, semicolon, pipe; NULL: found */
	const char *decimal;   /* "." or ","; NULL: found */
	const char *comment;   /* character that opens a comment line; NULL: "#" */
	int skip;	       /* lines at the beginning that are not looked at */
	enum csv_header header;
	const char *na;	   /* comma-separated texts and numbers that stand for missing; NULL: none */
	const char *dates; /* days, hours, minutes, seconds (since the first row), year; "days:2000-01-01":
			    * since then; NULL: dates are text */
	int categories;	   /* texts with at most so many levels may become columns (csv_add_levels) */
	bool index;	   /* adds a column "row": 1, 2, … */
	const char *lags;  /* "COL:K" joined by newlines: each adds a column COL_lagK; NULL: none */
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

/* Splits "a,`b, c`,-d" at commas outside back-quotes: the next entry at *list, without blanks around it, in a new string;
 * NULL at the end. */
char *csv_next_entry(const char **list);

/* Within select(): the column of that name, added if it can be derived from the file's columns: "row",
 * "COL_lagK", "COL=LEVEL". -1: it cannot, without an error message. */
int csv_derive(struct csv *t, const char *name);

/* After reading: adds one column of 0 and 1 for every level of text column c ("metal=brass"; of two levels
 * the second alone, since the first is 1 minus it). Returns how many; they are the last columns. */
int csv_add_levels(struct csv *t, int c);

/* The number at p, in decimal notation with an optional exponent: *v is the double nearest to it,
 * as strtod would give it, whatever the locale. Returns the first character after it, NULL if there
 * is no number (inf, nan and hexadecimal are none). Text must end in a character that is no part of
 * a number. */
const char *csv_number(const char *p, char decimal, double *v);

#endif
