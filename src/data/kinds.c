/* kinds.c — what each column is, once all its cells are read: numbers, dates or text; and what to say about it. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_QUOTED = 3 };

/* ---- what --na lists ---- */

static void take_out(const struct table_reader *r, int c)
{
	double *v = r->t->column[c].value;

	for (int k = 0; k < r->n_na; k++)
		for (int i = 0; r->na[k].is_number && i < r->t->n; i++)
			if (v[i] == r->na[k].value)
				v[i] = NAN;
}

/* ---- numbers, dates or text ---- */

/* Nine tenths, without those that are missing. */
static enum csv_kind find_kind(const struct table_reader *r, int c)
{
	const struct tally *y = &r->tally[c];
	int64_t present = (int64_t)r->t->n - y->missing - y->errors, numbers = present - y->odd - y->dates;

	if (r->dates.unit && present > 0 && 10 * (int64_t)y->dates >= 9 * present)
		return CSV_DATES;
	return 10 * numbers >= 9 * present ? CSV_NUMBERS : CSV_TEXT;
}

/* level[row]: above 0 odd text, -1 date, 0 anything else. */
static void drop_odd_values(struct csv *t, struct csv_column *col, bool dates)
{
	for (int i = 0; col->level && i < t->n; i++)
		if ((col->level[i] < 0) != dates)
			col->value[i] = NAN;
}

static const char *not_a_number(const struct csv_column *col)
{
	return col->kind == CSV_DATES ? "not a date" : "not a number";
}

static void note_odd(struct table_reader *r, struct csv_column *col, const struct tally *y)
{
	int n = y->odd + y->errors + (col->kind == CSV_DATES ? 0 : y->dates), quoted = 0;
	struct str list = {0};

	if (n == 0)
		return;
	for (; quoted < col->n_levels && quoted < MOST_QUOTED; quoted++) {
		str_add(&list, quoted ? ", \"" : "\"");
		text_clean(&list, col->levels[quoted], strnlen(col->levels[quoted], 30));
		str_add(&list, "\"");
	}
	if (quoted == 0)
		str_addf(&list, "\"%s\"", col->text.text);
	notes_add(&r->t->notes, NOTE_WARNING, "column \"%s\": %d cell%s %s, taken as missing: %s%s (first at line %d)",
		  col->name, n, n == 1 ? " is" : "s are", not_a_number(col), list.data,
		  col->n_levels > quoted ? ", ..." : "", col->text.line);
	str_release(&list);
}

static void note_forms(struct table_reader *r, const struct csv_column *col, const struct tally *y)
{
	struct str list = {0};
	char number[32];

	if (y->converted == 0)
		return;
	for (int bit = 0; bit < FORMS; bit++)
		if (y->forms & 1u << bit)
			str_addf(&list, "%s%s", list.len ? ", " : "", form_name(bit));
	str_double(number, y->example_value);
	notes_add(&r->t->notes, y->forms & FORM_PERCENT ? NOTE_WARNING : NOTE_INFO,
		  "column \"%s\": %d cell%s converted (%s): \"%s\" is read as %s", col->name, y->converted,
		  y->converted == 1 ? "" : "s", str_text(&list), y->example.text, number);
	str_release(&list);
}

static enum status refuse_text(const struct csv *t, const struct csv_column *col)
{
	struct date d;

	if (date_read(col->text.text, strlen(col->text.text), &d))
		return fail(ST_DATA,
			    "%s:%d: column %d \"%s\" (%s): \"%s\" is a date or time; --dates days (hours, seconds "
			    "...) makes a number of it",
			    t->file, col->text.line, (int)(col - t->column) + 1, col->name, col->required,
			    col->text.text);
	return fail(ST_DATA,
		    "%s:%d: column %d \"%s\" (%s): \"%s\" is not a number; correct the cell or "
		    "use another column",
		    t->file, col->text.line, (int)(col - t->column) + 1, col->name, col->required, col->text.text);
}

/* ---- texts ---- */

static int add_level_text(struct csv_column *col, const char *text)
{
	col->levels = xrealloc(col->levels, ((size_t)col->n_levels + 1) * sizeof(*col->levels));
	col->levels[col->n_levels++] = xstrdup(text);
	return col->n_levels;
}

/* Numbers among texts are levels too. */
static void level_numbers(const struct table_reader *r, struct csv_column *col)
{
	for (int i = 0; i < r->t->n && !col->many_levels; i++) {
		char number[32];
		int k;

		if (col->level[i] != 0 || isnan(col->value[i]))
			continue;
		str_double(number, col->value[i]);
		for (k = 0; k < col->n_levels && strcmp(col->levels[k], number) != 0; k++)
			;
		if (k < col->n_levels)
			col->level[i] = k + 1;
		else if (col->n_levels < r->most_levels)
			col->level[i] = add_level_text(col, number);
		else
			col->many_levels = true;
	}
}

static void make_text(struct table_reader *r, struct csv_column *col, const struct tally *y)
{
	if (col->value && col->level)
		level_numbers(r, col);
	col->many_levels |= y->dates > 0; /* dates are not kept as texts */
	if (col->many_levels) {
		free(col->level);
		col->level = NULL;
	}
	free(col->value);
	col->value = NULL;
}

/* ---- all columns ---- */

static int count_missing(const double *v, int n)
{
	int missing = 0;

	for (int i = 0; i < n; i++)
		missing += v[i] != v[i];
	return missing;
}

static enum status judge_column(struct table_reader *r, int c)
{
	struct csv_column *col = &r->t->column[c];
	const struct tally *y = &r->tally[c];

	if (!col->value) { /* given up while reading */
		col->kind = CSV_TEXT;
		make_text(r, col, y);
		return col->required ? refuse_text(r->t, col) : ST_OK;
	}
	col->kind = find_kind(r, c);
	if (col->kind == CSV_TEXT) {
		make_text(r, col, y);
		return col->required ? refuse_text(r->t, col) : ST_OK;
	}
	drop_odd_values(r->t, col, col->kind == CSV_DATES);
	if (col->kind == CSV_DATES)
		unpack_dates(r->t, col, y);
	else
		take_out(r, c);
	col->n_missing = count_missing(col->value, r->t->n);
	col->n_odd = y->odd + y->errors + (col->kind == CSV_DATES ? 0 : y->dates);
	if (!col->wanted)
		return ST_OK;
	note_forms(r, col, y);
	note_odd(r, col, y);
	if (col->kind == CSV_NUMBERS)
		note_markers(r->t, col);
	return ST_OK;
}

enum status judge_columns(struct table_reader *r)
{
	for (int c = 0; c < r->t->n_fields; c++)
		if (r->tally[c].missing >= 0)
			TRY(judge_column(r, c));
	if (r->dates.unit)
		convert_dates(r);
	return ST_OK;
}
