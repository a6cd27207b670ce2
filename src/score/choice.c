/* choice.c — see choice.h; the rules stand at enum selection in hof.h. */
#include "choice.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/loss.h"
#include "eqrl/eval/tape.h"
#include "eqrl/eval/uncertainty.h"
#include "eqrl/score/chance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cross-validation --------------------------------------------------------------------------------------- */

enum {
	CV_ROWS = 2000,	    /* more rows tell errors of one per cent no better, and cost their time for each equation */
	CV_ITERATIONS = 20, /* from constants that fit all rows it takes two to five */
};

/* In standard deviations of the target; its square in mean errors of the best constant by any loss. A pole next to a row must not decide more than a few wrong rows would. */
#define WORST_ERROR 10.0

struct folds {
	struct rows rows; /* the sample */
	struct target_moments target;
	int n;
	int *of;	   /* fold of each row */
	struct rows train; /* of one fold, into the arrays below */
	double *values;
	const double **column;
	double *prediction, *value, *error; /* of the fold's fit in each row; the last two, of the curve */
};

struct ranked {
	double y;
	int row;
};

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->y != y->y)
		return x->y < y->y ? -1 : 1;
	return x->row - y->row;
}

static void open_folds(struct folds *f, const struct rows *all)
{
	struct ranked *rank;
	int n;

	*f = (struct folds){.rows = *all};
	f->rows.n = n = all->n < CV_ROWS ? all->n : CV_ROWS;
	f->n = n <= 12 ? n : n < 40 ? 10 : 5;
	rows_measure_target(&f->rows, &f->target);
	f->of = xmalloc((size_t)n * sizeof(*f->of));
	rank = xmalloc((size_t)n * sizeof(*rank));
	for (int i = 0; i < n; i++)
		rank[i] = (struct ranked){f->rows.y[i], i};
	qsort(rank, (size_t)n, sizeof(*rank), compare_ranked);
	for (int i = 0; i < n; i++)
		f->of[rank[i].row] = i % f->n;
	free(rank);
	f->values = xaligned((size_t)(all->n_columns + 2) * (size_t)(n + ROWS_BLOCK) * sizeof(double));
	f->column = xmalloc((size_t)(all->n_columns + 1) * sizeof(*f->column));
	f->prediction = xaligned(3 * (size_t)(n + ROWS_BLOCK) * sizeof(double));
	f->value = f->prediction + n + ROWS_BLOCK;
	f->error = f->value + n + ROWS_BLOCK;
}

static void close_folds(struct folds *f)
{
	free(f->of);
	free(f->values);
	free(f->column);
	free(f->prediction);
}

/* The rows outside a fold, copied. */
static void gather_training_rows(struct folds *f, int fold)
{
	const struct rows *r = &f->rows;
	size_t stride = (size_t)(r->n + ROWS_BLOCK);
	double *y = f->values + (size_t)r->n_columns * stride, *w = y + stride;
	int n = 0;

	for (int i = 0; i < r->n; i++) {
		if (f->of[i] == fold)
			continue;
		for (int c = 0; c < r->n_columns; c++)
			f->values[(size_t)c * stride + (size_t)n] = r->x[c][i];
		y[n] = r->y[i];
		w[n++] = r->w ? r->w[i] : 1;
	}
	for (int c = 0; c < r->n_columns; c++)
		f->column[c] = f->values + (size_t)c * stride;
	f->train = *r; /* with its loss */
	f->train.n = n;
	f->train.x = f->column;
	f->train.y = y;
	f->train.w = r->w ? w : NULL;
}

/* Sums over rows that were left out. With s² the noise and s² h what the constants' errors add to a row's, its density is
 * normal with s² (1 + h): where the others say little of it, as of the first row of a decay, it is no surprise that it is off. */
struct left_out {
	double error;	 /* Σ d */
	double expected; /* Σ d/(1 + h) */
	double open;	 /* Σ ½ ln(1 + h) */
};

