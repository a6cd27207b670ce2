/* select.c — see select.h. */
#include "eqrl/search/select.h"

#include "eqrl/base/mem.h"

#include <cblas.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_MAX = 8 };

/* All pairs of so many regressors are compared: their inner products take 2 ms. */
enum { PAIRS_OF_MOST = 512 };

/* A regressor of which less than this share is new to the model would be divided by rounding errors. */
#define LEAST_NEW 1e-10

/* One model on its way: an orthonormal basis of its regressors, and what that leaves of everything else. */
struct model {
	int n, index[SELECT_MAX];
	double *basis;			      /* (SELECT_MAX, rows) */
	double *residual;		      /* (rows) of the target */
	double *fresh;			      /* (n regressors) squared length of what is orthogonal to the basis */
	double *inner;			      /* (n regressors) inner product with the residual */
	double upper[SELECT_MAX][SELECT_MAX]; /* regressor i = Σ_j upper[j][i] · basis j */
	double along[SELECT_MAX];	      /* inner products of target and basis */
	double rss;
};

static struct model *model_new(const struct regressors *r)
{
	struct model *m = xcalloc(1, sizeof(*m));

	m->basis = xmalloc((size_t)SELECT_MAX * (size_t)r->rows * sizeof(double));
	m->residual = xmalloc((size_t)r->rows * sizeof(double));
	m->fresh = xmalloc((size_t)r->n * sizeof(double));
	m->inner = xmalloc((size_t)r->n * sizeof(double));
	return m;
}

static void model_free(struct model *m)
{
	free(m->basis);
	free(m->residual);
	free(m->fresh);
	free(m->inner);
	free(m);
}

static void model_copy(struct model *to, const struct model *from, const struct regressors *r)
{
	struct model own = *to;

	*to = *from;
	to->basis = own.basis;
	to->residual = own.residual;
	to->fresh = own.fresh;
	to->inner = own.inner;
	memcpy(to->basis, from->basis, (size_t)from->n * (size_t)r->rows * sizeof(double));
	memcpy(to->residual, from->residual, (size_t)r->rows * sizeof(double));
	memcpy(to->fresh, from->fresh, (size_t)r->n * sizeof(double));
	memcpy(to->inner, from->inner, (size_t)r->n * sizeof(double));
}

static void model_begin(struct model *m, const struct regressors *r)
{
	m->n = 0;
	memcpy(m->residual, r->target, (size_t)r->rows * sizeof(double));
	m->rss = cblas_ddot(r->rows, r->target, 1, r->target, 1);
	for (int j = 0; j < r->n; j++)
		m->fresh[j] = 1;
	cblas_dgemv(CblasRowMajor, CblasNoTrans, r->n, r->rows, 1, r->column, r->rows, r->target, 1, 0, m->inner, 1);
}

/* Gram–Schmidt, twice for the sake of rounding. Returns the length of what is new. */
static double orthogonalise(const struct model *m, const struct regressors *r, int j, double *v, double *upper)
{
	memcpy(v, r->column + (size_t)j * (size_t)r->rows, (size_t)r->rows * sizeof(double));
	memset(upper, 0, SELECT_MAX * sizeof(double));
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < m->n; i++) {
			const double *q = m->basis + (size_t)i * (size_t)r->rows;
			double along = cblas_ddot(r->rows, q, 1, v, 1);

			cblas_daxpy(r->rows, -along, q, 1, v, 1);
			upper[i] += along;
		}
	return cblas_dnrm2(r->rows, v, 1);
}

