/* bench_skeletons.c — how often the constants of a true structure are found: the share of benchmark
 * formulas with constants that are no integers which reach FVU ≤ 1e-12 on clean rows when all their
 * literals are unknown (tests/skeletons.h).
 *
 *   bench_skeletons [seeds [formulas.json]]
 *
 * It also prints the passes over the rows that a formula costs, screening of starts included, and
 * every formula that was missed, with the FVU of its true constants: where that is not tiny itself,
 * its values hang on the last bits of what stands inside. */
#include "eqrl/base/clock.h"
#include "eqrl/eval/tape.h"
#include "eqrl/bench/problem_file.h"
#include "../skeletons.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEEDS = 16, MAX_SUITES = 64 };

struct suite {
	const char *name;
	int tried, found;
};

struct count {
	struct suite suite[MAX_SUITES];
	double found[MAX_SEEDS]; /* by seed */
	double passes, seconds;
	int formulas;
};

static double fvu_of_truth(struct fitter *f, const struct expr *truth, const struct dataset *d)
{
	struct tape *t = fitter_tape(f);
	struct target_moments m;

	target_measure(d->fit.y, d->fit.w, d->fit.n, &m);
	tape_bind(t, truth, &d->fit);
	return fvu_of(tape_sse(t, NULL), m.sst);
}

static struct suite *suite_of(struct suite *suite, const char *name)
{
	while (suite->name && strcmp(suite->name, name) != 0)
		suite++;
	suite->name = name;
	return suite;
}

static enum status try_formula(struct fitter *f, const struct formula_problem *p, int seeds, struct count *c)
{
	struct suite *suite = suite_of(c->suite, p->suite);
	struct expr skeleton = p->truth;
	double worst = 0, truth = 0;
	int missed = 0;

	skeleton_forget(&skeleton);
	for (int s = 0; s < seeds; s++) {
		struct dataset d;
		double fvu, start;

		TRY(problem_dataset(p, (uint64_t)s + 1, &d));
		start = clock_thread_seconds();
		fvu = skeleton_fit(f, &skeleton, &d, (uint64_t)s + 1, &c->passes);
		c->seconds += clock_thread_seconds() - start;
		truth = fmax(truth, fvu_of_truth(f, &p->truth, &d));
		worst = fmax(worst, fvu);
		c->found[s] += fvu <= SKELETON_FOUND;
		missed += !(fvu <= SKELETON_FOUND);
		dataset_release(&d);
	}
	suite->tried += seeds;
	suite->found += seeds - missed;
	c->formulas++;
	if (missed)
		printf("  missed with %d of %d seeds, worst FVU %.0e, of the truth %.0e: %s: %s\n", missed, seeds,
		       worst, truth, p->name, p->expression);
	return ST_OK;
}

int main(int argc, char **argv)
{
	int seeds = argc > 1 ? atoi(argv[1]) : 5;
	static struct count c;
	struct problem_file file;
	struct fitter *f = fitter_new();

	if (seeds < 1 || seeds > MAX_SEEDS ||
	    problem_file_load(&file, argc > 2 ? argv[2] : "data/benchmarks/formulas.json") != ST_OK)
		return 1;
	printf("true structure, constants unknown: at most %d descents of %d iterations, %d rows\n", SKELETON_STARTS,
	       SKELETON_ITERATIONS, SKELETON_ROWS);
	for (int k = 0; k < file.n; k++) {
		struct expr e = file.problem[k].truth;

		if (skeleton_forget(&e) && try_formula(f, &file.problem[k], seeds, &c) != ST_OK)
			return 1;
	}
	for (struct suite *s = c.suite; s->name; s++)
		printf("  %-14s %d of %d\n", s->name, s->found, s->tried);
	for (int s = 0; s < seeds; s++)
		c.found[s] *= 100.0 / c.formulas;
	printf("  %d formulas, %d seeds; each %.0f passes over the rows, %.1f ms\n", c.formulas, seeds,
	       c.passes / c.formulas / seeds, 1e3 * c.seconds / c.formulas / seeds);
	report_header("");
	report_row("skeletons", "% found", c.found, seeds);
	problem_file_release(&file);
	fitter_free(f);
	return 0;
}
