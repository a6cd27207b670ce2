/* epoch.c — columns of dates as times since an epoch, or as years. */
#include "reader.h"

#include <math.h>
#include <stdio.h>

static bool has_month_first(const struct tally *y)
{
	return y->month_first > y->day_first || (y->month_first == y->day_first && y->separator == '/');
}

void unpack_dates(const struct csv *t, struct csv_column *col, const struct tally *y)
{
	for (int i = 0; i < t->n; i++)
		if (!isnan(col->value[i]))
			col->value[i] = date_seconds(col->value[i], !has_month_first(y));
}

/* What a note has to add where the dates themselves do not say what is day and what is month. */
static const char *describe_doubt(const struct tally *y)
{
	if (y->clock || y->month_first != y->day_first)
		return "";
	return has_month_first(y) ? " (month before day: no date tells)" : " (day before month: no date tells)";
}

static double find_first_value(const struct csv *t, const struct csv_column *col)
{
	for (int i = 0; i < t->n; i++)
		if (!isnan(col->value[i]))
			return col->value[i];
	return 0;
}

/* The epoch of all columns is the first row of the first one, so that their differences mean something. */
static double find_epoch(struct table_reader *r, bool clock)
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
			return find_first_value(t, &t->column[c]);
	return 0;
}

static void scale_dates(const struct table_reader *r, struct csv_column *col, double epoch)
{
	static const double seconds[] = {
		[DATE_DAYS] = 86400, [DATE_HOURS] = 3600, [DATE_MINUTES] = 60, [DATE_SECONDS] = 1};

	for (int i = 0; i < r->t->n; i++)
		col->value[i] = r->dates.unit == DATE_YEAR ? date_year(col->value[i])
							   : (col->value[i] - epoch) / seconds[r->dates.unit];
}

void convert_dates(struct table_reader *r)
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
			notes_add(&t->notes, NOTE_INFO,
				  "column \"%s\": dates as years (2021.5 is the middle of 2021)%s", col->name,
				  describe_doubt(&r->tally[c]));
			continue;
		}
		if (!t->epoch[0] || !clock)
			snprintf(t->epoch, sizeof(t->epoch), "%s:%s", unit, text);
		notes_add(&t->notes, NOTE_WARNING,
			  "column \"%s\": %s in %s since %s%s; --dates %s:%s reads other files alike", col->name,
			  clock ? "times" : "dates", unit, text, describe_doubt(&r->tally[c]), unit, text);
	}
}
