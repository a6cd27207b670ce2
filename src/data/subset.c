/* subset.c — random subsets of rows, and which columns are worth a variable of the policy. */
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

/* n different numbers below limit, each set equally likely (Floyd, in Bentley 1987): O(n), not
 * O(limit). */
static void draw_different(int *out, int n, int limit, struct rng *r)
{
	uint32_t mask = 1;
	int *seen; /* open addressing; 0: empty, else number + 1 */

	while (mask < 2 * (uint32_t)n)
		mask = mask * 2 + 1;
	seen = xcalloc((size_t)mask + 1, sizeof(*seen));
	for (int i = 0; i < n; i++) {
		int top = limit - n + i, v = rng_below(r, top + 1);
		uint32_t at = ((uint32_t)v * 2654435769u) & mask;

		while (seen[at] && seen[at] != v + 1)
			at = (at + 1) & mask;
		if (seen[at]) { /* taken: top itself cannot have been drawn before */
			v = top;
			at = ((uint32_t)v * 2654435769u) & mask;
			while (seen[at])
				at = (at + 1) & mask;
		}
		seen[at] = v + 1;
		out[i] = v;
	}
	free(seen);
}

static void copy_rows(double *to, const double *from, const int *pick, int n)
{
	for (int i = 0; i < n; i++)
		to[i] = from[pick[i]];
}

static void mean_to_1(double *w, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += w[i] / n;
	for (int i = 0; i < n && sum > 0; i++)
		w[i] /= sum;
}

void dataset_subset(const struct rows *src, int n, struct rng *r, bool replace, struct rows_copy *out)
{
	size_t n_columns = (size_t)src->n_columns, stride;
	double *v;
	int *pick;

	if (!replace && n > src->n)
		n = src->n;
	pick = xmalloc((size_t)n * sizeof(*pick));
	if (replace)
		for (int i = 0; i < n; i++)
			pick[i] = rng_below(r, src->n);
	else
		draw_different(pick, n, src->n, r);
	stride = ((size_t)n + ROWS_BLOCK + 7) / 8 * 8;
	out->values = v = xaligned((n_columns + 2) * stride * sizeof(*v));
	out->pointers = xcalloc(n_columns, sizeof(*out->pointers));
	out->rows = (struct rows){.n = n, .n_columns = src->n_columns, .x = out->pointers};
	for (size_t c = 0; c < n_columns; c++, v += stride) {
		copy_rows(v, src->x[c], pick, n);
		out->pointers[c] = v;
	}
	if (src->y) {
		copy_rows(v, src->y, pick, n);
		out->rows.y = v;
		v += stride;
	}
	if (src->w) {
		copy_rows(v, src->w, pick, n);
		mean_to_1(v, n);
		out->rows.w = v;
	}
	free(pick);
}

void rows_copy_release(struct rows_copy *c)
{
	free(c->values);
	free(c->pointers);
	*c = (struct rows_copy){0};
}

/* ---- columns ---- */

enum { RELEVANCE_ROWS = 1000, BINS = 10 };

struct item {
	double v;
	int row;
};

static int by_value(const void *a, const void *b)
{
	const struct item *p = a, *q = b;

	return p->v != q->v ? (p->v > q->v) - (p->v < q->v) : p->row - q->row;
}

static void sort_rows(struct item *item, const double *v, int n)
{
	for (int i = 0; i < n; i++)
		item[i] = (struct item){v[i], i};
	qsort(item, (size_t)n, sizeof(*item), by_value);
}

/* Ranks from the sorted rows, ties at their mean. */
static void ranks(const struct item *item, int n, double *rank)
{
	for (int i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && item[end].v == item[i].v; end++)
			;
		for (int k = i; k < end; k++)
			rank[item[k].row] = 0.5 * (i + end - 1);
	}
}

/* Centres v and brings its length to 1 (0 if it is constant), without overflow on the way. */
static void standardise(const double *v, int n, double *out)
{
	double largest = 0, mean = 0, squares = 0;

	for (int i = 0; i < n; i++)
		largest = fmax(largest, fabs(v[i]));
	for (int i = 0; i < n; i++) {
		out[i] = largest > 0 ? v[i] / largest : 0;
		mean += out[i];
	}
	mean /= n; /* exact for a constant column */
	for (int i = 0; i < n; i++) {
		out[i] -= mean;
		squares += out[i] * out[i];
	}
	for (int i = 0; i < n; i++)
		out[i] = squares > 1e-28 * n ? out[i] / sqrt(squares) : 0;
}

static double dot(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Correlation ratio of y (length 1) over bins of equal counts of x: root of the share of variance
 * between bins, less what chance gives (epsilon squared, Kelley 1935). */
static double correlation_ratio(const struct item *item, const double *y, int n)
{
	int bins = n < 5 * BINS ? n / 5 : BINS, used = 0;
	double between = 0;

	for (int i = 0, end; bins > 1 && i < n; i = end, used++) {
		double sum = 0;

		end = (int)((int64_t)n * (used + 1) / bins);
		end = end <= i ? i + 1 : end;
		while (end < n && item[end].v == item[end - 1].v)
			end++; /* equal values stay together */
		for (int k = i; k < end; k++)
			sum += y[item[k].row];
		between += sum * sum / (end - i);
	}
	if (used < 2 || n <= used)
		return 0;
	return sqrt(fmax(0, 1 - (1 - between) * (n - 1) / (n - used)));
}

void dataset_relevance(const struct rows *rows, double *score)
{
	int n = rows->n < RELEVANCE_ROWS ? rows->n : RELEVANCE_ROWS;
	size_t size = (size_t)n + 1;
	struct item *item = xmalloc(size * sizeof(*item));
	double *y = xmalloc(4 * size * sizeof(*y)), *y_rank = y + size, *x = y + 2 * size, *rank = y + 3 * size;

	standardise(rows->y, n, y);
	sort_rows(item, rows->y, n);
	ranks(item, n, rank);
	standardise(rank, n, y_rank);
	for (int c = 0; c < rows->n_columns; c++) {
		standardise(rows->x[c], n, x);
		score[c] = fabs(dot(x, y, n));
		sort_rows(item, rows->x[c], n);
		ranks(item, n, rank);
		standardise(rank, n, x);
		score[c] = fmax(score[c], fabs(dot(x, y_rank, n)));
		score[c] = fmin(1, fmax(score[c], correlation_ratio(item, y, n)));
	}
	free(item);
	free(y);
}

static int by_value_down(const void *a, const void *b)
{
	const struct item *p = a, *q = b;

	return p->v != q->v ? (p->v < q->v) - (p->v > q->v) : p->row - q->row;
}

int dataset_choose_columns(const double *score, int n, int k, double explore, struct rng *r, int *out)
{
	struct item *item = xmalloc(((size_t)n + 1) * sizeof(*item));
	double *weight = xmalloc(((size_t)n + 1) * sizeof(*weight)), mean = 0;
	int best;

	k = k < n ? k : n;
	best = k < n ? k - (int)ceil(explore * k) : k;
	for (int c = 0; c < n; c++) {
		item[c] = (struct item){score[c], c};
		mean += score[c] / n;
	}
	qsort(item, (size_t)n, sizeof(*item), by_value_down);
	for (int i = 0; i < n; i++) {
		weight[i] = i < best ? 0 : item[i].v + mean + 1e-9;
		if (i < best)
			out[i] = item[i].row;
	}
	for (int i = best; i < k; i++) {
		int at = rng_weighted(r, weight, n);

		weight[at] = 0;
		out[i] = item[at].row;
	}
	sort_ints(out, k);
	free(item);
	free(weight);
	return k;
}
