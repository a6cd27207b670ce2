/* row.c — one record into the columns; what stands below the table. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

enum { MOST_FOOTER_ROWS = 20, MOST_SUMMARY_ROWS = 5 };

enum status refuse_ragged(const struct csv *t, int line, int n)
{
	static const char *const names[] = {"tab", "semicolon", "comma", "blank"};
	const char *signs = "\t;, ", *at = strchr(signs, t->delimiter);

	return fail(ST_DATA,
		    "%s:%d: %d field%s, expected %d as in %s; complete the row, or quote fields "
		    "that hold the delimiter (%s)",
		    t->file, line, n, n == 1 ? "" : "s", t->n_fields, t->header_line ? "the header" : "the first row",
		    at && *at ? names[at - signs] : (char[]){t->delimiter, '\0'});
}

/* A plain finite number at p that ends its field: stores it, *next is the next field. */
static inline bool read_plain_cell(const char *p, const char *end, char delimiter, char decimal, double *out,
				   const char **next)
{
	const char *after;

	while (is_padding(*p, delimiter))
		p++;
	p = csv_number(p, decimal, out);
	if (!p || isinf(*out))
		return false;
	after = p;
	while (is_padding(*p, delimiter))
		p++;
	if (p == end)
		*next = NULL;
	else if (delimiter == ' ' && p > after)
		*next = p;
	else if (delimiter != ' ' && *p == delimiter)
		*next = p + 1;
	else
		return false;
	return true;
}

/* Fields from p on, all empty: a row may end in delimiters. */
static bool only_empty(const char *p, const char *end, char delimiter)
{
	struct field f;

	while (p) {
		p = field_next(p, end, delimiter, &f);
		if (f.end > f.begin)
			return false;
	}
	return true;
}

static bool has_all_fields(const struct csv *t, const struct record *row)
{
	const char *p = row->begin;
	struct field f;

	for (int c = 0; c < t->n_fields; c++) {
		if (!p)
			return false;
		p = field_next(p, row->end, t->delimiter, &f);
	}
	return only_empty(p, row->end, t->delimiter);
}

static bool has_text(struct table_reader *r, const struct record *row)
{
	const char *p = row->begin;
	struct field f;

	while (p) {
		p = field_next(p, row->end, r->t->delimiter, &f);
		field_text(&f, &r->scratch);
		if (cell_read(str_text(&r->scratch), r->scratch.len, r->t->decimal).kind == CELL_TEXT)
			return true;
	}
	return false;
}

/* A row of another width is an error, unless it is text below the table, which the end of the file shows. */
static enum status take_ragged(struct table_reader *r, const struct record *row)
{
	int n = field_count(row->begin, row->end, r->t->delimiter);

	if (r->n_ragged++ == 0) {
		r->ragged_line = row->line;
		r->ragged_fields = n;
	}
	if (!has_text(r, row) || r->n_ragged > MOST_FOOTER_ROWS || r->t->n == 0)
		return refuse_ragged(r->t, r->ragged_line, r->ragged_fields);
	return ST_OK;
}

/* "Total", "mean" … at the beginning of a row. */
static bool is_summary(const struct record *row, char delimiter)
{
	static const char *const words[] = {"total",   "totals",  "sum",   "mean",	  "average", "avg",
					    "median",  "std",	  "sd",	   "stdev",	  "min",     "max",
					    "minimum", "maximum", "count", "grand total", "subtotal"};
	struct field f;

	if ((*row->begin | 32) < 'a' && *row->begin != '"')
		return false; /* a number, most likely */
	field_next(row->begin, row->end, delimiter, &f);
	if (f.end > f.begin && f.end[-1] == ':')
		f.end--;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if ((size_t)(f.end - f.begin) == strlen(words[i]) &&
		    strncasecmp(f.begin, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* Before a row that is perhaps a sum is read: what is known without it. */
static void watch_summary(struct table_reader *r)
{
	if (r->summary_from >= 0)
		return;
	r->summary_from = r->t->n;
	memcpy(r->before_summary, r->tally, (size_t)r->t->n_fields * sizeof(*r->tally));
	for (int c = 0; c < r->t->n_fields; c++)
		r->before_summary[c].levels = r->t->column[c].n_levels;
}

/* The cells of a row that is taken, for the columns that keep them. */
static void keep_texts(struct table_reader *r, const struct record *row)
{
	const char *p = row->begin;
	struct field f;

	for (int c = 0; c < r->t->n_fields; c++) {
		struct str clean = {0};

		p = field_next(p, row->end, r->t->delimiter, &f);
		if (!r->t->column[c].keep_text)
			continue;
		field_text(&f, &r->scratch);
		text_clean(&clean, str_text(&r->scratch), r->scratch.len);
		r->t->column[c].cell[r->t->n] = xstrdup(str_text(&clean));
		str_release(&clean);
	}
}

enum status read_row(struct table_reader *r, const struct record *row)
{
	struct csv *t = r->t;
	const char *p = row->begin, *next;
	bool checked = false, summary = is_summary(row, t->delimiter);

	if (summary)
		watch_summary(r);
	while (is_padding(*p, t->delimiter))
		p++;
	for (int c = 0; c < t->n_fields; c++) {
		struct csv_column *col = &t->column[c];
		struct field f;

		if (!p)
			return take_ragged(r, row);
		if (!col->value || !read_plain_cell(p, row->end, t->delimiter, t->decimal, &col->value[t->n], &next)) {
			if (!checked && !has_all_fields(t, row))
				return take_ragged(r, row); /* before anything is counted */
			checked = true;
			next = field_next(p, row->end, t->delimiter, &f);
			if (col->value)
				TRY(read_odd_cell(r, c, &f, row->line));
		}
		p = next;
	}
	if (!only_empty(p, row->end, t->delimiter))
		return take_ragged(r, row);
	if (r->n_ragged)
		return refuse_ragged(t, r->ragged_line, r->ragged_fields);
	if (r->keeps_texts)
		keep_texts(r, row);
	if (!summary && r->summary_from >= 0) {
		r->summary_within = true; /* these words are data here */
		r->summary_from = -1;
	}
	t->line[t->n++] = row->line;
	return ST_OK;
}

/* ---- below the table ---- */

/* Takes back what the last rows added to what is known of the columns. */
static void forget_rows(struct table_reader *r, int n)
{
	struct csv *t = r->t;

	for (int c = 0; c < t->n_fields; c++) {
		struct csv_column *col = &t->column[c];

		while (col->n_levels > r->before_summary[c].levels)
			free(col->levels[--col->n_levels]);
		for (int i = n; col->cell && i < t->n; i++)
			free(col->cell[i]);
		if (col->text.line >= t->line[n])
			col->text = (struct csv_cell){0};
	}
	memcpy(r->tally, r->before_summary, (size_t)t->n_fields * sizeof(*r->tally));
	t->n = n;
}

void drop_footer(struct table_reader *r)
{
	struct csv *t = r->t;

	if (r->summary_from > 0 && !r->summary_within && t->n > r->summary_from &&
	    t->n - r->summary_from <= MOST_SUMMARY_ROWS) {
		notes_add(&t->notes, NOTE_WARNING, "line %d: %d row%s of sums or means at the end left out",
			  t->line[r->summary_from], t->n - r->summary_from, t->n - r->summary_from == 1 ? "" : "s");
		forget_rows(r, r->summary_from);
	}
	if (r->n_ragged)
		notes_add(&t->notes, NOTE_WARNING, "line %d: %d line%s of text below the table left out",
			  r->ragged_line, r->n_ragged, r->n_ragged == 1 ? "" : "s");
}
