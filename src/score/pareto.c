/* pareto.c — from the hall of fame to the answer: front, choice, final constants, report. */
#include "eqrl/base/mem.h"
#include "eqrl/expr/simplify.h"
#include "eqrl/eval/metrics.h"
#include "eqrl/eval/tape.h"
#include "eqrl/score/chance.h"
#include "eqrl/score/hof.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double description_length(double fvu, int n, int n_consts, int size, double floor)
{
	const double symbols = 16; /* about as many choices at every node */

	return 0.5 * (n - n_consts) * log(fmax(fvu, floor)) + 0.5 * n_consts * log(n) + size * log(symbols);
}

/* Half of Schwarz's criterion, so that it compares with the above. */
static double bayesian_information(double fvu, int n, int n_consts, double floor)
{
	return 0.5 * n * log(fmax(fvu, floor)) + 0.5 * n_consts * log(n);
}

/* Digits after which every value ends, 1 … 12, or 0 when the values are full doubles. */
static int written_digits(const struct rows *r, double *unit)
{
	double peak = 0;

	for (int i = 0; i < r->n; i++)
		peak = fmax(peak, fabs(r->y[i]));
	if (peak == 0)
		return 0;
	for (int digits = 1; digits <= 12; digits++) {
		double q = pow(10, floor(log10(peak)) - digits + 1);
		int i = 0;

		while (i < r->n && fabs(r->y[i] - nearbyint(r->y[i] / q) * q) <= 1e-13 * peak)
			i++;
		if (i == r->n) {
			*unit = q;
			return digits;
		}
	}
	return 0;
}

double rounding_level(const struct rows *rows)
{
	struct target_moments target;
	double unit, noise;

	if (rows->n < 1)
		return 1e-30;
	target_measure(rows->y, NULL, rows->n, &target);
	if (target.sst <= 0 || !written_digits(rows, &unit) || unit == 1)
		return 1e-30;
	noise = unit * unit / 12 / (target.sst / rows->n);
	return fmin(fmax(noise, 1e-30), 1e-3);
}

/* ---- choice ------------------------------------------------------------------------------------ */

static double combined_fvu(const struct pareto_entry *e, const struct dataset *d)
{
	double n_fit = d->fit.n, n_select = d->select.n;

	return (e->fvu_fit * n_fit + e->fvu_select * n_select) / (n_fit + n_select);
}

static void measure_length(const struct pareto *p, struct pareto_entry *e, int n_consts, const struct dataset *d)
{
	int n = d->fit.n + d->select.n;

	e->mdl = p->by == SELECTION_BIC ? bayesian_information(combined_fvu(e, d), n, n_consts, p->floor)
					: description_length(combined_fvu(e, d), n, n_consts, e->size, p->floor);
}

/* The elbow: largest drop in log error for each node added, as PySR scores its front. */
static int choose_elbow(const struct pareto *p, double floor)
{
	int best = -1, before = -1;
	double best_slope = -1;

	for (int i = 0; i < p->n; i++) {
		double drop, slope = 0; /* of the first one: whatever is steeper at all is better */

		if (p->entry[i].by_chance)
			continue;
		if (before >= 0) {
			drop = log(fmax(p->entry[before].fvu_select, floor)) - log(fmax(p->entry[i].fvu_select, floor));
			slope = drop / (p->entry[i].size - p->entry[before].size);
		}
		if (best < 0 || (before >= 0 && slope > best_slope)) {
			best = i;
			best_slope = before >= 0 ? slope : -1;
		}
		before = i;
	}
	return best;
}

static int choose_least(const struct pareto *p)
{
	int best = -1;

	for (int i = 0; i < p->n; i++) {
		const struct pareto_entry *e = &p->entry[i];

		if (e->by_chance)
			continue;
		if (best < 0 ||
		    (p->by == SELECTION_R2 ? e->fvu_select < p->entry[best].fvu_select : e->mdl < p->entry[best].mdl))
			best = i;
	}
	return best;
}

