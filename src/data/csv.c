/* csv.c — see csv.h. */
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "records.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64, MAX_ROWS = 1000000000 };

struct reader {
	struct csv *t;
	const struct csv_options *o;
	struct records in;
	int capacity;	    /* rows that the columns have room for */
	struct str scratch; /* one cell, unquoted */
};

/* ---- names ---- */

struct name_set {
	int *slot; /* column index + 1; 0: empty */
	uint64_t mask;
};

static int *name_slot(const struct csv *t, const struct name_set *s, const char *name)
{
	uint64_t at = hash_bytes(name, strlen(name)) & s->mask;

	while (s->slot[at] && strcmp(t->column[s->slot[at] - 1].name, name) != 0)
		at = (at + 1) & s->mask;
	return &s->slot[at];
}

/* The second "a" becomes "a#2", so that every name means one column. */
static void make_names_unique(struct csv *t)
{
	struct name_set set = {.mask = 1};

	while (set.mask < 2 * (uint64_t)t->n_columns)
		set.mask = set.mask * 2 + 1;
	set.slot = xcalloc(set.mask + 1, sizeof(*set.slot));
	for (int c = 0; c < t->n_columns; c++) {
		struct csv_column *col = &t->column[c];
		struct str name = {0};
		int *slot = name_slot(t, &set, col->name);

		for (int copy = 2; *slot; copy++) {
			str_clear(&name);
			str_addf(&name, "%s#%d", col->name, copy);
			slot = name_slot(t, &set, name.data);
		}
		if (name.data) {
			free(col->name);
			col->name = name.data;
		}
		*slot = c + 1;
	}
	free(set.slot);
}

/* Names from the fields of a header, or from positions (p is NULL). */
static void name_columns(struct reader *r, const char *p, const char *end)
{
	struct csv *t = r->t;

	for (int c = 0; c < t->n_columns; c++) {
		struct csv_column *col = &t->column[c];

		str_clear(&r->scratch);
		if (p) {
			struct field f;

			p = field_next(p, end, t->delimiter, &f);
			field_text(&f, &r->scratch);
		}
		for (size_t i = 0; i < r->scratch.len; i++)
			if ((unsigned char)r->scratch.data[i] < ' ')
				r->scratch.data[i] = ' '; /* a name goes into one-line texts */
		col->unnamed = r->scratch.len == 0;
		if (col->unnamed)
			str_addf(&r->scratch, "x%d", c + 1);
		col->name = xstrdup(r->scratch.data);
	}
	make_names_unique(t);
}

/* ---- header ---- */

static bool is_number(const struct field *f, char decimal)
{
	double v;

	return f->begin < f->end && csv_number(f->begin, decimal, &v) == f->end;
}

struct kinds {
	int fields, numbers, texts;
};

static struct kinds look(const char *p, const char *end, char delimiter, char decimal)
{
	struct kinds k = {0};

	while (p) {
		struct field f;

		p = field_next(p, end, delimiter, &f);
		size_t n = (size_t)(f.end - f.begin);

		k.fields++;
		if (is_number(&f, decimal))
			k.numbers++;
		else if (!is_missing(f.begin, n) && !is_infinite(f.begin, n))
			k.texts++;
	}
	return k;
}

/* first: the first record. Says whether it is the header; if not, a comment above may be. */
static enum status read_header(struct reader *r, const struct record *first, bool *first_is_header)
{
	struct csv *t = r->t;
	struct kinds k = look(first->begin, first->end, t->delimiter, t->decimal);
	const char *comment = r->in.comment.data, *comment_end = NULL;
	enum csv_header header = r->o->header;

	*first_is_header = header == CSV_HEADER_YES || (header == CSV_HEADER_AUTO && k.texts > 0);
	if (k.fields > CSV_MAX_COLUMNS)
		return fail(ST_DATA, "%s:%d: %d columns, at most %d can be read; cut the table", t->file, first->line,
			    k.fields, CSV_MAX_COLUMNS);
	t->n_columns = k.fields;
	t->column = xcalloc((size_t)k.fields, sizeof(*t->column));
	if (comment && header == CSV_HEADER_AUTO && k.numbers > 0 && k.fields > 1) {
		comment_end = comment + r->in.comment.len;
		if (comment_end > comment && comment_end[-1] == '\r')
			comment_end--;
		if (field_count(comment + strspn(comment, " \t"), comment_end, t->delimiter) == k.fields) {
			*first_is_header = false;
			t->header_line = r->in.comment_line;
			name_columns(r, comment + strspn(comment, " \t"), comment_end);
			return ST_OK;
		}
	}
	if (*first_is_header) {
		t->header_line = first->line;
		t->numbers_in_header = k.numbers;
		name_columns(r, first->begin, first->end);
	} else {
		name_columns(r, NULL, NULL);
	}
	return ST_OK;
}