/* Takes regressor j in; scratch: n regressors. False if the model spans it already. */
static bool model_add(struct model *m, const struct regressors *r, int j, double *scratch)
{
	double *q = m->basis + (size_t)m->n * (size_t)r->rows, upper[SELECT_MAX], length, along;

	if (m->n >= SELECT_MAX)
		return false;
	length = orthogonalise(m, r, j, q, upper);
	m->fresh[j] = 0;
	if (length * length < LEAST_NEW)
		return false;
	cblas_dscal(r->rows, 1 / length, q, 1);
	along = cblas_ddot(r->rows, q, 1, m->residual, 1);
	cblas_daxpy(r->rows, -along, q, 1, m->residual, 1);
	cblas_dgemv(CblasRowMajor, CblasNoTrans, r->n, r->rows, 1, r->column, r->rows, q, 1, 0, scratch, 1);
	for (int i = 0; i < r->n; i++) {
		m->fresh[i] -= scratch[i] * scratch[i];
		m->inner[i] -= along * scratch[i];
	}
	for (int i = 0; i < m->n; i++)
		m->upper[i][m->n] = upper[i];
	m->upper[m->n][m->n] = length;
	m->along[m->n] = along;
	m->index[m->n++] = j;
	m->rss = cblas_ddot(r->rows, m->residual, 1, m->residual, 1);
	return true;
}

static void read_model(const struct model *m, double spread, struct selection *out)
{
	out->n = m->n;
	out->left = spread > 0 ? m->rss / spread : 0;
	for (int i = m->n - 1; i >= 0; i--) { /* upper · coefficient = along, from the last one back */
		double c = m->along[i];

		for (int j = i + 1; j < m->n; j++)
			c -= m->upper[i][j] * out->coefficient[j];
		out->coefficient[i] = c / m->upper[i][i];
		out->index[i] = m->index[i];
	}
}

struct step {
	int model, regressor;
	double rss;
};

static bool same_set(const struct model *models[], const struct step *a, const struct step *b)
{
	const struct model *m = models[a->model];
	int n = m->n, found = 0;

	for (int i = 0; i <= n; i++) {
		int j = i < n ? m->index[i] : a->regressor;

		found += b->regressor == j;
		for (int k = 0; k < n; k++)
			found += models[b->model]->index[k] == j;
	}
	return found == n + 1;
}

/* Keeps the `width` steps of least rss, ascending, each set of regressors once. */
static int offer_step(struct step *best, int n, int width, const struct step *s, const struct model *models[])
{
	int at = n;

	for (int i = 0; i < n; i++)
		if (same_set(models, s, &best[i]))
			return n;
	if (n == width && s->rss >= best[n - 1].rss)
		return n;
	if (n < width)
		n++;
	for (at = n - 1; at > 0 && best[at - 1].rss > s->rss; at--)
		best[at] = best[at - 1];
	best[at] = *s;
	return n;
}

static int choose_steps(const struct model *models[], int n_models, const struct regressors *r, int width,
			struct step *best)
{
	int n = 0;

	for (int m = 0; m < n_models; m++)
		for (int j = r->n_base; j < r->n; j++) {
			struct step s = {.model = m, .regressor = j};

			if (models[m]->fresh[j] < LEAST_NEW)
				continue;
			s.rss = models[m]->rss - models[m]->inner[j] * models[m]->inner[j] / models[m]->fresh[j];
			if (n < width || s.rss < best[n - 1].rss)
				n = offer_step(best, n, width, &s, models);
		}
	return n;
}

/* All models of one size become those of the next; returns their number. */
static int grow_models(struct model **now, int n, struct model **next, const struct regressors *r, int width,
		       double *scratch)
{
	struct step step[WIDTH_MAX];
	int n_steps = choose_steps((const struct model **)now, n, r, width, step), grown = 0;

	for (int i = 0; i < n_steps; i++) {
		model_copy(next[grown], now[step[i].model], r);
		grown += model_add(next[grown], r, step[i].regressor, scratch);
	}
	return grown;
}

/* ---- all pairs ---------------------------------------------------------------------------------------------- */

/* What each regressor has beside the base model, (n, rows), and all inner products of that, (n, n). */
static double *products_beside(const struct regressors *r, const struct model *base)
{
	size_t n = (size_t)r->n, rows = (size_t)r->rows;
	double *beside = xmalloc(n * rows * sizeof(double)), *along = xmalloc(n * SELECT_MAX * sizeof(double)),
	       *products = xmalloc(n * n * sizeof(double));

	memcpy(beside, r->column, n * rows * sizeof(double));
	if (base->n > 0) {
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, r->n, base->n, r->rows, 1, r->column, r->rows,
			    base->basis, r->rows, 0, along, base->n);
		cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, r->n, r->rows, base->n, -1, along, base->n,
			    base->basis, r->rows, 1, beside, r->rows);
	}
	cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, r->n, r->n, r->rows, 1, beside, r->rows, beside, r->rows,
		    0, products, r->n);
	free(beside);
	free(along);
	return products;
}

