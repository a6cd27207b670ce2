/* number_fit.c — see number_fit.h. */
#include "number_fit.h"

#include "eqrl/base/mem.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	SCREEN_ROWS = 48, /* tell screened candidates apart well enough; the rows cost the time */
	MOST_ACTIVE = 4,  /* columns of a screened number: h, frequency, k and temperature */
	MOST_PATTERNS = 1200,
	CLIMBS = 12,	 /* of one exponent by 1; the numbers of known laws are at most 8 away */
	ITERATIONS = 30, /* of a refinement; exact laws converge in 10 to 20 */
	MOST_FREE = NUMBER_COLUMNS + 1,
};

/* ---- rows --------------------------------------------------------------------------------------------------- */

static void take_columns(struct exponent_search *s, const int *column, int n_columns)
{
	int rows = s->rows->n;

	s->log_x = xmalloc((size_t)(n_columns + 1) * (size_t)rows * sizeof(double));
	for (int c = 0; c < n_columns && s->n < NUMBER_COLUMNS; c++) {
		const double *x = s->rows->x[column[c]];
		double *to = s->log_x + (size_t)s->n * (size_t)rows;
		bool usable = true;

		for (int i = 0; i < rows; i++) {
			to[i] = log(fabs(x[i]));
			usable &= isfinite(to[i]) && (x[i] < 0) == (x[0] < 0);
		}
		if (!usable)
			continue;
		s->sign[s->n] = x[0] < 0 ? -1 : 1;
		s->column[s->n++] = column[c];
	}
}

static void take_few(struct exponent_search *s, const double *magnitude)
{
	int rows = s->rows->n, few = rows < SCREEN_ROWS ? rows : SCREEN_ROWS;

	s->few_x = xmalloc((size_t)(s->n + 1) * (size_t)few * sizeof(double));
	s->few_y = xmalloc((size_t)few * sizeof(double));
	for (int i = 0; i < few; i++) {
		int from = i * rows / few;

		s->few_y[i] = magnitude[from];
		for (int k = 0; k < s->n; k++)
			s->few_x[(size_t)k * (size_t)few + (size_t)i] =
				s->log_x[(size_t)k * (size_t)rows + (size_t)from];
	}
	linear_init(&s->few, s->few_x, s->n, few, s->few_y);
	linear_init(&s->all, s->log_x, s->n, rows, magnitude);
	s->scratch = xmalloc((size_t)(NUMBER_COLUMNS + 4) * (size_t)(rows + SCREEN_ROWS) * sizeof(double));
}

void number_search_close(struct exponent_search *s)
{
	free(s->log_x);
	free(s->few_x);
	free(s->few_y);
	linear_release(&s->all);
	linear_release(&s->few);
	free(s->scratch);
}

void number_search_open(struct exponent_search *s, const struct rows *rows, const int *column, int n_columns,
			const double *magnitude)
{
	*s = (struct exponent_search){.rows = rows};
	take_columns(s, column, n_columns);
	take_few(s, magnitude);
}

/* ---- the number --------------------------------------------------------------------------------------------- */

/* log|f(exp(z))| */
static double log_function(const struct expr *f, double z)
{
	double x = exp(z);

	return log(fabs(expr_value(f, &x)));
}

void number_logs(const double *log_x, int n, int rows, const struct number *m, double *z)
{
	for (int i = 0; i < rows; i++)
		z[i] = m->b;
	for (int k = 0; k < n; k++)
		if (m->q[k] != 0)
			cblas_daxpy(rows, m->q[k], log_x + (size_t)k * (size_t)rows, 1, z, 1);
}

bool number_evaluate(const struct expr *f, const double *z, int rows, double *v)
{
	for (int i = 0; i < rows; i++) {
		v[i] = log_function(f, z[i]);
		if (!isfinite(v[i]))
			return false;
	}
	return true;
}

/* ---- screening ---------------------------------------------------------------------------------------------- */