static void add_fold(struct folds *f, int fold, const struct expr *fitted, struct left_out *sum)
{
	double worst = WORST_ERROR * WORST_ERROR * f->target.sst / f->rows.n;
	struct uncertainty u;
	bool known = uncertainty_measure(fitted, uncertain_constants(fitted, false), &f->train, &u) && u.degrees > 0;

	if (known)
		uncertainty_predict(fitted, &u, &f->rows, f->value, f->error);
	for (int i = 0; i < f->rows.n; i++) {
		double w = f->rows.w ? f->rows.w[i] : 1, error, h = 0;

		if (f->of[i] != fold)
			continue;
		error = loss_of(f->rows.loss, f->rows.y[i], f->prediction[i]);
		if (known && isfinite(error))
			h = w * uncertainty_leverage(&u, f->value[i], f->error[i]);
		error = isfinite(error) ? error : worst;
		sum->error += w * fmin(error, worst);
		sum->expected += w * fmin(error / (1 + h), worst);
		sum->open += 0.5 * log1p(h);
	}
}

static void validate_on_fold(struct folds *f, int fold, const struct expr *e, struct fitter *fitter,
			     struct left_out *sum)
{
	struct fit_options o = fit_defaults();
	struct expr refitted = *e;
	struct fit_result r;

	o.max_iterations = CV_ITERATIONS;
	o.restarts = 1;
	fit_constants(fitter, &refitted, &f->train, &o, &r);
	if (r.verdict != VERDICT_OK)
		refitted = *e;
	tape_bind(fitter_tape(fitter), &refitted, &f->rows);
	tape_eval(fitter_tape(fitter), NULL, f->prediction);
	add_fold(f, fold, &refitted, sum);
}

void choice_cross_validate(struct pareto *p, const struct expr *seen, const struct dataset *d, struct fitter *fitter)
{
	struct folds f;
	struct left_out sum[PARETO_MAX] = {{0}};

	open_folds(&f, &d->all_but_report);
	for (int fold = 0; fold < f.n; fold++) {
		gather_training_rows(&f, fold);
		for (int i = 0; i < p->n; i++)
			validate_on_fold(&f, fold, &seen[p->entry[i].seen], fitter, &sum[i]);
	}
	for (int i = 0; i < p->n; i++) {
		p->entry[i].fvu_cv = fvu_of(sum[i].error, f.target.sst);
		p->entry[i].fvu_expected = fvu_of(sum[i].expected, f.target.sst);
		p->entry[i].open = sum[i].open;
	}
	close_folds(&f);
}

/* ---- rules -------------------------------------------------------------------------------------------------- */

double description_length(double fvu, int n, int n_consts, int size, double floor)
{
	const double symbols = 16; /* about as many choices at every node */

	return 0.5 * (n - n_consts) * log(fmax(fvu, floor)) + 0.5 * n_consts * log(n) + size * log(symbols);
}

/* The same by any loss. */
static double minimum_description(const struct pareto_entry *e, const struct loss_evidence *v, double floor)
{
	struct loss_evidence left = *v;

	left.n -= e->n_consts;
	return loss_nats(&left, fmax(e->fvu_all, floor)) + description_length(1, v->n, e->n_consts, e->size, 0);
}

/* Half of Schwarz's criterion, so that it compares with the above. */
static double bayesian_information(double fvu, const struct loss_evidence *v, int n_consts, double floor)
{
	return loss_nats(v, fmax(fvu, floor)) + 0.5 * n_consts * log(v->n);
}

/* What errors are in nats; the largest equations tell how far counts scatter beside any of them. */
static struct loss_evidence open_evidence(const struct pareto *p, const struct rows *rows)
{
	struct loss_evidence v = {.loss = rows->loss, .n = rows_all(rows), .dispersion = 1};
	double least = INFINITY;
	struct target_moments t;

	if (!rows->loss)
		return v;
	rows_measure_target(rows, &t);
	v.null_error = t.sst;
	for (int i = 0; i < p->n; i++)
		least = fmin(least, loss_dispersion(&v, p->entry[i].fvu_all, p->entry[i].n_free));
	v.dispersion = isfinite(least) ? least : 1;
	return v;
}

/* Generalised cross-validation (Craven and Wahba 1979) knows all rows, leaving rows out sees poles and constants that follow
 * single rows: the mean of their logarithms counts, or of what else their loss has for nats. That plain constants are a bit off
 * says nothing against their form. */
static double evidence(const struct pareto_entry *e, const struct loss_evidence *v, double floor)
{
	double n = v->n, free_rows = fmax(n - e->n_free - 1, 0.5);
	double least = fmin(e->fvu_least, e->fvu_all);
	double cv = loss_nats(v, fmax(isnan(e->fvu_cv) ? e->fvu_all : e->fvu_expected, floor)) + e->open;
	double gcv = loss_nats(v, fmax(least, floor)) + n * log(n / free_rows);

	return 0.5 * (cv + gcv) + e->price;
}

