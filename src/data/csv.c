/* csv.c — reads records into columns; see csv.h. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	FIRST_CAPACITY = 64,
	MAX_ROWS = 1000000000,
	ROWS_TO_TELL_TEXT = 1000, /* with so many odd cells, more than numbers, of many texts, a column is text */
	MOST_FOOTER_ROWS = 20,
	MOST_SUMMARY_ROWS = 5,
};

/* ---- cells ---- */

void quote_cell(struct csv_cell *cell, int line, const struct str *text)
{
	size_t room = sizeof(cell->text) - 4, n;
	struct str clean = {0};
	bool cut;

	text_clean(&clean, str_text(text), text->len);
	n = clean.len;
	cut = n > room;
	if (cut)
		for (n = room; n > 0 && ((unsigned char)clean.data[n] & 0xc0) == 0x80; n--)
			;
	cell->line = line;
	memcpy(cell->text, str_text(&clean), n);
	strcpy(cell->text + n, cut ? "..." : "");
	str_release(&clean);
}

/* The level of a text: its index + 1, above n_levels where there is no room for it. */
static int find_level(struct reader *r, struct csv_column *col, const char *p, size_t n)
{
	for (int k = 0; k < col->n_levels; k++)
		if (strlen(col->levels[k]) == n && memcmp(col->levels[k], p, n) == 0)
			return k + 1;
	if (col->n_levels == r->most_levels) {
		col->many_levels = true;
		return col->n_levels + 1;
	}
	col->levels = xrealloc(col->levels, ((size_t)col->n_levels + 1) * sizeof(*col->levels));
	col->levels[col->n_levels] = xstrndup(p, n);
	return ++col->n_levels;
}

static void set_level(struct reader *r, struct csv_column *col, int level)
{
	if (!col->level)
		col->level = xcalloc((size_t)r->capacity, sizeof(*col->level));
	col->level[r->t->n] = level;
}

static void read_date(struct reader *r, struct csv_column *col, struct tally *y, const struct date *d)
{
	if (y->dates++ == 0) {
		y->clock = d->clock;
		y->separator = d->separator;
	}
	y->day_first += d->order == ORDER_DAY_FIRST;
	/* years first are packed month before day */
	y->month_first += d->order == ORDER_MONTH_FIRST || d->order == ORDER_FIXED;
	col->value[r->t->n] = d->packed;
	set_level(r, col, -1);
}

/* A text that is no number. */
static void read_text(struct reader *r, int c, const char *p, size_t n, int line)
{
	struct csv_column *col = &r->t->column[c];
	struct tally *y = &r->tally[c];
	struct date d;

	col->value[r->t->n] = NAN;
	if (col->text.line == 0)
		quote_cell(&col->text, line, &r->scratch);
	if (r->dates.unit && date_read(p, n, &d)) {
		read_date(r, col, y, &d);
		return;
	}
	y->odd++;
	set_level(r, col, find_level(r, col, p, n));
	if (y->odd > ROWS_TO_TELL_TEXT && col->many_levels && 2 * (int64_t)y->odd > r->t->n) {
		free(col->value);
		col->value = NULL;
	}
}

static void count_form(struct reader *r, struct tally *y, const struct cell *cell, int line)
{
	if (y->converted++ == 0) {
		quote_cell(&y->example, line, &r->scratch);
		y->example_value = cell->value;
	}
	y->forms |= cell->forms;
}

enum status csv_not_finite(const struct csv *t, const struct csv_column *col, const char *why)
{
	return fail(ST_DATA,
		    "%s:%d: column %d \"%s\" (%s): \"%s\" is not finite; correct the cell or "
		    "leave it empty",
		    t->file, col->infinite.line, (int)(col - t->column) + 1, col->name, why, col->infinite.text);
}

/* Anything that the quick path does not take: quoted, missing, infinite, in another form, or text. */
static enum status read_odd_cell(struct reader *r, int c, const struct field *f, int line)
{
	struct csv *t = r->t;
	struct csv_column *col = &t->column[c];
	struct tally *y = &r->tally[c];
	struct str *s = &r->scratch;
	const char *p, *end;
	struct cell cell;

