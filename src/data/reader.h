/* reader.h — a table on its way from records to columns: what csv.c, names.c, kinds.c and derive.c share. */
#ifndef EQRL_DATA_READER_H
#define EQRL_DATA_READER_H

#include "cell.h"
#include "dates.h"
#include "layout.h"

/* What the cells of a column were, beside its values. */
struct tally {
	int missing, errors, odd, dates; /* all other cells are numbers */
	int day_first, month_first;	 /* dates that tell */
	bool clock;			 /* the first date is a time of day */
	char separator;			 /* of the first date */
	int levels;			 /* in before_summary: n_levels of the column */
	unsigned forms;
	int converted;
	struct csv_cell example; /* the first converted cell */
	double example_value;
};

struct table_reader {
	struct csv *t;
	const struct csv_options *o;
	struct records in;
	struct date_options dates;
	struct na_word *na;
	int n_na;
	int most_levels;		      /* texts of a column that are kept */
	struct tally *tally, *before_summary; /* of the fields */
	bool keeps_texts;		      /* some column keeps its cells */
	int capacity;			      /* rows that the columns have room for */
	struct str scratch;		      /* one cell, unquoted */

	int ragged_line, ragged_fields, n_ragged; /* rows of another width that may be a footer */
	int summary_from;			  /* first of the last rows that are sums or means; -1: none */
	bool summary_within;			  /* there was one that was not the last */
};

/* epoch.c: packed dates to seconds since 1970-01-01 or since midnight; then all columns of dates to the unit that
 * --dates asks for. */
void unpack_dates(const struct csv *t, struct csv_column *col, const struct tally *y);
void convert_dates(struct table_reader *r);

/* markers.c: names values like -999 in a note. */
void note_markers(struct csv *t, const struct csv_column *col);

/* settings.c: checks and applies the options; may skip lines and learn the delimiter from "sep=;". */
enum status read_settings(struct table_reader *r);

/* names.c: columns with names and units from the layout. */
void make_columns(struct table_reader *r, const struct sample *s, const struct table_layout *layout);

/* Replaces the name of column c by one that no other column has. */
void make_name_unique(struct csv *t, int c);
void make_names_unique(struct csv *t);

/* odd_cell.c. Cell text fit for a one-line message. */
void quote_cell(struct csv_cell *cell, int line, const struct str *text);

/* Reads field f of the row that is being read into column c: all that the quick path does not take. */
enum status read_odd_cell(struct table_reader *r, int c, const struct field *f, int line);

/* row.c. Adds a record to the columns, or puts it aside where it may stand below the table. */
enum status read_row(struct table_reader *r, const struct record *row);
enum status refuse_ragged(const struct csv *t, int line, int n_fields);

/* Leaves rows of sums and means at the end out, and says what else stood there. */
void drop_footer(struct table_reader *r);

/* kinds.c: what each column is, once all rows are read; notes; errors for required columns. */
enum status judge_columns(struct table_reader *r);

/* The error of a column whose infinite.line is set; why says what the column is needed for. */
enum status csv_not_finite(const struct csv *t, const struct csv_column *col, const char *why);

/* derive.c: columns asked for by options; values of derived columns from those that were read. */
enum status add_option_columns(struct table_reader *r);
bool is_source(const struct csv *t, int c);
void fill_derived(struct csv *t);

#endif
