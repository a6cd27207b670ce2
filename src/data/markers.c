/* markers.c — repeated extreme values that may stand for "no value". */
#include "reader.h"

#include <math.h>

enum {
	FAR_RANGES = 10, /* other values than the usual ones are suspicious from so many ranges of the rest off */
	ROWS_OF_UNUSUAL = 10000, /* rows in which these are looked for: a column has them early or rarely */
};

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

static void note_marker(struct csv *t, const struct csv_column *col, const struct extreme *e, double other)
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
	notes_add(&t->notes, NOTE_WARNING,
		  "column \"%s\": %s stands in %d of %d rows, far outside the rest (%s ... %s); if it means missing, "
		  "say --na=%s",
		  col->name, value, e->count, t->n, low, high, value);
}

/* Plain loops, which the compiler vectorises; false where there are no values. */
static bool find_range(const double *v, int n, double *low, double *high)
{
	double a = INFINITY, b = -INFINITY;

	for (int i = 0; i < n; i++) {
		a = v[i] < a ? v[i] : a;
		b = v[i] > b ? v[i] : b;
	}
	*low = a;
	*high = b;
	return a < b;
}

void note_markers(struct csv *t, const struct csv_column *col)
{
	struct extreme low, high;
	double least, most;
	int n = t->n;

	if (!find_range(col->value, n, &least, &most))
		return;
	if (!is_marker(least) && !is_marker(most) && n > ROWS_OF_UNUSUAL)
		n = ROWS_OF_UNUSUAL;
	find_extremes(col->value, n, &low, &high);
	note_marker(t, col, &low, high.count > 1 && is_marker(high.value) ? high.next : high.value);
	note_marker(t, col, &high, low.count > 1 && is_marker(low.value) ? low.next : low.value);
}
