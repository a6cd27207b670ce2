/* group_fit.c — constants by group; see group_fit.h. */
#include "eqrl/eval/group_fit.h"

#include "eqrl/base/mem.h"
#include "fitter.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A group that fits so much worse than the best one is tried from the best one's constants, too. */
#define MUCH_WORSE 4.0

enum { GROUP_STARTS = 2 }; /* of every group but the first: its constants, and drawn ones where those lead nowhere */

static void reserve_groups(struct fitter *f, int n)
{
	if (f->group_capacity >= n)
		return;
	f->group_capacity = n;
	f->group = xrealloc(f->group, (size_t)n * sizeof(*f->group));
	f->group_nmse = xrealloc(f->group_nmse, (size_t)n * sizeof(*f->group_nmse));
}

const struct group_constants *fitter_groups(const struct fitter *f)
{
	return f->group;
}

double group_price(int n, int n_consts, int fewer)
{
	double information = pow(1 + log(n) / n, fewer);
	double chance = 1 + (fewer + 2.33 * sqrt(2.0 * fewer)) / fmax(n - n_consts, 1); /* χ² at one per cent */

	return fmax(information, chance);
}

/* ---- every group by itself ------------------------------------------------------------------------ */

struct group_fits {
	struct fitter *f;
	const struct expr *e;
	const struct row_groups *groups;
	struct fit_options o;
	struct fit_result *r; /* of all */
	double sse, sst;
};

static void count_work(struct group_fits *g, int m, const struct fit_result *r)
{
	double rows = (double)r->evaluations * g->groups->member[m].n / g->groups->member[0].n;

	g->r->iterations += r->iterations;
	g->r->restarts += r->restarts;
	g->r->evaluations += (int)ceil(rows); /* passes over the rows of the first group */
}

/* Fits group m from these constants. */
static struct fit_result fit_one(struct group_fits *g, int m, const double *from, struct expr *out)
{
	struct fit_result r;

	*out = *g->e;
	memcpy(out->c, from, sizeof(out->c));
	fit_constants(g->f, out, &g->groups->member[m], &g->o, &r);
	count_work(g, m, &r);
	return r;
}

static bool fit_each(struct group_fits *g)
{
	double stop = g->o.stop_nmse;

	for (int m = 0; m < g->groups->n; m++) {
		struct fit_result r;
		struct expr e;

		if (m > 0 && g->groups->member[m].n == 0) { /* no rows in this role */
			g->f->group[m] = g->f->group[0];
			g->f->group_nmse[m] = 0;
			continue;
		}
		r = fit_one(g, m, m ? g->f->group[0].c : g->e->c, &e);
		if (r.verdict != VERDICT_OK) {
			g->r->verdict = r.verdict;
			g->r->culprit = r.culprit;
			return false;
		}
		memcpy(g->f->group[m].c, e.c, sizeof(e.c));
		g->f->group_nmse[m] = r.nmse;
		g->sse += r.sse;
		if (m == 0) {
			g->r->rank = r.rank;
			g->r->unidentified = r.unidentified;
			g->o.restarts = g->o.restarts > GROUP_STARTS ? g->o.restarts : GROUP_STARTS;
			g->o.stop_nmse = fmax(stop, MUCH_WORSE * r.nmse);
		}
	}
	return true;
}

/* The groups that fit much worse than the best one, once more from its constants. */
static void retry_worse(struct group_fits *g)
{
	const struct row_groups *groups = g->groups;
	int best = 0;

	for (int m = 1; m < groups->n; m++)
		if (g->f->group_nmse[m] < g->f->group_nmse[best])
			best = m;
	g->o.restarts = 1;
	g->o.warm = true;
	for (int m = 0; m < groups->n; m++) {
		double now = g->f->group_nmse[m];
		struct fit_result r;
		struct expr e;

		if (!(now > MUCH_WORSE * g->f->group_nmse[best]) || now < FIT_EXACT_NMSE || best == 0)
			continue;
		r = fit_one(g, m, g->f->group[best].c, &e);
		if (r.verdict != VERDICT_OK || !(r.nmse < now))
			continue;
		memcpy(g->f->group[m].c, e.c, sizeof(e.c));
		g->f->group_nmse[m] = r.nmse;
	}
}

void fit_groups(struct fitter *f, struct expr *e, const struct rows *rows, const struct fit_options *o,
		struct fit_result *r)
{
	struct group_fits g = {.f = f, .e = e, .groups = rows->groups, .o = *o, .r = r};
	struct target_moments t;

	*r = (struct fit_result){.culprit = -1, .culprit_row = -1, .sse = INFINITY, .nmse = INFINITY};
	reserve_groups(f, rows->groups->n);
	g.o.target = NULL; /* it is that of all groups */
	if (!fit_each(&g))
		return;
	retry_worse(&g);
	memcpy(e->c, f->group[0].c, sizeof(e->c));
	rows_measure_target(rows, &t);
	r->sse = group_error(f, e, rows, f->group);
	r->nmse = fvu_of(r->sse, t.sst);
	r->verdict = !isfinite(r->sse) ? VERDICT_OVERFLOW : expr_columns(e) ? VERDICT_OK : VERDICT_NO_VARIABLE;
}

double group_error(struct fitter *f, const struct expr *e, const struct rows *rows, const struct group_constants *c)
{
	double sum = 0;

	for (int m = 0; m < rows->groups->n; m++) {
		const struct rows *member = &rows->groups->member[m];

		if (member->n == 0)
			continue;
		tape_bind(f->tape, e, member);
		sum += tape_sse(f->tape, c[m].c);
	}
	return sum;
}
