/* csv.c — reads records into columns; see csv.h. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 64, MAX_ROWS = 1000000000 };

/* ---- memory ---- */

/* Of the machine, or of the control group that the process runs in. */
static double find_memory_bytes(void)
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
static enum status grow_columns(struct table_reader *r)
{
	struct csv *t = r->t;
	size_t rows = (size_t)r->capacity * 2;
	int n = 0;

	for (int c = 0; c < t->n_fields; c++)
		n += t->column[c].value != NULL;
	if ((double)t->n * n * sizeof(double) > find_memory_bytes() / 2)
		return fail(ST_RESOURCE,
			    "%s: %d rows of %d columns and more to come: half of the memory is used; use "
			    "a sample of the rows, or fewer columns (--features)",
			    t->file, t->n, n);
	for (int c = 0; c < t->n_fields; c++) {
		struct csv_column *col = &t->column[c];

		if (col->value)
			col->value = xrealloc(col->value, rows * sizeof(double));
		if (col->keep_text)
			col->cell = xrealloc(col->cell, rows * sizeof(*col->cell));
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

static void prepare_columns(struct table_reader *r)
{
	struct csv *t = r->t;

	r->capacity = FIRST_CAPACITY;
	t->line = xmalloc(FIRST_CAPACITY * sizeof(*t->line));
	r->tally = xcalloc(2 * (size_t)t->n_fields, sizeof(*r->tally));
	r->before_summary = r->tally + t->n_fields;
	for (int c = 0; c < t->n_fields; c++) {
		bool read = t->column[c].wanted || is_source(t, c);

		r->tally[c].missing = read ? 0 : -1; /* -1: not read */
		if (t->column[c].keep_text)
			t->column[c].cell = xmalloc(FIRST_CAPACITY * sizeof(*t->column[c].cell));
		r->keeps_texts |= t->column[c].keep_text;
		if (read)
			t->column[c].value = xmalloc(FIRST_CAPACITY * sizeof(double));
	}
}

static enum status read_rows(struct table_reader *r, struct record row)
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
static enum status find_first_row(struct table_reader *r, const struct table_layout *l, struct record *row)
{
	do
		TRY(records_next(&r->in, row));
	while (row->begin && (l->data_line == 0 || row->line < l->data_line));
	return ST_OK;
}

static enum status find_layout(struct table_reader *r, struct sample *s, struct table_layout *l)
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

static enum status read_table(struct table_reader *r)
{
	struct sample s = {0};
	struct table_layout l = {0};
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

static void release_reader(struct table_reader *r)
{
	for (int k = 0; k < r->n_na; k++)
		free(r->na[k].text);
	free(r->na);
	free(r->tally);
	records_close(&r->in);
	str_release(&r->scratch);
}

static enum status finish_reading(struct table_reader *r, enum status st)
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

static void start_reading(struct table_reader *r, struct csv *t, const char *name, const struct csv_options *o)
{
	static const struct csv_options defaults = {0};
	struct str clean = {0};

	text_clean(&clean, name, strlen(name));
	*t = (struct csv){.file = xstrdup(str_text(&clean))};
	str_release(&clean);
	*r = (struct table_reader){.t = t, .o = o ? o : &defaults};
}

enum status csv_read(struct csv *t, const char *path, const struct csv_options *o)
{
	struct table_reader r;

	start_reading(&r, t, strcmp(path, "-") == 0 ? "standard input" : path, o);
	return finish_reading(&r, records_open(&r.in, path, t->file));
}

enum status csv_parse(struct csv *t, const char *name, const char *text, size_t size, const struct csv_options *o)
{
	struct table_reader r;

	start_reading(&r, t, name, o);
	return finish_reading(&r, records_open_text(&r.in, t->file, text, size));
}