/* The drop of the log error for each node added since the best smaller entry, as PySR scores its front; negated, so that
 * less is better. The first one is taken where nothing is steeper than level. */
static double steepness(const struct pareto *p, int i)
{
	const struct pareto_entry *e = &p->entry[i], *before = NULL;

	for (int k = 0; k < i; k++) /* several of one size may be there */
		if (p->entry[k].size < e->size && (!before || p->entry[k].fvu_select < before->fvu_select))
			before = &p->entry[k];
	if (!before)
		return 0;
	return -(log(fmax(before->fvu_select, p->floor)) - log(fmax(e->fvu_select, p->floor))) /
	       (e->size - before->size);
}

static double criterion_of(const struct pareto *p, int i, const struct loss_evidence *v)
{
	const struct pareto_entry *e = &p->entry[i];
	double singular = p->allow_poles ? 0 : singular_price(e, v->n);

	switch (p->by) {
	case SELECTION_EVIDENCE:
		return evidence(e, v, p->floor) + singular;
	case SELECTION_ACCURACY:
		return isnan(e->fvu_cv) ? e->fvu_all : e->fvu_cv;
	case SELECTION_MDL:
		return minimum_description(e, v, p->floor) + singular;
	case SELECTION_BIC:
		return bayesian_information(e->fvu_all, v, e->n_consts, p->floor) + singular;
	case SELECTION_ELBOW:
		return steepness(p, i);
	case SELECTION_R2:
		return e->fvu_select;
	}
	BUG("selection %d", (int)p->by);
}

void choice_make(struct pareto *p, const struct dataset *d)
{
	struct loss_evidence v = open_evidence(p, &d->all_but_report);

	p->chosen = -1;
	for (int i = 0; i < p->n; i++) {
		p->entry[i].criterion = criterion_of(p, i, &v);
		if (p->chosen < 0 || p->entry[i].criterion < p->entry[p->chosen].criterion)
			p->chosen = i;
	}
	for (int i = 0; i < p->n; i++)
		p->entry[i].chosen = i == p->chosen;
}

/* ---- chance ------------------------------------------------------------------------------------------------- */

/* Rows are enough at some thousand: more only sharpen what is clear. */
enum { PERMUTATIONS = 1999, PERMUTED_ROWS = 2000 };

/* Does the answer, fitted on fit rows alone, meet the select rows better than chance? Each of the front's equations may
 * have been it, so the probability counts that often (Bonferroni). */
static double chance_on_select_rows(const struct pareto *p, const struct rows *select, const struct expr *seen,
				    struct fitter *f, uint64_t seed)
{
	struct rows rows = *select;
	double *prediction, chance;

	if (rows.n > PERMUTED_ROWS)
		rows.n = PERMUTED_ROWS;
	prediction = xaligned((size_t)(rows.n + ROWS_BLOCK) * sizeof(*prediction));
	tape_bind(fitter_tape(f), seen, &rows);
	tape_eval(fitter_tape(f), NULL, prediction);
	chance = fmin(1, p->n * chance_probability(&rows, prediction, PERMUTATIONS, seed));
	free(prediction);
	return chance;
}

/* Without select rows the same rows have chosen structure and constants. Of a target without any law, k fitted constants
 * leave a share below v with probability v^((n − k − 1)/2) at most (a Beta distribution; loss.h has other losses); so many
 * equations of at most this size there are, or were tried, each with its own chance. */
double choice_chance_among_tries(const struct pareto *p, const struct pareto_entry *e, const struct rows *rows)
{
	int n = rows_all(rows);
	struct loss_evidence v = open_evidence(p, rows);
	double tries = fmin(e->size * log(16), log(fmax(p->tried, 1)));
	double tail = loss_log_chance(&v, fmax(e->fvu_all, p->floor), e->n_consts);

	return n - e->n_consts - 1 > 0 ? fmin(1, exp(fmin(0, tail + tries))) : 1;
}

void choice_judge(struct pareto *p, const struct dataset *d, const struct expr *seen, struct fitter *f, uint64_t seed)
{
	if (p->chosen < 0)
		return;
	p->chance = d->select.n > 0 ? chance_on_select_rows(p, &d->select, seen, f, seed)
				    : choice_chance_among_tries(p, &p->entry[p->chosen], &d->all_but_report);
	p->significant = p->chance <= CHANCE_LEVEL;
}
