/* group_form.c — one form with its constants by group: fitted, shared, made plain, shown; see group_front.h. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/regularity.h"
#include "eqrl/eval/shape.h"
#include "group_front.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_NMSE 1e-20

enum { MOST_DIGITS = 15, LARGEST_INT = 10 };

static size_t size_of_groups(const struct rows *rows)
{
	return (size_t)rows->groups->n * sizeof(struct group_constants);
}

/* ---- plain values for what is shared -------------------------------------------------------------- */

static double with_digits(double v, int digits)
{
	char text[40];

	snprintf(text, sizeof(text), "%.*e", digits - 1, v);
	return strtod(text, NULL);
}

static void set_literal(struct expr *e, int constant, double v)
{
	bool whole = v >= 1 && v <= LARGEST_INT && v == floor(v);

	e->c[constant] = v;
	for (int i = 0; i < e->n; i++)
		if (e->node[i].op == OP_CONST && e->node[i].arg == constant)
			e->node[i] = whole ? (struct node){OP_INT, (uint16_t)v}
					   : (struct node){OP_FIXED, (uint16_t)constant};
}

/* The form with one of its shared constants at v, the others fitted again. False: something is not finite. */
static bool refit_with(const struct group_form *g, const struct rows *rows, int constant, double v, struct fitter *f,
		       struct group_form *out)
{
	out->e = g->e;
	out->shared = g->shared & ~(1u << constant);
	set_literal(&out->e, constant, v);
	memcpy(out->c, g->c, size_of_groups(rows));
	for (int m = 0; m < rows->groups->n; m++)
		out->c[m].c[constant] = v;
	out->sse = group_fit(f, &out->e, rows, out->shared, out->c, true);
	return isfinite(out->sse);
}

static void take_form(struct group_form *g, const struct group_form *from, const struct rows *rows)
{
	g->e = from->e;
	g->shared = from->shared;
	g->sse = from->sse;
	memcpy(g->c, from->c, size_of_groups(rows));
}

/* A value of few digits within two standard errors takes a shared constant's place where the rows do not miss the constant;
 * otherwise the constant keeps the digits that its error leaves. */
static void make_plain(struct group_form *g, const struct rows *rows, int constant, double exact, struct fitter *f)
{
	double v = g->c[0].c[constant], error = g->c[0].error[constant];
	struct group_form trial = {.c = xmalloc(size_of_groups(rows))};
	int constants = expr_free_consts(&g->e), shared = __builtin_popcount(g->shared);
	int consts = (constants - shared) * rows->groups->n + shared;

	for (int digits = 1; digits <= MOST_DIGITS && isfinite(error); digits++) {
		double plain = with_digits(v, digits);

		if (fabs(plain - v) > fmax(2 * error, 1e-9 * fabs(v)))
			continue;
		if (refit_with(g, rows, constant, plain, f, &trial) &&
		    trial.sse <= fmax(g->sse * group_price(rows_all(rows), consts, 1), exact)) {
			take_form(g, &trial, rows);
			break;
		}
		if (fabs(plain - v) <= 0.5 * error)
			break;
	}
	free(trial.c);
}

/* x^1 and 1*x, which plain values leave, are x. */
static void drop_ones(struct expr *e)
{
	for (int i = 0; i < e->n; i++) {
		int op = e->node[i].op, first = i + 1, second, one = -1;

		if (op != OP_POW && op != OP_MUL && op != OP_DIV)
			continue;
		second = expr_end(e, first);
		if (e->node[second].op == OP_INT && e->node[second].arg == 1)
			one = second;
		else if (op == OP_MUL && e->node[first].op == OP_INT && e->node[first].arg == 1)
			one = first;
		if (one < 0)
			continue;
		memmove(e->node + one, e->node + one + 1, (size_t)(e->n - one - 1) * sizeof(e->node[0]));
		memmove(e->node + i, e->node + i + 1, (size_t)(e->n - i - 2) * sizeof(e->node[0]));
		e->n -= 2;
		i = -1;
	}
}

static void make_all_plain(struct group_form *g, const struct rows *rows, struct fitter *f)
{
	struct target_moments t;

	rows_measure_target(rows, &t);
	for (int c = 0; c < EXPR_MAX_CONSTS; c++)
		if (g->shared >> c & 1)
			make_plain(g, rows, c, EXACT_NMSE * t.sst, f);
	drop_ones(&g->e);
}

/* ---- the form ------------------------------------------------------------------------------------- */

/* What bounds and shape say of it, in every group among its own rows. */
static bool is_allowed(const struct group_form *g, const struct dataset *d, const struct bounds *bounds)
{
	struct interval *box = xcalloc((size_t)d->n_columns + 1, sizeof(*box));
	bool good = bounds_allow(bounds, &g->e);

	for (int m = 0; m < d->all_but_report.groups->n && good; m++) {
		struct expr e = g->e;

		memcpy(e.c, g->c[m].c, sizeof(e.c));
		regularity_box(&d->all_but_report.groups->member[m], box);
		good = shape_holds(bounds, &e, box);
	}
	free(box);
	return good;
}

