/* screen.c — where a descent begins: the best of many draws.
 *
 * Each start looks at twice as many draws as the one before, so that equations which are easy stay
 * cheap. All draws are looked at once, the best of them descend for a few iterations, and the best
 * of those is the start; all on a sample of the rows.
 *
 * Rows near a pole, with a large argument of a sine or far up an exponential hold nearly all of the
 * error and its derivatives: around them the error has many narrow minima, while the gentle rows
 * show the way from afar. So rows are weighed down here by their leverage on the constants, more or
 * less so from start to start. The descent that follows has the rows' own weights again. */
#include "eqrl/base/mem.h"
#include "eqrl/base/rng.h"
#include "eqrl/base/sort.h"
#include "fitter.h"
#include "start.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	SCREEN_ROWS = 256,
	DOUBLINGS = 5,	     /* of the number of draws, from start to start */
	DRAWS_TO_TRY = 4,    /* one of so many draws descends a little, */
	MAX_TRIED = 64,	     /* at most so many, */
	TRY_ITERATIONS = 10, /* by so many iterations */
	LEVERAGE_DRAWS = 4,  /* leverage is the mean over so many */
	RNG_STARTS = 0x57a7, /* purposes of streams */
	RNG_LEVERAGE = 0x1e7e,
};

struct screen {
	int n, most;
	double error[MAX_TRIED], c[MAX_TRIED][EXPR_MAX_CONSTS]; /* best first */
};

void fitter_reserve(struct fitter *f, int n)
{
	if (f->capacity >= n)
		return;
	free(f->weights);
	free(f->residuals);
	free(f->leverage);
	free(f->working_weight);
	free(f->working_target);
	f->weights = xaligned((size_t)(n + ROWS_BLOCK) * sizeof(double));
	f->residuals = xaligned((size_t)n * 2 * sizeof(double)); /* and room to sort them */
	f->leverage = xaligned((size_t)n * sizeof(double));
	f->working_weight = xaligned((size_t)(n + ROWS_BLOCK) * sizeof(double));
	f->working_target = xaligned((size_t)(n + ROWS_BLOCK) * sizeof(double));
	f->capacity = n;
}

/* The size of most targets, in the manner of node_stats.typical. */
static double typical_target(const struct rows *rows)
{
	int step = rows->n / SCREEN_ROWS + 1, n = 0;
	double sum = 0;

	for (int i = 0; i < rows->n; i += step) {
		if (rows->w && !(rows->w[i] > 0))
			continue;
		sum += sqrt(sqrt(fabs(rows->y[i])));
		n++;
	}
	return pow(sum / n, 4);
}

static void measure(struct fitter *f, const struct expr *e, const struct rows *rows, const struct fit_options *o)
{
	double size = typical_target(rows);

	f->measured = true;
	tape_stats(f->tape, e->c, f->stats);
	for (int i = 0; i < rows->n; i = tape_next_row(f->tape, i))
		f->leverage[i] = 0;
	for (int k = 0; k < LEVERAGE_DRAWS; k++) {
		struct rng rng = rng_stream(mix64(o->seed, o->stream), RNG_LEVERAGE, (uint64_t)k);
		double c[EXPR_MAX_CONSTS];

		memcpy(c, e->c, sizeof(c));
		start_draw(e, f->stats, size, k, &rng, c);
		tape_leverage(f->tape, c, f->leverage);
	}
	f->lm.evaluations += 2 * LEVERAGE_DRAWS;
}

/* Weights 1 / (1 + (h / h_share)²), h being the geometric mean over the draws of what tape_leverage
 * takes the logarithm of and h_share its quantile; and the penalty that goes with them. */
static void weigh_gently(struct fitter *f, const struct rows *rows, double share)
{
	double *sorted = f->residuals, limit, weight = 0, mean = 0, spread = 0;
	const double *y = rows->y;
	int n = 0;

	for (int i = 0; i < rows->n; i = tape_next_row(f->tape, i))
		sorted[n++] = f->leverage[i];
	sort_doubles(sorted, n);
	limit = sorted[(int)(share * (n - 1))];
	for (int i = 0; i < rows->n; i = tape_next_row(f->tape, i)) {
		double u = (f->leverage[i] - limit) * 2 / LEVERAGE_DRAWS;
		double w = (rows->w ? rows->w[i] : 1) / (1 + exp(u));

		f->weights[i] = w;
		weight += w;
		mean += w * y[i];
	}
	mean /= weight;
	for (int i = 0; i < rows->n; i = tape_next_row(f->tape, i))
		spread += f->weights[i] * (y[i] - mean) * (y[i] - mean);
	f->lm.options.penalty = spread / n;
	tape_weigh(f->tape, f->weights);
}

static void offer(struct screen *s, double error, const double *c)
{
	int at;

	if (s->n == s->most && !(error < s->error[s->n - 1]))
		return;
	for (at = s->n < s->most ? s->n++ : s->n - 1; at > 0 && error < s->error[at - 1]; at--) {
		s->error[at] = s->error[at - 1];
		memcpy(s->c[at], s->c[at - 1], sizeof(s->c[at]));
	}
	s->error[at] = error;
	memcpy(s->c[at], c, sizeof(s->c[at]));
}

/* The best of the screen after a few iterations each. */
static void try_each(struct fitter *f, struct screen *s, double *c)
{
	double best = INFINITY;

	f->lm.options.max_iterations = TRY_ITERATIONS;
	f->lm.options.may_stay_bad = true;
	for (int k = 0; k < s->n; k++) {
		struct moments m;
		double error = lm_descend(&f->lm, s->c[k], &m);

		if (k > 0 && !(error < best))
			continue;
		best = isfinite(error) ? error : INFINITY;
		memcpy(c, s->c[k], sizeof(s->c[k]));
	}
}

void choose_start(struct fitter *f, const struct expr *e, const struct rows *rows, const struct fit_options *o,
		  int start, double *c)
{
	const struct lm_options options = f->lm.options;
	int doublings = start < 1 ? 0 : start - 1 < DOUBLINGS ? start - 1 : DOUBLINGS;
	int draws = (o->screen > 1 ? o->screen : 1) << doublings;
	struct screen s = {.most = (draws + DRAWS_TO_TRY - 1) / DRAWS_TO_TRY};
	double size = typical_target(rows);

	if (s.most > MAX_TRIED)
		s.most = MAX_TRIED;
	fitter_reserve(f, rows->n);
	tape_sample(f->tape, SCREEN_ROWS);
	if (!f->measured)
		measure(f, e, rows, o);
	weigh_gently(f, rows, 0.5 * pow(0.6, doublings));
	for (int k = 0; k < draws; k++) {
		struct rng rng = rng_stream(mix64(o->seed, o->stream), RNG_STARTS + (uint64_t)start, (uint64_t)k);
		double at[EXPR_MAX_CONSTS];

		memcpy(at, e->c, sizeof(at));
		start_draw(e, f->stats, size, k ? start + k : start, &rng, at);
		offer(&s, lm_promise(&f->lm, at), at);
	}
	try_each(f, &s, c);
	f->lm.options = options;
	tape_weigh(f->tape, rows->w);
	tape_sample(f->tape, 0);
}
