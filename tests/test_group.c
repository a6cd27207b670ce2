/* test_group.c — groups of rows: their roles, fits with constants of each, which constants they share. */
#include "eqrl/base/file.h"
#include "eqrl/base/mem.h"
#include "eqrl/eval/group_fit.h"
#include "eqrl/score/hof.h"
#include "ref_eval.h"
#include "test.h"

#include <stdlib.h>

enum { GROUPS = 5, ROWS_OF_GROUP = 24, ALL = GROUPS * ROWS_OF_GROUP };

/* y by group on x from 0 to 4; a group's own constants and what all have in common are the caller's. */
struct law {
	const char *polish;
	double own[GROUPS][3], noise;
};

static struct dataset make_groups(const struct law *law, uint64_t seed)
{
	static double x[ALL + ROWS_BLOCK], y[ALL + ROWS_BLOCK];
	static int32_t unit[ALL];
	static char letter[GROUPS][2] = {"a", "b", "c", "d", "e"};
	char *names[GROUPS] = {letter[0], letter[1], letter[2], letter[3], letter[4]};
	const double *column = x;
	char column_name[] = "run";
	struct grouping grouping = {.column = column_name, .n = GROUPS, .name = names};
	struct dataset_source s = {.file = "groups",
				   .rows = {.n = ALL, .n_columns = 1, .x = &column, .y = y},
				   .unit = unit,
				   .n_units = GROUPS,
				   .grouping = &grouping};
	struct expr e = ref_polish(law->polish);
	struct rng r = rng_stream(seed, 5, 0);
	struct dataset d;

	for (int i = 0; i < ALL; i++) {
		unit[i] = i % GROUPS;
		memcpy(e.c, law->own[unit[i]], sizeof(law->own[0]));
		x[i] = rng_range(&r, 0, 4);
		y[i] = expr_value(&e, x + i) + law->noise * rng_normal(&r);
	}
	CHECK_OK(dataset_from_columns(&d, &s, &(struct dataset_options){.seed = seed}));
	return d;
}

static const struct law lines = {"add c0 mul c1 x0", {{1, 2}, {5, 2}, {-3, 2}, {0, 2}, {8, 2}}, 0.1};

TEST(every_group_has_rows_in_every_role_and_no_row_is_lost)
{
	struct dataset d = make_groups(&lines, 3);
	const struct dataset *s;
	int fit = 0, all = 0, report = 0;

	dataset_open_groups(&d);
	s = dataset_searched(&d);
	CHECK_EQ(rows_all(&s->fit), d.fit.n);
	CHECK_EQ(rows_all(&s->all_but_report), d.all_but_report.n);
	for (int m = 0; m < GROUPS; m++) {
		const struct rows *rows = &s->all_but_report.groups->member[m];
		int group = d.grouping->number[m];

		fit += s->fit.groups->member[m].n;
		all += rows->n;
		report += s->report.groups->member[m].n;
		CHECK(s->fit.groups->member[m].n >= 12 && s->select.groups->member[m].n >= 4);
		CHECK(s->report.groups->member[m].n >= 4);
		for (int i = 0; i < rows->n; i++)
			CHECK_NEAR(rows->y[i] - 2 * rows->x[0][i], lines.own[group][0], 1);
	}
	CHECK_EQ(fit, d.fit.n);
	CHECK_EQ(all + report, ALL);
	CHECK(s->fit.n >= s->fit.groups->member[GROUPS - 1].n);
	dataset_release(&d);
}

TEST(constants_of_each_group_are_those_of_its_rows_alone)
{
	struct dataset d = make_groups(&lines, 3);
	struct fitter *f = fitter_new(), *one = fitter_new();
	struct fit_options o = fit_defaults();
	struct expr e = ref_polish("add c0 mul c1 x0");
	struct fit_result r;
	double sse = 0;

	dataset_open_groups(&d);
	fit_constants(f, &e, &dataset_searched(&d)->all_but_report, &o, &r);
	CHECK_EQ(r.verdict, VERDICT_OK);
	for (int m = 0; m < GROUPS; m++) {
		struct expr alone = ref_polish("add c0 mul c1 x0");
		struct fit_result part;

		fit_constants(one, &alone, &d.grouping->all_but_report.member[m], &o, &part);
		sse += part.sse;
		for (int c = 0; c < 2; c++)
			CHECK_NEAR(fitter_groups(f)[m].c[c], alone.c[c], 1e-9);
	}
	CHECK_NEAR(r.sse, sse, 1e-9 * sse);
	CHECK_NEAR(e.c[0], fitter_groups(f)[0].c[0], 0);
	fitter_free(f);
	fitter_free(one);
	dataset_release(&d);
}

