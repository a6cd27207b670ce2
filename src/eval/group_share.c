/* group_share.c — which constants the groups share; see group_fit.h. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/group_fit.h"
#include "fitter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
	int constant;
	double variation; /* Σ ((c − mean) / error)², the mean weighted by the errors */
	double mean;
};

static struct candidate measure_variation(const struct group_constants *c, int n, int constant)
{
	struct candidate out = {.constant = constant};
	double weight = 0, sum = 0;

	for (int k = 0; k < n; k++) {
		double w = 1 / (c[k].error[constant] * c[k].error[constant]);

		if (!isfinite(w))
			continue;
		weight += w;
		sum += w * c[k].c[constant];
	}
	out.mean = weight > 0 ? sum / weight : c[0].c[constant];
	for (int k = 0; k < n && weight > 0; k++) {
		double z = (c[k].c[constant] - out.mean) / c[k].error[constant];

		out.variation += isfinite(z) ? z * z : 0;
	}
	return out;
}

static int by_variation(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->variation != y->variation)
		return x->variation < y->variation ? -1 : 1;
	return x->constant - y->constant;
}

static bool is_free(const struct expr *e, int constant)
{
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST && e->node[i].arg == constant)
			return true;
	return false;
}

struct sharing {
	struct fitter *f;
	const struct expr *e;
	const struct rows *rows;
	struct group_constants *c;
	uint32_t shared;
	double sse, exact; /* at and below `exact` nothing is better than anything else */
};

/* Tries one more shared constant, its mean being where the fit begins. */
static void try_sharing(struct sharing *s, const struct candidate *with)
{
	int n = s->rows->groups->n, shared = __builtin_popcount(s->shared);
	int consts = (expr_free_consts(s->e) - shared) * n + shared;
	struct group_constants *trial = xmalloc((size_t)n * sizeof(*trial));
	double after;

	memcpy(trial, s->c, (size_t)n * sizeof(*trial));
	trial[0].c[with->constant] = with->mean;
	after = group_fit(s->f, s->e, s->rows, s->shared | 1u << with->constant, trial, true);
	if (after <= fmax(s->sse * group_price(rows_all(s->rows), consts, n - 1), s->exact)) {
		memcpy(s->c, trial, (size_t)n * sizeof(*trial));
		s->sse = after;
		s->shared |= 1u << with->constant;
	}
	free(trial);
}

uint32_t group_share(struct fitter *f, const struct expr *e, const struct rows *rows, struct group_constants *c,
		     double *sse)
{
	struct sharing s = {.f = f, .e = e, .rows = rows, .c = c};
	struct candidate list[EXPR_MAX_CONSTS];
	struct target_moments t;
	int n = rows->groups->n, k = 0;

	rows_measure_target(rows, &t);
	s.exact = FIT_EXACT_NMSE * t.sst;
	s.sse = group_fit(f, e, rows, 0, c, true);
	if (!isfinite(s.sse)) {
		*sse = s.sse;
		return 0;
	}
	for (int i = 0; i < EXPR_MAX_CONSTS; i++)
		if (is_free(e, i))
			list[k++] = measure_variation(c, n, i);
	qsort(list, (size_t)k, sizeof(list[0]), by_variation);
	for (int p = 0; p < k; p++) {
		struct candidate now = measure_variation(c, n, list[p].constant);

		try_sharing(&s, &now);
	}
	*sse = s.sse;
	return s.shared;
}
