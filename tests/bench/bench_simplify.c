/* bench_simplify.c — how fast equations are simplified and hashed, on one thread of this machine.
 *
 * Equations of 18–22 nodes as the generator draws them. A table of name, unit, median, lowest and
 * highest of several runs over all of them: simplify         skeletons        simplify_values with
 * the constants' values kept canonical_hash   of skeletons     renamed_hash      up to the names of
 * variables simplify_stable  equations that are simplified already and the median and the 99th
 * percentile of the time that one skeleton takes. */
#include "eqrl/base/clock.h"
#include "eqrl/base/mem.h"
#include "eqrl/expr/prior.h"
#include "eqrl/expr/simplify.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>

enum { EQUATIONS = 5000, RUNS = 11 };

enum work { SKELETON, VALUES, HASH, RENAMED_HASH, STABLE };

static struct expr equation[EQUATIONS], simplified[EQUATIONS];
static volatile uint64_t sink;

static void draw(void)
{
	struct prior_config c = prior_default();
	int n = 0;

	for (uint64_t i = 0; n < EQUATIONS; i++) {
		struct rng r = rng_stream(9, 2, i);
		struct expr *e = &equation[n];

		if (!prior_draw(&c, prior_draw_vars(&c, 16, &r), &r, e) || e->n < 18 || e->n > 22)
			continue;
		for (int k = 0; k < e->n_consts; k++)
			e->c[k] = rng_normal(&r);
		expr_canonical(e, &simplified[n++]);
	}
}

static void work_on(int i, enum work work)
{
	struct expr e = work == STABLE ? simplified[i] : equation[i];

	switch (work) {
	case SKELETON:
	case STABLE:
	case VALUES:
		simplify(&e, &(struct simplify_options){.keep_values = work == VALUES});
		sink += (uint64_t)e.n;
		break;
	case HASH:
		sink += expr_canonical_hash(&e);
		break;
	case RENAMED_HASH:
		sink += expr_canonical_hash_renamed(&e);
		break;
	}
}

static void rates(const char *name, enum work work)
{
	double rate[RUNS];

	for (int run = -1; run < RUNS; run++) { /* the first warms up */
		double start = clock_thread_seconds();

		for (int i = 0; i < EQUATIONS; i++)
			work_on(i, work);
		if (run >= 0)
			rate[run] = EQUATIONS / (clock_thread_seconds() - start);
	}
	report_row(name, "equations/s", rate, RUNS);
}

static void times_of_one(void)
{
	double seconds[EQUATIONS], empty = 1;

	for (int i = 0; i < 1000; i++) {
		double start = clock_seconds(), t = clock_seconds() - start;

		empty = t < empty ? t : empty;
	}
	for (int i = 0; i < EQUATIONS; i++) {
		double start = clock_seconds();

		work_on(i, SKELETON);
		seconds[i] = clock_seconds() - start - empty;
	}
	qsort(seconds, EQUATIONS, sizeof(*seconds), report_by_value);
	printf("one skeleton: median %.2f us, 99th percentile %.2f us\n", 1e6 * seconds[EQUATIONS / 2],
	       1e6 * seconds[EQUATIONS * 99 / 100]);
}

int main(void)
{
	draw();
	report_header("simplifier, one thread");
	rates("simplify", SKELETON);
	rates("simplify_values", VALUES);
	rates("simplify_stable", STABLE);
	rates("canonical_hash", HASH);
	rates("renamed_hash", RENAMED_HASH);
	times_of_one();
	return 0;
}