static void keep_best(struct number *best, const struct number *m)
{
	int at = NUMBERS_KEPT - 1, same = -1;

	for (int i = 0; i < NUMBERS_KEPT; i++)
		if (memcmp(best[i].q, m->q, sizeof(m->q)) == 0 && best[i].left < 1)
			same = i;
	if (same >= 0) {
		if (best[same].left <= m->left)
			return;
		at = same;
	}
	if (m->left >= best[at].left)
		return;
	for (; at > 0 && best[at - 1].left > m->left; at--)
		best[at] = best[at - 1];
	best[at] = *m;
}

/* One choice of q with a few b: functions that are bounded to one side need all numbers below 1, or above. */
static void screen_pattern(struct exponent_search *s, struct number *m, struct number *best)
{
	double *z = s->scratch, *shifted = z + SCREEN_ROWS, *v = shifted + SCREEN_ROWS, low = INFINITY,
	       high = -INFINITY, unused;

	m->b = 0;
	number_logs(s->few_x, s->n, s->few.rows, m, z);
	for (int i = 0; i < s->few.rows; i++) {
		low = fmin(low, z[i]);
		high = fmax(high, z[i]);
	}
	for (int place = 0; place < 5; place++) {
		const double b[] = {-high - 0.05, -high - 1.5, -(low + high) / 2, -low + 0.05, -low + 1};

		m->b = b[place];
		for (int i = 0; i < s->few.rows; i++)
			shifted[i] = z[i] + m->b;
		if (!number_evaluate(&s->f, shifted, s->few.rows, v))
			continue;
		m->left = linear_share_left(&s->few, v, &unused);
		keep_best(best, m);
	}
}

void number_screen(struct exponent_search *s, struct number best[NUMBERS_KEPT])
{
	double all = 0, choices = 1, owed = 0;
	struct number m = {0};
	int k;

	for (int active = 1; active <= MOST_ACTIVE && active <= s->n; active++)
		all += choices = choices * 2 * (s->n - active + 1) / active;
	for (int i = 0; i < NUMBERS_KEPT; i++)
		best[i].left = 1;
	for (int i = 0; i < s->n; i++)
		m.q[i] = -1;
	do {
		int active = 0;

		for (int i = 0; i < s->n; i++)
			active += m.q[i] != 0;
		if (active > 0 && active <= MOST_ACTIVE) {
			owed += fmin(1, MOST_PATTERNS / all);
			if (owed >= 1 - 1e-9) {
				owed -= 1;
				screen_pattern(s, &m, best);
			}
		}
		for (k = 0; k < s->n && ++m.q[k] > 1; k++)
			m.q[k] = -1;
	} while (k < s->n);
}

void number_climb(struct exponent_search *s, struct number *m)
{
	bool better = true;

	for (int round = 0; better && round < CLIMBS; round++) {
		struct number best[NUMBERS_KEPT] = {*m};

		for (int i = 1; i < NUMBERS_KEPT; i++)
			best[i].left = m->left;
		for (int k = 0; k < 2 * s->n; k++) {
			struct number next = *m;

			next.q[k / 2] += k % 2 ? 1 : -1;
			screen_pattern(s, &next, best);
		}
		better = best[0].left < m->left;
		*m = best[0];
	}
}

/* ---- refining ----------------------------------------------------------------------------------------------- */

/* Solves (A + damping · diag A) step = g for a symmetric A of n; false if it is not positive definite. */
static bool solve_damped(double A[MOST_FREE][MOST_FREE], const double *g, int n, double damping, double *step)
{
	double L[MOST_FREE][MOST_FREE];

	for (int i = 0; i < n; i++)
		for (int j = 0; j <= i; j++) {
			double sum = A[i][j] * (i == j ? 1 + damping : 1);

			for (int k = 0; k < j; k++)
				sum -= L[i][k] * L[j][k];
			if (i == j && !(sum > 0))
				return false;
			L[i][j] = i == j ? sqrt(sum) : sum / L[j][j];
		}
	for (int i = 0; i < n; i++) {
		step[i] = g[i];
		for (int k = 0; k < i; k++)
			step[i] -= L[i][k] * step[k];
		step[i] /= L[i][i];
	}
	for (int i = n - 1; i >= 0; i--) {
		for (int k = i + 1; k < n; k++)
			step[i] -= L[k][i] * step[k];
		step[i] /= L[i][i];
	}
	return true;
}