/* One slope for all groups, an offset for each: the analysis of covariance knows values and errors. */
TEST(a_shared_constant_and_its_error_are_those_of_the_analysis_of_covariance)
{
	struct dataset d = make_groups(&lines, 4);
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct expr e = ref_polish("add c0 mul c1 x0");
	struct group_constants c[GROUPS];
	double xx = 0, xy = 0, sse, mean[GROUPS][2] = {{0}}, variance;
	const struct rows *rows;
	struct fit_result r;

	dataset_open_groups(&d);
	rows = &dataset_searched(&d)->all_but_report;
	fit_constants(f, &e, rows, &o, &r);
	memcpy(c, fitter_groups(f), sizeof(c));
	sse = group_fit(f, &e, rows, 2, c, true);
	for (int m = 0; m < GROUPS; m++) {
		const struct rows *g = &rows->groups->member[m];

		for (int i = 0; i < g->n; i++) {
			mean[m][0] += g->x[0][i] / g->n;
			mean[m][1] += g->y[i] / g->n;
		}
		for (int i = 0; i < g->n; i++) {
			xx += (g->x[0][i] - mean[m][0]) * (g->x[0][i] - mean[m][0]);
			xy += (g->x[0][i] - mean[m][0]) * (g->y[i] - mean[m][1]);
		}
	}
	variance = sse / (rows_all(rows) - GROUPS - 1);
	for (int m = 0; m < GROUPS; m++) {
		CHECK_NEAR(c[m].c[1], xy / xx, 1e-9);
		CHECK_NEAR(c[m].error[1], sqrt(variance / xx), 1e-9);
		CHECK_NEAR(c[m].c[0], mean[m][1] - xy / xx * mean[m][0], 1e-9);
		CHECK_NEAR(c[m].error[0],
			   sqrt(variance * (1.0 / rows->groups->member[m].n + mean[m][0] * mean[m][0] / xx)), 1e-9);
	}
	CHECK_NEAR(group_error(f, &e, rows, c), sse, 1e-9 * sse);
	fitter_free(f);
	dataset_release(&d);
}

static uint32_t shared_by(const struct law *law, double *sse)
{
	struct dataset d = make_groups(law, 6);
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct expr e = ref_polish(law->polish);
	struct group_constants c[GROUPS];
	struct fit_result r;
	uint32_t shared;

	dataset_open_groups(&d);
	fit_constants(f, &e, &dataset_searched(&d)->all_but_report, &o, &r);
	memcpy(c, fitter_groups(f), sizeof(c));
	shared = group_share(f, &e, &dataset_searched(&d)->all_but_report, c, sse);
	fitter_free(f);
	dataset_release(&d);
	return shared;
}

TEST(what_differs_from_group_to_group_stays_its_own_and_the_rest_is_shared)
{
	static const struct law cases[] = {
		{"add c0 mul c1 x0", {{1, 2}, {5, 2}, {-3, 2}, {0, 2}, {8, 2}}, 0.1},
		{"add c0 mul c1 x0", {{1, 2}, {1, 3}, {1, -1}, {1, 2.5}, {1, 7}}, 0.1},
		{"add c0 mul c1 x0", {{1, 2}, {5, 3}, {-3, -1}, {0, 2.5}, {8, 7}}, 0.1},
		{"mul c0 exp mul c1 x0", {{1, -0.5}, {2, -0.5}, {3, -0.5}, {4, -0.5}, {5, -0.5}}, 0.01},
		{"mul c0 exp mul c1 x0", {{2, -0.5}, {2, -0.5}, {2, -0.5}, {2, -0.5}, {2, -0.5}}, 0.01},
		{"mul c0 exp mul c1 x0", {{1, -0.5}, {2, -0.5}, {3, -0.5}, {4, -0.5}, {5, -0.5}}, 0},
	};
	static const uint32_t want[] = {2, 1, 0, 2, 3, 2};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double sse;

		CHECK_EQ(shared_by(&cases[i], &sse), want[i]);
		CHECK(sse <= 2 * ALL * cases[i].noise * cases[i].noise + 1e-20);
	}
}

