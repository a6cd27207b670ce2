/* kinds.c — what each column is, once all its cells are read: numbers, dates or text; and what to say about it. */
#include "reader.h"

#include "eqrl/base/mem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MOST_QUOTED = 3,
	FAR_RANGES = 10, /* a repeated extreme value is suspicious from so many ranges of the other values off */
};

/* ---- what --na lists ---- */

static void take_out(const struct reader *r, int c)
{
	double *v = r->t->column[c].value;

	for (int k = 0; k < r->n_na; k++)
		for (int i = 0; r->na[k].is_number && i < r->t->n; i++)
			if (v[i] == r->na[k].value)
				v[i] = NAN;
}

/* ---- numbers, dates or text ---- */

/* Nine tenths, without those that are missing. */
static enum csv_kind find_kind(const struct reader *r, int c)
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

static void note_odd(struct reader *r, struct csv_column *col, const struct tally *y)
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

static void note_forms(struct reader *r, const struct csv_column *col, const struct tally *y)
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
static void level_numbers(const struct reader *r, struct csv_column *col)
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

static void make_text(struct reader *r, struct csv_column *col, const struct tally *y)
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

/* ---- dates ---- */

/* In seconds since 1970-01-01, or since midnight. */
static void unpack_dates(const struct reader *r, struct csv_column *col, const struct tally *y)
{
	bool month_first = y->month_first > y->day_first || (y->month_first == y->day_first && y->separator == '/');

	for (int i = 0; i < r->t->n; i++)
		if (!isnan(col->value[i]))
			col->value[i] = date_seconds(col->value[i], !month_first);
}

static double first_value(const struct csv *t, const struct csv_column *col)
{
	for (int i = 0; i < t->n; i++)
		if (!isnan(col->value[i]))
			return col->value[i];
	return 0;
}

/* The epoch of all columns is the first row of the first one, so that their differences mean something. */
static double find_epoch(struct reader *r, bool clock)
{
	struct csv *t = r->t;
	bool any_date = false;

	for (int c = 0; c < t->n_fields; c++)
		any_date |= t->column[c].kind == CSV_DATES && t->column[c].value && !r->tally[c].clock;
	if (r->dates.has_epoch)
		return r->dates.epoch_is_clock == clock ? r->dates.epoch : 0;
	if (clock && any_date)
		return 0; /* since midnight */
	for (int c = 0; c < t->n_fields; c++)
		if (t->column[c].kind == CSV_DATES && t->column[c].value && r->tally[c].clock == clock)
			return first_value(t, &t->column[c]);
	return 0;
}

static void scale_dates(const struct reader *r, struct csv_column *col, double epoch)
{
	static const double seconds[] = {
		[DATE_DAYS] = 86400, [DATE_HOURS] = 3600, [DATE_MINUTES] = 60, [DATE_SECONDS] = 1};

	for (int i = 0; i < r->t->n; i++)
		col->value[i] = r->dates.unit == DATE_YEAR ? date_year(col->value[i])
							   : (col->value[i] - epoch) / seconds[r->dates.unit];
}

static void convert_dates(struct reader *r)
{
	double epoch[2] = {find_epoch(r, false), find_epoch(r, true)};
	const char *unit = date_unit_name(r->dates.unit);
	struct csv *t = r->t;

	for (int c = 0; c < t->n_fields; c++) {
		struct csv_column *col = &t->column[c];
		bool clock = r->tally[c].clock;
		char text[40];

		if (col->kind != CSV_DATES || !col->value)
			continue;
		scale_dates(r, col, epoch[clock]);
		date_print(epoch[clock], clock, text, sizeof(text));
		if (r->dates.unit == DATE_YEAR) {
			notes_add(&t->notes, NOTE_INFO, "column \"%s\": dates as years (2021.5 is the middle of 2021)",
				  col->name);
			continue;
		}
		if (!t->epoch[0] || !clock)
			snprintf(t->epoch, sizeof(t->epoch), "%s:%s", unit, text);
		notes_add(&t->notes, NOTE_WARNING,
			  "column \"%s\": %s in %s since %s; --dates %s:%s reads other files alike", col->name,
			  clock ? "times" : "dates", unit, text, unit, text);
	}
}

/* ---- values that may stand for missing ---- */

struct extreme {
	double value, next; /* next: the nearest other value */
	int count;
};

static void find_extremes(const double *v, int n, struct extreme *low, struct extreme *high)
{
	*low = (struct extreme){INFINITY, INFINITY, 0};
	*high = (struct extreme){-INFINITY, -INFINITY, 0};
	for (int i = 0; i < n; i++) {
		double u = v[i];

		if (u <= low->value) {
			low->next = u < low->value ? low->value : low->next;
			low->count = u < low->value ? 1 : low->count + 1;
			low->value = u;
		} else if (u < low->next) {
			low->next = u;
		}
		if (u >= high->value) {
			high->next = u > high->value ? high->value : high->next;
			high->count = u > high->value ? 1 : high->count + 1;
			high->value = u;
		} else if (u > high->next) {
			high->next = u;
		}
	}
}

/* 999, 99.9, -9999, 1e20: what instruments and models write for "no value". */
static bool is_marker(double v)
{
	double u = fabs(v);

	for (double nines = 99; nines < 1e10; nines = 10 * nines + 9)
		if (u == nines || u == nines / 10 || u == nines / 100)
			return true;
	return u >= 1e20 || u == 32767 || u == 32768 || u == 65535 || u == 2147483647.0 || u == 2147483648.0;
}

static void note_marker(struct reader *r, const struct csv_column *col, const struct extreme *e, double other)
{
	double gap = fabs(e->value - e->next), range = fabs(e->next - other);
	char value[32], low[32], high[32];

	if (e->count < 2 || !isfinite(e->next) || !isfinite(e->value) || !isfinite(other) || e->next == other)
		return;
	if (gap <= (is_marker(e->value) ? 1 : FAR_RANGES) * range || (!is_marker(e->value) && e->count < 3))
		return;
	str_double(value, e->value);
	str_double(low, fmin(e->next, other));
	str_double(high, fmax(e->next, other));
	notes_add(&r->t->notes, NOTE_WARNING,
		  "column \"%s\": %s stands in %d of %d rows, far outside the rest (%s ... %s); if it means missing, "
		  "say --na=%s",
		  col->name, value, e->count, r->t->n, low, high, value);
}

static void note_markers(struct reader *r, const struct csv_column *col)
{
	struct extreme low, high;

	find_extremes(col->value, r->t->n, &low, &high);
	note_marker(r, col, &low, high.count > 1 && is_marker(high.value) ? high.next : high.value);
	note_marker(r, col, &high, low.count > 1 && is_marker(low.value) ? low.next : low.value);
}

/* ---- all columns ---- */

static enum status judge_column(struct reader *r, int c)
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
		unpack_dates(r, col, y);
	else
		take_out(r, c);
	for (int i = 0; i < r->t->n; i++)
		col->n_missing += isnan(col->value[i]);
	col->n_odd = y->odd + y->errors + (col->kind == CSV_DATES ? 0 : y->dates);
	if (!col->wanted)
		return ST_OK;
	note_forms(r, col, y);
	note_odd(r, col, y);
	if (col->kind == CSV_NUMBERS)
		note_markers(r, col);
	return ST_OK;
}

enum status judge_columns(struct reader *r)
{
	for (int c = 0; c < r->t->n_fields; c++)
		if (r->tally[c].missing >= 0)
			TRY(judge_column(r, c));
	if (r->dates.unit)
		convert_dates(r);
	return ST_OK;
}
