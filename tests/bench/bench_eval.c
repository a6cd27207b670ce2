/* bench_eval.c — how fast the evaluator and the constant fit are, on one thread of this machine.
 *
 * A table of name, unit, median, lowest and highest of several runs. Trees: the prior's random
 * trees of 5–60 nodes; every node counts, leaves too.
 *   eval_N  values, N rows      grad_N  values and the derivatives of all constants, N rows
 *   moments_N  the same and their sums JᵀJ and Jᵀr, as a step of the fit needs them
 *   fit     15 nodes, 3 constants, 200 rows of another equation; one start from N(0,1) until the
 *           relative decrease is below 1e-10 or after 50 iterations */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/eval/fit.h"
#include "eqrl/eval/tape.h"
#include "random_tree.h"
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 5, TREES = 200, RUNS = 11, FITS = 400 };

struct bench {
	struct tape *tape;
	struct fitter *fitter;
	struct expr trees[TREES], forms[FITS];
	double *x[COLUMNS], *y, *out, *jacobian[EXPR_MAX_CONSTS];
	double iterations;
};

static void report(const char *name, int n, const char *unit, double *rate)
{
	char label[32];

	snprintf(label, sizeof(label), n ? "%s_%d" : "%s", name, n);
	report_row(label, unit, rate, RUNS);
}

static void fill(struct bench *b, int n)
{
	struct rng r = rng_stream(1, 1, (uint64_t)n);

	for (int c = 0; c < COLUMNS; c++)
		for (int i = 0; i < n + ROWS_BLOCK; i++)
			b->x[c][i] = rng_range(&r, 0.5, 3);
	for (int i = 0; i < n + ROWS_BLOCK; i++)
		b->y[i] = b->x[0][i] * exp(-0.3 * b->x[1][i]) + sin(b->x[2][i]) * sqrt(b->x[3][i]);
}

enum work { VALUES, DERIVATIVES, MOMENTS };

static double node_rows_per_second(struct bench *b, const struct rows *rows, enum work work)
{
	double nodes = 0, seconds = 0;
	int repeat = 1 + 20000 / rows->n;

	for (int k = 0; k < TREES; k++) {
		double start;
		struct moments m;

		if (rows->n > 10000 && k % 10)
			continue;
		tape_bind(b->tape, &b->trees[k], rows);
		tape_plan(b->tape, (1u << b->trees[k].n_consts) - 1);
		if (work == MOMENTS && !isfinite(tape_sse(b->tape, NULL)))
			continue; /* it would stop at the first bad block */
		start = clock_thread_seconds();
		for (int i = 0; i < repeat; i++)
			if (work == VALUES)
				tape_eval(b->tape, NULL, b->out);
			else if (work == DERIVATIVES)
				tape_jacobian(b->tape, NULL, b->out, b->jacobian);
			else
				tape_moments_lenient(b->tape, NULL, &m);
		seconds += clock_thread_seconds() - start;
		nodes += (double)b->trees[k].n * rows->n * repeat;
	}
	return nodes / seconds;
}

static void bench_tape(struct bench *b)
{
	static const int sizes[] = {100, 1000, 100000};
	static const char *const names[] = {"eval", "grad", "moments"};
	double rate[RUNS];

	for (size_t s = 0; s < COUNT_OF(sizes); s++) {
		struct rows rows = {sizes[s], COLUMNS, (const double *const *)b->x, b->y, NULL};

		fill(b, sizes[s]);
		for (int work = VALUES; work <= MOMENTS; work++) {
			for (int i = 0; i < RUNS; i++)
				rate[i] = node_rows_per_second(b, &rows, (enum work)work);
			report(names[work], sizes[s], "node-rows/s", rate);
		}
	}
}

static void bench_fit(struct bench *b)
{
	struct rows rows = {200, COLUMNS, (const double *const *)b->x, b->y, NULL};
	struct fit_options o = fit_defaults();
	double rate[RUNS];

	fill(b, rows.n);
	o.restarts = 1;
	o.warm = true;
	for (int i = 0; i < RUNS; i++) {
		double start = clock_thread_seconds();

		b->iterations = 0;
		for (int k = 0; k < FITS; k++) {
			struct expr e = b->forms[k];
			struct fit_result r;

			fit_constants(b->fitter, &e, &rows, &o, &r);
			b->iterations += (double)r.iterations / FITS;
		}
		rate[i] = FITS / (clock_thread_seconds() - start);
	}
	report("fit", 0, "fits/s", rate);
	printf("%-14s mean iterations %.1f\n", "", b->iterations);
}

/* Equations of 15 nodes and 3 constants, finite where they start. */
static void draw_forms(struct bench *b)
{
	struct rows rows = {200, COLUMNS, (const double *const *)b->x, b->y, NULL};
	int found = 0;

	fill(b, rows.n);
	for (uint64_t n = 0; found < FITS; n++) {
		random_tree(3, n, 15, 3, COLUMNS, &b->forms[found]);
		tape_bind(b->tape, &b->forms[found], &rows);
		found += isfinite(tape_sse(b->tape, NULL));
	}
}

int main(void)
{
	enum { LARGEST = 100000 + ROWS_BLOCK };
	static struct bench b;

	b.tape = tape_new();
	b.fitter = fitter_new();
	for (int c = 0; c < COLUMNS; c++)
		b.x[c] = xaligned(LARGEST * sizeof(double));
	b.y = xaligned(LARGEST * sizeof(double));
	b.out = xaligned(LARGEST * sizeof(double));
	for (int p = 0; p < EXPR_MAX_CONSTS; p++)
		b.jacobian[p] = xaligned(LARGEST * sizeof(double));
	for (int k = 0; k < TREES; k++) {
		struct rng r = rng_stream(2, 2, (uint64_t)k);

		random_tree(4, (uint64_t)k, rng_between(&r, 5, 60), -1, COLUMNS, &b.trees[k]);
	}
	printf("kernels: %s\n", tape_kernels(b.tape)->name);
	report_header("evaluator and constant fitting, one thread");
	bench_tape(&b);
	draw_forms(&b);
	bench_fit(&b);
	fitter_free(b.fitter);
	tape_free(b.tape);
	return 0;
}
