/* test_scale.c — laws in other units: found, printed in the user's units with few digits, at 1e-30 as at 1e30. */
#include "eqrl/base/mem.h"
#include "eqrl/eval/fit.h"
#include "eqrl/expr/parse.h"
#include "eqrl/expr/print.h"
#include "eqrl/score/hof.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 40 };

static const struct {
	const char *law, *skeleton;
	int digits; /* with which it can be written in all units */
} laws[] = {
	{"2.5*x1 + 1.2", "a*x1 + b", 3},
	{"3.7*x1^1.5", "a*x1^1.5", 3},
	{"4.1*exp(-0.83*x1) + 0.6", "a*exp(-b*x1) + c", 3},
	{"5.5*x1/(x1 + 2.3)", "1/(a/x1 + b)", 3},
	{"7.3*exp(-2.6/x1)", "a*exp(-b/x1)", 3},
	{"1.7*sin(2.3*x1 + 0.6)", "a*sin(b*x1 + c)", 3},
	{"3.3/x1 + 0.7", "a/x1 + b", 3},
	{"6.7*x1/x2^2", "a*x1/x2^2", 3},
	{"3*x1^2 - 2*x1 + 1", "a*(x1 + b)^2 + c", 3},
	{"2.4*log(x1) + 3.1", "a*log(b*x1)", 13}, /* a multiple of log 10 is in its number */
	{"6.3*sqrt(x1/x2)", "a*sqrt(x1/x2)", 3},
	{"1.7/(1 + exp(-0.9*x1))", "a/(1 + exp(-b*x1))", 3},
};

/* v times a power of ten, as a file would have it. */
static double in_units(double v, int decades)
{
	char text[48];

	snprintf(text, sizeof(text), "%.15ge%d", v, decades);
	return strtod(text, NULL);
}

static void make_data(struct dataset *d, const char *law, int inputs, int target)
{
	struct rng r = rng_stream(8, 3, 1);
	double v[2][ROWS], y[ROWS];
	const double *columns[] = {v[0], v[1]};
	struct dataset_source s = {.file = "made", .target = "y", .rows = {ROWS, 2, columns, y, NULL}};
	struct dataset_options o = {.no_split = true};
	struct expr e;

	CHECK_OK(parse_expr(law, NULL, NULL, &e));
	for (int i = 0; i < ROWS; i++) {
		double x[2] = {nearbyint(rng_range(&r, 300, 4000)) / 1000, nearbyint(rng_range(&r, 1000, 3000)) / 1000};

		v[0][i] = in_units(x[0], inputs);
		v[1][i] = in_units(x[1], inputs);
		y[i] = in_units(expr_value(&e, x), target);
	}
	CHECK_OK(dataset_from_columns(d, &s, &o));
}

/* The front of the one skeleton, fitted and finished. */
static void finish(const struct dataset *d, const char *skeleton, struct pareto *p)
{
	struct hof *h = xcalloc(1, sizeof(*h));
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct score s = {.verdict = VERDICT_OK, .culprit = -1};
	struct parse_params params = {0};
	struct fit_result r;

	CHECK_OK(parse_expr(skeleton, NULL, &params, &s.fitted));
	o.restarts = 24;
	fit_constants(f, &s.fitted, &d->fit, &o, &r);
	s.size = expr_size(&s.fitted);
	s.n_consts = expr_free_consts(&s.fitted);
	s.fvu_fit = s.fvu_select = r.nmse;
	CHECK(hof_insert(h, &s));
	pareto_build(h, d, SELECTION_EVIDENCE, p);
	pareto_finish(p, d, SCALING_AUTO, 1);
	fitter_free(f);
	free(h);
}

static int significant_digits(double v)
{
	for (int digits = 1; digits < 17; digits++) {
		char text[32];

		snprintf(text, sizeof(text), "%.*e", digits - 1, v);
		if (strtod(text, NULL) == v)
			return digits;
	}
	return 17;
}

static void check_law(int law, int inputs, int target)
{
	struct pareto *p = xcalloc(1, sizeof(*p));
	struct str text = {0};
	struct dataset d;

	make_data(&d, laws[law].law, inputs, target);
	finish(&d, laws[law].skeleton, p);
	if (p->n != 1) {
		test_failed(__FILE__, __LINE__, "%s at %d, %d: no front", laws[law].law, inputs, target);
	} else {
		const struct expr *e = &p->entry[0].expr;

		print_expr(&text, e, NULL, NOTATION_TEXT);
		if (!(p->entry[0].fvu_all <= 1e-20))
			test_failed(__FILE__, __LINE__, "%s at %d, %d: %s leaves %g", laws[law].law, inputs, target,
				    text.data, p->entry[0].fvu_all);
		for (int c = 0; c < e->n_consts; c++)
			if (!isnormal(e->c[c]) || significant_digits(e->c[c]) > laws[law].digits)
				test_failed(__FILE__, __LINE__, "%s at %d, %d: %s", laws[law].law, inputs, target,
					    text.data);
	}
	str_release(&text);
	dataset_release(&d);
	free(p);
}

TEST(laws_are_written_with_few_digits_in_units_of_1e_minus_30_to_1e30)
{
	static const int decades[] = {0, 6, -6, 12, -12, 30, -30};

	for (size_t law = 0; law < COUNT_OF(laws); law++)
		for (size_t i = 0; i < COUNT_OF(decades); i++) {
			check_law((int)law, decades[i], decades[i]);
			if (decades[i] != 0)
				check_law((int)law, decades[i], -decades[i]);
		}
}
