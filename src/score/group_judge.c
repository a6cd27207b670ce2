/* group_judge.c — what a form with constants by group is worth; see group_front.h. */
#include "eqrl/base/mem.h"
#include "eqrl/base/sort.h"
#include "eqrl/eval/loss.h"
#include "eqrl/eval/tape.h"
#include "eqrl/score/chance.h"
#include "choice.h"
#include "group_front.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of a fold, in mean squared errors of the groups' means: a pole next to a row must not decide more than some wrong rows. */
#define WORST_ERROR 100.0

enum { FOLDS = 5, PERMUTATIONS = 1999 };

/* ---- cross-validation ------------------------------------------------------------------------------- */

/* Rows of the groups that are in a fold, or not: copies. */
struct fold_groups {
	struct rows rows;
	struct row_groups groups;
	struct rows *member;
	double *values;
	const double **pointers;
};

/* A group's rows are in random order: number i of group m is in fold (i + m) mod FOLDS. */
struct fold_place {
	int fold;
	bool inside;
};

/* The rows of member m in that place, from *v on; x: as many pointers as there are columns. */
static struct rows copy_member(const struct rows *from, int m, struct fold_place in, double **v, const double **x)
{
	struct rows to = *from;
	size_t stride = (size_t)from->n + ROWS_BLOCK;
	double *y = *v + (size_t)from->n_columns * stride, *w = y + stride;
	int n = 0;

	for (int i = 0; i < from->n; i++) {
		if (((i + m) % FOLDS == in.fold) != in.inside)
			continue;
		for (int c = 0; c < from->n_columns; c++)
			(*v)[(size_t)c * stride + (size_t)n] = from->x[c][i];
		y[n] = from->y[i];
		w[n++] = from->w ? from->w[i] : 1;
	}
	for (int c = 0; c < from->n_columns; c++)
		x[c] = *v + (size_t)c * stride;
	to.n = n;
	to.x = x;
	to.y = y;
	to.w = from->w ? w : NULL;
	*v += (size_t)(from->n_columns + 2) * stride;
	return to;
}

static void open_fold(struct fold_groups *f, const struct rows *rows, struct fold_place in)
{
	const struct row_groups *all = rows->groups;
	size_t columns = (size_t)rows->n_columns, size = 0;
	double *v;

	for (int m = 0; m < all->n; m++)
		size += (columns + 2) * ((size_t)all->member[m].n + ROWS_BLOCK);
	f->values = v = xcalloc(size, sizeof(*v));
	f->pointers = xcalloc((size_t)all->n * columns, sizeof(*f->pointers));
	f->member = xcalloc((size_t)all->n, sizeof(*f->member));
	for (int m = 0; m < all->n; m++)
		f->member[m] = copy_member(&all->member[m], m, in, &v, f->pointers + (size_t)m * columns);
	f->groups = (struct row_groups){all->n, f->member};
	f->rows = f->member[0];
	f->rows.groups = &f->groups;
}

static void close_fold(struct fold_groups *f)
{
	free(f->values);
	free(f->pointers);
	free(f->member);
}

static double error_of_fold(const struct group_form *g, const struct fold_groups *train, const struct fold_groups *held,
			    double worst, struct fitter *f)
{
	size_t bytes = (size_t)train->groups.n * sizeof(*g->c);
	struct group_constants *c = xmalloc(bytes);
	double error;

	memcpy(c, g->c, bytes);
	group_fit(f, &g->e, &train->rows, g->shared, c, false);
	error = group_error(f, &g->e, &held->rows, c);
	free(c);
	return isfinite(error) ? fmin(error, worst) : worst;
}

void group_cross_validate(struct pareto *p, const struct group_form *form, const struct dataset *d, struct fitter *f)
{
	struct target_moments t;

	rows_measure_target(&d->all_but_report, &t);
	for (int i = 0; i < p->n; i++)
		p->entry[i].fvu_cv = 0;
	for (int fold = 0; fold < FOLDS; fold++) {
		struct fold_groups train, held;

		open_fold(&train, &d->all_but_report, (struct fold_place){fold, false});
		open_fold(&held, &d->all_but_report, (struct fold_place){fold, true});
		for (int i = 0; i < p->n; i++)
			p->entry[i].fvu_cv += fvu_of(
				error_of_fold(&form[p->entry[i].seen], &train, &held, WORST_ERROR * t.sst / FOLDS, f),
				t.sst);
		close_fold(&train);
		close_fold(&held);
	}
	for (int i = 0; i < p->n; i++) {
		p->entry[i].fvu_expected = p->entry[i].fvu_cv; /* each row counts as it is */
		p->entry[i].open = 0;
	}
}

/* ---- chance ------------------------------------------------------------------------------------------ */

/* Values and targets of the select rows, each group's means subtracted: what is left may be permuted. */
static void centre_group(const double *v, int n, double *out)
{
	double mean = 0;

	for (int i = 0; i < n; i++)
		mean += v[i] / n;
	for (int i = 0; i < n; i++)
		out[i] = v[i] - mean;
}

double group_chance(const struct pareto *p, const struct group_form *g, const struct dataset *d, struct fitter *f,
		    uint64_t seed)
{
	const struct row_groups *select = d->select.groups;
	int all = rows_all(&d->select), at = 0;
	size_t bytes = (size_t)select->n * sizeof(*g->c);
	struct group_constants *c;
	double *y, *value, chance;
	struct rows rows;

	if (all == 0)
		return choice_chance_among_tries(p, &p->entry[p->chosen], &d->all_but_report);
	c = xmalloc(bytes);
	y = xcalloc(2 * ((size_t)all + ROWS_BLOCK), sizeof(*y));
	value = y + all + ROWS_BLOCK;
	memcpy(c, g->c, bytes);
	group_fit(f, &g->e, &d->fit, g->shared, c, false);
	for (int m = 0; m < select->n; m++) {
		const struct rows *member = &select->member[m];

		if (member->n == 0)
			continue;
		tape_bind(fitter_tape(f), &g->e, member);
		tape_eval(fitter_tape(f), c[m].c, value + at);
		centre_group(member->y, member->n, y + at);
		centre_group(value + at, member->n, value + at);
		at += member->n;
	}
	rows = (struct rows){.n = all, .y = y};
	chance = fmin(1, p->n * chance_probability(&rows, value, PERMUTATIONS, seed));
	free(y);
	free(c);
	return chance;
}

/* ---- regularity --------------------------------------------------------------------------------------- */

struct regularity group_regularity(const struct group_form *g, const struct dataset *d)
{
	struct regularity all = {.kind = REGULARITY_REGULAR}, one;
	struct interval *box = xcalloc((size_t)d->n_columns + 1, sizeof(*box));

	for (int m = 0; m < d->all_but_report.groups->n && !regularity_is_singular(&all); m++) {
		const struct rows *rows = &d->all_but_report.groups->member[m];
		struct expr e = g->e;

		memcpy(e.c, g->c[m].c, sizeof(e.c));
		regularity_box(rows, box);
		regularity_judge(&e, box, rows, d->y_stats.sd, &one);
		if (one.kind != REGULARITY_REGULAR)
			all = one;
	}
	free(box);
	return all;
}