void group_form_open(struct group_form *out, const struct expr *e, const struct dataset *d, const struct bounds *bounds,
		     enum scaling scaling, struct fitter *f)
{
	const struct rows *rows = &d->all_but_report;
	struct fit_options o = fit_defaults();
	struct fit_result r;

	*out = (struct group_form){.e = *e, .sse = INFINITY, .c = xcalloc(1, size_of_groups(rows))};
	o.max_iterations = 100;
	o.bounds = bounds;
	fit_constants(f, &out->e, rows, &o, &r);
	if (r.verdict == VERDICT_OK && scaling == SCALING_AUTO)
		fit_drop_neutral(f, &out->e, rows, &o, &r);
	if (r.verdict == VERDICT_OK)
		fit_constants(f, &out->e, rows, &o, &r); /* leaves the constants of each group */
	if (r.verdict != VERDICT_OK)
		return;
	memcpy(out->c, fitter_groups(f), size_of_groups(rows));
	out->shared = group_share(f, &out->e, rows, out->c, &out->sse);
	if (!isfinite(out->sse))
		return;
	make_all_plain(out, rows, f);
	out->good = is_allowed(out, d, bounds);
}

void group_form_close(struct group_form *g)
{
	free(g->c);
}

/* ---- as it is shown ------------------------------------------------------------------------------- */

/* Own constants become columns beyond those of the data, in the order of the nodes; at[c]: which. Returns how many. */
static int name_parameters(struct expr *e, uint32_t shared, int n_columns, int at[EXPR_MAX_CONSTS])
{
	int n = 0;

	for (int c = 0; c < EXPR_MAX_CONSTS; c++)
		at[c] = -1;
	for (int i = 0; i < e->n; i++) {
		int c = e->node[i].arg;

		if (e->node[i].op != OP_CONST || shared >> c & 1)
			continue;
		if (at[c] < 0)
			at[c] = n++;
		e->node[i] = (struct node){OP_VAR, (uint16_t)(n_columns + at[c])};
	}
	return n;
}

static void fill_table(const struct group_form *g, const struct dataset *d, const int at[EXPR_MAX_CONSTS],
		       struct group_table *t)
{
	for (int m = 0; m < d->grouping->n; m++)
		for (int c = 0; c < EXPR_MAX_CONSTS; c++) {
			int place = at[c] < 0 ? -1 : d->grouping->number[m] * t->n + at[c];

			if (place < 0)
				continue;
			t->value[place] = g->c[m].c[c];
			t->error[place] = g->c[m].error[c];
		}
}

/* Of the shared constants; each by itself, since the parameters stand in between. */
static void describe_shared(const struct group_form *g, const struct dataset *d, struct pareto_entry *e, int own)
{
	struct uncertainty *u = &e->uncertainty;
	int n = rows_all(&d->all_but_report), k = __builtin_popcount(g->shared);
	uint32_t seen = 0;
	int next = 0;

	*u = (struct uncertainty){.loss = LOSS_MSE, .rank = k + own * d->grouping->n};
	u->degrees = n - u->rank;
	u->s = u->degrees > 0 ? sqrt(g->sse / u->degrees) : NAN;
	u->t = student_quantile(u->degrees);
	for (int i = 0; i < g->e.n; i++) { /* packed in the order of the nodes, literals among them */
		int op = g->e.node[i].op, c = g->e.node[i].arg;

		if ((op != OP_CONST && op != OP_FIXED) || seen >> c & 1)
			continue;
		if (op == OP_CONST && !(g->shared >> c & 1))
			continue;
		seen |= 1u << c;
		if (op == OP_CONST) {
			u->at[u->k] = (uint8_t)next;
			u->error[u->k] = g->c[0].error[c];
			u->covariance[u->k][u->k] = u->error[u->k] * u->error[u->k];
			u->k++;
		}
		next++;
	}
}

void group_form_show(const struct group_form *g, const struct dataset *d, struct pareto *p, struct pareto_entry *e)
{
	int at[EXPR_MAX_CONSTS], n;

	e->expr = g->e;
	memcpy(e->expr.c, g->c[0].c, sizeof(e->expr.c));
	n = name_parameters(&e->expr, g->shared, d->n_columns, at);
	expr_pack_consts(&e->expr);
	e->table = grouped_add_table(p->grouped, n);
	fill_table(g, d, at, &p->grouped->table[e->table]);
	describe_shared(g, d, e, n);
	e->n_free = __builtin_popcount(g->shared) + n * d->grouping->n;
	e->n_consts = e->expr.n_consts + n * d->grouping->n;
}
