/* linear_part.c — see linear_part.h. */
#include "linear_part.h"

#include "eqrl/base/mem.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

/* A regressor of which less than this share is new to the others tells nothing. */
#define LEAST_NEW 1e-9

void linear_remove(const struct linear_part *l, double *v)
{
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < l->n_base; i++) {
			const double *q = l->basis + (size_t)i * (size_t)l->rows;

			cblas_daxpy(l->rows, -cblas_ddot(l->rows, q, 1, v, 1), q, 1, v, 1);
		}
}

void linear_init(struct linear_part *l, const double *log_x, int n, int rows, const double *y)
{
	l->rows = rows;
	l->n_base = 0;
	l->basis = xmalloc((size_t)(n + 1) * (size_t)rows * sizeof(double));
	l->residual = xmalloc((size_t)rows * sizeof(double));
	for (int j = -1; j < n; j++) {
		double *q = l->basis + (size_t)l->n_base * (size_t)rows, length, whole;

		for (int i = 0; i < rows; i++)
			q[i] = j < 0 ? 1 : log_x[(size_t)j * (size_t)rows + (size_t)i];
		whole = cblas_dnrm2(rows, q, 1);
		linear_remove(l, q);
		length = cblas_dnrm2(rows, q, 1);
		if (!(length * length > LEAST_NEW * whole * whole))
			continue;
		cblas_dscal(rows, 1 / length, q, 1);
		l->n_base++;
	}
	memcpy(l->residual, y, (size_t)rows * sizeof(double));
	linear_remove(l, l->residual);
	l->rss = cblas_ddot(rows, l->residual, 1, l->residual, 1);
}

double linear_share_left(const struct linear_part *l, double *v, double *s)
{
	double whole = cblas_ddot(l->rows, v, 1, v, 1), fresh, along;

	*s = 0;
	linear_remove(l, v);
	fresh = cblas_ddot(l->rows, v, 1, v, 1);
	if (!(fresh > LEAST_NEW * whole))
		return 1;
	along = cblas_ddot(l->rows, v, 1, l->residual, 1);
	*s = along / fresh;
	return 1 - along * along / (fresh * l->rss);
}

void linear_release(struct linear_part *l)
{
	free(l->basis);
	free(l->residual);
	*l = (struct linear_part){0};
}
