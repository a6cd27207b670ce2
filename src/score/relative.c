/* relative.c — see relative.h. */
#include "eqrl/score/relative.h"

#include "eqrl/base/mem.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/loss.h"
#include "eqrl/eval/tape.h"
#include "eqrl/expr/textbook.h"
#include "eqrl/score/noise.h"

#include <math.h>
#include <stdlib.h>

enum {
	MOST_ROWS = 200,
	FEWEST_ROWS = 10,
	MOST_COLUMNS = 8, /* whose curves are tried */
	ITERATIONS = 30,
	STARTS = 2,
	DRAWS = 32,
};

#define DECADES	      3.0  /* below these both ways see most of the rows */
#define LIKELIER      10.0 /* nats */
#define EXPLAINED     0.05 /* of the variance of ln y, what a law may leave */
#define NOISE	      0.7  /* noise_share of what is left, as in the search's own question */
#define LEAST_SCATTER 1e-4 /* relative: below it is how the target was rounded */

struct comparison {
	struct rows rows, logs; /* the same, by squares and by logarithms */
	struct loss loss;
	struct fitter *fitter;
	struct fit_options options;
	double sum_of_logs;
	double *value;	     /* of an equation in each row, then residuals */
	double squares, log; /* least nats so far */
	double share;	     /* of the likeliest in logarithms: of the variance of ln y that it leaves … */
	double scatter;	     /* … their standard deviation … */
	double noise;	     /* … and noise_share */
};

static bool spans_decades(const struct rows *r)
{
	double low = INFINITY, high = 0;

	for (int i = 0; i < r->n; i++) {
		low = fmin(low, r->y[i]);
		high = fmax(high, r->y[i]);
	}
	return low > 0 && log10(high / low) >= DECADES;
}

static void try_squares(struct comparison *c, const struct expr *scaled)
{
	struct expr e = *scaled;
	struct fit_result r;

	fit_constants(c->fitter, &e, &c->rows, &c->options, &r);
	if (r.verdict == VERDICT_OK)
		c->squares = fmin(c->squares, 0.5 * c->rows.n * log(fmax(r.sse, 1e-300) / c->rows.n));
}

static void try_logarithms(struct comparison *c, const struct expr *scaled)
{
	struct expr e = *scaled;
	struct fit_result r;
	int n = c->rows.n;
	double nats;

	fit_constants(c->fitter, &e, &c->logs, &c->options, &r);
	if (r.verdict != VERDICT_OK)
		return;
	nats = 0.5 * n * log(fmax(r.sse, 1e-300) / n) + c->sum_of_logs;
	if (!(nats < c->log))
		return;
	c->log = nats;
	c->share = r.nmse;
	c->scatter = sqrt(r.sse / n);
	tape_bind(fitter_tape(c->fitter), &e, &c->rows);
	tape_eval(fitter_tape(c->fitter), NULL, c->value);
	for (int i = 0; i < n; i++)
		c->value[i] = log(c->rows.y[i] / c->value[i]);
	c->noise = noise_share(&c->rows, c->value);
}

static void try_skeleton(struct comparison *c, const struct expr *skeleton)
{
	struct expr scaled;

	if (!fit_add_scaling(skeleton, SCALING_AUTO, NULL, &scaled))
		scaled = *skeleton;
	try_squares(c, &scaled);
	try_logarithms(c, &scaled);
}

/* c · Πⱼ xⱼ^bⱼ over the columns that are positive. */
static void try_product(struct comparison *c)
{
	struct expr e = {0}, product = {0};
	int factors = 0;

	for (int j = 0; j < c->rows.n_columns && factors < EXPR_MAX_CONSTS - 2; j++) {
		int i = 0;

		while (i < c->rows.n && c->rows.x[j][i] > 0)
			i++;
		if (i < c->rows.n)
			continue;
		e.n = e.n_consts = 0;
		if (factors++ > 0 && expr_push(&e, OP_MUL, 0))
			expr_append_subtree(&e, &product, 0);
		expr_push(&e, OP_POW, 0);
		expr_push(&e, OP_VAR, j);
		expr_push_const(&e, OP_CONST, 1);
		product = e;
	}
	if (factors > 1 && expr_valid(&product))
		try_skeleton(c, &product);
}

static void try_curves(struct comparison *c)
{
	struct expr e;

	for (int column = 0; column < c->rows.n_columns && column < MOST_COLUMNS; column++)
		for (int form = 0; form < TEXTBOOK_FORMS; form++)
			if (textbook_skeleton(form, column, &e) && !textbook_is_rare(form))
				try_skeleton(c, &e);
	try_product(c);
}

bool errors_are_relative(const struct rows *rows, uint64_t seed)
{
	struct comparison c = {.rows = *rows, .loss = {.kind = LOSS_LOG}, .squares = INFINITY, .log = INFINITY};

	if (rows->w || rows->n < FEWEST_ROWS || !spans_decades(rows))
		return false;
	c.rows.n = rows->n < MOST_ROWS ? rows->n : MOST_ROWS;
	c.logs = c.rows;
	c.logs.loss = &c.loss;
	for (int i = 0; i < c.rows.n; i++)
		c.sum_of_logs += log(rows->y[i]);
	c.fitter = fitter_new();
	c.options = fit_defaults();
	c.options.max_iterations = ITERATIONS;
	c.options.restarts = STARTS;
	c.options.screen = DRAWS;
	c.options.seed = seed;
	c.value = xaligned((size_t)(c.rows.n + ROWS_BLOCK) * sizeof(*c.value));
	try_curves(&c);
	fitter_free(c.fitter);
	free(c.value);
	return c.log + LIKELIER < c.squares && c.share < EXPLAINED && c.scatter > LEAST_SCATTER && c.noise > NOISE;
}
