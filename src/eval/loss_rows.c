/* loss_rows.c — sums of losses over rows, and the best constant; see loss.h. */
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/eval/loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double weight_of(const struct rows *rows, int i)
{
	return rows->w ? rows->w[i] : 1;
}

double loss_of(const struct loss *l, double y, double f)
{
	return l ? loss_table[l->kind].deviance(y, f, l->scale) : (y - f) * (y - f);
}

double loss_residual(const struct loss *l, double y, double f)
{
	switch (l ? l->kind : LOSS_MSE) {
	case LOSS_RELATIVE:
		return 1 - f / y;
	case LOSS_LOG:
		return f > 0 ? log(y / f) : INFINITY;
	case LOSS_POISSON:
	case LOSS_LOGISTIC:
		return copysign(sqrt(fmax(loss_of(l, y, f), 0)), y - loss_mean(l->kind, f));
	default:
		return y - f;
	}
}

double loss_mean(enum loss_kind kind, double f)
{
	return kind == LOSS_LOGISTIC ? 1 / (1 + exp(-f)) : f;
}

enum loss_kind loss_named(const char *name)
{
	for (int i = 0; i < LOSS_KINDS && name; i++)
		if (strcmp(name, loss_table[i].name) == 0)
			return (enum loss_kind)i;
	return LOSS_MSE;
}

double loss_error(const struct loss *l, const struct rows *rows, const double *prediction)
{
	double sum = 0;

	for (int i = 0; i < rows->n; i++)
		if (weight_of(rows, i) > 0)
			sum += weight_of(rows, i) * loss_of(l, rows->y[i], prediction[i]);
	return sum;
}

void loss_working_rows(const struct rows *rows, const double *prediction, double *weight, double *target,
		       struct rows *out)
{
	const struct loss_info *l = &loss_table[rows->loss->kind];

	for (int i = 0; i < rows->n; i++) {
		double w = weight_of(rows, i), own = 0, at = 0;

		if (w > 0 && prediction)
			l->work(rows->y[i], prediction[i], rows->loss->scale, &own, &at);
		else if (w > 0)
			l->first(rows->y[i], &own, &at);
		weight[i] = w * own;
		target[i] = at;
	}
	*out = *rows;
	out->y = target;
	out->w = weight;
	out->loss = NULL;
}

/* Of |y − from|, or of y itself; all rows count alike. */
static double find_median(const struct rows *rows, const double *from)
{
	double *v = xmalloc((size_t)(rows->n + 1) * sizeof(*v)), middle;

	for (int i = 0; i < rows->n; i++)
		v[i] = from ? fabs(rows->y[i] - *from) : rows->y[i];
	sort_doubles(v, rows->n);
	middle = rows->n ? v[rows->n / 2] : 0;
	free(v);
	return middle;
}

double loss_scale_for(const struct rows *rows)
{
	double middle = find_median(rows, NULL), spread = 1.4826 * find_median(rows, &middle);
	struct target_moments t;

	if (!(spread > 0)) {
		target_measure(rows->y, rows->w, rows->n, &t);
		spread = t.weight > 0 ? sqrt(t.sst / t.weight) : 0;
	}
	return spread > 0 ? 0.1 * spread : 1;
}

static double error_of_constant(const struct rows *rows, double f)
{
	double sum = 0;

	for (int i = 0; i < rows->n; i++)
		if (weight_of(rows, i) > 0)
			sum += weight_of(rows, i) * loss_of(rows->loss, rows->y[i], f);
	return sum;
}

/* The constant that the working problem at f has as its solution. */
static double next_constant(const struct rows *rows, double f)
{
	const struct loss *l = rows->loss;
	double sum = 0, weight = 0;

	for (int i = 0; i < rows->n; i++) {
		double w, z;

		if (!(weight_of(rows, i) > 0))
			continue;
		loss_table[l->kind].work(rows->y[i], f, l->scale, &w, &z);
		sum += weight_of(rows, i) * w * z;
		weight += weight_of(rows, i) * w;
	}
	return weight > 0 ? sum / weight : f;
}

static double geometric_mean(const struct rows *rows, double weight)
{
	double sum = 0;

	for (int i = 0; i < rows->n; i++)
		sum += weight_of(rows, i) > 0 ? weight_of(rows, i) * log(rows->y[i]) : 0;
	return exp(sum / weight);
}

/* Where the search for the best constant begins; for most losses it is that constant. */
static double first_constant(const struct rows *rows, const struct target_moments *t)
{
	switch (rows->loss->kind) {
	case LOSS_LOGISTIC:
		return 0;
	case LOSS_POISSON:
		return t->mean;
	case LOSS_LOG:
		return geometric_mean(rows, t->weight);
	default:
		return find_median(rows, NULL);
	}
}

/* Each group's best constant is its own: errors add up. */
static void measure_groups(const struct row_groups *groups, struct target_moments *t)
{
	*t = (struct target_moments){0};
	for (int g = 0; g < groups->n; g++) {
		struct target_moments m;

		rows_measure_target(&groups->member[g], &m);
		t->weight += m.weight;
		t->mean += m.weight * m.mean;
		t->sst += m.sst;
		t->square += m.square;
		t->largest = fmax(t->largest, m.largest);
	}
	if (t->weight > 0)
		t->mean /= t->weight;
}

void rows_measure_target(const struct rows *rows, struct target_moments *t)
{
	double f, error;

	if (rows->groups) {
		measure_groups(rows->groups, t);
		return;
	}

	target_measure(rows->y, rows->w, rows->n, t);
	if (!rows->loss || rows->loss->kind == LOSS_MSE || t->weight == 0)
		return;
	t->sst = INFINITY;
	f = first_constant(rows, t);
	for (int i = 0; i < 100; i++) { /* for as long as it gains */
		error = error_of_constant(rows, f);
		if (!(error < t->sst))
			return;
		t->sst = error;
		t->mean = f;
		f = next_constant(rows, f);
	}
}

/* ---- nats -------------------------------------------------------------------------------------- */

static enum loss_spread spread_of(const struct loss_evidence *v)
{
	return loss_table[v->loss ? v->loss->kind : LOSS_MSE].spread;
}

double loss_nats(const struct loss_evidence *v, double share)
{
	if (spread_of(v) == SPREAD_KNOWN)
		return 0.5 * share * v->null_error / v->dispersion;
	return 0.5 * v->n * log(share);
}

/* ln P(χ²_k > fall) ≤ k/2 ln (e fall/k) − fall/2, from fall = k on. */
static double log_tail_of_chi_square(double fall, int k)
{
	if (k < 1)
		return fmin(0, -0.5 * fall);
	return fall > k ? 0.5 * k * (1 + log(fall / k)) - 0.5 * fall : 0;
}

double loss_log_chance(const struct loss_evidence *v, double share, int k)
{
	double tail = 0.5 * (v->n - k - 1) * log(share);

	if (spread_of(v) == SPREAD_KNOWN)
		tail = fmax(tail, log_tail_of_chi_square((1 - share) * v->null_error / v->dispersion, k));
	return fmin(0, tail);
}

double loss_dispersion(const struct loss_evidence *v, double share, int k)
{
	bool counts = v->loss && v->loss->kind == LOSS_POISSON;

	return counts && v->n - k > 1 ? fmax(1, share * v->null_error / (v->n - k - 1)) : 1;
}