struct pair {
	int first, second;
	double explains;
};

static int offer_pair(struct pair *best, int n, int width, const struct pair *p)
{
	int at;

	if (n == width && p->explains <= best[n - 1].explains)
		return n;
	if (n < width)
		n++;
	for (at = n - 1; at > 0 && best[at - 1].explains < p->explains; at--)
		best[at] = best[at - 1];
	best[at] = *p;
	return n;
}

/* The best models of two regressors beside the base: two that explain little one by one may explain all together. They take
 * half of the beam, since the best pair is often not part of the best three. Returns their number. */
static int pair_models(const struct model *base, struct model **out, const struct regressors *r, int width,
		       double *scratch)
{
	double *products = products_beside(r, base);
	struct pair best[WIDTH_MAX];
	int n = 0, grown = 0;

	for (int i = r->n_base; i < r->n; i++)
		for (int j = r->n_base; j < i; j++) {
			double aa = base->fresh[i], bb = base->fresh[j],
			       ab = products[(size_t)i * (size_t)r->n + (size_t)j], a = base->inner[i],
			       b = base->inner[j], alone = aa * bb - ab * ab;

			if (aa >= LEAST_NEW && bb >= LEAST_NEW && alone >= LEAST_NEW * aa * bb)
				n = offer_pair(
					best, n, width,
					&(struct pair){i, j, (a * a * bb - 2 * a * b * ab + b * b * aa) / alone});
		}
	for (int i = 0; i < n; i++) {
		model_copy(out[grown], base, r);
		grown += model_add(out[grown], r, best[i].first, scratch) &&
			 model_add(out[grown], r, best[i].second, scratch);
	}
	free(products);
	return grown;
}

/* ---- the search --------------------------------------------------------------------------------------------- */

static struct model *model_of_base(const struct regressors *r, double *spread, double *scratch)
{
	struct model *m = model_new(r);

	model_begin(m, r);
	for (int j = 0; j < r->n_base; j++) {
		model_add(m, r, j, scratch);
		if (j == 0)
			*spread = m->rss;
	}
	return m;
}

void select_forward(const struct regressors *r, int depth, int width, double enough, struct selection *best)
{
	struct model *now[WIDTH_MAX], *next[WIDTH_MAX], *base;
	double *scratch = xmalloc((size_t)r->n * sizeof(*scratch)), spread = 0;
	int n = 1, pairs;

	if (width > WIDTH_MAX)
		width = WIDTH_MAX;
	for (int i = 0; i < width; i++) {
		now[i] = model_new(r);
		next[i] = model_new(r);
	}
	for (int k = 0; k <= depth; k++)
		best[k].n = 0;
	base = model_of_base(r, &spread, scratch);
	model_copy(now[0], base, r);
	for (int k = 0; n > 0 && k <= depth; k++) {
		int first = 0;

		for (int i = 1; i < n; i++)
			first = now[i]->rss < now[first]->rss ? i : first;
		read_model(now[first], spread, &best[k]);
		if (best[k].left <= enough || k == depth)
			break;
		pairs = k == 1 && width > 1 && r->n - r->n_base <= PAIRS_OF_MOST
				? pair_models(base, next, r, width / 2, scratch)
				: 0;
		n = pairs + grow_models(now, n, next + pairs, r, width - pairs, scratch);
		for (int i = 0; i < width; i++) {
			struct model *m = now[i];

			now[i] = next[i];
			next[i] = m;
		}
	}
	model_free(base);
	for (int i = 0; i < width; i++) {
		model_free(now[i]);
		model_free(next[i]);
	}
	free(scratch);
}