/* ---- cells ---- */

/* Cell text fit for a one-line message: cut to the room, no control characters, no half UTF-8. */
static void quote_cell(struct csv_cell *cell, int line, const struct str *text)
{
	size_t room = sizeof(cell->text) - 4, n = text->len;
	bool cut = n > room;

	if (cut)
		for (n = room; n > 0 && ((unsigned char)text->data[n] & 0xc0) == 0x80; n--)
			;
	cell->line = line;
	for (size_t i = 0; i < n; i++)
		cell->text[i] = (unsigned char)text->data[i] < ' ' ? ' ' : text->data[i];
	strcpy(cell->text + n, cut ? "..." : "");
}

static enum status not_a_number(const struct csv *t, const struct csv_column *col, const struct csv_cell *cell)
{
	return fail(ST_DATA,
		    "%s:%d: column %d \"%s\" (%s): \"%s\" is not a number; correct the cell or "
		    "use another column",
		    t->file, cell->line, (int)(col - t->column) + 1, col->name, col->required, cell->text);
}

enum status csv_not_finite(const struct csv *t, const struct csv_column *col, const char *why)
{
	return fail(ST_DATA,
		    "%s:%d: column %d \"%s\" (%s): \"%s\" is not finite; correct the cell or "
		    "leave it empty",
		    t->file, col->infinite.line, (int)(col - t->column) + 1, col->name, why, col->infinite.text);
}

/* Anything that the quick path does not take: quoted, missing, infinite or text. */
static enum status read_odd_cell(struct reader *r, struct csv_column *col, const struct field *f, int line)
{
	struct csv *t = r->t;
	struct str *s = &r->scratch;
	struct csv_cell cell;
	const char *p, *end;
	double v = NAN;