/* Sets the answer: by the rule, among those that are not known to be no better than chance; none, if the mean, which
 * is one constant, is better than that. */
static void choose(struct pareto *p, const struct dataset *d)
{
	int i = p->by == SELECTION_ELBOW ? choose_elbow(p, p->floor) : choose_least(p);

	if (i >= 0 && (!(p->entry[i].fvu_select < p->null_fvu) ||
		       (p->by != SELECTION_R2 && p->entry[i].mdl >= 0.5 * log(d->fit.n + d->select.n))))
		i = -1;
	for (int k = 0; k < p->n; k++)
		p->entry[k].chosen = k == i;
	p->chosen = i;
}

void pareto_build(const struct hof *h, const struct dataset *d, enum selection by, struct pareto *out)
{
	/* below the rounding of the data, or of the arithmetic, nothing is better than anything else */
	double floor = fmax(4 * rounding_level(&d->fit), 1e-18), best = INFINITY;

	memset(out, 0, sizeof(*out));
	out->chosen = -1;
	out->bounds = bounds_none();
	out->null_fvu = 1;
	out->has_select = d->select.n > 0;
	for (int size = 1; size <= HOF_MAX_SIZE; size++) {
		const struct score *s = &h->best[size];
		struct pareto_entry *e = &out->entry[out->n];

		if (!h->used[size] || !(fmax(s->fvu_fit, floor) < best))
			continue;
		best = fmax(s->fvu_fit, floor);
		*e = (struct pareto_entry){.expr = s->fitted,
					   .by = s->by,
					   .size = size,
					   .n_consts = s->n_consts,
					   .fvu_fit = s->fvu_fit,
					   .fvu_select = s->fvu_select,
					   .fvu_report = NAN};
		out->by = by;
		out->floor = floor;
		measure_length(out, e, e->n_consts, d);
		out->n++;
	}
	choose(out, d);
}

/* ---- final form -------------------------------------------------------------------------------- */

static double fvu_on(struct fitter *f, const struct expr *e, const struct rows *rows)
{
	struct target_moments target;

	if (rows->n == 0)
		return NAN;
	target_measure(rows->y, rows->w, rows->n, &target);
	tape_bind(fitter_tape(f), e, rows);
	return fvu_of(tape_sse(fitter_tape(f), NULL), target.sst);
}

/* Rows that are enough to try plain constants on, and to refit equations that are not the answer. */
enum { POLISH_ROWS = 20000 };

static struct rows prefix(const struct rows *r, int most)
{
	struct rows out = *r; /* rows of a role are in random order: a prefix is a sample */

	if (out.n > most)
		out.n = most;
	return out;
}

/* The final constants: of the answer on every row that is not for the report, of the others on a sample if
 * there are many. Kept only if that makes nothing worse. */
static void polish(struct fitter *f, struct pareto_entry *e, const struct dataset *d, enum scaling scaling,
		   const struct bounds *bounds, uint64_t seed)
{
	struct rows sample = prefix(&d->all_but_report, POLISH_ROWS);
	struct fit_options o = fit_defaults();
	struct fit_result r;
	struct expr now = e->expr;
	double before = fvu_on(f, &e->expr, &sample), after;

	o.max_iterations = 100;
	o.bounds = bounds;
	o.seed = seed;
	fit_constants(f, &now, &sample, &o, &r);
	if (r.verdict != VERDICT_OK)
		return;
	if (scaling == SCALING_AUTO)
		fit_drop_neutral(f, &now, &sample, &o, &r);
	fit_readable(f, &now, &sample, &o, &r);
	if (e->chosen && sample.n < d->all_but_report.n) {
		o.max_iterations = 20;
		fit_constants(f, &now, &d->all_but_report, &o, &r);
		fit_limit_digits(f, &now, &d->all_but_report, &o, &r);
	}
	after = fvu_on(f, &now, &sample); /* plain values have their price */
	if (!(after <= fmax(before * pow(1 + fit_price(sample.n, e->n_consts), e->n_consts + 1), 1e-20)))
		return;
	e->expr = now;
	e->size = expr_size(&now);
	e->n_consts = expr_free_consts(&now);
}

