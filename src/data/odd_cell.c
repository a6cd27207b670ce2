/* odd_cell.c — cells that are no plain numbers: quoted, missing, infinite, in another form, dates, texts. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdlib.h>

/* With so many odd cells, more than numbers, of many texts, a column is text. */
enum { ROWS_TO_TELL_TEXT = 1000 };

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
static int find_level(struct table_reader *r, struct csv_column *col, const char *p, size_t n)
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

static void set_level(struct table_reader *r, struct csv_column *col, int level)
{
	if (!col->level)
		col->level = xcalloc((size_t)r->capacity, sizeof(*col->level));
	col->level[r->t->n] = level;
}

static void read_date(struct table_reader *r, struct csv_column *col, struct tally *y, const struct date *d)
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
static void read_text(struct table_reader *r, int c, const char *p, size_t n, int line)
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

static void count_form(struct table_reader *r, struct tally *y, const struct cell_value *cell, int line)
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

/* The text of r->scratch without outer blanks, at *p, and what it says. */
static struct cell_value read_scratch(const struct table_reader *r, const char **p, size_t *n)
{
	const char *begin = str_text(&r->scratch), *end = begin + r->scratch.len;

	while (end > begin && end[-1] == ' ')
		end--;
	while (begin < end && *begin == ' ')
		begin++;
	*p = begin;
	*n = (size_t)(end - begin);
	if (r->n_na && is_na_word(r->na, r->n_na, begin, *n))
		return (struct cell_value){.kind = CELL_MISSING, .value = NAN};
	return cell_read(begin, *n, r->t->decimal);
}

enum status read_odd_cell(struct table_reader *r, int c, const struct field *f, int line)
{
	struct csv *t = r->t;
	struct csv_column *col = &t->column[c];
	struct tally *y = &r->tally[c];
	struct str *s = &r->scratch;
	struct cell_value cell;
	const char *p;
	size_t n;

	field_text(f, s);
	cell = read_scratch(r, &p, &n);
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
		set_level(r, col, find_level(r, col, p, n));
		break;
	case CELL_TEXT:
		read_text(r, c, p, n, line);
		break;
	}
	return ST_OK;
}
