/* number_names.c — whether a first row of numbers holds the names of the columns. */
#include "layout.h"

/* Share of a column's numbers below record i that are not written as integers. */
double fraction_share(const struct sample *s, int i, int c)
{
	int whole = 0, other = 0;

	for (i++; i < s->n; i++) {
		whole += kind_at(s, i, c) == KIND_WHOLE;
		other += kind_at(s, i, c) == KIND_NUMBER;
	}
	return whole + other ? (double)other / (whole + other) : 0;
}

static double value_at(struct sample *s, int i, int c)
{
	double v;
	const char *text = sample_text(s, i, c);

	return csv_number(text, s->decimal, &v) ? v : 0;
}

/* The first row goes on below: its value and the next two are equally far apart, as in a column of times. */
static bool goes_on(struct sample *s, int i)
{
	for (int c = 0; c < s->width && c < LOOK_COLUMNS && i + 2 < s->n; c++) {
		double a, b, d;

		if (!s->numeric[c] || kind_at(s, i, c) == KIND_MISSING)
			continue;
		a = value_at(s, i, c);
		b = value_at(s, i + 1, c);
		d = value_at(s, i + 2, c);
		if (b != a && (b - a) * (d - b) > 0 && (b - a) / (d - b) > 1 - 1e-6 && (b - a) / (d - b) < 1 + 1e-6)
			return true;
	}
	return false;
}

/* Whether the value of record i lies outside what the column has below. */
static bool is_outside(struct sample *s, int i, int c)
{
	double v = value_at(s, i, c), low = 1e300, high = -1e300;

	for (int k = i + 1; k < s->n; k++) {
		double u;

		if (kind_at(s, k, c) == KIND_MISSING)
			continue;
		u = value_at(s, k, c);
		low = u < low ? u : low;
		high = u > high ? u : high;
	}
	return v < low || v > high;
}

struct first_row {
	int cells, fractions, outside; /* numbers; above columns of other numbers; outside their range */
	double start, last, step;
	bool even;  /* each is the one before plus step */
	bool label; /* a text stands beside them, above texts */
};

/* False where a cell is no whole number. */
static bool look_at_row(struct sample *s, int i, struct first_row *row)
{
	*row = (struct first_row){.even = true};
	for (int c = 0; c < s->width && c < LOOK_COLUMNS; c++) {
		char k = kind_at(s, i, c);
		double v;

		row->label |= !s->numeric[c] && k == KIND_TEXT;
		if (!s->numeric[c] || (c == 0 && k == KIND_MISSING))
			continue; /* a column of texts, the corner above an index */
		if (k != KIND_WHOLE)
			return false;
		v = value_at(s, i, c);
		if (row->cells == 0)
			row->start = v;
		if (row->cells == 1)
			row->step = v - row->last;
		if (row->cells > 0 && v - row->last != row->step)
			row->even = false;
		row->last = v;
		row->cells++;
		row->fractions += fraction_share(s, i, c) >= 0.8;
		row->outside += is_outside(s, i, c);
	}
	return row->cells >= 2 && row->step >= 1;
}

bool numbers_are_names(struct sample *s, int i, bool *doubtful)
{
	int below = s->n - i - 1;
	struct first_row row;

	*doubtful = false;
	if (below < 2 || !look_at_row(s, i, &row))
		return false;
	*doubtful = row.even && row.step == 1 && row.start <= 1;
	if (row.cells == 2 && !*doubtful) /* two numbers say less, but for years: 2019,2020 */
		return row.step == 1 && row.start >= 1000 && below > 2 && (row.fractions == 2 || row.label) &&
		       row.outside == 2;
	if (kind_at(s, i, 0) == KIND_MISSING && kind_at(s, i + 1, 0) != KIND_MISSING && row.even)
		return true;
	if (goes_on(s, i))
		return false;
	if (row.even)
		return 2 * row.fractions >= row.cells || (row.cells > 2 && 2 * row.outside > row.cells);
	return row.fractions == row.cells && s->n >= 10 && 2 * row.outside > row.cells;
}