/* Residual (rows) and its derivatives by b and the first n_free − 1 exponents (n_free, rows), which are Kaufman's
 * approximation. False where f is not finite. */
static bool linearise(struct exponent_search *s, struct number *m, int n_free, double *residual, double *derivative)
{
	enum { FAR = 100000 }; /* a step of 1e-5 leaves ten digits of a central difference */
	int rows = s->all.rows;
	double *z = s->scratch + (size_t)(NUMBER_COLUMNS + 1) * (size_t)rows, *v = z + rows, *slope = v + rows, scale,
	       fresh;

	number_logs(s->log_x, s->n, rows, m, z);
	m->left = 1;
	if (!number_evaluate(&s->f, z, rows, v))
		return false;
	for (int i = 0; i < rows; i++)
		slope[i] =
			(log_function(&s->f, z[i] + 1.0 / FAR) - log_function(&s->f, z[i] - 1.0 / FAR)) * (FAR / 2.0);
	m->left = linear_share_left(&s->all, v, &scale);
	if (m->left >= 1)
		return false;
	fresh = cblas_ddot(rows, v, 1, v, 1);
	for (int i = 0; i < rows; i++)
		residual[i] = s->all.residual[i] - scale * v[i];
	for (int p = 0; p < n_free; p++) {
		double *d = derivative + (size_t)p * (size_t)rows;

		for (int i = 0; i < rows; i++) {
			d[i] = -scale * slope[i] * (p ? s->log_x[(size_t)(p - 1) * (size_t)rows + (size_t)i] : 1);
			if (!isfinite(d[i]))
				return false;
		}
		linear_remove(&s->all, d);
		cblas_daxpy(rows, -cblas_ddot(rows, v, 1, d, 1) / fresh, v, 1, d, 1);
	}
	return true;
}

void number_refine(struct exponent_search *s, struct number *m, int n_free)
{
	int rows = s->all.rows;
	double *residual = xmalloc((size_t)(2 + NUMBER_COLUMNS) * (size_t)rows * sizeof(double)), damping = 1e-2;

	for (int iteration = 0; iteration < ITERATIONS && damping < 1e8; iteration++) {
		double A[MOST_FREE][MOST_FREE], g[MOST_FREE], step[MOST_FREE], *d = residual + rows;
		struct number next = *m;

		if (!linearise(s, m, n_free, residual, d))
			break;
		for (int i = 0; i < n_free; i++) {
			g[i] = -cblas_ddot(rows, d + (size_t)i * (size_t)rows, 1, residual, 1);
			for (int j = 0; j <= i; j++)
				A[i][j] = cblas_ddot(rows, d + (size_t)i * (size_t)rows, 1,
						     d + (size_t)j * (size_t)rows, 1);
		}
		for (bool better = false; !better && damping < 1e8;) {
			double *z = s->scratch, *v = z + rows, unused;

			damping *= 10;
			if (!solve_damped(A, g, n_free, damping, step))
				continue;
			next = *m;
			next.b += step[0];
			for (int k = 1; k < n_free; k++)
				next.q[k - 1] += step[k];
			number_logs(s->log_x, s->n, rows, &next, z);
			better = number_evaluate(&s->f, z, rows, v) &&
				 (next.left = linear_share_left(&s->all, v, &unused)) < m->left;
		}
		if (!(next.left < m->left))
			break;
		damping *= 0.003;
		*m = next;
	}
	free(residual);
}