	field_text(f, s);
	p = str_text(s);
	for (end = p + s->len; end > p && end[-1] == ' '; end--)
		;
	while (p < end && *p == ' ')
		p++;
	cell = cell_read(p, (size_t)(end - p), t->decimal);
	if (r->n_na && is_na_word(r->na, r->n_na, p, (size_t)(end - p)))
		cell = (struct cell){.kind = CELL_MISSING, .value = NAN};
	col->value[t->n] = cell.value;
	switch (cell.kind) {
	case CELL_NUMBER:
		if (cell.forms)
			count_form(r, y, &cell, line);
		break;
	case CELL_MISSING:
		y->missing++;
		break;
	case CELL_INFINITE:
		if (col->infinite.line == 0)
			quote_cell(&col->infinite, line, s);
		if (col->required)
			return csv_not_finite(t, col, col->required);
		break;
	case CELL_ERROR:
		y->errors++;
		if (col->text.line == 0)
			quote_cell(&col->text, line, s);
		set_level(r, col, find_level(r, col, p, (size_t)(end - p)));
		break;
	case CELL_TEXT:
		read_text(r, c, p, (size_t)(end - p), line);
		break;
	}
	return ST_OK;
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

/* ---- rows ---- */

static enum status refuse_ragged(const struct csv *t, int line, int n)
{
	static const char *const names[] = {"tab", "semicolon", "comma", "blank"};
	const char *signs = "\t;, ", *at = strchr(signs, t->delimiter);

	return fail(ST_DATA,
		    "%s:%d: %d field%s, expected %d as in %s; complete the row, or quote fields "
		    "that hold the delimiter (%s)",
		    t->file, line, n, n == 1 ? "" : "s", t->n_fields, t->header_line ? "the header" : "the first row",
		    at && *at ? names[at - signs] : (char[]){t->delimiter, '\0'});
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

static bool has_text(struct reader *r, const struct record *row)
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
static enum status take_ragged(struct reader *r, const struct record *row)
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
static void watch_summary(struct reader *r)
{
	if (r->summary_from >= 0)
		return;
	r->summary_from = r->t->n;
	memcpy(r->before_summary, r->tally, (size_t)r->t->n_fields * sizeof(*r->tally));
	for (int c = 0; c < r->t->n_fields; c++)
		r->before_summary[c].levels = r->t->column[c].n_levels;
}

static enum status read_row(struct reader *r, const struct record *row)
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
	if (!summary && r->summary_from >= 0) {
		r->summary_within = true; /* these words are data here */
		r->summary_from = -1;
	}
	t->line[t->n++] = row->line;
	return ST_OK;
}

/* ---- memory ---- */

/* Of the machine, or of the control group that the process runs in. */
static double memory_bytes(void)
{
	double bytes = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE), limit;
	FILE *f = fopen("/sys/fs/cgroup/memory.max", "r");

	if (f) {
		if (fscanf(f, "%lf", &limit) == 1 && limit < bytes)
			bytes = limit;
		fclose(f);
	}
	return bytes;
}

/* Columns double; half of the memory for one set of them leaves room for that and for the data set itself. */
static enum status grow_columns(struct reader *r)
{
	struct csv *t = r->t;
	size_t rows = (size_t)r->capacity * 2;
	int n = 0;

	for (int c = 0; c < t->n_fields; c++)
		n += t->column[c].value != NULL;
	if ((double)t->n * n * sizeof(double) > memory_bytes() / 2)
		return fail(ST_RESOURCE,
			    "%s: %d rows of %d columns and more to come: half of the memory is used; use "
			    "a sample of the rows, or fewer columns (--features)",
			    t->file, t->n, n);
	for (int c = 0; c < t->n_fields; c++) {
		struct csv_column *col = &t->column[c];

		if (col->value)
			col->value = xrealloc(col->value, rows * sizeof(double));
		if (!col->level)
			continue;
		col->level = xrealloc(col->level, rows * sizeof(*col->level));
		memset(col->level + r->capacity, 0, (size_t)r->capacity * sizeof(*col->level));
	}
	t->line = xrealloc(t->line, rows * sizeof(*t->line));
	r->capacity = (int)rows;
	return ST_OK;
}

/* ---- the table ---- */

static void prepare_columns(struct reader *r)
{
	struct csv *t = r->t;

	r->capacity = FIRST_CAPACITY;
	t->line = xmalloc(FIRST_CAPACITY * sizeof(*t->line));
	r->tally = xcalloc(2 * (size_t)t->n_fields, sizeof(*r->tally));
	r->before_summary = r->tally + t->n_fields;
	for (int c = 0; c < t->n_fields; c++) {
		bool read = t->column[c].wanted || is_source(t, c);

		r->tally[c].missing = read ? 0 : -1; /* -1: not read */
		if (read)
			t->column[c].value = xmalloc(FIRST_CAPACITY * sizeof(double));
	}
}

/* Takes back what the last rows added to what is known of the columns. */
static void forget_rows(struct reader *r, int n)
{
	struct csv *t = r->t;

	for (int c = 0; c < t->n_fields; c++) {
		struct csv_column *col = &t->column[c];

		while (col->n_levels > r->before_summary[c].levels)
			free(col->levels[--col->n_levels]);
		if (col->text.line >= t->line[n])
			col->text = (struct csv_cell){0};
	}
	memcpy(r->tally, r->before_summary, (size_t)t->n_fields * sizeof(*r->tally));
	t->n = n;
}

