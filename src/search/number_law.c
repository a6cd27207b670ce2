/* number_law.c — see number_law.h. */
#include "number_law.h"

#include "eqrl/base/mem.h"
#include "eqrl/expr/parse.h"
#include "eqrl/search/select.h"
#include "links.h"
#include "number_fit.h"
#include "product.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_A_VALUE = 2 }; /* fewer rows than this for every fitted value fit anything */

/* An equation is handed on when the function explains nine tenths of what a product of powers leaves. */
#define WORTH 0.1

static const char *const functions[] = {
	"1 - x1",   "exp(x1) - 1", "log(1 + x1)", "1 + x1",
	"exp(x1)",  "log(x1)",	   "cosh(x1)",	  "log(x1 + sqrt(x1^2 - 1))",
	"sin(x1)",  "cos(x1)",	   "tanh(x1)",	  "sinh(x1)",
	"acos(x1)", "asin(x1)",	   "atan(x1)",	  "exp(x1) + 1",
};

enum { EXPONENTIAL = 4 }; /* row of the table */

_Static_assert(COUNT_OF(functions) == NUMBER_FUNCTIONS, "number_law.h says how many functions there are");

/* Exponents near plain values take these. */
static void make_plain(const struct exponent_search *s, struct number *m)
{
	for (int k = 0; k < s->n; k++)
		m->q[k] = plain_exponent(m->q[k]);
}

/* ---- equations ---------------------------------------------------------------------------------------------- */

/* f(c · Π x_k^q_k) */
static bool write_function(const struct exponent_search *s, const struct number *m, struct expr *out)
{
	struct power_product q = {0};
	struct expr number;
	const struct expr *argument[] = {&number};
	double sign = 1;

	for (int k = 0; k < s->n; k++) {
		struct expr variable = {0};

		expr_push(&variable, OP_VAR, s->column[k]);
		if (m->q[k] != 0 && !product_multiply(&q, &variable, m->q[k]))
			return false;
		sign *= s->sign[k] < 0 && fmod(m->q[k], 2) != 0 ? -1 : 1;
	}
	return product_write(&q, sign * exp(m->b), &number) && substitute_variables(&s->f, argument, out);
}

/* Least squares of the magnitude on the constant, log|x_k| and log|f|: coefficient[0 … n + 1]. */
static bool solve_linear_part(struct exponent_search *s, const struct number *m, const double *magnitude,
			      double *coefficient)
{
	int rows = s->all.rows, n = s->n + 2;
	double *column = xmalloc((size_t)n * (size_t)rows * sizeof(double)), length[NUMBER_COLUMNS + 2],
	       *z = s->scratch;
	struct selection best = {0};

	for (int i = 0; i < rows; i++)
		column[i] = 1;
	memcpy(column + rows, s->log_x, (size_t)s->n * (size_t)rows * sizeof(double));
	number_logs(s->log_x, s->n, rows, m, z);
	number_evaluate(&s->f, z, rows, column + (size_t)(s->n + 1) * (size_t)rows);
	for (int j = 0; j < n; j++) {
		length[j] = cblas_dnrm2(rows, column + (size_t)j * (size_t)rows, 1);
		cblas_dscal(rows, 1 / length[j], column + (size_t)j * (size_t)rows, 1);
		coefficient[j] = 0;
	}
	select_forward(&(struct regressors){rows, n, column, magnitude, n}, 0, 1, 0, &best);
	for (int i = 0; i < best.n; i++)
		coefficient[best.index[i]] = best.coefficient[i] / length[best.index[i]];
	free(column);
	return best.n > 0;
}

/* exp(z)^s is exp(s·z): one of the two is enough. */
static double take_power_into_number(struct number *m, double power)
{
	m->b += log(fabs(power));
	return power < 0 ? -1 : 1;
}

static bool write_law(struct exponent_search *s, struct number *m, const double *magnitude, bool exponential,
		      struct expr *out)
{
	double coefficient[NUMBER_COLUMNS + 2], power;
	struct power_product q = {0};
	struct expr f;

	if (!solve_linear_part(s, m, magnitude, coefficient))
		return false;
	for (int k = 0; k < s->n; k++) {
		struct expr variable = {0};

		power = plain_exponent(coefficient[k + 1]);
		expr_push(&variable, OP_VAR, s->column[k]);
		if (power != 0 && !product_multiply(&q, &variable, power))
			return false;
	}
	power = plain_exponent(coefficient[s->n + 1]);
	if (exponential && power != 0)
		power = take_power_into_number(m, power);
	return power != 0 && write_function(s, m, &f) && product_multiply(&q, &f, power) &&
	       product_write(&q, exp(coefficient[0]), out);
}

/* ---- the search --------------------------------------------------------------------------------------------- */

static int compare_left(const void *a, const void *b)
{
	const struct number *p = a, *q = b;

	return (p->left > q->left) - (p->left < q->left);
}

int number_laws(const struct rows *rows, const int *column, int n_columns, const double *magnitude, int function,
		struct expr out[NUMBER_LAWS])
{
	struct exponent_search s;
	struct number best[NUMBERS_KEPT] = {{0}};
	int n = 0;

	number_search_open(&s, rows, column, n_columns, magnitude);
	if (parse_expr(functions[function], NULL, NULL, &s.f) != ST_OK)
		BUG("a function of a number is no equation");
	if (s.n > 0 && rows->n >= ROWS_A_VALUE * (2 * s.n + 3) && s.all.rss > 0) {
		number_screen(&s, best);
		for (int i = 0; i < NUMBERS_KEPT; i++)
			if (best[i].left < 1) {
				number_climb(&s, &best[i]);
				number_refine(&s, &best[i], 1);
				number_refine(&s, &best[i], s.n + 1);
				make_plain(&s, &best[i]);
				number_refine(&s, &best[i], 1);
			}
		qsort(best, NUMBERS_KEPT, sizeof(best[0]), compare_left);
		for (int i = 0; i < NUMBERS_KEPT && n < NUMBER_LAWS; i++)
			n += best[i].left < WORTH &&
			     write_law(&s, &best[i], magnitude, function == EXPONENTIAL, &out[n]);
	}
	number_search_close(&s);
	return n;
}
