/* trace.c — what a tape holds, row by row: the culprit of a failure, statistics of the nodes and the
 * leverage of the rows; see tape.h. */
#include "tape_parts.h"

#include <math.h>

#define LEVERAGE_OF_BAD 20.0 /* of a row whose derivatives are not finite: that of 20,000 typical ones */

/* Value of node i in the block that starts at row. */
static double value_in_block(const struct tape *t, int i, int row, int lane)
{
	const struct tape_place *p = &t->place[i];

	return p->scalar ? *p->base : p->base[p->step * row + lane];
}

bool tape_culprit(struct tape *t, const double *c, int *node, int *row)
{
	tape_load(t, c);
	for (int start = 0; start < t->rows.n; start += ROWS_BLOCK) {
		int bad = tape_first_bad(t, tape_forward(t, start), start), i = 0, k = 0;

		if (bad < 0)
			continue;
		while (k < t->place[i].arity) { /* down to a node whose children are all finite */
			int child = t->place[i].child[k++];

			if (!isfinite(value_in_block(t, child, start, bad - start))) {
				i = child;
				k = 0;
			}
		}
		*node = i;
		*row = bad;
		return true;
	}
	return false;
}

struct running {
	int n;
	double first, low, high, sum, square; /* sums of distances from the first */
	double sum_abs, sum_root;	      /* of |v|, |v|^¼ */
};

static void observe(struct running *s, double v)
{
	if (!isfinite(v))
		return;
	if (s->n++ == 0)
		s->first = s->low = s->high = v;
	if (v < s->low)
		s->low = v;
	if (v > s->high)
		s->high = v;
	s->sum += v - s->first;
	s->square += (v - s->first) * (v - s->first);
	s->sum_abs += fabs(v);
	s->sum_root += sqrt(sqrt(fabs(v)));
}

static struct node_stats conclude(const struct running *s)
{
	double mean, variance, root;

	if (s->n == 0)
		return (struct node_stats){0};
	mean = s->sum / s->n;
	variance = s->square / s->n - mean * mean;
	root = s->sum_root / s->n;
	return (struct node_stats){.n = s->n,
				   .low = s->low,
				   .high = s->high,
				   .mean = s->first + mean,
				   .mean_abs = s->sum_abs / s->n,
				   .sd = sqrt(fmax(variance, 0)),
				   .typical = root * root * root * root};
}

void tape_stats(struct tape *t, const double *c, struct node_stats *stats)
{
	struct running s[EXPR_MAX_NODES] = {0};

	tape_load(t, c);
	for (int row = 0; row < t->rows.n; row += t->stride) {
		int n = rows_left(t, row);

		tape_forward(t, row);
		for (int i = 0; i < t->e.n; i++)
			for (int lane = 0; lane < n; lane++)
				observe(&s[i], value_in_block(t, i, row, lane));
	}
	for (int i = 0; i < t->e.n; i++)
		stats[i] = conclude(&s[i]);
}

/* Σ |J|^¼ over the sample, and how many were finite. */
static void derivative_sizes(struct tape *t, double *sum, int *n)
{
	for (int row = 0; row < t->rows.n; row += t->stride) {
		tape_forward(t, row);
		tape_backward(t, row);
		for (int p = 0; p < t->k; p++)
			for (int i = 0; i < rows_left(t, row); i++) {
				double v = fabs(t->column[p][i]);

				sum[p] += isfinite(v) ? sqrt(sqrt(v)) : 0;
				n[p] += isfinite(v);
			}
	}
}

void tape_leverage(struct tape *t, const double *c, double *out)
{
	double sum[EXPR_MAX_CONSTS] = {0}, unit[EXPR_MAX_CONSTS];
	int n[EXPR_MAX_CONSTS] = {0};

	tape_load(t, c);
	tape_load_slopes(t);
	derivative_sizes(t, sum, n);
	for (int p = 0; p < t->k; p++)
		unit[p] = sum[p] > 0 ? pow(n[p] / sum[p], 4) : 0;
	for (int row = 0; row < t->rows.n; row += t->stride) {
		tape_forward(t, row);
		tape_backward(t, row);
		for (int i = 0; i < rows_left(t, row); i++) {
			double square = 0;

			for (int p = 0; p < t->k; p++) {
				double v = t->column[p][i] * unit[p];

				square += v * v;
			}
			out[row + i] += isfinite(square) ? log1p(square) : LEVERAGE_OF_BAD;
		}
	}
}