	field_text(f, s);
	p = str_text(s);
	for (end = p + s->len; end > p && end[-1] == ' '; end--)
		;
	while (*p == ' ')
		p++;
	if (is_missing(p, (size_t)(end - p))) {
		col->n_missing++;
		col->value[t->n] = NAN;
		return ST_OK;
	}
	if (csv_number(p, t->decimal, &v) != end) {
		quote_cell(&cell, line, s);
		if (!is_infinite(p, (size_t)(end - p))) {
			col->text = cell;
			if (col->required)
				return not_a_number(t, col, &cell);
			free(col->value);
			col->value = NULL;
			return ST_OK;
		}
		v = *p == '-' ? -INFINITY : INFINITY;
	}
	col->value[t->n] = v;
	if (isinf(v) && col->infinite.line == 0) {
		quote_cell(&col->infinite, line, s);
		if (col->required)
			return csv_not_finite(t, col, col->required);
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

static enum status ragged(const struct csv *t, const struct record *row)
{
	static const char *const names[] = {"tab", "semicolon", "comma", "blank"};
	const char *signs = "\t;, ", *at = strchr(signs, t->delimiter);
	int n = field_count(row->begin, row->end, t->delimiter);

	return fail(ST_DATA,
		    "%s:%d: %d field%s, expected %d as in %s; complete the row, or quote fields "
		    "that hold the delimiter (%s)",
		    t->file, row->line, n, n == 1 ? "" : "s", t->n_columns,
		    t->header_line ? "the header" : "the first row",
		    at && *at ? names[at - signs] : (char[]){t->delimiter, '\0'});
}

static enum status read_row(struct reader *r, const struct record *row)
{
	struct csv *t = r->t;
	const char *p = row->begin, *next;

	while (is_padding(*p, t->delimiter))
		p++;
	for (int c = 0; c < t->n_columns; c++) {
		struct csv_column *col = &t->column[c];
		struct field f;

		if (!p)
			return ragged(t, row);
		if (!col->value || !read_plain_cell(p, row->end, t->delimiter, t->decimal, &col->value[t->n], &next)) {
			next = field_next(p, row->end, t->delimiter, &f);
			if (col->value)
				TRY(read_odd_cell(r, col, &f, row->line));
		}
		p = next;
	}
	if (p)
		return ragged(t, row);
	t->line[t->n++] = row->line;
	return ST_OK;
}

static void grow(struct reader *r)
{
	struct csv *t = r->t;
	size_t rows = (size_t)r->capacity * 2;

	for (int c = 0; c < t->n_columns; c++)
		if (t->column[c].value)
			t->column[c].value = xrealloc(t->column[c].value, rows * sizeof(double));
	t->line = xrealloc(t->line, rows * sizeof(*t->line));
	r->capacity = (int)rows;
}

static enum status read_rows(struct reader *r, struct record row)
{
	struct csv *t = r->t;

	r->capacity = FIRST_CAPACITY;
	t->line = xmalloc(FIRST_CAPACITY * sizeof(*t->line));
	for (int c = 0; c < t->n_columns; c++)
		if (t->column[c].wanted)
			t->column[c].value = xmalloc(FIRST_CAPACITY * sizeof(double));
	while (row.begin) {
		if (t->n == MAX_ROWS)
			return fail(ST_DATA, "%s:%d: more than %d rows; use a sample of them", t->file, row.line,
				    MAX_ROWS);
		if (t->n == r->capacity)
			grow(r);
		TRY(read_row(r, &row));
		TRY(records_next(&r->in, &row));
	}
	if (t->n == 0)
		return fail(ST_DATA, "%s:%d: a header without rows below it; add rows of numbers", t->file,
			    t->header_line);
	return ST_OK;
}

static enum status read_table(struct reader *r)
{
	struct csv *t = r->t;
	struct records *in = &r->in;
	struct record first;
	bool is_header;

	t->delimiter = r->o->delimiter;
	t->decimal = r->o->decimal;
	sniff(in->buffer + in->begin, in->end - in->begin, in->at_end, in->eol, &t->delimiter, &t->decimal);
	in->delimiter = t->delimiter;
	TRY(records_next(in, &first));
	if (!first.begin)
		return fail(ST_DATA, "%s: %s; expected rows of numbers", t->file,
			    in->line > 1 ? "only blank lines and comments" : "empty file");
	TRY(read_header(r, &first, &is_header));
	for (int c = 0; c < t->n_columns; c++)
		t->column[c].wanted = true;
	if (r->o->select)
		TRY(r->o->select(t, r->o->context));
	if (is_header)
		TRY(records_next(in, &first));
	return read_rows(r, first);
}

static enum status finish(struct reader *r, enum status st)
{
	if (st == ST_OK)
		st = read_table(r);
	if (st != ST_OK)
		csv_release(r->t);
	records_close(&r->in);
	str_release(&r->scratch);
	return st;
}

enum status csv_read(struct csv *t, const char *path, const struct csv_options *o)
{
	static const struct csv_options defaults = {0};
	struct reader r = {.t = t, .o = o ? o : &defaults};

	*t = (struct csv){.file = xstrdup(strcmp(path, "-") == 0 ? "standard input" : path)};
	return finish(&r, records_open(&r.in, path, t->file));
}

enum status csv_parse(struct csv *t, const char *name, const char *text, size_t size, const struct csv_options *o)
{
	static const struct csv_options defaults = {0};
	struct reader r = {.t = t, .o = o ? o : &defaults};

	*t = (struct csv){.file = xstrdup(name)};
	return finish(&r, records_open_text(&r.in, t->file, text, size));
}

void csv_release(struct csv *t)
{
	for (int c = 0; c < t->n_columns; c++) {
		free(t->column[c].name);
		free(t->column[c].value);
	}
	free(t->column);
	free(t->line);
	free(t->file);
	*t = (struct csv){0};
}

/* ---- looking up ---- */

static enum status no_such_column(const struct csv *t, const char *name, const char *option)
{
	const char **names = xcalloc((size_t)t->n_columns, sizeof(*names));
	struct str list = {0};
	const char *nearest;

	for (int c = 0; c < t->n_columns; c++)
		names[c] = t->column[c].name;
	nearest = str_nearest(name, names, t->n_columns);
	if (nearest) {
		str_addf(&list, "did you mean \"%s\"?", nearest);
	} else {
		str_addf(&list, "the %d columns are", t->n_columns);
		for (int c = 0; c < t->n_columns && c < 8; c++)
			str_addf(&list, "%s %s", c ? "," : "", names[c]);
		str_add(&list, t->n_columns > 8 ? ", ..." : "");
	}
	fail(ST_DATA, "%s: no column \"%s\" (%s); %s", t->file, name, option, list.data);
	str_release(&list);
	free(names);
	return ST_DATA;
}

static int find_exact(const struct csv *t, const char *name, size_t n)
{
	for (int c = 0; c < t->n_columns; c++)
		if (strlen(t->column[c].name) == n && memcmp(t->column[c].name, name, n) == 0)
			return c;
	return -1;
}

int csv_find(const struct csv *t, const char *name, const char *option)
{
	size_t n = strlen(name);
	int c = find_exact(t, name, n);
	char *end;
	long number;

	if (c < 0 && n > 2 && name[0] == '`' && name[n - 1] == '`')
		c = find_exact(t, name + 1, n - 2);
	if (c >= 0)
		return c;
	number = strtol(name, &end, 10);
	if (*end == '\0' && number >= 1 && number <= t->n_columns)
		return (int)number - 1;
	no_such_column(t, name, option);
	return -1;
}