static int by_size_then_error(const void *a, const void *b)
{
	const struct pareto_entry *x = a, *y = b;

	if (x->size != y->size)
		return x->size - y->size;
	if (x->fvu_fit != y->fvu_fit)
		return x->fvu_fit < y->fvu_fit ? -1 : 1;
	return (x->mdl > y->mdl) - (x->mdl < y->mdl);
}

/* Plainer constants change sizes and errors: what is no longer on the front goes, but never the answer. */
static void sift(struct pareto *p)
{
	double best = INFINITY;
	int kept = 0;

	qsort(p->entry, (size_t)p->n, sizeof(p->entry[0]), by_size_then_error);
	p->chosen = -1;
	for (int i = 0; i < p->n; i++) {
		if (!(p->entry[i].fvu_fit < best) && !p->entry[i].chosen)
			continue;
		best = fmin(best, p->entry[i].fvu_fit);
		if (p->entry[i].chosen)
			p->chosen = kept;
		p->entry[kept++] = p->entry[i];
	}
	p->n = kept;
}

/* Rows are enough at some thousand: more only sharpen what is clear. */
enum { PERMUTATIONS = 1999, PERMUTED_ROWS = 2000 };

/* Does an entry, fitted on fit rows alone, meet the select rows better than chance? Each of the front's equations may
 * have its try, so the probability counts that often (Bonferroni). */
static double chance_of(const struct pareto *p, int i, struct fitter *f, const struct rows *rows, uint64_t seed)
{
	double *prediction = xaligned((size_t)(rows->n + ROWS_BLOCK) * sizeof(*prediction)), chance;

	tape_bind(fitter_tape(f), &p->entry[i].expr, rows);
	tape_eval(fitter_tape(f), NULL, prediction);
	chance = fmin(1, p->n * chance_probability(rows->y, prediction, rows->w, rows->n, PERMUTATIONS, seed));
	free(prediction);
	return chance;
}

/* The answer is taken back if it is no better than chance, and the next one by the same rule judged. */
static void judge_chance(struct pareto *p, struct fitter *f, const struct dataset *d, uint64_t seed)
{
	struct rows rows = prefix(&d->select, PERMUTED_ROWS);

	if (rows.n == 0)
		return;
	while (p->chosen >= 0 && (p->chance = chance_of(p, p->chosen, f, &rows, seed)) > 0.05) {
		p->entry[p->chosen].by_chance = true;
		choose(p, d);
	}
}

/* Constants of any kind but small integers and halves, which nobody would call fitted. */
static int telling_constants(const struct expr *e)
{
	int n = 0;

	for (int i = 0; i < e->n; i++) {
		struct node a = e->node[i];
		double v = a.op == OP_INT ? a.arg : a.op == OP_CONST || a.op == OP_FIXED ? e->c[a.arg] : 0;

		n += !(2 * v == nearbyint(2 * v) && fabs(v) <= 10);
	}
	return n;
}

void pareto_finish(struct pareto *p, const struct dataset *d, enum scaling scaling, uint64_t seed)
{
	struct fitter *f = fitter_new();

	judge_chance(p, f, d, seed);
	p->has_report = d->report.n > 0;
	for (int i = 0; i < p->n; i++) {
		struct pareto_entry *e = &p->entry[i];

		polish(f, e, d, scaling, &p->bounds, seed);
		e->fvu_fit = fvu_on(f, &e->expr, &d->fit);
		e->fvu_select = d->select.n ? fvu_on(f, &e->expr, &d->select) : e->fvu_fit;
		e->fvu_report = fvu_on(f, &e->expr, &d->report);
	}
	fitter_free(f);
	if (d->select.n == 0) { /* few rows: an exponent that turned out to be 3/2 is no constant, and that decides */
		for (int i = 0; i < p->n; i++)
			measure_length(p, &p->entry[i], telling_constants(&p->entry[i].expr), d);
		choose(p, d);
	}
	sift(p);
}
