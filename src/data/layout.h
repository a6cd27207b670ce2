/* layout.h — what the beginning of a text says about its table: delimiter, decimal sign, where the table begins,
 * header, units. A pipeline over one sample of lines:
 *
 *   sample_take      the first records, with their lines          (sample.c)
 *   sample_delimiter, sample_decimal                              (sample.c)
 *   sample_classify  the kind of every cell of the sample         (sample.c)
 *   layout_find      which record is what                         (layout.c) */
#ifndef EQRL_DATA_LAYOUT_H
#define EQRL_DATA_LAYOUT_H

#include "records.h"

enum {
	SAMPLE_RECORDS = 100,
	LOOK_COLUMNS = 100, /* what header and units are judged by: finding a field is linear in its number */
};

/* Kinds of cells, as letters of sample.kind. */
#define KIND_TEXT    't'
#define KIND_WHOLE   'n' /* a number written as an integer */
#define KIND_NUMBER  'd' /* any other number */
#define KIND_MISSING 'm'

/* A text that --na lists. */
struct na_word {
	char *text;
	bool is_number;
	double value;
};
bool is_na_word(const struct na_word *na, int n_na, const char *p, size_t n);

struct sample {
	struct record record[SAMPLE_RECORDS];
	struct str comment; /* right above record[comment_before] */
	int comment_before, comment_line;
	int n, lines; /* records; lines looked at */
	int fields[SAMPLE_RECORDS];
	int width; /* fields of most records, without fields that are empty in all */
	char delimiter, decimal;
	const struct na_word *na; /* borrowed */
	int n_na;
	char *kind;	    /* n × width */
	bool *numeric;	    /* columns that hold numbers in the second half of the sample */
	struct str scratch; /* one cell */
};

/* Reads from what the buffer holds, without moving it. */
void sample_take(struct sample *s, const struct records *in);
void sample_delimiter(struct sample *s);
void sample_decimal(struct sample *s);
void sample_classify(struct sample *s);
void sample_release(struct sample *s);

/* Text of field c of record i, in s->scratch; "" where there is none. */
const char *sample_text(struct sample *s, int i, int c);

struct table_layout {
	struct record header, units; /* begin is NULL: none */
	bool header_is_comment;
	bool shifted;  /* the header has no name for the first column */
	int data_line; /* of the first row; 0: there is none */
	int n_above;   /* records before the table */
	int n_between; /* between header and first row, but for units: descriptions */
	int ragged;    /* one of them that is a row of numbers, of another width; -1: none */
	bool doubtful; /* header or row: numbers alone do not tell for sure */
};

enum status layout_find(struct sample *s, const char *file, enum csv_header wish, struct table_layout *out);

static inline char kind_at(const struct sample *s, int i, int c)
{
	return s->kind[(size_t)i * (size_t)s->width + (size_t)c];
}

/* number_names.c. Share of a column's numbers below record i that are not written as integers. */
double fraction_share(const struct sample *s, int i, int c);

/* A first row of numbers: are they names? 0, 1, … or 1, 2, … or other integers in even steps (years,
 * wavelengths), where the columns hold other numbers or lie elsewhere. *doubtful: they might be. */
bool numbers_are_names(struct sample *s, int i, bool *doubtful);

/* units.c: whether a cell is a unit of measurement: (kg/m3), [s], kPa, m s^-2, %. */
bool is_unit(const char *text);

#endif