/* Rows of sums and means at the end, and texts below the table. */
static void drop_footer(struct reader *r)
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

static enum status read_rows(struct reader *r, struct record row)
{
	struct csv *t = r->t;

	prepare_columns(r);
	r->summary_from = -1;
	while (row.begin) {
		if (t->n == MAX_ROWS)
			return fail(ST_DATA, "%s:%d: more than %d rows; use a sample of them", t->file, row.line,
				    MAX_ROWS);
		if (t->n == r->capacity)
			TRY(grow_columns(r));
		TRY(read_row(r, &row));
		TRY(records_next(&r->in, &row));
	}
	if (t->n == 0)
		return fail(ST_DATA, "%s:%d: a header without rows below it; add rows of numbers", t->file,
			    t->header_line);
	drop_footer(r);
	return ST_OK;
}

/* Records up to the first row were looked at in the sample. */
static enum status find_first_row(struct reader *r, const struct layout *l, struct record *row)
{
	do
		TRY(records_next(&r->in, row));
	while (row->begin && (l->data_line == 0 || row->line < l->data_line));
	return ST_OK;
}

static enum status find_layout(struct reader *r, struct sample *s, struct layout *l)
{
	struct csv *t = r->t;

	s->na = r->na;
	s->n_na = r->n_na;
	sample_take(s, &r->in);
	if (s->n == 0)
		return fail(ST_DATA, "%s: %s; expected rows of numbers", t->file,
			    r->in.end > r->in.begin ? "only blank lines and comments" : "empty file");
	s->delimiter = t->delimiter;
	if (!s->delimiter)
		sample_delimiter(s);
	t->delimiter = r->in.delimiter = s->delimiter;
	s->decimal = t->decimal;
	if (!s->decimal)
		sample_decimal(s);
	t->decimal = s->decimal;
	sample_classify(s);
	TRY(layout_find(s, t->file, r->o->header, l));
	make_columns(r, s, l);
	if (l->ragged >= 0)
		return refuse_ragged(t, s->record[l->ragged].line, s->fields[l->ragged]);
	return ST_OK;
}

static enum status read_table(struct reader *r)
{
	struct sample s = {0};
	struct layout l = {0};
	struct record row;
	enum status st = find_layout(r, &s, &l);

	sample_release(&s);
	TRY(st);
	TRY(add_option_columns(r));
	if (r->o->select)
		TRY(r->o->select(r->t, r->o->context));
	TRY(find_first_row(r, &l, &row));
	TRY(read_rows(r, row));
	TRY(judge_columns(r));
	fill_derived(r->t);
	if (r->in.text.encoding != TEXT_UTF8)
		notes_add(&r->t->notes, NOTE_INFO, "%s: read as UTF-16", r->t->file);
	if (r->in.foreign_line)
		notes_add(&r->t->notes, NOTE_INFO, "%s: %ld byte%s no UTF-8, read as Latin-1 (Windows-1252)",
			  r->t->file, r->in.text.foreign, r->in.text.foreign == 1 ? " is" : "s are");
	return ST_OK;
}

/* ---- from options to a table ---- */

static void release_reader(struct reader *r)
{
	for (int k = 0; k < r->n_na; k++)
		free(r->na[k].text);
	free(r->na);
	free(r->tally);
	records_close(&r->in);
	str_release(&r->scratch);
}

static enum status finish_reading(struct reader *r, enum status st)
{
	if (st == ST_OK)
		st = read_settings(r);
	if (st == ST_OK)
		st = read_table(r);
	if (st != ST_OK)
		csv_release(r->t);
	release_reader(r);
	return st;
}

static void start_reading(struct reader *r, struct csv *t, const char *name, const struct csv_options *o)
{
	static const struct csv_options defaults = {0};
	struct str clean = {0};

	text_clean(&clean, name, strlen(name));
	*t = (struct csv){.file = xstrdup(str_text(&clean))};
	str_release(&clean);
	*r = (struct reader){.t = t, .o = o ? o : &defaults};
}

enum status csv_read(struct csv *t, const char *path, const struct csv_options *o)
{
	struct reader r;

	start_reading(&r, t, strcmp(path, "-") == 0 ? "standard input" : path, o);
	return finish_reading(&r, records_open(&r.in, path, t->file));
}

enum status csv_parse(struct csv *t, const char *name, const char *text, size_t size, const struct csv_options *o)
{
	struct reader r;

	start_reading(&r, t, name, o);
	return finish_reading(&r, records_open_text(&r.in, t->file, text, size));
}