/* The evidence of a form is half that of rows which its constants were not fitted to: of a law, with its noise, both halves
 * are much the same, so it is about n/2 ln of the error. */
TEST(rows_that_were_left_out_weigh_as_much_as_the_fit_in_the_choice_among_forms_of_groups)
{
	struct dataset d = make_groups(&lines, 4);
	struct hof *h = xcalloc(1, sizeof(*h));
	struct pareto *p = xcalloc(1, sizeof(*p));
	struct fitter *f = fitter_new();
	struct fit_options o = fit_defaults();
	struct score s = {.verdict = VERDICT_OK, .culprit = -1, .fitted = ref_polish(lines.polish)};
	struct fit_result r;

	dataset_open_groups(&d);
	fit_constants(f, &s.fitted, &dataset_searched(&d)->fit, &o, &r);
	s.size = expr_size(&s.fitted);
	s.n_consts = expr_free_consts(&s.fitted);
	s.fvu_fit = s.fvu_select = r.nmse;
	CHECK(hof_insert(h, &s));
	pareto_build(h, dataset_searched(&d), SELECTION_EVIDENCE, p);
	pareto_finish(p, &d, SCALING_AUTO, 1);
	CHECK_EQ(p->chosen, 0);
	CHECK(p->entry[0].fvu_cv > p->entry[0].fvu_all && p->entry[0].fvu_cv < 2 * p->entry[0].fvu_all);
	CHECK_NEAR(p->entry[0].criterion, 0.5 * d.all_but_report.n * log(p->entry[0].fvu_all), 20);
	grouped_free(p->grouped);
	fitter_free(f);
	free(h);
	free(p);
	dataset_release(&d);
}

/* What is kept of groups: too small ones go, rows without a name too; folds hold out rows of every group. */
TEST(small_groups_and_rows_without_one_are_left_out)
{
	struct str text = {0};
	struct dataset d, fold;
	char *path = path_join(test_dir(), "g.csv");

	str_add(&text, "run,x,y\n");
	for (int i = 0; i < 60; i++)
		str_addf(&text, "%s,%d,%d\n", i < 3 ? "tiny" : i < 5 ? "" : i % 2 ? "odd" : "even", i, i * i % 17);
	CHECK_OK(file_write_atomic(path, text.data, text.len));
	CHECK_OK(dataset_load(&d, path, &(struct dataset_options){.group = "run", .seed = 2, .folded = true}));
	CHECK_EQ(d.grouping->n, 2);
	CHECK_STR(d.grouping->name[0], "odd");
	CHECK_EQ(d.n_columns, 1);
	CHECK_EQ(d.all_but_report.n, 55);
	for (int k = 0; k < 5; k++) {
		int rows[2] = {0};

		CHECK_OK(dataset_fold(&fold, &d, k, 5, &(struct dataset_options){.seed = 2}));
		for (int i = 0; i < fold.report.n; i++)
			rows[fold.unit_of[fold.all_but_report.n + i]]++;
		CHECK(rows[0] >= 5 && rows[1] >= 5 && fold.report.n == 11);
		CHECK_STR(fold.grouping->name[1], "even");
		dataset_release(&fold);
	}
	dataset_release(&d);
	str_release(&text);
	free(path);
}

TEST(parameters_are_called_by_letters_that_nothing_else_is_called)
{
	const char *const column[] = {"a", "c", "t"};
	struct names names = {.n = 3, .column = column, .target = "d"};
	static const char *const want[] = {"b", "f", "g", "h"};

	for (int p = 0; p < 4; p++) {
		struct str name = {0};

		grouped_name(&name, &names, p);
		CHECK_STR(name.data, want[p]);
		str_release(&name);
	}
}
