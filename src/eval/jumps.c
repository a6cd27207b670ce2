/* jumps.c — see jumps.h. */
#include "jumps.h"

#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/expr/rows.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_ROWS = 1024 };

#define CLEAR 1.5 /* the smallest jump is larger than any other difference by this */

void jumps_open(struct jumps *s, int n)
{
	size_t room = (size_t)(n < MOST_ROWS ? n : MOST_ROWS) + ROWS_BLOCK;

	*s = (struct jumps){.x = xaligned(6 * room * sizeof(*s->x))};
	s->y = s->x + room;
	s->level = s->y + room;
	s->sorted = s->level + room;
	s->edge = s->sorted + room;
	s->edge_level = s->edge + room;
}

void jumps_close(struct jumps *s)
{
	free(s->x);
}

struct jump_place {
	double x;
	int row;
};

static int compare_places(const void *a, const void *b)
{
	const struct jump_place *p = a, *q = b;

	return p->x != q->x ? (p->x < q->x ? -1 : 1) : p->row - q->row;
}

/* Rows by rising column, those of the same value as one. */
static void sort_rows(struct jumps *s, const double *x, const double *y, int n)
{
	int same = 0;
	struct jump_place *place = xmalloc((size_t)n * sizeof(*place));

	for (int i = 0; i < n; i++)
		place[i] = (struct jump_place){x[i], i};
	qsort(place, (size_t)n, sizeof(*place), compare_places);
	s->n = 0;
	for (int i = 0; i < n; i++) {
		double v = y[place[i].row];

		if (s->n > 0 && s->x[s->n - 1] == place[i].x) {
			s->y[s->n - 1] += (v - s->y[s->n - 1]) / ++same;
			continue;
		}
		same = 1;
		s->x[s->n] = place[i].x;
		s->y[s->n++] = v;
	}
	free(place);
}

/* The least difference of neighbours that is a jump: of those sorted, the one that is the clearest above the next. */
static double least_jump(struct jumps *s, bool one)
{
	int n = s->n - 1, at = -1;
	double clear = CLEAR;

	for (int i = 0; i < n; i++)
		s->sorted[i] = fabs(s->y[i + 1] - s->y[i]);
	sort_doubles(s->sorted, n);
	if (one)
		return s->sorted[n - 1];
	for (int i = n - 1; i > 0; i--) {
		double below = fmax(s->sorted[i - 1], 1e-9 * s->sorted[n - 1]);

		if (s->sorted[i] > clear * below) {
			clear = s->sorted[i] / below;
			at = i;
		}
	}
	return at < 0 ? 0 : s->sorted[at];
}

bool jumps_find(struct jumps *s, const double *x, const double *y, int n, bool one)
{
	double jump, level = 0;

	sort_rows(s, x, y, n < MOST_ROWS ? n : MOST_ROWS);
	jump = s->n < 4 ? 0 : least_jump(s, one);
	if (!(jump > 0))
		return false;
	s->level[0] = 0;
	s->n_edges = 0;
	for (int i = 1; i < s->n; i++) {
		double by = fabs(s->y[i] - s->y[i - 1]), steps = by >= jump ? fmax(1, floor(by / jump + 0.5)) : 0;

		s->level[i] = level += steps;
		if (steps == 1) {
			s->edge[s->n_edges] = 0.5 * (s->x[i] + s->x[i - 1]);
			s->edge_level[s->n_edges++] = level;
		}
	}
	return true;
}

double jumps_origin(const struct jumps *s)
{
	double mx = 0, ml = 0, xx = 0, xl = 0;

	for (int i = 0; i < s->n; i++) {
		mx += s->x[i] / s->n;
		ml += s->level[i] / s->n;
	}
	for (int i = 0; i < s->n; i++) {
		xx += (s->x[i] - mx) * (s->x[i] - mx);
		xl += (s->x[i] - mx) * (s->level[i] - ml);
	}
	return xx > 0 ? nearbyint(ml - xl / xx * mx) : 0;
}
