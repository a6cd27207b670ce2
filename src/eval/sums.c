/* sums.c — normal equations accumulated block by block, without the Jacobian; see tape.h. */
#include "eqrl/base/error.h"
#include "eqrl/eval/loss.h"
#include "tape_parts.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

void tape_sample(struct tape *t, int max_rows)
{
	int all = (t->rows.n + ROWS_BLOCK - 1) / ROWS_BLOCK;
	int some = (max_rows + ROWS_BLOCK - 1) / ROWS_BLOCK;

	t->stride = (some && some < all ? (all + some - 1) / some : 1) * ROWS_BLOCK;
}

int tape_next_row(const struct tape *t, int row)
{
	return (row + 1) % ROWS_BLOCK ? row + 1 : row + 1 - ROWS_BLOCK + t->stride;
}

/* v as the sums want it: multiplied by √w, and 0 in rows that do not count. May be v itself. */
static const double *counted(struct tape *t, const double *v, int row, double *buffer)
{
	int left = rows_left(t, row);

	if (t->rows.w)
		t->kernels->weigh(buffer, t->rows.w + row, v);
	else if (left < ROWS_BLOCK)
		memcpy(buffer, v, (size_t)left * sizeof(double));
	else
		return v;
	memset(buffer + left, 0, (size_t)(ROWS_BLOCK - left) * sizeof(double));
	return buffer;
}

static int count_bad(const double *r)
{
	int n = 0;

	for (int i = 0; i < ROWS_BLOCK; i++)
		n += !isfinite(r[i]);
	return n;
}

/* Adds one block to the sums. Returns the number of counted residuals that are not finite; if there
 * are any and lenient is off, nothing was added. */
static int add_block(struct tape *t, int row, int k, bool lenient)
{
	const double *f = tape_forward(t, row), *r, *column[EXPR_MAX_CONSTS];
	double *residual = t->scratch[EXPR_MAX_CONSTS];
	int bad = 0;

	t->kernels->subtract(residual, f, t->rows.y + row);
	r = counted(t, residual, row, residual);
	if (!t->kernels->all_finite(r)) {
		bad = count_bad(r);
		if (!lenient)
			return bad;
		t->kernels->zero_nonfinite(residual, r);
		r = residual;
	}
	if (k)
		tape_backward(t, row);
	for (int p = 0; p < k; p++) {
		column[p] = t->column[p];
		if (lenient) {
			t->kernels->zero_nonfinite(t->scratch[p], column[p]);
			column[p] = t->scratch[p];
		}
		column[p] = counted(t, column[p], row, t->scratch[p]);
	}
	t->kernels->accumulate(&t->lanes, r, column, k);
	return bad;
}

static int add_all(struct tape *t, const double *c, int k, bool lenient)
{
	int bad = 0;

	if (!t->rows.y)
		BUG("no target to compare with");
	memset(&t->lanes, 0, offsetof(struct moment_lanes, jj) + sizeof(t->lanes.jj[0]) * (size_t)(k * (k + 1) / 2));
	tape_load(t, c);
	if (k)
		tape_load_slopes(t);
	for (int row = 0; row < t->rows.n && (lenient || !bad); row += t->stride)
		bad += add_block(t, row, k, lenient);
	return bad;
}

static double lane_sum(const double v[KERNEL_LANES])
{
	return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/* The deviances of all blocks of the sample. */
static double loss_sum(struct tape *t, const double *c)
{
	double sum = 0;

	tape_load(t, c);
	for (int row = 0; row < t->rows.n; row += t->stride) {
		struct rows part = {
			.n = rows_left(t, row), .y = t->rows.y + row, .w = t->rows.w ? t->rows.w + row : NULL};

		sum += loss_error(t->rows.loss, &part, tape_forward(t, row));
	}
	return sum;
}

double tape_sse(struct tape *t, const double *c)
{
	if (t->rows.loss && t->rows.loss->kind != LOSS_MSE)
		return loss_sum(t, c);
	return add_all(t, c, 0, false) ? NAN : lane_sum(t->lanes.rr);
}

static bool moments(struct tape *t, const double *c, bool lenient, struct moments *m)
{
	double check = 0;
	int pair = 0;

	m->k = t->k;
	m->sse = NAN;
	m->bad = add_all(t, c, t->k, lenient);
	if (m->bad && !lenient)
		return false;
	m->sse = lane_sum(t->lanes.rr);
	for (int p = 0; p < t->k; p++) {
		m->g[p] = lane_sum(t->lanes.jr[p]);
		for (int q = 0; q <= p; q++)
			m->a[p][q] = m->a[q][p] = lane_sum(t->lanes.jj[pair++]);
		check += (m->g[p] + m->a[p][p]) * 0.0;
	}
	return check == 0 && isfinite(m->sse);
}

bool tape_moments(struct tape *t, const double *c, struct moments *m)
{
	return moments(t, c, false, m);
}

bool tape_moments_lenient(struct tape *t, const double *c, struct moments *m)
{
	return moments(t, c, true, m);
}
